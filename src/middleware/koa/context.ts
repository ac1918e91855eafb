import { headerWrite, nodeResponseCall, recordWrites, truthy, unknownWrites } from '../../syntax/estree/index.js';
import { ASKED_PROPERTIES, UNSEEN } from '../request-reads.js';
import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';

/** Koa 3 hands what it is given to Node, which throws for `undefined`; older ones send it as text. */
export type Missing = 'throw' | 'text';

/** What Koa hands to a middleware, with what was asked of the request. */
export interface Context {
  readonly ctx: Handle;
  readonly next: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads: Set<string>;
  /** What an event means for the response. */
  actionsFrom(event: Event): readonly KoaAction[];
}

export type KoaAction =
  | ResponseAction
  /** A body makes a response of what would be "404 Not Found"; an empty one makes 204. `escaped`: other code may write one. */
  | { readonly do: 'body'; readonly empty: boolean; readonly escaped: boolean; readonly when: Condition; readonly at: Span }
  /** `cors(ctx, next)`: the middleware of a package is called by hand. */
  | { readonly do: 'run'; readonly middleware: Handle; readonly when: Condition; readonly at: Span };

/**
 * `ctx` and `next`. Below `mount()` paths are relative, so they are not followed. `missing`: what setting a header to
 * `undefined` does.
 */
export function contextFor(at: Span, mounted: boolean, missing: Missing): Context {
  const reads = new Set<string>();
  const header = (name: string): Value => {
    const lower = name.toLowerCase();
    reads.add(lower);
    return { kind: 'request', part: 'header', header: lower === 'referrer' ? 'referer' : lower, at };
  };
  const handle = (name: string, get: Handle['get'], call: Handle['call'] = () => undefined): Handle => ({ kind: 'handle', name, at, get, call });
  // Node lower-cases the names: another spelling finds nothing.
  const headers = handle('ctx.headers', (name) => (name === name.toLowerCase() ? header(name) : { kind: 'nothing', what: 'undefined', at }));
  /** `ctx.get(name)`: the empty text where the header is absent. */
  const got = (method: string, args: readonly Value[]): Value | undefined => {
    if (method !== 'get' || args[0]?.kind !== 'string') return undefined;
    const value = header(args[0].value);
    return { kind: 'either', options: [{ when: truthy(value), value }, { when: not(truthy(value)), value: { kind: 'string', value: '', at } }], at };
  };
  const ofRequest = (property: string): Value | undefined => {
    if (property === 'method') return { kind: 'request', part: 'method', at };
    if ((property === 'path' || property === 'url' || property === 'originalUrl') && (!mounted || property === 'originalUrl')) return { kind: 'request', part: 'path', at };
    if (property === 'headers' || property === 'header') return headers;
    if (ASKED_PROPERTIES.has(property)) reads.add(property);
    return undefined;
  };
  const request = handle('ctx.request', ofRequest, got);
  const response: Handle = handle('ctx.response', () => undefined, () => undefined);
  const node: Handle = handle('ctx.res', () => undefined, () => node);
  const ctx = handle('ctx', (property) => (property === 'request' || property === 'req' || property === 'accept' ? request : property === 'response' ? response : property === 'res' ? node : ofRequest(property)), got);
  const settled = handle('await next()', () => undefined);
  const next = handle('next', () => undefined, () => settled);

  const actionsFrom = (event: Event): readonly KoaAction[] => {
    const { when, at: place } = event;
    if (event.kind === 'throw') return [thrown(500, when, place)];
    if (event.kind === 'return') return [];
    const own = event.receiver === ctx || event.receiver === response;
    if (event.kind === 'escape') {
      if (event.receiver === next) return [{ do: 'next', when, at: place }];
      reads.add(UNSEEN);
      return own || event.receiver === node ? [...unknownWrites(unknown(event.reason, event.detail, place), when), { ...body(when, place), escaped: true }] : [];
    }
    if (event.kind === 'assign') {
      if (!own) return event.receiver === node && event.property === 'statusCode' ? [{ do: 'status', status: event.value, when, at: place }] : [];
      if (event.property === 'status') return [{ do: 'status', status: event.value, when, at: place }];
      // `ctx.respond = false`: Node's response is sent by hand.
      return event.property === 'body' || event.property === 'respond' ? [{ ...body(when, place), empty: event.value.kind === 'nothing' }] : [];
    }
    if (event.receiver === next && (event.method === '' || event.method === 'yield')) return [{ do: 'next', when, at: place }];
    if (own) return contextCall(event.method, event.args, missing, when, place);
    if (event.receiver === node) return nodeResponseCall(event.method, event.args, when, place) ?? [];
    if (event.args[0] !== ctx || event.args[1] !== next) return [];
    return [{ do: 'run', middleware: event.receiver, when, at: place }, { do: 'next', when, at: place }];
  };
  return { ctx, next, reads, actionsFrom };
}

/** https://koajs.com/#response */
function contextCall(method: string, args: readonly Value[], missing: Missing, when: Condition, at: Span): readonly KoaAction[] {
  const [first, second] = args;
  switch (method) {
    case 'set':
      return first !== undefined && second === undefined ? recordWrites(first, missing, when) : headerWrite('set', first, second, missing, when, at);
    case 'append':
      return headerWrite('append', first, second, missing, when, at);
    case 'remove':
      return first?.kind === 'string' ? [{ do: 'header', op: 'remove', name: first.value.toLowerCase(), value: first, missing: 'skip', when, at }] : [];
    case 'vary':
      return (first?.kind === 'list' ? first.items : first === undefined ? [] : [first]).map((value): ResponseAction => ({ do: 'header', op: 'append', name: 'vary', value, missing: 'skip', when, at }));
    case 'redirect':
      return [{ do: 'status', status: { kind: 'number', value: 302, at }, when, at }, body(when, at)];
    case 'throw':
      return [thrown(first?.kind === 'number' ? first.value : 500, when, at)];
    case 'assert':
      return first === undefined ? [] : [thrown(second?.kind === 'number' ? second.value : 500, and(when, not(truthy(first))), at)];
    case 'render':
    case 'attachment':
      return [body(when, at)];
    default:
      return [];
  }
}

function body(when: Condition, at: Span): KoaAction & { do: 'body' } {
  return { do: 'body', empty: false, escaped: false, when, at };
}

function thrown(status: number, when: Condition, at: Span): KoaAction {
  return { do: 'fail', status, fault: 'an error is thrown, and Koa clears the headers that were set', when, at };
}
