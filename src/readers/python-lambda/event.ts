import type { Span } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { unknown, type Handle, type Value } from '../../values/value.js';

/** What Lambda hands to a Python function: the event of API Gateway (payload 1.0 or 2.0) as dictionaries, and the context. */
export interface Invocation {
  readonly args: readonly Value[];
  /** Lower-case names of request headers that were read. */
  readonly reads: ReadonlySet<string>;
}

export function invocation(at: Span): Invocation {
  const reads = new Set<string>();
  const method: Value = { kind: 'request', part: 'method', at };
  const path: Value = { kind: 'request', part: 'path', at };
  // Payload 1.0 keeps the spelling of the client, 2.0 has lower case: code asks for both.
  const header = (name: string): Value => {
    reads.add(name.toLowerCase());
    return { kind: 'request', part: 'header', header: name.toLowerCase(), at };
  };
  // What code asks for that goes through all of them, as to spell them alike.
  const pairs = ['origin', 'access-control-request-method', 'access-control-request-headers'].map((name): Value => ({ kind: 'list', items: [{ kind: 'string', value: name, at }, { kind: 'request', part: 'header', header: name, at }], at }));
  const items: Value = { kind: 'list', items: pairs, rest: unknown('parameter', 'further headers of the request', at), at };
  const headers = dictionary('event["headers"]', at, header, (name) => ({ kind: 'condition', condition: { c: 'present', value: header(name), at }, at }), items);
  const http = dictionary('event["requestContext"]["http"]', at, (key) => (key === 'method' ? method : key === 'path' ? path : undefined));
  const about = dictionary('event["requestContext"]', at, (key) => (key === 'http' ? http : key === 'httpMethod' ? method : key === 'path' ? path : undefined));
  const event = dictionary('event', at, (key) => {
    if (key === 'cookies') reads.add('cookie');
    if (key === 'headers' || key === 'multiValueHeaders') return headers;
    if (key === 'requestContext') return about;
    if (key === 'httpMethod') return method;
    return key === 'path' || key === 'rawPath' ? path : undefined;
  });
  const context: Handle = { kind: 'handle', name: 'context', at, get: () => undefined, call: () => undefined };
  return { args: [event, context], reads };
}

/** `d[key]`, `d.get(key)`, `d.get(key, default)`, `key in d`. A default counts only where a header may be missing. */
function dictionary(name: string, at: Span, of: (key: string) => Value | undefined, has: (key: string) => Value = (key) => ({ kind: 'boolean', value: of(key) !== undefined, at }), items?: Value): Handle {
  const handle: Handle = {
    kind: 'handle',
    name,
    at,
    get: () => undefined,
    call: (method, args) => {
      const [key, fallback] = args;
      if (method === 'items' || method === 'copy') return method === 'copy' ? handle : items;
      if (key?.kind !== 'string') return undefined;
      if (method === '__contains__') return of(key.value) === undefined ? undefined : has(key.value);
      if (method === '__getitem__') return of(key.value);
      if (method !== 'get') return undefined;
      const value = of(key.value);
      if (value?.kind !== 'request' || value.part !== 'header' || fallback === undefined || fallback.kind === 'nothing') return value;
      const present = has(key.value);
      const test = present.kind === 'condition' ? present.condition : TRUE;
      return { kind: 'either', options: [{ when: test, value }, { when: { c: 'not', of: test }, value: fallback }], at };
    },
  };
  return handle;
}
