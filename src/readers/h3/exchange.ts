import { fetchRequest } from '../../middleware/fetch-response.js';
import { headerWrite, nodeRequest, nodeResponseCall, recordWrites } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { and, not, type Condition } from '../../values/condition.js';
import type { ResponseAction } from '../../values/response-action.js';
import type { Event, Handle, Value } from '../../values/value.js';
import type { H3Packages } from './packages.js';

/** What h3 hands to a handler, with what was asked of the request. */
export interface Exchange {
  readonly event: Handle;
  /** `next` of version 2's middleware. */
  readonly next: Handle;
  /** What `next()` gives: returned, it stands for what comes after. */
  readonly later: Handle;
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads: Set<string>;
  /** What an event means for the response. */
  actionsFrom(event: Event): readonly ResponseAction[];
}

const CHAINED = new Set(['setHeader', 'appendHeader', 'setHeaders', 'writeHead']);

/** `event` and `next`. Below a base the event's path is what follows the base, so it is not followed. */
export function exchange(at: Span, packages: H3Packages, major: 1 | 2, mounted: boolean): Exchange {
  const reads = new Set<string>();
  const read = (header: string): void => void reads.add(header.toLowerCase());
  const path: Value = { kind: 'request', part: 'path', at };
  const nodeSide: Handle = nodeRequest(at, () => undefined, read);
  const nodeResponse: Handle = handle('event.node.res', at, () => undefined, (method) => (CHAINED.has(method) ? nodeResponse : undefined));
  const node = handle('event.node', at, (property) => (property === 'req' ? nodeSide : property === 'res' ? nodeResponse : undefined), () => undefined);
  const web = fetchRequest(at, read);
  const webSide = handle('event.web', at, (property) => (property === 'request' ? web : undefined), () => undefined);
  const responseHeaders = handle('event.res.headers', at, () => undefined, () => undefined);
  const response = handle('event.res', at, (property) => (property === 'headers' ? responseHeaders : undefined), () => undefined);
  const url = handle('event.url', at, (property) => (property === 'pathname' && !mounted ? path : undefined), () => undefined);
  const event = handle('event', at, (property) => {
    switch (property) {
      case 'method':
        return { kind: 'request', part: 'method', at };
      case 'path':
        return mounted ? undefined : path;
      case 'url':
        return major === 2 ? url : undefined;
      case 'node':
      case 'runtime':
        return node;
      case 'req':
        return major === 1 ? nodeSide : web;
      case 'res':
        return major === 1 ? nodeResponse : response;
      case 'headers':
        return web.get('headers');
      case 'web':
        return webSide;
      default:
        return undefined;
    }
  }, () => undefined);
  const later = handle('the response behind', at, () => undefined, () => undefined);
  const next = handle('next', at, () => undefined, () => later);

  const called = (name: string, args: readonly Value[], when: Condition, callAt: Span): readonly ResponseAction[] => {
    const [, second, third] = args;
    const missing = major === 1 ? 'throw' : 'text';
    if (/^(?:getRequestHeader|getHeader)$/.test(name) && second?.kind === 'string') read(second.value);
    if (/^read(?:Body|ValidatedBody|RawBody|FormData|MultipartFormData)$/.test(name)) reads.add('body');
    if (/Cookies?$|Session$/.test(name)) reads.add('cookie');
    switch (name) {
      case 'setResponseHeader':
      case 'setHeader':
        return headerWrite('set', second, third, missing, when, callAt);
      case 'appendResponseHeader':
      case 'appendHeader':
        return headerWrite('append', second, third, missing, when, callAt);
      case 'setResponseHeaders':
      case 'setHeaders':
        return alternatives(second, when).flatMap(([value, inner]) => (value.kind === 'record' ? recordWrites(value, missing, inner) : []));
      case 'appendResponseHeaders':
      case 'appendHeaders':
        return alternatives(second, when).flatMap(([value, inner]) => (value.kind === 'record' ? recordWrites(value, missing, inner).map((action) => (action.do === 'header' ? { ...action, op: 'append' } : action)) : []));
      case 'removeResponseHeader':
        return second?.kind === 'string' ? [{ do: 'header', op: 'remove', name: second.value.toLowerCase(), value: second, missing: 'skip', when, at: callAt }] : [];
      case 'setResponseStatus':
        return second === undefined ? [] : [{ do: 'status', status: second, when, at: callAt }];
      case 'assertMethod': {
        const allowed = packages.packages('h3');
        const is = allowed?.kind === 'handle' ? allowed.call('isMethod', args, callAt) : undefined;
        return is?.kind === 'condition' ? [{ do: 'fail', status: 405, when: and(when, not(is.condition)), at: callAt }] : [];
      }
      default:
        return major === 1 ? sent(name, args, when, callAt) : [];
    }
  };
  const actionsFrom = (happened: Event): readonly ResponseAction[] => {
    const { when } = happened;
    if (happened.kind === 'assign') {
      const isStatus = (happened.receiver === nodeResponse && happened.property === 'statusCode') || (happened.receiver === response && happened.property === 'status');
      return isStatus ? [{ do: 'status', status: happened.value, when, at: happened.at }] : [];
    }
    if (happened.kind !== 'call') return [];
    const { receiver, method, args } = happened;
    if (receiver === nodeResponse) return nodeResponseCall(method, args, when, happened.at) ?? [];
    if (receiver === responseHeaders) {
      if (method === 'delete') return args[0]?.kind === 'string' ? [{ do: 'header', op: 'remove', name: args[0].value.toLowerCase(), value: args[0], missing: 'skip', when, at: happened.at }] : [];
      return method === 'set' || method === 'append' ? headerWrite(method, args[0], args[1], 'null-text', when, happened.at) : [];
    }
    const name = packages.functionOf(receiver, method);
    return name === undefined ? [] : called(name, args, when, happened.at);
  };
  return { event, next, later, reads, actionsFrom };
}

/** Functions of version 1 that send the response. */
function sent(name: string, [, second, third]: readonly Value[], when: Condition, at: Span): readonly ResponseAction[] {
  const end: ResponseAction = { do: 'end', when, at };
  switch (name) {
    case 'sendNoContent':
      return second === undefined ? [end] : [{ do: 'status', status: second, when, at }, end];
    case 'sendRedirect':
      return [{ do: 'status', status: third ?? { kind: 'number', value: 302, at }, when, at }, end];
    case 'send':
    case 'sendStream':
    case 'sendIterable':
    case 'sendWebResponse':
      return [end];
    default:
      return [];
  }
}

function alternatives(value: Value | undefined, when: Condition): readonly (readonly [Value, Condition])[] {
  if (value === undefined) return [];
  if (value.kind !== 'either') return [[value, when]];
  return value.options.flatMap((option) => alternatives(option.value, and(when, option.when)));
}

function handle(name: string, at: Span, get: Handle['get'], call: Handle['call']): Handle {
  return { kind: 'handle', name, at, get, call };
}
