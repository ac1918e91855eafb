import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, unless, whenAll, type Guard, type Step } from '../../policy/program.js';
import { allOf } from '../../middleware/koa/guards.js';
import { restsOnData } from '../../middleware/out-of-view.js';
import { WrittenResponse } from '../../middleware/written-response.js';
import type { ClassInView } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';

import type { Event, RecordValue, Value } from '../../values/value.js';
import { exchangeFor, type Exchange, type TornadoAction } from './handler.js';
import type { TornadoPackages } from './packages.js';

export const VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;

/** What a class of handlers does with requests, whatever their path. */
export interface HandlerProgram {
  readonly steps: readonly Step[];
  /** Methods that it serves, OPTIONS left out. */
  readonly methods: readonly string[];
  readonly reads: ReadonlySet<string>;
  readonly handWritten: boolean;
  /** Headers reach the answers to errors that are not in view: they are default ones. */
  readonly survivesErrors: boolean;
}

/** What Tornado's own classes of handlers serve. */
const INHERITED: Readonly<Record<string, readonly string[]>> = { StaticFileHandler: ['get', 'head'], RedirectHandler: ['get'], WebSocketHandler: ['get'] };

/**
 * A handler's life (tornado/web.py, `RequestHandler.__init__` and `_execute`; read in 6.6.1, measured on 6.2 and 6.6.1):
 * the default headers, `initialize()`, `prepare()`, the verb, and what is sent then. An error throws away what was written: the default
 * headers are set anew, and `write_error()` answers. A verb without a method is such an error, 405.
 */
export function handlerProgram(cls: ClassInView, kwargs: RecordValue | undefined, settings: RecordValue | undefined, packages: TornadoPackages): HandlerProgram {
  const exchange = exchangeFor(cls.at, packages, settings);
  const life = new Life(cls, exchange);
  life.begin(kwargs);
  const own = VERBS.filter((verb) => cls.methods.includes(verb) || cls.attribute(verb) !== undefined);
  const inherited = INHERITED[cls.bases.map((base) => base.split('.').at(-1)!).find((name) => name in INHERITED) ?? ''] ?? [];
  for (const verb of own) life.verb(verb);
  for (const verb of inherited) if (!own.some((one) => one === verb)) life.inherited(verb);
  life.refuse([...own, ...inherited].length === 0 ? undefined : [...own, ...inherited]);
  return {
    steps: life.response.steps,
    methods: [...new Set([...own, ...inherited])].filter((verb) => verb !== 'options').map((verb) => verb.toUpperCase()),
    reads: exchange.reads,
    handWritten: life.handWritten,
    survivesErrors: life.defaultOrigin,
  };
}

class Life {
  readonly response = new WrittenResponse();
  handWritten = false;
  /** The default headers allow an origin. */
  defaultOrigin = false;
  readonly #instance;

  constructor(
    private readonly cls: ClassInView,
    private readonly exchange: Exchange,
  ) {
    this.#instance = cls.instance(exchange.self);
  }

  begin(kwargs: RecordValue | undefined): void {
    this.#defaults(ALWAYS, this.cls.at);
    this.#act('initialize', [], ALWAYS, false, kwargs);
    this.#act('prepare', [], ALWAYS, false);
  }

  verb(verb: string): void {
    const base: Guard = { g: 'method', in: [verb.toUpperCase()] };
    const method = this.cls.methodOf(this.#instance, verb);
    if (method === undefined) return this.response.send(base, this.cls.at);
    this.#events(method.run([]), base, verb !== 'options');
    this.#finish(base, method.at);
  }

  /** A verb of Tornado's own class. */
  inherited(verb: string): void {
    const base: Guard = { g: 'method', in: [verb.toUpperCase()] };
    this.#act('set_extra_headers', [], base, true);
    this.#finish(base, this.cls.at);
  }

  /** Other verbs than these. Undefined: a class that only others extend, whose verbs nobody knows. */
  refuse(verbs: readonly string[] | undefined): void {
    const others = verbs === undefined ? undefined : unless({ g: 'method', in: verbs.map((verb) => verb.toUpperCase()) });
    if (others === undefined) this.response.take([{ when: ALWAYS, effects: [], end: { to: 'behind' }, at: this.cls.at }]);
    else this.#fail(others, 405, 'the handler has no method for it', this.cls.at);
  }

  #finish(when: Guard, at: Span): void {
    // An overridden `finish()` may set headers at last.
    if (this.cls.methods.includes('finish')) this.#act('finish', [], when, true);
    this.response.send(when, at);
  }

  #defaults(when: Guard, _at: Span): void {
    const method = this.cls.methodOf(this.#instance, 'set_default_headers');
    if (method === undefined) return;
    for (const event of method.run([])) {
      for (const action of this.exchange.actionsFrom(event)) {
        this.#note(action);
        if (action.do === 'header') {
          if (action.name === 'access-control-allow-origin') this.defaultOrigin = true;
          this.response.write(action, when, (reached, fault, at) => this.response.answer(reached, 0, at, `${fault}, and nobody answers`));
        } else if (action.do === 'status') this.response.status(action.status, allOf(when, guardOf(action.when)));
        else if (action.do === 'fail') this.response.answer(allOf(when, guardOf(action.when)), 0, action.at, 'the default headers cannot be set, and nobody answers');
      }
    }
  }

  #act(name: string, args: readonly Value[], base: Guard, route: boolean, keywords?: RecordValue): void {
    const method = this.cls.methodOf(this.#instance, name);
    if (method !== undefined) this.#events(method.run(args, keywords), base, route);
  }

  /** `route`: what depends on data and not on the request is one of the ordinary answers. */
  #events(events: readonly Event[], base: Guard, route: boolean): void {
    for (const action of events.flatMap((event) => this.exchange.actionsFrom(event))) {
      if (route && action.do !== 'header' && restsOnData(action.when)) continue;
      this.#do(action, base);
    }
  }

  #do(action: TornadoAction, base: Guard): void {
    const when = allOf(base, guardOf(action.when));
    this.#note(action);
    if (when.g === 'never') return;
    switch (action.do) {
      case 'header':
        return this.response.write(action, base, (reached, fault, at) => this.#fail(reached, 500, fault, at));
      case 'status':
        return this.response.status(action.status, when);
      case 'end':
        return this.response.send(when, action.at);
      case 'clear':
        this.response.clear(when, action.at);
        return this.#defaults(when, action.at);
      case 'fail':
        return this.#fail(when, action.status, action.fault ?? '', action.at);
      case 'next':
    }
  }

  #fail(when: Guard, status: number, fault: string, at: Span): void {
    this.response.clear(when, at);
    this.#defaults(when, at);
    const method = this.cls.methodOf(this.#instance, 'write_error');
    for (const event of method?.run([{ kind: 'number', value: status, at }]) ?? []) {
      for (const action of this.exchange.actionsFrom(event)) {
        this.#note(action);
        if (action.do === 'header') this.response.write(action, when, () => undefined);
      }
    }
    this.response.answer(when, status, at, fault);
  }

  #note(action: TornadoAction): void {
    if (action.do === 'header' && /^(?:access-control-|vary$)/.test(action.name)) this.handWritten = true;
  }
}

/** The steps below a guard. */
export function below(steps: readonly Step[], when: Guard): readonly Step[] {
  return steps.map((step) => ({ ...step, when: whenAll(when, step.when) }));
}

