import { headerConstant } from '../../middleware/jvm-headers.js';
import type { Packages } from '../../syntax/jvm/index.js';
import type { Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** What an object of Vert.x is to this reader. */
export type Role =
  | { readonly is: 'router' | 'route'; /** The router that a route stands in. */ readonly router?: Handle; readonly methods: readonly string[]; readonly path: Value | undefined; readonly pattern: boolean }
  | { readonly is: 'cors'; /** Arguments of `create`. */ readonly args: readonly Value[]; readonly at: Span }
  | { readonly is: 'context' | 'request' | 'request-headers' | 'response' | 'response-headers' | 'body' | 'constants' | 'server' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };
const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', head: 'HEAD', options: 'OPTIONS' };

/** Handles for what Vert.x hands out. */
export class VertxObjects {
  readonly #roles = new WeakMap<Handle, Role>();
  readonly routers: Handle[] = [];
  readonly handlers: Handle[] = [];

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** What imports are: those of `io.vertx`, and simple names of a snippet without any. */
  readonly packages: Packages = (qualified) => {
    if (qualified.includes('.') && !/^(?:io\.vertx\.|java\.lang\.)/.test(qualified)) return undefined;
    const name = qualified.slice(qualified.lastIndexOf('.') + 1);
    switch (name) {
      case 'CorsHandler':
        return this.#constants(name, () => undefined, (method, args, at) => (method === 'create' ? this.#cors(args, at) : undefined));
      case 'Router':
        return this.#constants(name, () => undefined, (method, _args, at) => (method === 'router' ? this.router(at) : undefined));
      case 'HttpHeaders':
        return this.#constants(name, (constant) => headerConstant(constant, NOWHERE), () => undefined);
      case 'HttpMethod':
        return this.#constants(name, (constant) => (/^[A-Z]+$/.test(constant) ? { kind: 'string', value: constant, at: NOWHERE } : undefined), (method, [text]) => (method === 'valueOf' ? text : undefined));
      default:
        return undefined;
    }
  };

  /** What is given to a method, by the type of its parameter. */
  given(type: string | undefined, at: Span): Handle | undefined {
    const name = type?.replace(/^.*\./, '');
    return name === 'Router' ? this.router(at) : undefined;
  }

  #cors(args: readonly Value[], at: Span): Handle {
    const handle: Handle = this.#make('CorsHandler', at, { is: 'cors', args, at }, (method) => (/^(?:add|allow|exposed|maxAge)/.test(method) ? handle : undefined));
    this.handlers.push(handle);
    return handle;
  }

  router(at: Span): Handle {
    const router: Handle = this.#make('Router', at, { is: 'router', methods: [], path: undefined, pattern: false }, (method, args, place) => {
      const verb = VERBS[method.replace(/WithRegex$/, '')];
      const pattern = method.endsWith('WithRegex');
      if (verb !== undefined) return this.#route(router, [verb], args[0], pattern, place);
      if (!/^route(?:WithRegex)?$/.test(method)) return /^(?:mountSubRouter|errorHandler|clear|allowForward)$/.test(method) ? router : undefined;
      // `route(HttpMethod.GET, "/path")`
      return args.length === 2 ? this.#route(router, args[0]?.kind === 'string' ? [args[0].value] : [], args[1], pattern, place) : this.#route(router, [], args[0], pattern, place);
    });
    this.routers.push(router);
    return router;
  }

  #route(router: Handle, methods: readonly string[], path: Value | undefined, pattern: boolean, at: Span): Handle {
    const route: Handle = this.#make('Route', at, { is: 'route', router, methods, path, pattern }, () => route);
    return route;
  }

  /** The `RoutingContext` of a handler. */
  context(at: Span): Handle {
    const header = (name: Value | undefined, place: Span): Value | undefined => (name?.kind === 'string' ? { kind: 'request', part: 'header', header: name.value.toLowerCase(), at: place } : undefined);
    const headers = this.#make('MultiMap', at, { is: 'request-headers' }, (method, [name], place) => (method === 'get' ? header(name, place) : method === 'contains' && name?.kind === 'string' ? { kind: 'condition', condition: { c: 'present', value: header(name, place)!, at: place }, at: place } : undefined));
    const method: Value = { kind: 'request', part: 'method', at };
    const request: Handle = this.#make('HttpServerRequest', at, { is: 'request' }, (called, [name], place) => (called === 'getHeader' ? header(name, place) : called === 'headers' ? headers : called === 'method' ? { ...method, at: place } : called === 'path' || called === 'uri' ? { kind: 'request', part: 'path', at: place } : called === 'response' ? response : undefined));
    const written: Handle = this.#make('MultiMap', at, { is: 'response-headers' }, (called) => (/^(?:set|add)/.test(called) ? written : undefined));
    const response: Handle = this.#make('HttpServerResponse', at, { is: 'response' }, (called) => (called === 'headers' ? written : /^(?:put|set)/.test(called) ? response : undefined));
    const body = this.#make('RequestBody', at, { is: 'body' });
    return this.#make('RoutingContext', at, { is: 'context' }, (called) => (called === 'request' ? request : called === 'response' ? response : called === 'body' ? body : undefined));
  }

  #constants(name: string, get: (constant: string) => Value | undefined, call: Handle['call']): Handle {
    return this.#make(name, NOWHERE, { is: 'constants' }, call, get);
  }

  #make(name: string, at: Span, role: Role, call: Handle['call'] = () => undefined, get: Handle['get'] = () => undefined): Handle {
    const handle: Handle = { kind: 'handle', name, at, get, call };
    this.#roles.set(handle, role);
    return handle;
  }
}
