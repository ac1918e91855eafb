import { requestHeader, requestHeaderMap } from '../../middleware/jvm/request-headers.js';
import { jvmNames, statusNumber } from '../../middleware/jvm/names.js';
import { servletExchange, type ServletExchange } from '../../middleware/jvm/servlet-exchange.js';
import { springInjection } from '../../middleware/spring/injection.js';
import type { Injection, Packages, Parameter } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** What a handle of JAX-RS is. */
export type Role =
  /** A response, or its builder. */
  | { readonly is: 'response'; readonly status: Value | undefined }
  /** An exception that JAX-RS makes a response of. */
  | { readonly is: 'error'; readonly status: Value; readonly response: Value | undefined }
  /** RESTEasy's `CorsFilter`; what is added to its origins is told of `origins`. */
  | { readonly is: 'cors-filter'; readonly origins: Handle };

/** Factories of `Response`, and the statuses that they begin with. */
const FACTORIES: Readonly<Record<string, number | 'given'>> = { ok: 200, status: 'given', noContent: 204, created: 201, accepted: 202, serverError: 500, notModified: 304, seeOther: 303, temporaryRedirect: 307, notAcceptable: 406, fromResponse: 200 };

/** Exceptions of JAX-RS, and the statuses that they stand for. */
const ERRORS: Readonly<Record<string, number>> = { WebApplicationException: 500, BadRequestException: 400, NotAuthorizedException: 401, ForbiddenException: 403, NotFoundException: 404, NotAllowedException: 405, NotAcceptableException: 406, NotSupportedException: 415, ClientErrorException: 400, InternalServerErrorException: 500, ServerErrorException: 500, ServiceUnavailableException: 503 };

const PACKAGE = /^(?:javax|jakarta)\.ws\.rs\.(?:[a-z]+\.)*/;

/** The objects that JAX-RS hands to filters and resources of one file. */
export class JaxRsPackages {
  readonly reads = new Set<string>();
  readonly request: Handle;
  readonly response: Handle;
  /** Headers of the response that a filter gets. */
  readonly headers: Handle;
  readonly servlet: ServletExchange;
  readonly #requestHeaders: Handle;
  readonly #roles = new WeakMap<Handle, Role>();
  readonly #known = new Map<string, Handle | undefined>();

  constructor(file: string) {
    const at: Span = { file, start: 0, end: 0 };
    this.servlet = servletExchange(at);
    this.#requestHeaders = requestHeaderMap(at, this.reads);
    const asked = (property: string, args: readonly Value[], place: Span): Value | undefined => {
      switch (property) {
        case 'getHeaderString':
          return requestHeader(args[0], this.reads, place);
        case 'getHeaders':
        case 'headers':
          return this.#requestHeaders;
        case 'getMethod':
        case 'method':
          return { kind: 'request', part: 'method', at: place };
        case 'getRequest':
        case 'request':
          return this.request;
        case 'getCookies':
        case 'cookies':
          this.reads.add('cookie');
          return undefined;
        case 'abortWith':
          return { kind: 'nothing', what: 'null', at: place };
        default:
          return undefined;
      }
    };
    this.request = { kind: 'handle', name: 'request', at, get: (property) => asked(property, [], at), call: asked };
    this.headers = { kind: 'handle', name: 'response.headers', at, get: () => undefined, call: (method, _args, place) => (/^(?:add|put|set|remove|plusAssign)/.test(method) ? { kind: 'nothing', what: 'null', at: place } : undefined) };
    this.response = { kind: 'handle', name: 'response', at, get: (property) => (property === 'headers' ? this.headers : undefined), call: (method, _args, place) => (method === 'getHeaders' ? this.headers : /^set/.test(method) ? { kind: 'nothing', what: 'null', at: place } : undefined) };
  }

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  readonly injection: Injection = (into) => this.#typed(into.type) ?? springInjection(into);

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** What a method gets for a parameter; undefined where nobody knows. */
  given({ type, annotations, at }: Parameter): Value | undefined {
    const name = annotations.find((one) => /(?:^|\.)(?:HeaderParam|RestHeader)$/.test(one.name))?.elements.get('value');
    return name?.is === 'text' ? requestHeader({ kind: 'string', value: name.value, at: name.at }, this.reads, at) : this.#typed(type);
  }

  #typed(type: string | undefined): Handle | undefined {
    switch (type?.replace(/^.*\./, '')) {
      case 'ContainerRequestContext':
      case 'ResteasyReactiveContainerRequestContext':
      case 'Request':
        return this.request;
      case 'ContainerResponseContext':
        return this.response;
      case 'HttpHeaders':
        return this.#requestHeaders;
      default:
        return this.servlet.given(type);
    }
  }

  #package(name: string): Handle | undefined {
    const simple = name.replace(PACKAGE, '');
    if (name === 'org.jboss.resteasy.plugins.interceptors.CorsFilter' || name === 'org.jboss.resteasy.plugins.interceptors.CorsFilter.CorsFilter') return this.#class(name, (_args, at) => this.#corsFilter(at));
    if (simple === name) return jvmNames(name);
    if (simple === 'Response' || simple === 'RestResponse') return this.#responses(name);
    const status = ERRORS[simple];
    return status === undefined ? jvmNames(name) : this.#class(name, (args, at) => this.#error(status, args, at));
  }

  #class(name: string, make: (args: readonly Value[], at: Span) => Value): Handle {
    return { kind: 'handle', name, at: this.request.at, get: () => undefined, call: (method, args, at) => (method === 'new' ? make(args, at) : undefined) };
  }

  #responses(name: string): Handle {
    const statuses = jvmNames(`${name}.Status`);
    return {
      kind: 'handle',
      name: 'Response',
      at: this.request.at,
      get: (member) => (member === 'Status' ? statuses : undefined),
      call: (method, args, at) => {
        const status = FACTORIES[method];
        if (status === undefined) return undefined;
        return this.#builder(status === 'given' ? (args[0] === undefined ? undefined : statusNumber(args[0])) : { kind: 'number', value: status, at }, at);
      },
    };
  }

  /** A builder gives itself back, and the response that it builds is itself. */
  #builder(status: Value | undefined, at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: 'response', at, get: () => undefined, call: (method) => (/^(?:get|read|has|is)[A-Z]/.test(method) ? undefined : handle) };
    this.#roles.set(handle, { is: 'response', status });
    return handle;
  }

  #error(status: number, args: readonly Value[], at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: 'error', at, get: () => undefined, call: () => undefined };
    const response = args.find((arg) => this.roleOf(arg)?.is === 'response');
    const written = args.map(statusNumber).find((arg) => arg.kind === 'number');
    this.#roles.set(handle, { is: 'error', status: written ?? { kind: 'number', value: status, at }, response });
    return handle;
  }

  #corsFilter(at: Span): Handle {
    const origins: Handle = { kind: 'handle', name: 'allowedOrigins', at, get: () => undefined, call: (_method, _args, place) => ({ kind: 'boolean', value: true, at: place }) };
    const handle: Handle = { kind: 'handle', name: 'CorsFilter', at, get: (property) => (property === 'allowedOrigins' ? origins : undefined), call: (method, _args, place) => (method === 'getAllowedOrigins' ? origins : { kind: 'nothing', what: 'null', at: place }) };
    this.#roles.set(handle, { is: 'cors-filter', origins });
    return handle;
  }
}
