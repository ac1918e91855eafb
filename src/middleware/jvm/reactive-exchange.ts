import type { Span } from '../../text/span.js';
import type { Event, Handle, Value } from '../../values/value.js';
import { statusNumber } from './names.js';
import { requestHeaderMap } from './request-headers.js';
import type { Exchange, ServletAction } from './servlet-exchange.js';
import { springHeaders, springHeaderWrites } from './spring-headers.js';

/** What WebFlux and Spring Cloud Gateway hand to a filter, and Spring to advice on bodies. */
export interface ReactiveExchange extends Exchange {
  readonly exchange: Handle;
  readonly reads: Set<string>;
  given(type: string | undefined): Handle | undefined;
}

const NOTHING = { kind: 'nothing', what: 'null' } as const;

/** `ServerWebExchange` with its request and its response; a copy of it is itself. */
export function reactiveExchange(at: Span): ReactiveExchange {
  const reads = new Set<string>();
  const requestHeaders = requestHeaderMap(at, reads);
  const headers = springHeaders(at);
  const copyOf = (what: () => Handle): Handle => {
    const builder: Handle = { kind: 'handle', name: 'builder', at, get: () => undefined, call: (method) => (method === 'build' ? what() : builder) };
    return builder;
  };
  const path: Handle = { kind: 'handle', name: 'path', at, get: (property) => asText(property), call: (method) => asText(method) };
  const asText = (name: string): Value | undefined => (/^(?:getPath|path|value|toString|pathWithinApplication|getRawPath|rawPath)$/.test(name) ? { kind: 'request', part: 'path', at } : undefined);
  const ofRequest = (property: string, place: Span): Value | undefined => {
    switch (property) {
      case 'headers':
        return requestHeaders;
      case 'method':
      case 'methodValue':
        return { kind: 'request', part: 'method', at: place };
      case 'path':
        return path;
      case 'uRI':
      case 'URI':
      case 'uri':
        return path;
      case 'cookies':
        reads.add('cookie');
        return undefined;
      default:
        return undefined;
    }
  };
  const request: Handle = { kind: 'handle', name: 'request', at, get: (property) => ofRequest(property, at), call: (method, _args, place) => (method === 'mutate' ? copyOf(() => request) : ofRequest(propertyOf(method), place)) };
  const response: Handle = {
    kind: 'handle',
    name: 'response',
    at,
    get: (property) => (property === 'headers' ? headers : undefined),
    call: (method, args, place) => {
      if (method === 'getHeaders') return headers;
      if (method === 'setStatusCode' || method === 'setRawStatusCode') return { kind: 'boolean', value: true, at: place };
      if (method === 'beforeCommit' && args[0]?.kind === 'function') return { ...NOTHING, at: place };
      return undefined;
    },
  };
  const ofExchange = (property: string): Handle | undefined => (property === 'request' ? request : property === 'response' ? response : undefined);
  const exchange: Handle = { kind: 'handle', name: 'exchange', at, get: ofExchange, call: (method) => (method === 'mutate' ? copyOf(() => exchange) : ofExchange(propertyOf(method))) };
  const chain: Handle = { kind: 'handle', name: 'chain', at, get: () => undefined, call: () => undefined };
  const actions = (event: Event): readonly ServletAction[] => {
    if (event.kind === 'call' && event.receiver === response) {
      const [first] = event.args;
      if (/^set(?:Raw)?StatusCode$/.test(event.method) && first !== undefined) return [{ do: 'status', status: statusNumber(first), when: event.when, at: event.at }];
      if (event.method === 'beforeCommit' && first?.kind === 'function') return first.run([]).flatMap(actions);
    }
    if (event.kind === 'assign' && event.receiver === response && /^(?:raw)?statusCode$/i.test(event.property)) return [{ do: 'status', status: statusNumber(event.value), when: event.when, at: event.at }];
    return springHeaderWrites(event.kind === 'escape' && event.receiver === response ? { ...event, receiver: headers } : event, headers, () => []);
  };
  return {
    exchange,
    request,
    response,
    chain,
    reads,
    actions,
    given: (type) => {
      switch (type?.replace(/^.*\./, '')) {
        case 'ServerWebExchange':
          return exchange;
        case 'ServerHttpRequest':
          return request;
        case 'ServerHttpResponse':
          return response;
        case 'WebFilterChain':
        case 'GatewayFilterChain':
        case 'CoWebFilterChain':
          return chain;
        default:
          return undefined;
      }
    },
  };
}

function propertyOf(method: string): string {
  return method.startsWith('get') ? `${method[3]!.toLowerCase()}${method.slice(4)}` : method;
}
