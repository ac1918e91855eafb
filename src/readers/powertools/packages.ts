import { argument } from '../../middleware/python-header.js';
import { requestHeaders } from '../../middleware/python-request.js';
import { ResponseObjects } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, RecordValue, Value } from '../../values/value.js';

/** A call whose arguments count later. */
export interface Call {
  readonly args: readonly Value[];
  readonly keywords?: RecordValue;
  readonly at: Span;
}

/** What a handle of a program with Powertools is. */
export type Role =
  /** An application, or a router that one includes. */
  | { readonly is: 'resolver'; readonly cors: Value | undefined; readonly router: boolean; readonly at: Span }
  /** `@app.get('/x')`, which is then called with the route's function. */
  | { readonly is: 'route'; readonly of: Handle; readonly verb: string; readonly call: Call }
  | { readonly is: 'cors'; readonly call: Call }
  | { readonly is: 'error'; readonly status: Value | undefined };

/** Errors that become answers (aws_lambda_powertools/event_handler/exceptions.py). */
const ERRORS: Readonly<Record<string, number>> = { BadRequestError: 400, UnauthorizedError: 401, ForbiddenError: 403, NotFoundError: 404, RequestTimeoutError: 408, RequestEntityTooLargeError: 413, InternalServerError: 500, ServiceUnavailableError: 503 };
const RESOLVERS = new Set(['APIGatewayRestResolver', 'APIGatewayHttpResolver', 'ALBResolver', 'LambdaFunctionUrlResolver', 'VPCLatticeResolver', 'VPCLatticeV2Resolver', 'ApiGatewayResolver', 'HttpResolverLocal']);
const ROUTERS = new Set(['Router', 'APIGatewayRouter', 'APIGatewayHttpRouter', 'ALBRouter', 'LambdaFunctionUrlRouter', 'VPCLatticeRouter', 'VPCLatticeV2Router']);
const VERBS = new Set(['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'route']);

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What the event handler of `aws_lambda_powertools` hands out. */
export class PowertoolsPackages {
  readonly responses = new ResponseObjects();
  /** Lower-case names of request headers that routes read. */
  readonly reads = new Set<string>();
  readonly #roles = new Map<Handle, Role>();
  readonly #known = new Map<string, Handle | undefined>();
  readonly #response = this.responses.classHandle({ name: 'Response', parameters: ['status_code', 'content_type', 'body', 'headers'], status: 'status_code', headers: 'headers', writesText: false });

  constructor(private readonly proxyTypeFirst: boolean) {}

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** The applications and routers that were made. */
  *made(): Generator<{ readonly handle: Handle; readonly role: Role & { readonly is: 'resolver' } }> {
    for (const [handle, role] of this.#roles) if (role.is === 'resolver') yield { handle, role };
  }

  #package(name: string): Handle | undefined {
    const member = /^aws_lambda_powertools\.event_handler\.(?:\w+\.)*(\w+)$/.exec(name)?.[1];
    if (member === undefined) return undefined;
    if (RESOLVERS.has(member) || ROUTERS.has(member)) return callable(member, (call) => this.#resolver(member, call));
    if (member === 'CORSConfig') return callable(member, (call) => this.#given(silentHandle('CORSConfig', call.at), { is: 'cors', call }));
    if (member === 'Response') return this.#response;
    if (member === 'ServiceError') return callable(member, (call) => this.#given(silentHandle(member, call.at), { is: 'error', status: call.args[0] }));
    const status = ERRORS[member];
    if (status === undefined) return undefined;
    return callable(member, (call) => this.#given(silentHandle(member, call.at), { is: 'error', status: { kind: 'number', value: status, at: call.at } }));
  }

  #resolver(name: string, call: Call): Handle {
    const { at } = call;
    const router = ROUTERS.has(name);
    const event = this.#event(at);
    const resolver: Handle = {
      kind: 'handle',
      name: router ? 'router' : 'app',
      at,
      get: (property) => (property === 'current_event' ? event : undefined),
      call: (method, args, place, keywords) => {
        if (!VERBS.has(method)) return undefined;
        const route: Handle = { kind: 'handle', name: method, at: place, get: () => undefined, call: (inner, [callee]) => (inner === '' ? callee : undefined) };
        return this.#given(route, { is: 'route', of: resolver, verb: method, call: { args, at: place, ...(keywords === undefined ? {} : { keywords }) } });
      },
    };
    return this.#given(resolver, { is: 'resolver', cors: router ? undefined : argument(call, name === 'ApiGatewayResolver' || (this.proxyTypeFirst && name !== 'ALBResolver') ? 1 : 0, 'cors'), router, at });
  }

  /** The event of the proxy: `headers`, `get_header_value(name, default_value)`, `http_method`, `path`. */
  #event(at: Span): Handle {
    const { handle: headers } = requestHeaders(at, this.reads);
    return {
      kind: 'handle',
      name: 'current_event',
      at,
      get: (property) => {
        if (property === 'json_body') this.reads.add('content-type');
        if (property === 'http_method') return { kind: 'request', part: 'method', at };
        if (property === 'path') return { kind: 'request', part: 'path', at };
        return property === 'headers' || property === 'resolved_headers_field' ? headers : undefined;
      },
      call: (method, args, place, keywords) => {
        if (method !== 'get_header_value') return undefined;
        const [name = keywords?.entries.find(({ key }) => key === 'name')?.value, fallback = keywords?.entries.find(({ key }) => key === 'default_value')?.value] = args;
        return name === undefined ? undefined : headers.call('get', fallback === undefined ? [name] : [name, fallback], place);
      },
    };
  }

  #given(handle: Handle, role: Role): Handle {
    this.#roles.set(handle, role);
    return handle;
  }
}

function callable(name: string, call: (given: Call) => Value): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call({ args, at, ...(keywords === undefined ? {} : { keywords }) }) : undefined) };
}

function silentHandle(name: string, at: Span): Handle {
  return { kind: 'handle', name, at, get: () => undefined, call: () => undefined };
}
