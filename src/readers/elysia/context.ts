import { fetchRequest, type FetchObjects, type HeaderWrite } from '../../middleware/fetch-response.js';
import type { Span } from '../../text/span.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Condition } from '../../values/condition.js';
import type { Event, Handle, Value } from '../../values/value.js';

/** What Elysia hands to a hook or a handler, with what was asked of the request. */
export interface Exchange {
  readonly context: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a JSON body. */
  readonly reads: Set<string>;
  /** What an event means for the headers and the status that the response will have. */
  actionsFrom(event: Event): readonly ResponseAction[];
  /** What a returned value does, beside ending the request: undefined for nothing, which lets a hook go on. */
  answerOf(value: Value, when: Condition, at: Span): readonly ResponseAction[] | undefined;
}

/**
 * Headers of a response under the names that code spelled. `set.headers` is an object: the same name in another case is
 * another entry, and both are sent.
 */
export class Spellings {
  readonly #names = new Map<string, Set<string>>();

  /** A header that is written under this spelling. */
  write(spelled: string, value: Value, missing: HeaderWrite['missing'], when: Condition, at: Span): HeaderWrite {
    const name = spelled.toLowerCase();
    return { do: 'header', op: this.know(spelled), name, value, missing, when, at };
  }

  /** A spelling that is used; how it is written beside the others. */
  know(spelled: string): 'set' | 'append' {
    const name = spelled.toLowerCase();
    const names = this.#names.get(name) ?? new Set();
    this.#names.set(name, names.add(spelled));
    return names.size > 1 ? 'append' : 'set';
  }
}

/** `{ set, request, headers, … }`. What stands in `set` goes below the headers of a `Response` that is returned. */
export function exchange(at: Span, objects: FetchObjects, spellings: Spellings): Exchange {
  const reads = new Set<string>();
  const statuses = new WeakMap<Handle, Value | undefined>();
  const handle = (name: string, get: Handle['get'], call: Handle['call']): Handle => ({ kind: 'handle', name, at, get, call });
  const request = fetchRequest(at, (name) => reads.add(name));
  // Names of headers are lower-case here: another spelling finds nothing.
  const missingAs = (value: Value): HeaderWrite['missing'] => (plain.has(value) ? 'text' : 'null-text');
  /** Headers of the plain object, of which missing ones are `undefined`: those of the `Request` are `null`. */
  const plain = new WeakSet<Value>();
  const headers = handle('headers', (name) => {
    if (name !== name.toLowerCase()) return { kind: 'nothing', what: 'undefined', at };
    reads.add(name);
    const value: Value = { kind: 'request', part: 'header', header: name, at };
    plain.add(value);
    return value;
  }, () => undefined);
  const setHeaders = handle('set.headers', () => undefined, () => undefined);
  const set = handle('set', (property) => (property === 'headers' ? setHeaders : undefined), () => undefined);
  const answer = (status: Value | undefined, callAt: Span): Handle => {
    const made: Handle = { kind: 'handle', name: 'answer', at: callAt, get: () => undefined, call: () => undefined };
    statuses.set(made, status);
    return made;
  };
  const status = handle('status', () => undefined, (method, args, callAt) => (method === '' ? answer(args[0], callAt) : undefined));
  const redirect = handle('redirect', () => undefined, (method, args, callAt) => (method === '' ? answer(args[1] ?? { kind: 'number', value: 302, at: callAt }, callAt) : undefined));
  const context = handle(
    'context',
    (property) => {
      if (property === 'body') reads.add('body');
      if (property === 'cookie') reads.add('cookie');
      if (property === 'path') return { kind: 'request', part: 'path', at };
      return { set, request, headers, status, error: status, redirect }[property];
    },
    (method, args, callAt) => (method === 'status' || method === 'error' ? answer(args[0], callAt) : undefined),
  );

  const actionsFrom = (event: Event): readonly ResponseAction[] => {
    const { when } = event;
    if (event.kind === 'throw') return [{ do: 'fail', status: 500, when, at: event.at }];
    if (event.kind !== 'assign') return [];
    if (event.receiver === setHeaders) return [spellings.write(event.property, event.value, missingAs(event.value), when, event.at)];
    if (event.receiver !== set) return [];
    if (event.property === 'status') return [{ do: 'status', status: event.value, when, at: event.at }];
    return event.property === 'headers' && event.value.kind === 'record' ? event.value.entries.flatMap(({ key, value, at: place }) => actionsFrom({ kind: 'assign', when, receiver: setHeaders, property: key, value, at: place })) : [];
  };
  const answerOf = (value: Value, when: Condition, returnAt: Span): readonly ResponseAction[] | undefined => {
    if (value.kind === 'nothing') return undefined;
    const end: ResponseAction = { do: 'end', when, at: returnAt };
    if (value.kind === 'handle' && statuses.has(value)) return [...statusOf(statuses.get(value), when, returnAt), end];
    const made = objects.madeOf(value, when);
    if (made === undefined) return [end];
    // A `Response` of status 200 takes the one of `set`.
    const own = made.status?.kind === 'number' && made.status.value === 200 ? undefined : made.status;
    return [...made.writes, ...statusOf(own, when, returnAt), end];
  };
  return { context, reads, actionsFrom, answerOf };
}

function statusOf(status: Value | undefined, when: Condition, at: Span): readonly ResponseAction[] {
  return status === undefined || status.kind === 'nothing' ? [] : [{ do: 'status', status, when, at }];
}
