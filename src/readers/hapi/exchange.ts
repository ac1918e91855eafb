import { headerWrite, nodeRequest } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import type { Fact } from '../../values/fact.js';
import type { ResponseAction } from '../../values/response-action.js';
import { entry, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';

/** What hapi hands to handlers and extensions, with what was asked of the request. */
export interface Exchange {
  readonly request: Handle;
  readonly toolkit: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed payload. */
  readonly reads: Set<string>;
  /** "The response is an error of Boom": asked of `request.response` before it is sent. */
  readonly isError: Fact;
  actionsOf(callee: FunctionValue): readonly ResponseAction[];
}

export function exchange(at: Span): Exchange {
  const reads = new Set<string>();
  const isError: Fact = { key: `boom@${at.file}:${at.start}`, reason: 'function-call', detail: 'whether the response is an error', at };
  const handle = (name: string, get: Handle['get'], call: Handle['call']): Handle => ({ kind: 'handle', name, at, get, call });
  // `response.headers` and, of an error, `response.output.headers` are objects that code writes to.
  const headers: Handle = handle('response.headers', () => undefined, () => undefined);
  const output: Handle = handle('response.output', (property) => (property === 'headers' ? headers : undefined), () => undefined);
  const response: Handle = handle(
    'response',
    (property) => {
      if (property === 'headers') return headers;
      if (property === 'output') return output;
      return property === 'isBoom' ? { kind: 'condition', condition: { c: 'fact', fact: isError }, at } : undefined;
    },
    (method) => (CHAINED.has(method) ? response : undefined),
  );
  const toolkit: Handle = handle('h', () => undefined, (method) => (RESPONDING.has(method) ? response : undefined));
  const method: Value = { kind: 'derived', how: 'lower-case', of: { kind: 'request', part: 'method', at }, at };
  const node: Handle = nodeRequest(at, () => undefined, (name) => reads.add(name));
  const raw: Handle = handle('request.raw', (property) => (property === 'req' ? node : undefined), () => undefined);
  const request: Handle = {
    ...node,
    get: (property) => {
      if (property === 'method') return method;
      if (property === 'path') return { kind: 'request', part: 'path', at };
      if (property === 'url') return handle('request.url', (part) => (part === 'pathname' || part === 'path' ? { kind: 'request', part: 'path', at } : undefined), () => undefined);
      if (property === 'response') return response;
      if (property === 'raw') return raw;
      if (property === 'payload') reads.add('body');
      return node.get(property);
    },
  };

  const actionsFrom = (event: Event): readonly ResponseAction[] => {
    const { when, at: place } = event;
    if (event.kind === 'throw') return [{ do: 'fail', status: 500, when, at: place }];
    if (event.kind === 'assign' && event.receiver === headers) return [{ do: 'header', op: 'set', name: event.property.toLowerCase(), value: event.value, missing: 'remove', when, at: place }];
    if (event.kind === 'assign') return event.property === 'statusCode' && (event.receiver === response || event.receiver === output) ? [{ do: 'status', status: event.value, when, at: place }] : [];
    if (event.kind !== 'call') return [];
    if (event.receiver === toolkit && event.method === 'redirect') return [{ do: 'status', status: { kind: 'number', value: 302, at: place }, when, at: place }];
    return event.receiver === response ? responseCall(event.method, event.args, when, place) : [];
  };
  return { request, toolkit, reads, isError, actionsOf: (callee) => callee.run([request, toolkit]).flatMap(actionsFrom) };
}

const CHAINED = new Set(['header', 'code', 'vary', 'type', 'bytes', 'charset', 'created', 'encoding', 'etag', 'location', 'message', 'redirect', 'replacer', 'spaces', 'state', 'suffix', 'temporary', 'permanent', 'rewritable', 'ttl', 'unstate', 'takeover', 'hold', 'compressed']);
/** Of the toolkit; the empty name is `reply(value)` of hapi 16 and older. */
const RESPONDING = new Set(['response', 'redirect', 'file', 'view', 'entity', '']);

/** https://hapi.dev/api#-responseheadername-value-options: a value that is missing takes the header away. */
function responseCall(method: string, args: readonly Value[], when: Condition, at: Span): readonly ResponseAction[] {
  const [first, second, options] = args;
  switch (method) {
    case 'header': {
      const asks = (key: string, value: boolean): boolean => {
        const given = options?.kind === 'record' ? entry(options, key)?.value : undefined;
        return given?.kind === 'boolean' && given.value === value;
      };
      const writes = headerWrite(asks('append', true) ? 'append' : 'set', first, second, 'remove', when, at);
      return asks('override', false) ? writes.map((write): ResponseAction => (write.do === 'header' ? { ...write, op: 'set-if-absent' } : write)) : writes;
    }
    case 'vary':
      return first === undefined ? [] : [{ do: 'header', op: 'append', name: 'vary', value: first, missing: 'skip', when, at }];
    case 'code':
      return first === undefined ? [] : [{ do: 'status', status: first, when, at }];
    case 'takeover':
      return [{ do: 'end', when, at }];
    default:
      return [];
  }
}

/** The condition where a fact is known. */
export function where(condition: Condition, fact: Fact, holds: boolean): Condition {
  switch (condition.c) {
    case 'and':
      return and(...condition.of.map((part) => where(part, fact, holds)));
    case 'or':
      return or(...condition.of.map((part) => where(part, fact, holds)));
    case 'not':
      return not(where(condition.of, fact, holds));
    case 'fact':
      return condition.fact.key === fact.key ? (holds ? TRUE : FALSE) : condition;
    default:
      return condition;
  }
}
