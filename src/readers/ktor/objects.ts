import { headerConstant } from '../../middleware/jvm-headers.js';
import type { Packages } from '../../syntax/jvm/index.js';
import { setting } from '../../values/either.js';
import { runsIn } from '../../values/fact.js';
import type { FunctionValue, Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** What an object of Ktor's is to this reader. */
export type Role =
  /** `application`: the application itself, or what stands for all of it. `path`: what the routes around it say. */
  | { readonly is: 'application' }
  | { readonly is: 'route' }
  | { readonly is: 'plugin'; readonly name: 'CORS' | 'DefaultHeaders' }
  /** `createApplicationPlugin("…") { … }` */
  | { readonly is: 'own-plugin'; readonly body: FunctionValue }
  | { readonly is: 'plugin-builder' | 'cors-config' | 'headers-config' | 'context' | 'call' | 'request' | 'request-headers' | 'response' | 'response-headers' | 'cookies' | 'environment' | 'config' | 'constants' }
  | { readonly is: 'setting'; readonly name: string }
  /** `embeddedServer(…)`, and what it makes. */
  | { readonly is: 'server' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Statuses by their constants in `HttpStatusCode`. */
const STATUSES: Readonly<Record<string, number>> = { OK: 200, Created: 201, Accepted: 202, NoContent: 204, MovedPermanently: 301, Found: 302, NotModified: 304, BadRequest: 400, Unauthorized: 401, Forbidden: 403, NotFound: 404, MethodNotAllowed: 405, Conflict: 409, UnprocessableEntity: 422, TooManyRequests: 429, InternalServerError: 500 };

/** `HttpMethod.DefaultMethods`, in its order. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Handles for what Ktor hands out; their names are the types that code extends. */
export class KtorObjects {
  readonly #roles = new WeakMap<Handle, Role>();
  /** Applications in the order in which servers were made of them. */
  readonly served: { readonly application: Handle; readonly module: FunctionValue; readonly at: Span; readonly port: Value | undefined }[] = [];

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** What imports are. A snippet may have none: simple names count. */
  readonly packages: Packages = (qualified) => {
    const name = qualified.slice(qualified.lastIndexOf('.') + 1);
    // Names of the project itself win; those of Ktor's own packages begin so.
    if (qualified.includes('.') && !/^(?:io\.ktor\.|java\.lang\.)/.test(qualified)) return undefined;
    switch (name) {
      case 'CORS':
      case 'DefaultHeaders':
        return this.make('Plugin', NOWHERE, { is: 'plugin', name });
      case 'HttpHeaders':
        return this.#constants(name, (constant) => headerConstant(constant, NOWHERE));
      case 'HttpMethod':
        return this.#constants(name, (constant) => (constant === 'DefaultMethods' ? { kind: 'list', items: METHODS.map((value) => ({ kind: 'string', value, at: NOWHERE }) as const), at: NOWHERE } : /^[A-Z][a-z]+$/.test(constant) ? { kind: 'string', value: constant.toUpperCase(), at: NOWHERE } : undefined), ([method]) => method);
      case 'HttpStatusCode':
        return this.#constants(name, (constant) => (STATUSES[constant] === undefined ? undefined : { kind: 'number', value: STATUSES[constant], at: NOWHERE }), ([status]) => status);
      case 'embeddedServer':
        return this.make(name, NOWHERE, { is: 'server' }, (method, args, at, keywords) => (method === '' ? this.#server(args, at, keywords?.entries.find(({ key }) => key === 'port')?.value ?? args[1]) : undefined));
      case 'createApplicationPlugin':
      case 'createRouteScopedPlugin':
        return this.make(name, NOWHERE, { is: 'constants' }, (method, args, at) => {
          const body = args.findLast((arg) => arg.kind === 'function');
          return method === '' && body !== undefined ? this.make('Plugin', at, { is: 'own-plugin', body }) : undefined;
        });
      default:
        return undefined;
    }
  };

  /** The module that a server runs is the last function that it is given. */
  #server(args: readonly Value[], at: Span, port: Value | undefined): Handle {
    const module = args.findLast((arg) => arg.kind === 'function');
    if (module !== undefined) this.served.push({ application: this.application(at), module, at, port });
    return this.make('EmbeddedServer', at, { is: 'server' });
  }

  #constants(name: string, get: (constant: string) => Value | undefined, made: (args: readonly Value[]) => Value | undefined = () => undefined): Handle {
    return this.make(name, NOWHERE, { is: 'constants' }, (method, args) => (/^(?:new|parse|fromValue)$/.test(method) ? made(args) : undefined), get);
  }

  application(at: Span): Handle {
    const application: Handle = this.make('Application', at, { is: 'application' }, (method) => (method === 'application' ? application : undefined), (property) => (property === 'environment' ? this.#environment(at) : property === 'developmentMode' ? development(at) : undefined));
    return application;
  }

  route(at: Span, application: Handle): Handle {
    return this.make('Route', at, { is: 'route' }, () => undefined, (property) => (property === 'application' ? application : property === 'environment' ? this.#environment(at) : undefined));
  }

  #environment(at: Span): Handle {
    return this.make('ApplicationEnvironment', at, { is: 'environment' }, () => undefined, (property) => (property === 'config' ? this.#config(at) : property === 'developmentMode' ? development(at) : undefined));
  }

  /** `environment.config`: keys of `application.conf` or `application.yaml`. */
  #config(at: Span): Handle {
    return this.make('ApplicationConfig', at, { is: 'config' }, (method, [name], place) => {
      if (name?.kind !== 'string') return undefined;
      if (method === 'property' || method === 'config') return this.#setting(name.value, place, method === 'config');
      if (method === 'propertyOrNull') return setting(name.value, { kind: 'nothing', what: 'null', at: place }, this.#setting(name.value, place, false), place);
      return method === 'tryGetString' ? setting(name.value, { kind: 'nothing', what: 'null', at: place }, { kind: 'env', name: name.value, at: place }, place) : undefined;
    });
  }

  #setting(name: string, at: Span, section: boolean): Handle {
    if (section) return this.make('ApplicationConfig', at, { is: 'config' }, (method, [inner], place) => (inner?.kind === 'string' && method === 'property' ? this.#setting(`${name}.${inner.value}`, place, false) : undefined));
    return this.make('ApplicationConfigValue', at, { is: 'setting', name }, (method, _args, place) => (method === 'getString' ? { kind: 'env', name, at: place } : method === 'getList' ? { kind: 'list', items: [], rest: { kind: 'env', name, at: place }, at: place } : undefined));
  }

  /** What a handler runs on: `call` and, of a pipeline, its context. */
  context(at: Span, application: Handle): Handle {
    const call = this.call(at, application);
    return this.make('RoutingContext', at, { is: 'context' }, () => undefined, (property) => (property === 'call' || property === 'context' ? call : property === 'application' ? application : undefined));
  }

  call(at: Span, application: Handle): Handle {
    const header = (name: Value | undefined, place: Span): Value | undefined => (name?.kind === 'string' ? { kind: 'request', part: 'header', header: name.value.toLowerCase(), at: place } : undefined);
    const headers = this.make('Headers', at, { is: 'request-headers' }, (method, [name], place) => (/^get(?:All)?$/.test(method) ? header(name, place) : method === 'contains' && name?.kind === 'string' ? { kind: 'condition', condition: { c: 'present', value: header(name, place)!, at: place }, at: place } : undefined));
    const method: Value = { kind: 'request', part: 'method', at };
    const path: Value = { kind: 'request', part: 'path', at };
    const request = this.make(
      'ApplicationRequest',
      at,
      { is: 'request' },
      (called, [name], place) => (called === 'header' ? header(name, place) : called === 'path' ? path : called === 'origin' ? undefined : undefined),
      (property) => (property === 'headers' ? headers : property === 'httpMethod' ? method : property === 'uri' ? path : property === 'local' || property === 'origin' ? this.make('RequestConnectionPoint', at, { is: 'constants' }, () => undefined, (inner) => (inner === 'method' ? method : undefined)) : undefined),
    );
    const written = this.make('ResponseHeaders', at, { is: 'response-headers' });
    const response = this.make('ApplicationResponse', at, { is: 'response' }, () => undefined, (property) => (property === 'headers' ? written : undefined));
    return this.make('ApplicationCall', at, { is: 'call' }, () => undefined, (property) => (property === 'request' ? request : property === 'response' ? response : property === 'application' ? application : undefined));
  }

  make(name: string, at: Span, role: Role, call: Handle['call'] = () => undefined, get: Handle['get'] = () => undefined): Handle {
    const handle: Handle = { kind: 'handle', name, at, get, call };
    this.#roles.set(handle, role);
    return handle;
  }
}

function development(at: Span): Value {
  return { kind: 'condition', condition: { c: 'fact', fact: runsIn('development', at) }, at };
}
