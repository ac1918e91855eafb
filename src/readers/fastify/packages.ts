import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** What a handle of this reader is. */
export type Role =
  /** An instance: the app, or what a plugin is given. */
  | { readonly is: 'instance' }
  /** `@fastify/cors` itself, which `register` is given. */
  | { readonly is: 'cors plugin' }
  /** `fp(plugin)`: it works on the instance that it is registered on, not on a child. */
  | { readonly is: 'unwrapped'; readonly plugin: Value | undefined }
  /** A Nest app on the instance of its adapter, of which plugins are registered only; its routes are Nest's. */
  | { readonly is: 'nest app'; readonly on: Handle }
  /** `cors(options)` of npm `cors`, for `app.use` of `@fastify/middie` and `@fastify/express`. */
  | { readonly is: 'node cors'; readonly options: Value | undefined; readonly at: Span };

const CHAINED = new Set(['register', 'addHook', 'route', 'decorate', 'decorateRequest', 'decorateReply', 'withTypeProvider', 'after', 'setErrorHandler', 'setNotFoundHandler', 'use', 'addSchema', 'addContentTypeParser', 'setValidatorCompiler', 'setSerializerCompiler', 'get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'all', 'ready', 'getInstance']);
const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What the packages of a Fastify program hand out, told apart by the handles that stand for it. */
export class FastifyPackages {
  readonly #roles = new WeakMap<Handle, Role>();
  readonly #apps = new Map<string, Handle>();
  readonly #elsewhere = new WeakSet<Handle>();

  /** Imports as the language asks for them. Other packages mean nothing here. */
  readonly packages: Packages = (specifier) => {
    if (specifier === 'fastify') return this.#fastify;
    if (specifier === '@fastify/cors' || specifier === 'fastify-cors') return this.#cors;
    if (specifier === 'fastify-plugin') return this.#unwrap;
    if (specifier === '@nestjs/core') return this.#nest;
    if (specifier === '@nestjs/platform-fastify') return this.#adapter;
    return specifier === 'cors' ? this.#nodeCors : undefined;
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** The apps that were made, in their order. One call site makes one app, also where the code around it is followed twice. */
  get apps(): readonly Handle[] {
    return [...this.#apps.values()];
  }

  /** An instance that other files make: what else it serves is not in view. */
  elsewhere(at: Span): Handle {
    const app = this.appFor(at);
    this.#elsewhere.add(app);
    return app;
  }

  isElsewhere(app: Handle): boolean {
    return this.#elsewhere.has(app);
  }

  appFor(at: Span): Handle {
    const key = `${at.file}:${at.start}`;
    let app = this.#apps.get(key);
    if (app === undefined) this.#apps.set(key, (app = this.instance(at)));
    return app;
  }

  /** The instance that one registration of a plugin works on. */
  instance(at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: 'app', at, get: () => undefined, call: (method) => (CHAINED.has(method) ? handle : undefined) };
    this.#roles.set(handle, { is: 'instance' });
    return handle;
  }

  readonly #fastify: Handle = exported('fastify', ['default', 'fastify'], (_args, at) => this.appFor(at));

  /** `new FastifyAdapter()` stands for the instance that it makes. */
  readonly #adapter: Handle = exported('FastifyAdapter', ['FastifyAdapter', 'new'], (_args, at) => this.appFor(at));

  /** `NestFactory.create(AppModule, new FastifyAdapter())`; apps on Express are none of Fastify's. */
  readonly #nest: Handle = exported('NestFactory', ['NestFactory', 'create'], ([, adapter], at) => (this.roleOf(adapter)?.is === 'instance' && adapter?.kind === 'handle' ? this.#nestApp(adapter, at) : undefined));

  #nestApp(on: Handle, at: Span): Handle {
    return this.#with({ is: 'nest app', on }, { kind: 'handle', name: 'app', at, get: () => undefined, call: (method) => (method === 'getHttpAdapter' ? on : undefined) });
  }

  readonly #cors: Handle = this.#with({ is: 'cors plugin' }, exported('@fastify/cors', ['default', 'fastifyCors'], () => undefined));

  readonly #unwrap: Handle = exported('fastify-plugin', ['default', 'fastifyPlugin'], (args, at) => this.#with({ is: 'unwrapped', plugin: args[0] }, exported('plugin', ['default'], () => undefined, at)));

  readonly #nodeCors: Handle = exported('cors', ['default'], (args, at) => this.#with({ is: 'node cors', options: args[0], at }, exported('cors()', [], () => undefined, at)));

  #with(role: Role, handle: Handle): Handle {
    this.#roles.set(handle, role);
    return handle;
  }
}

/** What a package exports: one function, also under some names. */
function exported(name: string, names: readonly string[], call: (args: readonly Value[], at: Span) => Value | undefined, at: Span = NOWHERE): Handle {
  const handle: Handle = {
    kind: 'handle',
    name,
    at,
    get: (property) => (names.includes(property) ? handle : undefined),
    call: (method, args, callAt) => (method === '' || names.includes(method) ? call(args, callAt) : undefined),
  };
  return handle;
}
