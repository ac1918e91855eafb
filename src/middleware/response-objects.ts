import type { Span } from '../text/span.js';
import { TRUE, type Condition } from '../values/condition.js';
import type { HeaderWrite } from '../values/response-action.js';
import { type Event, type Handle, type RecordValue, type Value } from '../values/value.js';
import { alternatives, beyond, restricted } from './alternatives.js';
import { argument, pythonHeader } from './python-header.js';
import { unknownHeaders } from './responses-out-of-view.js';

/** A status that was given under a condition. */
export interface StatusWrite {
  readonly when: Condition;
  readonly status: Value;
}

/** What a response is when it is returned. */
export interface MadeResponse {
  readonly writes: readonly HeaderWrite[];
  /** Latest last; what none of them covers has the status 200. */
  readonly statuses: readonly StatusWrite[];
}

/** How a class of responses is called and how it treats headers. */
export interface ResponseClass {
  readonly name: string;
  /** Parameters in order, by their names in the signature. */
  readonly parameters: readonly string[];
  readonly status: string;
  /** The attribute that holds the status, where it has another name than the parameter. */
  readonly statusAttribute?: string;
  /** The class's own status, where none is given. */
  readonly ownStatus?: number;
  readonly headers: string;
  /** Values become what `str` makes of them, None included; else they go out as JSON, without what is None. */
  readonly writesText: boolean;
}

/**
 * Response objects of Python packages, `Response(body, headers={…})`, on whose `headers` code may write before it
 * returns them. Each call makes one; what was written is found by going through the events of the run in order.
 */
export class ResponseObjects {
  readonly #made = new Map<Handle, { readonly writes: HeaderWrite[]; readonly statuses: StatusWrite[]; readonly of: ResponseClass }>();
  readonly #responseOf = new Map<Handle, Handle>();

  /** The class, as it is imported. */
  classHandle(of: ResponseClass): Handle {
    return { kind: 'handle', name: of.name, at: { file: '', start: 0, end: 0 }, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? this.make(of, args, keywords, at) : undefined) };
  }

  make(of: ResponseClass, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    const given = (name: string): Value | undefined => argument({ args, ...(keywords === undefined ? {} : { keywords }) }, of.parameters.indexOf(name), name);
    const status: Value | undefined = given(of.status) ?? (of.ownStatus === undefined ? undefined : { kind: 'number', value: of.ownStatus, at });
    const headers: Handle = { kind: 'handle', name: `${of.name}.headers`, at, get: () => undefined, call: () => undefined };
    const response: Handle = { kind: 'handle', name: of.name, at, get: (property) => (property === 'headers' ? headers : property === (of.statusAttribute ?? of.status) ? status : undefined), call: () => undefined };
    this.#made.set(response, { writes: [...dictWrites(given(of.headers), of.writesText, TRUE)], statuses: status === undefined ? [] : [{ when: TRUE, status }], of });
    this.#responseOf.set(headers, response);
    return response;
  }

  /** Goes through what a run did, in order, and keeps what was written on each object. */
  follow(events: readonly Event[]): void {
    for (const event of events) {
      if (event.kind === 'assign') this.#assigned(event);
      if (event.kind !== 'call') continue;
      const response = this.#made.get(this.#responseOf.get(event.receiver) ?? event.receiver);
      response?.writes.push(...headerCall(event, response.of.writesText));
    }
  }

  #assigned({ receiver, property, value, when, at }: Event & { kind: 'assign' }): void {
    const response = this.#made.get(receiver);
    if (response === undefined) return;
    if (property === (response.of.statusAttribute ?? response.of.status)) response.statuses.push({ when, status: value });
    if (property !== 'headers') return;
    const lost = new Set(response.writes.map(({ name }) => name));
    response.writes.push(...[...lost].map((name): HeaderWrite => ({ do: 'header', op: 'remove', name, value, missing: 'skip', when, at })), ...dictWrites(value, response.of.writesText, when));
  }

  /** The response as it stands where it is returned under the condition; undefined for any other value. */
  madeOf(value: Value, when: Condition): MadeResponse | undefined {
    const made = value.kind === 'handle' ? this.#made.get(value) : undefined;
    if (made === undefined) return undefined;
    const statuses = made.statuses.flatMap((one) => {
      const reached = beyond(one.when, when);
      return reached === undefined ? [] : [{ ...one, when: reached }];
    });
    return { writes: made.writes.flatMap((write) => restricted(write, when)), statuses };
  }
}

/** One write for each entry of a dictionary, at the entry; of one of several dictionaries, under its condition. */
export function dictWrites(headers: Value | undefined, writesText: boolean, when: Condition): readonly HeaderWrite[] {
  return alternatives(headers).flatMap(({ when: inner, value }) => {
    const under = beyond(inner, when);
    if (under === undefined) return [];
    if (value.kind === 'unknown') return unknownHeaders(value, under);
    if (value.kind !== 'record') return [];
    const hidden = value.rest === undefined ? [] : unknownHeaders(value.rest, under);
    return [...hidden, ...value.entries.flatMap(({ key, value: text, at }) => write('set', { kind: 'string', value: key, at }, text, writesText, { when: under, at }))];
  });
}

/** Methods of dictionaries and of Werkzeug's `Headers` that write. */
function headerCall(event: Event & { kind: 'call' }, writesText: boolean): readonly HeaderWrite[] {
  const [name, value] = event.args;
  switch (event.method) {
    case '__setitem__':
    case 'set':
    case 'set_header':
      return write('set', name, value, writesText, event);
    case 'add':
    case 'add_header':
      return write('append', name, value, writesText, event);
    case 'setdefault':
      return write('set-if-absent', name, value, writesText, event);
    case 'update':
    case 'extend':
    case '__ior__': {
      const writes = [...dictWrites(name, writesText, event.when), ...dictWrites(event.keywords, writesText, event.when)];
      return event.method === 'extend' ? writes.map((one) => ({ ...one, op: 'append' })) : writes;
    }
    case 'pop':
    case 'remove':
    case '__delitem__':
      return name?.kind === 'string' ? [{ do: 'header', op: 'remove', name: name.value.toLowerCase(), value: name, missing: 'skip', when: event.when, at: event.at }] : [];
    default:
      return [];
  }
}

function write(op: 'set' | 'append' | 'set-if-absent', name: Value | undefined, given: Value | undefined, writesText: boolean, at: Pick<Event, 'when' | 'at'>): readonly HeaderWrite[] {
  // A list of one, as `multiValueHeaders` has them.
  const value = given?.kind === 'list' && given.items.length === 1 && given.rest === undefined ? given.items[0] : given;
  if (writesText) return pythonHeader(op, name, value, 'none-text', at);
  return pythonHeader(op, name, value, 'skip', at).map((one) => ({ ...one, value: name?.kind === 'string' && value !== undefined ? value : one.value }));
}
