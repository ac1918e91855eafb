import { FetchObjects } from '../../middleware/fetch-response.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { setting } from '../../values/either.js';
import type { Handle, Value } from '../../values/value.js';

/** What a handle of this reader is. */
export type Role =
  /** An app, or another name of it below a base path: both fill one router. */
  | { readonly is: 'app'; readonly root: Handle; readonly base: string | undefined }
  | { readonly is: 'cors'; readonly options: Value | undefined; readonly at: Span }
  /** Middleware that refuses requests without an Authorization header. */
  | { readonly is: 'log-in' }
  /** Middleware that lets every request through. */
  | { readonly is: 'harmless' }
  /** `except('/open/*', …)` of `hono/combine`: middleware for all other paths. */
  | { readonly is: 'except'; readonly paths: Value | undefined; readonly handlers: readonly Value[]; readonly at: Span }
  | { readonly is: 'serve' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** `hono`, and its names on JSR and in Deno: `npm:hono@4/cors`, `jsr:@hono/hono/cors`, `https://deno.land/x/hono@v4.1.0/mod.ts`. */
const SPECIFIER = /^(?:(?:npm:|jsr:\/?)?(?:hono|@hono\/hono)(?:@[^/]*)?|https:\/\/(?:deno\.land\/x|esm\.sh|jsr\.io\/@hono)\/hono(?:@[^/]*)?)(?:\/(.*))?$/;
const LOG_INS = new Set(['jwt', 'jwk', 'bearerAuth', 'basicAuth', 'bearer-auth', 'basic-auth']);
const HARMLESS = new Set(['logger', 'etag', 'compress', 'prettyJSON', 'secureHeaders', 'timing', 'requestId', 'poweredBy', 'cache', 'contextStorage', 'timeout', 'trimTrailingSlash', 'appendTrailingSlash', 'languageDetector', 'methodOverride', 'bodyLimit', 'csrf']);

/** What the packages of a Hono program hand out, told apart by the handles that stand for it. */
export class HonoPackages {
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();

  /** Responses that handlers make themselves. */
  readonly objects = new FetchObjects();

  /** The version that an import names: `npm:hono@4.6.3/cors`. */
  specified: string | undefined;

  readonly packages: Packages = (specifier) => {
    if (specifier === 'globalThis') return this.#globals;
    if (SPECIFIER.test(specifier)) {
      this.specified ??= /\bhono@[v^~=]*(\d+(?:\.\d+)*)/.exec(specifier)?.[1];
      return this.#hono;
    }
    if (/^(?:npm:)?@hono\/(?:zod-openapi|node-server)/.test(specifier)) return this.#hono;
    return undefined;
  };

  roleOf(handle: Handle): Role | undefined {
    return this.#roles.get(handle);
  }

  /** An app that some other file passes in. */
  appFor(at: Span): Handle {
    return this.#app(at);
  }

  /** One namespace for all of Hono's entries: no two of them share a name. */
  readonly #hono: Handle = { kind: 'handle', name: 'hono', at: NOWHERE, get: (name) => (name === 'default' ? this.#hono : this.#member(name)), call: (method, args, at) => this.#member(method)?.call('', args, at) };

  readonly #globals: Handle = { kind: 'handle', name: 'globalThis', at: NOWHERE, get: (name) => (name === 'Deno.serve' || name === 'Bun.serve' ? this.#member('serve') : this.objects.global(name)), call: () => undefined };

  #member(name: string): Handle | undefined {
    switch (name) {
      case 'Hono':
      case 'OpenAPIHono':
        return this.#class;
      case 'cors':
        return this.#cors;
      case 'serve':
        return this.#make('serve', NOWHERE, { is: 'serve' });
      case 'handle':
        return this.#once('handle', () => this.#factory('handle', (_args, at) => this.#make('handler', at, { is: 'harmless' })));
      case 'createMiddleware':
      case 'createRoute':
        return this.#once(name, () => this.#factory(name, (args) => args[0]));
      case 'env':
        return this.#once(name, () => this.#factory(name, (_args, at) => settings(at)));
      case 'every':
        return this.#once(name, () => this.#factory(name, (args, at) => ({ kind: 'list', items: args, at })));
      case 'except':
        return this.#once(name, () => this.#factory(name, (args, at) => this.#make(name, at, { is: 'except', paths: args[0], handlers: args.slice(1), at }, JSON.stringify(args))));
      case 'createFactory':
      case 'Factory':
        return this.#once(name, () => ({ ...this.#factory(name, () => this.#maker), call: (method) => (method === '' || method === 'new' ? this.#maker : undefined) }));
      default:
        if (LOG_INS.has(name)) return this.#once(name, () => this.#factory(name, (args, at) => this.#make(name, at, readsCookie(args[0]) ? { is: 'harmless' } : { is: 'log-in' })));
        if (HARMLESS.has(name)) return this.#once(name, () => this.#factory(name, (_args, at) => this.#make(name, at, { is: 'harmless' })));
        return undefined;
    }
  }

  readonly #class: Handle = { kind: 'handle', name: 'Hono', at: NOWHERE, get: () => undefined, call: (method, _args, at) => (method === 'new' ? this.#app(at) : undefined) };

  /** `createFactory()`: its apps and middleware are those of Hono. */
  readonly #maker: Handle = {
    kind: 'handle',
    name: 'factory',
    at: NOWHERE,
    get: () => undefined,
    call: (method, args, at) => {
      if (method === 'createApp') return this.#app(at);
      if (method === 'createMiddleware') return args[0];
      return method === 'createHandlers' ? { kind: 'list', items: args, at } : undefined;
    },
  };

  readonly #cors: Handle = this.#factory('cors', (args, at) => this.#make('cors()', at, { is: 'cors', options: args[0], at }, JSON.stringify(args[0])));

  #app(at: Span): Handle {
    const key = keyOf('app', at, '');
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const app: Handle = this.#named(at, () => app);
    this.#made.set(key, app);
    this.#roles.set(app, { is: 'app', root: app, base: '/' });
    return app;
  }

  #named(at: Span, root: () => Handle): Handle {
    const self: Handle = {
      kind: 'handle',
      name: 'app',
      at,
      get: (property) => (property === 'fetch' ? self : undefined),
      call: (method, args, callAt) => (method === 'basePath' ? this.#below(self, root(), args[0], callAt) : method === 'request' || method === 'fetch' || method === 'fire' ? undefined : self),
    };
    return self;
  }

  /** `app.basePath('/api')`: another name of the same app. */
  #below(outer: Handle, root: Handle, path: Value | undefined, at: Span): Handle {
    const key = keyOf('base', at, '');
    let handle = this.#made.get(key);
    if (handle === undefined) {
      const role = this.#roles.get(outer);
      const base = role?.is === 'app' && role.base !== undefined && path?.kind === 'string' ? `${role.base.replace(/\/$/, '')}/${path.value.replace(/^\//, '')}` : undefined;
      handle = this.#named(at, () => root);
      this.#made.set(key, handle);
      this.#roles.set(handle, { is: 'app', root, base });
    }
    return handle;
  }

  #once(name: string, make: () => Handle): Handle {
    const key = `member:${name}`;
    let handle = this.#made.get(key);
    if (handle === undefined) this.#made.set(key, (handle = make()));
    return handle;
  }

  #factory(name: string, make: (args: readonly Value[], at: Span) => Value | undefined): Handle {
    return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === '' ? make(args, at) : undefined) };
  }

  /** One call site makes one object, also where the code around it is followed twice. Middleware is itself called by wrappers. */
  #make(name: string, at: Span, role: Role, detail = ''): Handle {
    const key = keyOf(name, at, detail);
    let handle = this.#made.get(key);
    if (handle === undefined) {
      handle = { kind: 'handle', name, at, get: () => undefined, call: (method, _args, callAt) => (method === '' ? { kind: 'nothing', what: 'undefined', at: callAt } : undefined) };
      this.#made.set(key, handle);
      this.#roles.set(handle, role);
    }
    return handle;
  }
}

/** `c.env`, and `env(c)` of `hono/adapter`: the settings of the runtime. */
export function settings(at: Span): Handle {
  return { kind: 'handle', name: 'env', at, get: (name) => setting(name, { kind: 'nothing', what: 'undefined', at }, { kind: 'env', name, at }, at), call: () => undefined };
}

/** `jwt({ secret, cookie })` takes its token from a cookie. */
function readsCookie(options: Value | undefined): boolean {
  return options?.kind === 'record' && options.entries.some(({ key }) => key === 'cookie');
}

function keyOf(name: string, at: Span, detail: string): string {
  return `${name}@${at.file}:${at.start}:${at.end}:${detail}`;
}
