import type { Span } from '../../text/span.js';
import { entry, type Handle, type RecordValue, type Value } from '../../values/value.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** How something was called. */
export interface Given {
  readonly args: readonly Value[];
  readonly keywords: RecordValue | undefined;
  readonly at: Span;
}

/** What the objects of a program on Starlette are to the reader. */
export type Role =
  | ({ readonly is: 'app' } & Given)
  /** An app of Connexion 3: its errors are made inside of the middlewares that stand before its exception middleware. */
  | ({ readonly is: 'connexion' } & Given)
  | ({ readonly is: 'router' } & Given)
  /** `app.router` */
  | { readonly is: 'router-of'; readonly app: Handle }
  /** A class of middlewares of Starlette's own. */
  | { readonly is: 'class'; readonly of: MiddlewareClass }
  /** `Middleware(CORSMiddleware, …)`: its first argument is the class. */
  | ({ readonly is: 'middleware' } & Given)
  /** `CORSMiddleware(app, …)` */
  | ({ readonly is: 'wrapper'; readonly of: MiddlewareClass } & Given)
  | ({ readonly is: 'route' | 'mount' } & Given)
  /** `app.get('/x')`, `app.middleware('http')`: what it is called with is registered. */
  | ({ readonly is: 'registrar'; readonly owner: Handle; readonly method: string } & Given)
  | ({ readonly is: 'response'; readonly type: string } & Given)
  | { readonly is: 'headers'; readonly of: Handle }
  /** The answer that `call_next` gives, or that FastAPI hands to a route to write upon. */
  | { readonly is: 'answer' }
  | ({ readonly is: 'depends' } & Given)
  /** `Header(…)`, the default of a parameter */
  | ({ readonly is: 'header' } & Given)
  | ({ readonly is: 'error' } & Given);

export type MiddlewareClass = 'cors' | 'base' | 'harmless';

const REGISTRARS = /^(?:get|put|post|patch|delete|head|options|trace|query|api_route|route|middleware|exception_handler|websocket|websocket_route|on_event)$/;

/** Starlette, FastAPI and what hands out their classes, as they appear in code. */
export class StarlettePackages {
  /** One place makes one object of the same arguments, also where the code around it is followed twice. */
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();
  readonly #known = new Map<string, Handle>();
  readonly #headers = new Map<Handle, Handle>();
  #extending: ((given: Given) => Handle) | undefined;

  readonly packages = (name: string): Value | undefined => {
    const known = this.#known.get(name) ?? this.#named(name);
    if (known !== undefined) this.#known.set(name, known);
    return known;
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** Everything that was made, in order. */
  objects(): Iterable<Handle> {
    return this.#made.values();
  }

  /** An app that is handed in from elsewhere. */
  appFor(at: Span): Handle {
    return this.#app({ args: [], keywords: undefined, at }, 'app');
  }

  /** An answer that other code has made. */
  answer(name: string, at: Span): Handle {
    return this.#response(name, { is: 'answer' }, { args: [], keywords: undefined, at });
  }

  /** The message that starts an answer, as ASGI sends it; its list of headers is taken for the message itself. */
  message(at: Span): Handle {
    const message: Handle = this.#make('message', { is: 'answer' }, { args: [], keywords: undefined, at }, () => undefined, (method, { args: [key] }) => {
      if (key?.kind !== 'string' || (method !== '__getitem__' && method !== 'get' && method !== 'setdefault')) return undefined;
      return key.value === 'type' ? { kind: 'string', value: 'http.response.start', at } : key.value === 'headers' ? message : undefined;
    });
    return message;
  }

  #named(name: string): Handle | undefined {
    const short = name.slice(name.lastIndexOf('.') + 1);
    if (/^connexion\./.test(name)) return /^(?:AsyncApp|FlaskApp|App)$/.test(short) ? this.#maker(short, (given) => this.#app(given, 'connexion')) : undefined;
    if (!/^(?:starlette|fastapi)\./.test(name)) return undefined;
    switch (short) {
      case 'Starlette':
      case 'FastAPI':
        return this.#maker(short, (given) => this.#app(given, 'app'));
      case 'APIRouter':
      case 'Router':
        return this.#maker(short, (given) => this.#router(given));
      case 'Middleware':
        return this.#maker(short, (given) => this.#plain(short, { is: 'middleware', ...given }, given));
      case 'CORSMiddleware':
        return this.#class(short, 'cors');
      case 'BaseHTTPMiddleware':
        return this.#class(short, 'base');
      case 'GZipMiddleware':
      case 'TrustedHostMiddleware':
      case 'HTTPSRedirectMiddleware':
      case 'SessionMiddleware':
      case 'AuthenticationMiddleware':
      case 'ServerErrorMiddleware':
      case 'ExceptionMiddleware':
        return this.#class(short, 'harmless');
      case 'Route':
      case 'APIRoute':
        return this.#maker(short, (given) => this.#plain(short, { is: 'route', ...given }, given));
      case 'Mount':
        return this.#maker(short, (given) => this.#plain(short, { is: 'mount', ...given }, given));
      case 'Depends':
      case 'Security':
        return this.#maker(short, (given) => this.#plain(short, { is: 'depends', ...given }, given));
      case 'Header':
        return this.#maker(short, (given) => this.#plain(short, { is: 'header', ...given }, given));
      case 'HTTPException':
        return this.#maker(short, (given) => this.#plain(short, { is: 'error', ...given }, given));
      case 'MutableHeaders':
        return this.#maker(short, ({ keywords, at }) => this.headersOf(this.#startOf(keywords) ?? this.answer(short, at)));
      case 'Headers':
      case 'Request':
        return this.#maker(short, ({ args, keywords }) => ofScope(short, args[0] ?? (keywords === undefined ? undefined : entry(keywords, 'scope')?.value)));
      default:
        return /Response$/.test(short) ? this.#maker(short, (given) => this.#response(short, { is: 'response', type: short, ...given }, given)) : undefined;
    }
  }

  /** `response.headers` */
  headersOf(of: Handle): Handle {
    let headers = this.#headers.get(of);
    if (headers === undefined) {
      headers = { kind: 'handle', name: 'response.headers', at: of.at, get: () => undefined, call: () => undefined };
      this.#headers.set(of, headers);
      this.#roles.set(headers, { is: 'headers', of });
    }
    return headers;
  }

  /** `MutableHeaders(scope=message)`, `MutableHeaders(raw=message["headers"])` */
  #startOf(keywords: RecordValue | undefined): Handle | undefined {
    const given = keywords === undefined ? undefined : (entry(keywords, 'scope') ?? entry(keywords, 'raw'))?.value;
    return given?.kind === 'handle' && this.roleOf(given)?.is === 'answer' ? given : undefined;
  }

  #maker(name: string, make: (given: Given) => Value | undefined): Handle {
    return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? make({ args, keywords, at }) : undefined) };
  }

  /** Runs the `__init__` of a class that extends `CORSMiddleware`: what that makes of what it is given is `made`. */
  extending<T>(made: (given: Given) => Handle, init: () => T): T {
    this.#extending = made;
    const result = init();
    this.#extending = undefined;
    return result;
  }

  #class(name: string, of: MiddlewareClass): Handle {
    const handle = this.#maker(name, (given) => (of === 'cors' ? this.#extending?.(given) : undefined) ?? this.#plain(name, { is: 'wrapper', of, ...given }, given));
    this.#roles.set(handle, { is: 'class', of });
    return handle;
  }

  #plain(name: string, role: Role, given: Given): Handle {
    return this.#make(name, role, given, () => undefined, () => undefined);
  }

  #response(name: string, role: Role, given: Given): Handle {
    const handle: Handle = this.#make(name, role, given, (property) => (property === 'headers' ? this.headersOf(handle) : undefined), () => undefined);
    return handle;
  }

  #app(given: Given, is: 'app' | 'connexion'): Handle {
    const app: Handle = this.#make('app', { is, ...given }, given, (property) => (property === 'router' ? this.#routerOf(app) : undefined), (method, more) => this.#registered(app, method, more));
    return app;
  }

  #routerOf(app: Handle): Handle {
    const router: Handle = this.#make('app.router', { is: 'router-of', app }, { args: [app], keywords: undefined, at: app.at }, () => undefined, (method, more) => this.#registered(router, method, more));
    return router;
  }

  #router(given: Given): Handle {
    const router: Handle = this.#make('router', { is: 'router', ...given }, given, () => undefined, (method, more) => this.#registered(router, method, more));
    return router;
  }

  #registered(owner: Handle, method: string, given: Given): Handle | undefined {
    return REGISTRARS.test(method) ? this.#plain(method, { is: 'registrar', owner, method, ...given }, given) : undefined;
  }

  #make(name: string, role: Role, given: Given, get: Handle['get'], call: (method: string, given: Given) => Value | undefined): Handle {
    const { args, keywords, at } = given;
    const key = `${name}@${at.file}:${at.start}:${at.end}:${JSON.stringify([args, keywords])}`;
    let handle = this.#made.get(key);
    if (handle === undefined) {
      handle = { kind: 'handle', name, at, get, call: (method, more, place, named) => call(method, { args: more, keywords: named, at: place }) };
      this.#made.set(key, handle);
      this.#roles.set(handle, role);
    }
    return handle;
  }
}

/** `Request(scope)`, `Headers(scope=scope)` */
function ofScope(name: string, scope: Value | undefined): Value | undefined {
  return scope?.kind === 'handle' ? scope.get(name === 'Headers' ? 'headers' : 'request') : undefined;
}
