import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';
import { functionHandle, MadeHandles, packageHandle } from '../package-handles.js';

/** What a handle of a Koa program is. */
export type Role =
  | { readonly is: 'app' }
  | { readonly is: 'router'; readonly options: Value | undefined }
  /** `router.routes()` and `router.allowedMethods()` */
  | { readonly is: 'routes' | 'allowed-methods'; readonly router: Handle }
  /** `compose([a, b])`, and `mount('/p', a)` with its path */
  | { readonly is: 'composed'; readonly path: Value | undefined; readonly list: readonly Value[] }
  /** `route.get('/p', a)` of `koa-route` */
  | { readonly is: 'route'; readonly method: string; readonly path: Value | undefined; readonly handler: Value | undefined }
  | { readonly is: 'cors'; readonly of: CorsPackage; readonly options: Value | undefined; readonly at: Span }
  | { readonly is: 'log-in' }
  /** `rest()` and `errorHandler()` of Feathers */
  | { readonly is: 'rest' | 'error-handler' }
  /** Middleware that lets every request through; `reads` is what it asks of the request. */
  | { readonly is: 'harmless'; readonly reads: 'body parser' | 'session' | undefined }
  | { readonly is: 'server'; readonly app: Handle; readonly secure: boolean };

export type CorsPackage = '@koa/cors' | 'kcors' | 'koa2-cors' | 'koa-cors';

const ROUTER = /^(?:@koa\/router|koa-(?:better-|joi-|tree-)?router)$/;
const CORS = /^(?:@koa\/cors|kcors|koa2?-cors)$/;
const LOG_IN = /^(?:koa-jwt|koa-basic-auth)$/;
const PARSER = /^(?:koa-body|koa-bodyparser|@koa\/bodyparser|koa-better-body)$/;
const HARMLESS = /^(?:koa-(?:logger|morgan|helmet|compress|session|json|response-time|conditional-get|etag|onerror|error|json-error|pino-logger|static-cache|requestid|useragent)|@koa\/(?:ejs|multer))$/;

/** What the packages of a Koa program hand out, told apart by the handles that stand for it. */
export class KoaPackages {
  readonly #made = new MadeHandles<Role>();
  readonly #known = new Map<string, Handle>();

  /** Imports as the language asks for them. Other packages mean nothing here. */
  readonly packages: Packages = (specifier) => {
    let known = this.#known.get(specifier);
    if (known === undefined && (known = this.#package(specifier)) !== undefined) this.#known.set(specifier, known);
    return known;
  };

  roleOf(value: Value | undefined): Role | undefined {
    return this.#made.roleOf(value);
  }

  /** An app that some other file passes in. */
  appFor(at: Span): Handle {
    const handle: Handle = this.#made.make('app', at, [], { is: 'app' }, (method) => (method === 'listen' || method === 'address' ? undefined : handle));
    return handle;
  }

  routerFor(options: Value | undefined, at: Span): Handle {
    const handle: Handle = this.#made.make('router', at, options === undefined ? [] : [options], { is: 'router', options }, (method, _args, callAt) => {
      if (method === 'routes' || method === 'middleware') return this.#made.make('routes', callAt, [], { is: 'routes', router: handle }, none);
      return method === 'allowedMethods' ? this.#made.make('allowedMethods', callAt, [], { is: 'allowed-methods', router: handle }, none) : handle;
    });
    return handle;
  }

  /** The middleware that a package makes of options. */
  corsFor(of: CorsPackage, options: Value | undefined, at: Span): Handle {
    return this.#made.make('cors()', at, options === undefined ? [] : [options], { is: 'cors', of, options, at }, none);
  }

  #package(specifier: string): Handle | undefined {
    if (CORS.test(specifier)) return maker(specifier, (args, at) => this.corsFor(specifier as CorsPackage, args[0], at));
    if (ROUTER.test(specifier)) return maker('Router', (args, at) => this.routerFor(args[0], at), ['Router']);
    if (LOG_IN.test(specifier)) return maker(specifier, (args, at) => this.#made.make(specifier, at, args, { is: 'log-in' }, () => undefined));
    if (PARSER.test(specifier)) return maker(specifier, (args, at) => this.#made.make(specifier, at, args, { is: 'harmless', reads: 'body parser' }, none), ['koaBody', 'bodyParser']);
    if (HARMLESS.test(specifier)) return maker(specifier, (args, at) => this.#made.make(specifier, at, args, { is: 'harmless', reads: specifier === 'koa-session' ? 'session' : undefined }, none));
    switch (specifier) {
      // Some file systems do not mind the case.
      case 'koa':
      case 'Koa':
        return maker('Koa', (_args, at) => this.appFor(at));
      case 'koa-compose':
        return maker(specifier, (args, at) => this.#composed(undefined, args[0]?.kind === 'list' ? args[0].items : args, at));
      case 'koa-convert':
      case 'koa-websocket':
        return maker(specifier, (args) => args[0]);
      case 'koa-mount':
        return maker(specifier, (args, at) => this.#composed(args.length > 1 ? args[0] : undefined, args.slice(-1), at));
      case 'koa-route':
        return packageHandle(specifier, {}, (method, args, at) => this.#made.make(specifier, at, args, { is: 'route', method, path: args[0], handler: args[1] }, none));
      case '@feathersjs/koa':
        return this.#feathers();
      case 'http':
      case 'node:http':
      case 'https':
      case 'node:https':
      case 'http2':
      case 'node:http2':
        return packageHandle(specifier, Object.fromEntries(['createServer', 'createSecureServer'].map((name) => [name, functionHandle(name, (args, at) => this.#server(args, specifier.endsWith('https') || name === 'createSecureServer', at))])), none);
      default:
        return undefined;
    }
  }

  /** https://feathersjs.com/api/koa: it hands out Koa, `@koa/cors` and `koa-body` under names of its own. */
  #feathers(): Handle {
    const member = (name: string, make: (args: readonly Value[], at: Span) => Value | undefined): [string, Handle] => [name, functionHandle(name, make)];
    const plain = (name: string, role: Role): [string, Handle] => member(name, (args, at) => this.#made.make(name, at, args, role, none));
    const members = [
      member('koa', (_args, at) => this.appFor(at)),
      member('cors', (args, at) => this.corsFor('@koa/cors', args[0], at)),
      plain('rest', { is: 'rest' }),
      plain('errorHandler', { is: 'error-handler' }),
      plain('bodyParser', { is: 'harmless', reads: 'body parser' }),
      plain('parseAuthentication', { is: 'harmless', reads: undefined }),
      plain('serveStatic', { is: 'harmless', reads: undefined }),
    ];
    return packageHandle('@feathersjs/koa', Object.fromEntries(members), none);
  }

  #composed(path: Value | undefined, list: readonly Value[], at: Span): Handle {
    return this.#made.make('composed', at, list, { is: 'composed', path, list }, none);
  }

  #server(args: readonly Value[], secure: boolean, at: Span): Handle | undefined {
    const app = args.find((arg) => arg.kind === 'handle');
    return app?.kind === 'handle' ? this.#made.make('server', at, [], { is: 'server', app, secure }, none) : undefined;
  }
}

function none(): undefined {
  return undefined;
}

/** A package that is a function or class which makes something, called or with `new`; also under the names of its members. */
function maker(name: string, make: (args: readonly Value[], at: Span) => Value | undefined, members: readonly string[] = []): Handle {
  const own = packageHandle(name, {}, (method, args, at) => (method === '' || method === 'new' ? make(args, at) : undefined));
  if (members.length === 0) return own;
  return packageHandle(name, Object.fromEntries(members.map((member) => [member, own])), (method, args, at) => own.call(method, args, at));
}
