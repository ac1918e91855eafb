import type { Span } from '../../text/span.js';
import { and, not, or, type Condition } from '../../values/condition.js';
import type { HeaderWrite, ResponseAction } from '../../values/response-action.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import { openWrites } from '../responses-out-of-view.js';
import { jvmHeader } from './header.js';
import { statusNumber } from './names.js';

/** What code gets that is called for each request. */
export interface Exchange {
  readonly request: Handle;
  readonly response: Handle;
  readonly chain: Handle;
  /** What one event does to the response. */
  actions(event: Event): readonly ServletAction[];
}

/** What a servlet container hands to a filter, a servlet, or through a framework to a controller. */
export interface ServletExchange extends Exchange {
  /** Lower-case names of request headers that were read; `body` stands for a body. */
  readonly reads: Set<string>;
  /** The object for a parameter of a type; undefined for other types. */
  given(type: string | undefined): Handle | undefined;
}

/** What followed code does, in order. */
export type ServletAction =
  | ResponseAction
  /** All headers and the status are forgotten. */
  | { readonly do: 'reset'; readonly when: Condition; readonly at: Span };

/** Key of the fact that the response has a header already. */
const SENT = 'sent:';

const NOTHING = { kind: 'nothing', what: 'null' } as const;

export function servletExchange(at: Span): ServletExchange {
  const reads = new Set<string>();
  const output: Handle = { kind: 'handle', name: 'output', at, get: () => undefined, call: (_method, _args, place) => ({ ...NOTHING, at: place }) };
  const asked = (property: string, args: readonly Value[], place: Span): Value | undefined => {
    const [name] = args;
    switch (property) {
      case 'header':
        if (name?.kind !== 'string') return undefined;
        reads.add(name.value.toLowerCase());
        return { kind: 'request', part: 'header', header: name.value.toLowerCase(), at: place };
      case 'method':
        return { kind: 'request', part: 'method', at: place };
      case 'requestURI':
      case 'servletPath':
        return { kind: 'request', part: 'path', at: place };
      case 'contentType':
        return { kind: 'request', part: 'header', header: 'content-type', at: place };
      case 'cookies':
      case 'session':
        reads.add('cookie');
        return undefined;
      case 'reader':
      case 'inputStream':
        reads.add('body');
        return undefined;
      default:
        return undefined;
    }
  };
  const request: Handle = {
    kind: 'handle',
    name: 'request',
    at,
    get: (property) => asked(property, [], at),
    call: (method, args, place) => (method === 'instanceof' ? isServletType(args[0], 'Request', place) : asked(propertyOf(method), args, place)),
  };
  const response: Handle = {
    kind: 'handle',
    name: 'response',
    at,
    get: (property) => (property === 'writer' || property === 'outputStream' ? output : undefined),
    call: (method, args, place) => {
      const [name] = args;
      if (method === 'instanceof') return isServletType(name, 'Response', place);
      if (method === 'getWriter' || method === 'getOutputStream') return output;
      if (method === 'containsHeader' || method === 'getHeader') return name?.kind === 'string' ? sentBefore(method, name.value, place) : undefined;
      return /^(?:set|add|send|reset|flush|encode)/.test(method) ? { ...NOTHING, at: place } : undefined;
    },
  };
  const chain: Handle = { kind: 'handle', name: 'chain', at, get: () => undefined, call: (_method, _args, place) => ({ ...NOTHING, at: place }) };
  return {
    request,
    response,
    chain,
    reads,
    actions: (event) => servletActions(event, response),
    given: (type) => {
      const simple = type?.replace(/^.*\./, '') ?? '';
      if (/^(?:Http)?ServletRequest$/.test(simple)) return request;
      if (/^(?:Http)?ServletResponse$/.test(simple)) return response;
      return simple === 'FilterChain' ? chain : undefined;
    },
  };
}

/** `getHeader` → `header`, as Kotlin says it. */
function propertyOf(method: string): string {
  return method.startsWith('get') ? `${method[3]!.toLowerCase()}${method.slice(4)}`.replace(/^uRI/, 'URI') : method;
}

function isServletType(type: Value | undefined, what: 'Request' | 'Response', at: Span): Value | undefined {
  return type?.kind === 'string' && /Servlet(?:Request|Response)$/.test(type.value) ? { kind: 'boolean', value: type.value.endsWith(what), at } : undefined;
}

/** Has the response the header already? What its text is nobody asks. */
export function sentBefore(method: string, name: string, at: Span): Value {
  const sent: Condition = { c: 'fact', fact: { key: `${SENT}${name.toLowerCase()}`, reason: 'upstream', detail: `whether the response has ${name} already`, at } };
  if (method === 'containsHeader') return { kind: 'condition', condition: sent, at };
  const text: Value = { kind: 'concat', parts: [unknown('upstream', `the response's ${name}`, at)], at };
  return { kind: 'either', options: [{ when: sent, value: text }, { when: not(sent), value: { ...NOTHING, at } }], at };
}

/** What one event does to the response; calls that are none of these do nothing to it. */
function servletActions(event: Event, response: Handle): readonly ServletAction[] {
  const { when, at } = event;
  switch (event.kind) {
    case 'escape':
      return event.receiver === response && /cors|origin/i.test(event.detail) ? openWrites(unknown(event.reason, event.detail, at), when) : [];
    case 'assign':
      return event.receiver === response && event.property === 'status' ? [{ do: 'status', status: statusNumber(event.value), when, at }] : [];
    case 'call':
      return event.receiver === response ? responseCall(event) : [];
    default:
      return [];
  }
}

/**
 * Methods of `HttpServletResponse` as Tomcat 10.1 has them (measured): a header whose value is null is left alone;
 * `sendError` keeps what was set.
 */
function responseCall(event: Event & { readonly kind: 'call' }): readonly ServletAction[] {
  const [first, second] = event.args;
  const { when, at } = event;
  switch (event.method) {
    case 'setHeader':
    case 'setIntHeader':
      return jvmHeader('set', first, second, 'skip', event).map(unlessSent);
    case 'addHeader':
    case 'addIntHeader':
      return jvmHeader('append', first, second, 'skip', event).map(unlessSent);
    case 'setStatus':
    case 'sendError':
      return first === undefined ? [] : [{ do: 'status', status: statusNumber(first), when, at }];
    case 'sendRedirect':
      return [{ do: 'status', status: { kind: 'number', value: 302, at }, when, at }];
    case 'reset':
      return [{ do: 'reset', when, at }];
    default:
      return [];
  }
}

/** `if (!response.containsHeader(X)) response.setHeader(X, …)`: it is set where it is absent. */
export function unlessSent(write: HeaderWrite): HeaderWrite {
  const parts = write.when.c === 'and' ? write.when.of : [write.when];
  const others = parts.filter((part) => !(part.c === 'not' && part.of.c === 'fact' && part.of.fact.key === `${SENT}${write.name}`));
  return others.length === parts.length ? write : { ...write, op: 'set-if-absent', when: and(...others) };
}

/**
 * The conditions under which the request is handed on: by a call on the chain, or by unknown code that was given the
 * chain. It goes on at most once.
 */
export function handedOn(events: readonly Event[], { chain, request, response }: Exchange): readonly { readonly when: Condition; readonly index: number }[] {
  return events.flatMap((event, index) => {
    if (event.kind === 'call' && (event.receiver === chain || (event.args[0] === request && event.args[1] === response && /^(?:doFilter|include|forward)$/.test(event.method)))) return [{ when: event.when, index }];
    return event.kind === 'escape' && event.receiver === chain ? [{ when: event.when, index }] : [];
  });
}

/** What happens behind the place where a request was handed on: whether that still counts depends on whether the response has been sent by then. */
export function behindHandingOn(events: readonly Event[], on: readonly { readonly when: Condition; readonly index: number }[]): readonly Event[] {
  const first = on[0];
  if (first === undefined) return events;
  return events.map((event, index) => {
    const earlier = on.filter((one) => one.index < index);
    if (earlier.length === 0) return event;
    const passed = or(...earlier.map(({ when }) => when));
    const open: Condition = { c: 'fact', fact: { key: `committed@${event.at.file}:${event.at.start}`, reason: 'upstream', detail: 'whether the response was sent before the header is written', at: event.at } };
    return { ...event, when: passed.c === 'true' ? and(event.when, open) : and(event.when, or(not(passed), open)) };
  });
}

