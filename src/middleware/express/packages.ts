import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { httpErrors } from '../http-errors.js';
import { classHandle, functionHandle, MadeHandles, packageHandle } from '../package-handles.js';
import { APOLLO, trpcEndpoint, type Endpoint } from './endpoints.js';
import { EXPRESS, FEATHERS, POLKA, type Flavour } from './flavours.js';

/** What the packages of an Express program hand out, told apart by the handles that stand for it. */
export class ExpressPackages {
  readonly #made = new MadeHandles<Role>();

  /** Imports as the language asks for them. Other packages mean nothing here. */
  readonly packages: Packages = (specifier) => this.#known.get(specifier.replace(/^(?:node|npm):/, ''));

  roleOf(handle: Handle): Role | undefined {
    return this.#made.roleOf(handle);
  }

  /** An app that some other file passes in. */
  appFor(at: Span): Handle {
    return this.#app(EXPRESS, [], at);
  }

  /** The middleware that `cors(options)` makes, where a framework calls it for the author. */
  corsFor(options: Value | undefined, at: Span): Handle {
    return this.#made.make('cors()', at, options === undefined ? [] : [options], { is: 'cors', options, at }, () => undefined);
  }

  endpointFor(endpoint: Endpoint, at: Span): Handle {
    return this.#made.make('endpoint', at, [], { is: 'endpoint', endpoint }, () => undefined);
  }

  #app(of: Flavour, args: readonly Value[], at: Span): Handle {
    return this.#stack('app', args, { is: 'app', of, options: args[0] }, at);
  }

  #stack(name: string, args: readonly Value[], role: Role, at: Span): Handle {
    const stack: Handle = this.#made.make(name, at, args, role, (method, callArgs, callAt) => {
      if (method === 'route') return this.#route(callArgs, callAt);
      return method === 'listen' || method === 'address' ? undefined : stack;
    });
    return stack;
  }

  /** A loop around `app.route(path)` makes one route for each path. */
  #route(args: readonly Value[], at: Span): Handle {
    const route: Handle = this.#made.make('route', at, args, { is: 'route' }, () => route);
    return route;
  }

  readonly #parser: Handle = functionHandle('parser', (_args, at) => this.#made.make('parser', at, [], { is: 'parser', json: false }, () => undefined));
  /** With a `type` of its own it may parse what a page sends without being asked. */
  readonly #json: Handle = functionHandle('json', ([options], at) => this.#made.make('json', at, options === undefined ? [] : [options], { is: 'parser', json: options === undefined || (options.kind === 'record' && options.rest === undefined && entry(options, 'type') === undefined) }, () => undefined));
  readonly #cookies: Handle = functionHandle('cookies', (args, at) => this.#made.make('cookies', at, args, { is: 'cookies' }, () => undefined));

  #logIn(by: (Role & { is: 'log-in' })['by'], member?: string): Handle {
    const log_in = functionHandle(by, ([options], at) => this.#made.make(by, at, options === undefined ? [] : [options], { is: 'log-in', by, options }, () => undefined));
    return packageHandle(by, member === undefined ? {} : { [member]: log_in }, (method, args, at) => (method === '' ? log_in.call('', args, at) : undefined));
  }

  /** `passport.authenticate('jwt', options)`: only strategies that go by the `Authorization` header. */
  readonly #authenticate: Handle = functionHandle('authenticate', ([strategy, options, callback], at) => {
    const isHeader = strategy?.kind === 'string' && /^(?:jwt|bearer|basic|digest|oauth-bearer)$/i.test(strategy.value) && callback === undefined;
    return isHeader ? this.#made.make('passport', at, [strategy, ...(options === undefined ? [] : [options])], { is: 'log-in', by: 'passport', options }, () => undefined) : undefined;
  });
  readonly #router: Handle = {
    ...functionHandle('Router', (args, at) => this.#stack('router', args, { is: 'router' }, at)),
    call: (method, args, at) => (method === '' || method === 'new' ? this.#stack('router', args, { is: 'router' }, at) : undefined),
  };
  readonly #cors: Handle = packageHandle('cors', {}, (method, args, at) => (method === '' ? this.corsFor(args[0], at) : undefined));
  readonly #static: Handle = functionHandle('static', ([, options], at) => this.#made.make('static', at, options === undefined ? [] : [options], { is: 'static', setHeaders: options?.kind === 'record' ? entry(options, 'setHeaders')?.value : undefined }, () => undefined));
  readonly #proxy: Handle = functionHandle('createProxyMiddleware', (args, at) => {
    // Up to version 2 the paths could stand in front of the options.
    const options = args.find((arg) => arg.kind === 'record');
    return this.#made.make('proxy', at, args, { is: 'proxy', hook: options?.kind === 'record' ? proxyHook(options) : undefined }, () => undefined);
  });
  readonly #createServer = this.#servers(false);
  readonly #createSecureServer = this.#servers(true);

  #servers(secure: boolean): Handle {
    return functionHandle('createServer', (args, at) => {
      const app = args.find((arg) => arg.kind === 'handle');
      return app === undefined ? undefined : this.#made.make('server', at, [app], { is: 'server', app, secure }, () => undefined);
    });
  }
  readonly #apollo: Handle = classHandle('ApolloServer', (args, at) => {
    const server: Handle = this.#made.make('apollo', at, args, { is: 'apollo' }, (method, callArgs, callAt) => (method === 'getMiddleware' ? this.#stack('router', callArgs, { is: 'router' }, callAt) : undefined));
    return server;
  });
  readonly #expressMiddleware: Handle = functionHandle('expressMiddleware', (_args, at) => this.endpointFor(APOLLO, at));
  readonly #createExpressMiddleware: Handle = functionHandle('createExpressMiddleware', (_args, at) => this.endpointFor(trpcEndpoint(at), at));

  #frameworkOf(of: Flavour, members: Readonly<Record<string, Handle>>): Handle {
    return packageHandle(of.name, { Router: this.#router, json: this.#json, urlencoded: this.#parser, text: this.#parser, raw: this.#parser, static: this.#static, ...members }, (method, args, at) => (method === '' ? this.#app(of, args, at) : undefined));
  }

  readonly #known: ReadonlyMap<string, Handle> = new Map([
    ['express', this.#frameworkOf(EXPRESS, {})],
    ['@feathersjs/express', this.#frameworkOf(FEATHERS, { cors: this.#cors })],
    ['polka', packageHandle('polka', {}, (method, args, at) => (method === '' ? this.#app(POLKA, args, at) : undefined))],
    ['body-parser', packageHandle('body-parser', { json: this.#json, urlencoded: this.#parser, text: this.#parser, raw: this.#parser }, () => undefined)],
    ['serve-static', packageHandle('serve-static', {}, (method, args, at) => this.#static.call(method, args, at))],
    ['http-proxy-middleware', packageHandle('http-proxy-middleware', { createProxyMiddleware: this.#proxy, legacyCreateProxyMiddleware: this.#proxy }, (method, args, at) => this.#proxy.call(method, args, at))],
    ['cors', this.#cors],
    ['http-errors', httpErrors],
    ['http', packageHandle('http', { createServer: this.#createServer }, () => undefined)],
    ['https', packageHandle('https', { createServer: this.#createSecureServer }, () => undefined)],
    ['express-jwt', this.#logIn('express-jwt', 'expressjwt')],
    ['express-basic-auth', this.#logIn('express-basic-auth')],
    ['express-oauth2-jwt-bearer', this.#logIn('express-oauth2-jwt-bearer', 'auth')],
    ['passport', packageHandle('passport', { authenticate: this.#authenticate }, () => undefined)],
    ...['cookie-session', 'express-session', 'cookie-parser'].map((name) => [name, packageHandle(name, {}, (method, args, at) => this.#cookies.call(method, args, at))] as const),
    ['apollo-server-express', packageHandle('apollo-server-express', { ApolloServer: this.#apollo }, () => undefined)],
    ...['@apollo/server/express4', '@as-integrations/express4', '@as-integrations/express5'].map((name) => [name, packageHandle(name, { expressMiddleware: this.#expressMiddleware }, () => undefined)] as const),
    ['@trpc/server/adapters/express', packageHandle('trpc', { createExpressMiddleware: this.#createExpressMiddleware }, () => undefined)],
  ]);
}

/** What a handle of this reader is. */
export type Role =
  /** `options`: what the app was made with. */
  | { readonly is: 'app'; readonly of: Flavour; readonly options: Value | undefined }
  | { readonly is: 'router' | 'route' | 'apollo' | 'cookies' }
  | { readonly is: 'parser'; readonly json: boolean }
  /** Asks for credentials; `options`: what it is given beside its strategy. */
  | { readonly is: 'log-in'; readonly by: 'passport' | 'express-jwt' | 'express-basic-auth' | 'express-oauth2-jwt-bearer'; readonly options: Value | undefined }
  | { readonly is: 'cors'; readonly options: Value | undefined; readonly at: Span }
  | { readonly is: 'endpoint'; readonly endpoint: Endpoint }
  /** `setHeaders(res, path, stat)` is called before a file is sent. */
  | { readonly is: 'static'; readonly setHeaders: Value | undefined }
  /** Passes requests on; `hook(proxyRes, req, res)` sees each answer before it goes out. */
  | { readonly is: 'proxy'; readonly hook: Value | undefined }
  | { readonly is: 'server'; readonly app: Handle; readonly secure: boolean };

/** `on: { proxyRes }` of http-proxy-middleware 3, `onProxyRes` before. */
function proxyHook(options: RecordValue): Value | undefined {
  const on = entry(options, 'on')?.value;
  return (on?.kind === 'record' ? entry(on, 'proxyRes')?.value : undefined) ?? entry(options, 'onProxyRes')?.value;
}
