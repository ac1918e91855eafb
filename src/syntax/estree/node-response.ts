import type { Span } from '../../text/span.js';
import { and, type Condition } from '../../values/condition.js';
import type { HeaderWrite, ResponseAction } from '../../values/response-action.js';
import type { Handle, UnknownValue, Value } from '../../values/value.js';
import { wherePresent } from './either.js';

/**
 * The methods of Node's `http.ServerResponse`, which Express, Connect, Next and others hand on: what a call does.
 * Undefined for a method that is no Node method. (https://nodejs.org/api/http.html#class-httpserverresponse)
 */
export function nodeResponseCall(method: string, args: readonly Value[], when: Condition, at: Span): readonly ResponseAction[] | undefined {
  const [first, second, third] = args;
  switch (method) {
    case 'setHeader':
    case 'appendHeader':
      return headerWrite(method === 'setHeader' ? 'set' : 'append', first, second, 'throw', when, at);
    case 'setHeaders':
      return first === undefined ? [] : recordWrites(first, 'throw', when);
    case 'removeHeader':
      return first?.kind === 'string' ? [{ do: 'header', op: 'remove', name: first.value.toLowerCase(), value: first, missing: 'skip', when, at }] : [];
    case 'writeHead': {
      const headers = third ?? (second?.kind === 'string' ? undefined : second);
      const status: ResponseAction[] = first === undefined ? [] : [{ do: 'status', status: first, when, at }];
      if (headers === undefined) return status;
      return [...status, ...(headers.kind === 'list' ? pairWrites(headers.items, when) : recordWrites(headers, 'throw', when))];
    }
    case 'end':
      return [{ do: 'end', when, at }];
    case 'write':
    case 'flushHeaders':
    case 'getHeader':
    case 'hasHeader':
    case 'on':
    case 'once':
      return [];
    default:
      return undefined;
  }
}

export function headerWrite(op: 'set' | 'append', name: Value | undefined, value: Value | undefined, missing: HeaderWrite['missing'], when: Condition, at: Span): readonly HeaderWrite[] {
  if (name?.kind === 'unknown') return unknownWrites(name, when);
  if (name?.kind !== 'string') return [];
  return [{ do: 'header', op, name: name.value.toLowerCase(), value: value ?? { kind: 'nothing', what: 'undefined', at }, missing, when, at }];
}

/**
 * One write for each entry of an object, at the entry; of one of several objects, under its condition. Headers that are
 * not in view count where their name says that they are about CORS.
 */
export function recordWrites(headers: Value, missing: HeaderWrite['missing'], when: Condition): readonly HeaderWrite[] {
  if (headers.kind === 'either') return headers.options.flatMap((option) => recordWrites(option.value, missing, and(when, option.when)));
  if (headers.kind === 'unknown') return unknownWrites(headers, when);
  if (headers.kind !== 'record') return [];
  const hidden = headers.rest === undefined ? [] : recordWrites(headers.rest, missing, when);
  const written = headers.entries.flatMap(({ key, value, at }): readonly HeaderWrite[] => {
    const present = wherePresent(value);
    return present === undefined ? [] : [{ do: 'header', op: 'set', name: key.toLowerCase(), value: present, missing, when, at }];
  });
  return [...hidden, ...written];
}

/** What headers, or code that writes them, do to a response where they are not in view: anything, if their name speaks of CORS. */
export function unknownWrites(value: UnknownValue, when: Condition): readonly HeaderWrite[] {
  if (!/cors|access-control/i.test(value.detail)) return [];
  return ['access-control-allow-origin', 'access-control-allow-credentials'].map((name) => ({ do: 'header', op: 'set', name, value, missing: 'skip', when, at: value.at }));
}

/** `writeHead(200, ['name', 'value', …])` and `[['name', 'value'], …]`: names that stand twice make two lines. */
function pairWrites(items: readonly Value[], when: Condition): readonly ResponseAction[] {
  const flat = items.flatMap((item) => (item.kind === 'list' ? item.items : [item]));
  const seen = new Set<string>();
  const writes: ResponseAction[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const name = flat[index]!;
    const value = flat[index + 1]!;
    if (name.kind !== 'string') continue;
    const key = name.value.toLowerCase();
    writes.push({ do: 'header', op: seen.has(key) ? 'append' : 'set', name: key, value, missing: 'throw', when, at: { ...name.at, end: Math.max(name.at.end, value.at.end) } });
    seen.add(key);
  }
  return writes;
}

/** What Node's `http.IncomingMessage` tells of the request; `read` hears the names of headers that are asked for. */
export function nodeRequest(at: Span, more: (property: string) => Value | undefined, read: (header: string) => void): Handle {
  const headers: Handle = {
    kind: 'handle',
    name: 'req.headers',
    at,
    get: (name) => {
      // Node lower-cases the names: another spelling finds nothing.
      if (name !== name.toLowerCase()) return { kind: 'nothing', what: 'undefined', at };
      read(name);
      return { kind: 'request', part: 'header', header: name, at };
    },
    call: () => undefined,
  };
  return {
    kind: 'handle',
    name: 'req',
    at,
    get: (property) => {
      if (property === 'method') return { kind: 'request', part: 'method', at };
      if (property === 'url') return { kind: 'request', part: 'path', at };
      return property === 'headers' ? headers : more(property);
    },
    call: () => undefined,
  };
}
