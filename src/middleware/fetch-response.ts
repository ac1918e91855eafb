import { stepsFrom } from '../policy/from-actions.js';
import { guardOf } from '../policy/from-condition.js';
import { whenAll, type Guard, type Step } from '../policy/program.js';
import { headerWrite, opaqueHandle, recordWrites } from '../syntax/estree/index.js';
import type { Span } from '../text/span.js';
import { and, TRUE, type Condition } from '../values/condition.js';
import type { HeaderWrite, ResponseAction } from '../values/response-action.js';
import { entry, unknown, type Event, type Handle, type Value } from '../values/value.js';
import { alternatives, restricted } from './alternatives.js';
import type { Way } from './ordinary-answers.js';
import { openWrites } from './responses-out-of-view.js';

export { alternatives };
export type { HeaderWrite };

/** A `Response` object: what was written on its headers, and who answers with it. */
export interface Made {
  readonly writes: HeaderWrite[];
  /** The status it is given; undefined where it goes by the response behind (`fetch(…)`, `NextResponse.next()`). */
  readonly status: Value | undefined;
}

/**
 * `Response`, `Headers` and `fetch` of the Fetch standard in code that answers requests: each object is a handle, and
 * what was written on it is found by going through the events of the run in order. `Headers` are named without regard
 * to case and write missing values as text (https://fetch.spec.whatwg.org/#headers-class).
 */
export class FetchObjects {
  /** Objects by the arguments of the call that made them: a call that runs twice makes two. */
  readonly #created = new WeakMap<readonly Value[], { readonly made: Handle; readonly by: Handle; readonly method: string }>();
  /** Creations that no event has told of yet: code whose events were left out made the object. */
  readonly #untold = new Map<Handle, () => void>();
  readonly #headersOf = new Map<Handle, Handle>();
  readonly #responseOf = new Map<Handle, Handle>();
  readonly #behind = new WeakSet<Value>();
  readonly #made = new Map<Handle, Made>();
  readonly #writes = new Map<Handle, HeaderWrite[]>();

  /** `Response`, with the static methods of `NextResponse`. */
  readonly response: Handle = this.#class('Response', ['new', 'json', 'redirect', 'error', 'next', 'rewrite'], (at) => this.#newResponse(at));
  readonly headers: Handle = this.#class('Headers', ['new'], (at) => this.#newHeaders('headers', at));
  /** `fetch(…)`, `next()`: what somebody else answers. */
  readonly fetch: Handle = this.#class('fetch', [''], (at) => this.#newResponse(at));

  /** The global objects, by name, for the package `globalThis`. */
  global(name: string): Value | undefined {
    return name === 'Response' ? this.response : name === 'Headers' ? this.headers : name === 'fetch' || name === 'globalThis.fetch' ? this.fetch : undefined;
  }

  #class(name: string, makers: readonly string[], make: (at: Span) => Handle): Handle {
    const own: Handle = {
      kind: 'handle',
      name,
      at: { file: '', start: 0, end: 0 },
      get: () => undefined,
      call: (method, args, at) => (makers.includes(method) ? this.#creation(make(at), own, method, args, at) : undefined),
    };
    return own;
  }

  #creation(made: Handle, by: Handle, method: string, args: readonly Value[], at: Span): Handle {
    this.#created.set(args, { made, by, method });
    this.#untold.set(made, () => this.#create(made, by, method, args, TRUE, at));
    return made;
  }

  #told(handle: Handle): void {
    const create = this.#untold.get(handle);
    this.#untold.delete(handle);
    create?.();
  }

  #newResponse(at: Span): Handle {
    const headers = this.#newHeaders('response.headers', at);
    // The status of a response behind is not known; where it is handed on, the response is that one's.
    const status = unknown('upstream', 'the status of the response behind', at);
    this.#behind.add(status);
    const response: Handle = {
      kind: 'handle',
      name: 'response',
      at,
      get: (property) => (property === 'headers' ? headers : property === 'status' ? status : property === 'ok' ? unknown('upstream', 'whether the response behind is ok', at) : undefined),
      call: (method, args, callAt) => (method === 'clone' ? this.#creation(this.#newResponse(callAt), response, method, args, callAt) : undefined),
    };
    this.#headersOf.set(response, headers);
    this.#responseOf.set(headers, response);
    return response;
  }

  #newHeaders(name: string, at: Span): Handle {
    return { kind: 'handle', name, at, get: () => undefined, call: () => undefined };
  }

  isResponse(value: Value): value is Handle {
    return value.kind === 'handle' && this.#headersOf.has(value);
  }

  /** Goes through what a run did, in order, and keeps what each object holds. */
  follow(events: readonly Event[]): void {
    for (const event of events) {
      if (event.kind === 'escape') this.#escaped(event.receiver, event.detail, event.when, event.at);
      if (event.kind !== 'call') continue;
      const { receiver, method, args, when, at } = event;
      const created = this.#created.get(args);
      if (created !== undefined) {
        this.#untold.delete(created.made);
        this.#create(created.made, created.by, created.method, args, when, at);
      } else if (method === 'forEach') this.#each(receiver, args[0], when);
      else if (method === 'set' || method === 'append' || method === 'delete') this.#written(receiver).push(...writeOf(method, args, when, at));
    }
  }

  /** `headers.forEach((value, name) => …)` */
  #each(headers: Handle, callback: Value | undefined, when: Condition): void {
    if (callback?.kind !== 'function') return;
    for (const write of [...this.#written(headers)]) {
      const name: Value = { kind: 'string', value: write.name, at: write.at };
      const under = and(when, write.when);
      if (write.op !== 'remove') this.follow(callback.run([write.value, name]).map((event) => ({ ...event, when: and(under, event.when) })));
    }
  }

  #create(created: Handle, receiver: Handle, method: string, args: readonly Value[], when: Condition, at: Span): void {
    if (receiver === this.headers) return this.#copy(args[0], created, when);
    const headers = this.#headersOf.get(created);
    if (headers === undefined) return;
    this.#told(receiver);
    const before = this.#made.get(receiver);
    if (before !== undefined) {
      // `response.clone()`
      this.#made.set(created, { writes: this.#written(headers), status: before.status });
      return this.#copy(this.#headersOf.get(receiver), headers, when);
    }
    if (receiver === this.fetch) this.#made.set(created, { writes: this.#written(headers), status: undefined });
    else if (method === 'redirect') this.#made.set(created, { writes: this.#written(headers), status: args[1]?.kind === 'number' ? args[1] : { kind: 'number', value: 302, at } });
    else if (method === 'error') this.#made.set(created, { writes: this.#written(headers), status: { kind: 'number', value: 0, at } });
    else {
      const init = method === 'next' ? args[0] : args[1];
      this.#made.set(created, { writes: this.#written(headers), status: method === 'next' || method === 'rewrite' ? undefined : this.#statusIn(init, at) });
      for (const { when: inner, value } of alternatives(init)) this.#copy(this.#headersIn(value), headers, and(when, inner));
    }
  }

  #statusIn(init: Value | undefined, at: Span): Value | undefined {
    const ok: Value = { kind: 'number', value: 200, at };
    if (init === undefined || init.kind === 'nothing') return ok;
    if (init.kind === 'handle') return this.#madeAs(init)?.status;
    if (init.kind === 'either') {
      const options = init.options.map(({ when, value }) => ({ when, value: this.#statusIn(value, at) ?? unknown('upstream', 'the status of the response behind', at) }));
      return { kind: 'either', options, at };
    }
    if (init.kind !== 'record') return init.kind === 'unknown' ? init : ok;
    const status = entry(init, 'status')?.value ?? init.rest ?? ok;
    return this.#behind.has(status) ? undefined : status.kind === 'nothing' ? ok : status;
  }

  #headersIn(init: Value): Value | undefined {
    if (init.kind === 'handle') return this.#headersOf.get(init);
    if (init.kind === 'record') return entry(init, 'headers')?.value ?? init.rest;
    return init.kind === 'unknown' ? init : undefined;
  }

  /** What a `Headers` is made of: an object, pairs, or another `Headers`. */
  #copy(from: Value | undefined, to: Handle, when: Condition): void {
    const writes = this.#written(to);
    for (const { when: inner, value } of alternatives(from)) {
      const under = and(when, inner);
      if (value.kind === 'handle') writes.push(...this.#written(value).flatMap((write) => restricted(write, under)));
      else if (value.kind === 'list') writes.push(...value.items.flatMap((item) => (item.kind === 'list' ? writeOf('append', item.items, under, item.at) : [])));
      else writes.push(...recordWrites(value, 'null-text', under), ...this.#writesOn(value, under));
    }
  }

  /** Unknown code that is named for it sets headers on what it is given. */
  #escaped(receiver: Handle, detail: string, when: Condition, at: Span): void {
    const headers = this.#headersOf.get(receiver) ?? receiver;
    if (SETS_HEADERS.test(detail) && this.#writes.has(headers)) this.#written(headers).push(...openWrites(unknown('function-call', detail, at), when));
  }

  /** What is written on a response that is not in view. */
  #writesOn(value: Value, when: Condition): readonly HeaderWrite[] {
    return value.kind === 'unknown' ? (this.#writes.get(opaqueHandle(value)) ?? []).flatMap((write) => restricted(write, when)) : [];
  }

  #madeAs(response: Handle): Made | undefined {
    this.#told(response);
    return this.#made.get(response);
  }

  #written(headers: Handle): HeaderWrite[] {
    this.#told(this.#responseOf.get(headers) ?? headers);
    let writes = this.#writes.get(headers);
    if (writes === undefined) this.#writes.set(headers, (writes = []));
    return writes;
  }

  /** A `Response` as it stands where it is answered with under the condition; undefined for any other value. */
  madeOf(value: Value, when: Condition): Made | undefined {
    const made = value.kind === 'handle' ? this.#madeAs(value) : undefined;
    return made === undefined ? undefined : { ...made, writes: made.writes.flatMap((write) => restricted(write, when)) };
  }

  /** The ways in which a returned value answers: one that is an error without headers of CORS refuses, and so does none at all. */
  waysOf(returned: Value, reached: Condition): readonly Way[] {
    return alternatives(returned).map(({ when: inner, value }) => {
      const when = and(reached, inner);
      const made = this.madeOf(value, when);
      const fails = alternatives(made?.status).map(({ value: status }) => status.kind === 'number' && status.value >= 400);
      const silent = made?.writes.every(({ name, op }) => name !== 'access-control-allow-origin' || op === 'remove') === true;
      return { when, refuses: value.kind === 'nothing' || (silent && fails.length > 0 && !fails.includes(false)) };
    });
  }

  /**
   * Steps for a value that a handler returns: its headers, then the answer. `otherwise` says what becomes of a request
   * for which nothing is returned.
   */
  answers(returned: Value, reached: Condition, base: Guard, at: Span, otherwise: ResponseAction['do'] & ('fail' | 'next')): Step[] {
    return alternatives(returned).flatMap(({ when: inner, value }): readonly Step[] => {
      const when = and(reached, inner);
      if (when.c === 'false') return [];
      const behind: Step = { when: whenAll(base, guardOf(when)), effects: [], end: { to: 'behind' }, at };
      if (value.kind === 'nothing') return otherwise === 'next' ? [behind] : stepsFrom([{ do: 'fail', status: 500, fault: 'the handler returns no response', when, at }], base);
      const made = this.madeOf(value, when);
      if (made === undefined) {
        const open = value.kind === 'unknown' ? value : unknown('function-call', 'a response that is not followed', value.at);
        return [...stepsFrom([...openWrites(open, when), ...this.#writesOn(open, when)], base), behind];
      }
      if (made.status === undefined) return [...stepsFrom(made.writes, base), behind];
      return stepsFrom([...made.writes, { do: 'status', status: made.status, when, at }, { do: 'end', when, at }], base);
    });
  }
}

/** Names of functions that write headers of CORS on what they are given; others only read it. */
const SETS_HEADERS = /\b(?:\w*(?:set|add|with|apply|append|attach|enable|handle|wrap|inject)\w*(?:cors|header|origin)\w*|cors(?:ify|\w*response|middleware)?)\b/i;

/** A missing value becomes text: `undefined`, and `null` for a header that the request does not have. */
function writeOf(method: string, [name, value]: readonly Value[], when: Condition, at: Span): readonly HeaderWrite[] {
  if (method === 'delete') return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when, at }] : [];
  return headerWrite(method === 'set' ? 'set' : 'append', name, value, 'null-text', when, at).flatMap((action) => (action.do === 'header' ? [action] : []));
}

/** A `Request`: its method, its URL's path, and its headers, which `read` hears of. */
export function fetchRequest(at: Span, read: (header: string) => void): Handle {
  const header = (name: string): Value => {
    read(name.toLowerCase());
    return { kind: 'request', part: 'header', header: name.toLowerCase(), at };
  };
  const headers: Handle = {
    kind: 'handle',
    name: 'request.headers',
    at,
    // `Headers` has methods and no fields: `request.headers.origin` is nothing.
    get: () => ({ kind: 'nothing', what: 'undefined', at }),
    call: (method, args) => {
      const [name] = args;
      if (name?.kind !== 'string') return undefined;
      if (method === 'has') return { kind: 'condition', condition: { c: 'present', value: header(name.value), at }, at };
      return method === 'get' ? header(name.value) : undefined;
    },
  };
  const path: Value = { kind: 'request', part: 'path', at };
  const nextUrl: Handle = { kind: 'handle', name: 'nextUrl', at, get: (property) => (property === 'pathname' ? path : undefined), call: () => undefined };
  const request: Handle = {
    kind: 'handle',
    name: 'request',
    at,
    get: (property) => {
      if (property === 'cookies') read('cookie');
      if (property === 'method') return { kind: 'request', part: 'method', at };
      return property === 'url' ? path : property === 'headers' ? headers : property === 'nextUrl' ? nextUrl : property === 'request' || property === 'req' ? request : undefined;
    },
    call: (method) => (method === 'clone' ? request : undefined),
  };
  return request;
}

/** Steps for what happens where the code throws: the runtime answers with an error page that has no headers. */
export function thrown(events: readonly Event[], base: Guard): readonly Step[] {
  return events.flatMap((event) => (event.kind === 'throw' ? stepsFrom([{ do: 'fail', status: 500, fault: 'the handler throws', when: event.when, at: event.at }], base) : []));
}
