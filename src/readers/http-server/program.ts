import { allOf } from '../../middleware/koa/guards.js';
import { restsOnData } from '../../middleware/out-of-view.js';
import { argument, pythonHeader } from '../../middleware/python-header.js';
import { requestHeaders } from '../../middleware/python-request.js';
import { openWrites } from '../../middleware/responses-out-of-view.js';
import { WrittenResponse } from '../../middleware/written-response.js';
import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, type Guard, type Step } from '../../policy/program.js';
import type { ClassInView } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { unknown, type Event, type Handle } from '../../values/value.js';
import { servesFiles, type HttpServerPackages } from './packages.js';

export interface HandlerProgram {
  readonly steps: readonly Step[];
  /** Methods that it serves, OPTIONS left out. */
  readonly methods: readonly string[];
  /** Lower-case names of request headers that were read; `body` stands for a body. */
  readonly reads: ReadonlySet<string>;
}

/**
 * What a handler answers (Lib/http/server.py, `handle_one_request` and `send_error`; measured on CPython 3.11): the method
 * named after the verb, or 501. An answer goes out where its headers end, so an overridden `end_headers()` is a part of
 * each. Whatever is raised before leaves the client without an answer.
 */
export function handlerProgram(cls: ClassInView, packages: HttpServerPackages): HandlerProgram {
  const writer = new Writer(cls, packages);
  const inherited = servesFiles(cls.bases) ? ['GET', 'HEAD'] : [];
  const own = cls.methods.flatMap((name) => /^do_([A-Z]+)$/.exec(name)?.[1] ?? []);
  for (const verb of own) writer.verb(verb);
  for (const verb of inherited) if (!own.includes(verb)) writer.inherited({ g: 'method', in: [verb] }, cls.at);
  const all = [...new Set([...own, ...inherited])];
  // A class that only others extend has verbs that nobody knows.
  writer.rest(all.length === 0 ? undefined : all);
  return { steps: writer.response.steps, methods: all.filter((verb) => verb !== 'OPTIONS'), reads: writer.reads };
}

class Writer {
  readonly response = new WrittenResponse();
  readonly reads = new Set<string>();
  readonly #instance: Handle;
  readonly #self: Handle;

  constructor(
    private readonly cls: ClassInView,
    private readonly packages: HttpServerPackages,
  ) {
    const { at } = cls;
    const headers = requestHeaders(at, this.reads);
    const body: Handle = { kind: 'handle', name: 'self.rfile', at, get: () => undefined, call: () => void this.reads.add('body') };
    this.#self = {
      kind: 'handle',
      name: 'self',
      at,
      get: (property) => (property === 'headers' ? headers.handle : property === 'command' ? { kind: 'request', part: 'method', at } : property === 'path' ? { kind: 'request', part: 'path', at } : property === 'rfile' ? body : undefined),
      call: (method) => (/^(?:send_|end_headers|log_|flush|do_)/.test(method) ? { kind: 'nothing', what: 'null', at } : undefined),
    };
    this.#instance = cls.instance(this.#self);
  }

  verb(verb: string): void {
    const base: Guard = { g: 'method', in: [verb] };
    const method = this.cls.methodOf(this.#instance, `do_${verb}`);
    if (method !== undefined) this.#follow(method.run([]), base, verb !== 'OPTIONS');
    // It hands itself to code that is not in view, or answers nothing.
    this.response.take([{ when: base, effects: [], end: { to: 'behind' }, at: method?.at ?? this.cls.at }]);
  }

  /** The library's own method serves a file, or says that there is none. */
  inherited(when: Guard, at: Span): void {
    this.#ended(when, () => this.response.take([{ when, effects: [], end: { to: 'behind' }, at }]));
  }

  rest(verbs: readonly string[] | undefined): void {
    const { at } = this.cls;
    if (verbs === undefined) this.#ended(ALWAYS, () => this.response.take([{ when: ALWAYS, effects: [], end: { to: 'behind' }, at }]));
    else this.#error(501, unless({ g: 'method', in: verbs }), at);
  }

  #follow(events: readonly Event[], base: Guard, route: boolean): void {
    for (const event of events) {
      if (event.kind !== 'call' && route && restsOnData(event.when)) continue;
      this.#event(event, base, route);
    }
  }

  #event(event: Event, base: Guard, route: boolean): void {
    const { at } = event;
    const when = allOf(base, guardOf(event.when));
    if (when.g === 'never') return;
    if (event.kind === 'throw') return this.response.answer(when, 0, at, 'the handler raises, and nobody answers');
    if (event.kind === 'escape') {
      if (event.receiver === this.#self) for (const action of openWrites(unknown(event.reason, event.detail, at), event.when)) this.response.write(action, base, () => undefined);
      return;
    }
    if (event.kind !== 'call') return;
    const method = event.receiver === this.#self ? event.method : event.args[0] === this.#self ? this.packages.methodOf(event.receiver) : undefined;
    if (method === undefined) return;
    const call = event.receiver === this.#self ? event : { ...event, args: event.args.slice(1) };
    const ends = route && restsOnData(event.when);
    switch (method) {
      case 'send_header':
        // A message that asks for text gets `None` for what is missing.
        for (const action of pythonHeader('append', argument(call, 0, 'keyword'), argument(call, 1, 'value'), 'none-text', event)) this.response.write(action, base, () => undefined);
        return;
      case 'send_response':
      case 'send_response_only': {
        const status = argument(call, 0, 'code');
        if (status !== undefined && !ends) this.response.status(status, when);
        return;
      }
      case 'end_headers':
        return this.response.send(when, at);
      case 'send_error': {
        const status = argument(call, 0, 'code');
        if (!ends) this.#error(status?.kind === 'number' ? status.value : 500, when, at);
        return;
      }
      default:
        if (/^do_[A-Z]+$/.test(method) || method === 'send_head') this.inherited(when, at);
    }
  }

  #error(status: number, when: Guard, at: Span): void {
    this.#ended(when, () => this.response.answer(when, status, at));
  }

  /** The headers end: by the class's own method, where it has one. */
  #ended(when: Guard, end: () => void): void {
    const method = this.cls.methodOf(this.#instance, 'end_headers');
    for (const event of method?.run([]) ?? []) {
      const reached = event.kind === 'call' && (event.receiver === this.#self ? event.method : (this.packages.methodOf(event.receiver) ?? '')) === 'end_headers';
      if (!reached) this.#event(event, when, false);
    }
    end();
  }
}

