import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Gap, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { FastifyPackages } from './packages.js';

/** Hooks that work on the answer of a request, in the order in which they do. The handler comes behind `preHandler`. */
export const PHASES = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend'] as const;
export type Phase = (typeof PHASES)[number];

/** The app, or the child of it that one registered plugin works on: it sees its parents' hooks, they never see its own. */
export interface Instance {
  readonly parent: Instance | undefined;
  /** Undefined where it is put together at run time. */
  readonly prefix: string | undefined;
  readonly handle: Handle;
}

/** One registration of `@fastify/cors`. */
export interface Registration {
  readonly in: Instance;
  readonly when: Guard;
  readonly options: Value | undefined;
  readonly at: Span;
}

/** What happens for requests of an instance, in the order of loading; `registered` is a plugin whose options name its hook. */
export type Hook =
  | { readonly is: 'hook'; readonly phase: Phase; readonly does: Value; readonly in: Instance; readonly when: Guard; readonly at: Span }
  | { readonly is: 'cors'; readonly registered: Registration }
  /** `app.use(…)`: middleware for Node's own request and response. */
  | { readonly is: 'middleware'; readonly does: Value; readonly path: Value | undefined; readonly in: Instance; readonly when: Guard; readonly at: Span };

export interface Route {
  readonly in: Instance;
  /** Undefined: all. */
  readonly methods: readonly string[] | undefined;
  readonly path: Value | undefined;
  readonly options: Value | undefined;
  readonly handler: Value | undefined;
  /** The route is the one that `@fastify/cors` adds. */
  readonly answers?: Registration;
  readonly when: Guard;
  readonly at: Span;
}

/** An app as it is when all its plugins are loaded. */
export interface Loaded {
  readonly hooks: readonly Hook[];
  readonly routes: readonly Route[];
  /** What answers where no route does. */
  readonly notFound: readonly { readonly in: Instance; readonly handler: FunctionValue; readonly when: Guard }[];
  /** Prefixes below which plugins that are not in view may have routes. */
  readonly unseen: readonly { readonly in: Instance; readonly prefix: string }[];
  /** Where the plugins stand that were run. */
  readonly plugins: readonly Span[];
  readonly gaps: readonly Gap[];
}

/** So many plugins inside each other are followed. */
const MAX_NESTING = 16;
const VERBS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'all', 'trace', 'search', 'propfind', 'report']);

/** Plugins that serve no paths. */
const WITHOUT_ROUTES = /"@?fastify[-/](?:helmet|cookie|jwt|auth|basic-auth|bearer-auth|oauth2|sensible|env|formbody|multipart|rate-limit|compress|etag|caching|session|secure-session|csrf-protection|redis|mongodb|postgres|mysql|circuit-breaker|under-pressure|swagger|accepts|middie|express|url-data|request-context|schedule|view|awilix|websocket|response-validation|zipkin|early-hints|hotwire|leveldb|elasticsearch|kafka|flash|passport|metrics|graceful-shutdown)"/;

/** Loads an app: its plugins are run where they are registered, as Fastify loads them, whether awaited or not. */
export function load(app: Handle, events: readonly Event[], packages: FastifyPackages): Loaded {
  const loader = new Loader(app, packages);
  loader.add(events, ALWAYS, 0);
  return loader;
}

class Loader implements Loaded {
  readonly hooks: Hook[] = [];
  readonly routes: Route[] = [];
  readonly notFound: { readonly in: Instance; readonly handler: FunctionValue; readonly when: Guard }[] = [];
  readonly unseen: { readonly in: Instance; readonly prefix: string }[] = [];
  readonly plugins: Span[] = [];
  readonly gaps: Gap[] = [];
  readonly #instances = new Map<Handle, Instance>();

  constructor(
    app: Handle,
    private readonly packages: FastifyPackages,
  ) {
    const root: Instance = { parent: undefined, prefix: '', handle: app };
    this.#instances.set(app, root);
    if (packages.isElsewhere(app)) this.unseen.push({ in: root, prefix: '' });
  }

  add(events: readonly Event[], base: Guard, depth: number): void {
    for (const event of events) {
      if (event.kind !== 'call' && event.kind !== 'escape') continue;
      const role = this.packages.roleOf(event.receiver);
      const instance = this.#instances.get(role?.is === 'nest app' ? role.on : event.receiver);
      if (instance === undefined || (role?.is === 'nest app' && (event.kind === 'escape' || event.method !== 'register'))) continue;
      const when = whenAll(base, guardOf(event.when));
      if (event.kind === 'call') this.#call(event, instance, when, depth);
      else if (event.kind === 'escape') this.#escaped(event, instance);
    }
  }

  #call(event: Event & { kind: 'call' }, instance: Instance, when: Guard, depth: number): void {
    const { method, at } = event;
    const [first, second] = event.args;
    if (method === 'register') this.#register(first, second, instance, when, depth, at);
    else if (method === 'addHook') this.#hook(first, second, instance, when, at);
    else if (method === 'route') this.#route(first, instance, when, at);
    else if (VERBS.has(method) && event.args.length > 1) this.#verb(method, event.args, instance, when, at);
    else if (method === 'use') this.hooks.push({ is: 'middleware', does: second ?? first ?? unknown('unsupported-syntax', 'middleware', at), path: second === undefined ? undefined : first, in: instance, when, at });
    else if (method === 'setNotFoundHandler') for (const handler of event.args) if (handler.kind === 'function') this.notFound.push({ in: instance, handler, when });
    // Callbacks that run once all before them is loaded.
    if ((method === 'after' || method === 'ready') && first?.kind === 'function' && depth < MAX_NESTING) this.add(first.run([{ kind: 'nothing', what: 'null', at }]), when, depth + 1);
  }

  /** Whoever is given the app may add routes and hooks. */
  #escaped(event: Event & { kind: 'escape' }, instance: Instance): void {
    this.unseen.push({ in: instance, prefix: instance.prefix ?? '' });
    if (/cors/i.test(event.detail)) this.gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
  }

  #register(plugin: Value | undefined, options: Value | undefined, instance: Instance, when: Guard, depth: number, at: Span): void {
    if (plugin === undefined || depth >= MAX_NESTING) return;
    const role = this.packages.roleOf(plugin);
    if (plugin.kind === 'either') {
      for (const option of plugin.options) this.#register(option.value, options, instance, whenAll(when, guardOf(option.when)), depth, at);
    } else if (plugin.kind === 'record') {
      // `import('./plugin.js')`
      this.#register(entry(plugin, 'default')?.value, options, instance, when, depth, at);
    } else if (role?.is === 'cors plugin') {
      const registered: Registration = { in: instance, when, options, at };
      this.hooks.push({ is: 'cors', registered });
      this.routes.push({ in: instance, methods: ['OPTIONS'], path: { kind: 'string', value: '*', at }, options: undefined, handler: undefined, answers: registered, when, at });
    } else if (role?.is === 'unwrapped') {
      if (role.plugin?.kind === 'function') this.#run(role.plugin, options, instance, when, depth, at);
      else this.#register(role.plugin, options, instance, when, depth + 1, at);
    } else if (plugin.kind === 'function') {
      const child: Instance = { parent: instance, prefix: prefixed(instance.prefix, options), handle: this.packages.instance(at) };
      this.#instances.set(child.handle, child);
      this.#run(plugin, options, child, when, depth, at);
    } else this.#unseen(plugin, options, instance, at);
  }

  #run(plugin: FunctionValue, options: Value | undefined, instance: Instance, when: Guard, depth: number, at: Span): void {
    const done: Handle = { kind: 'handle', name: 'done', at, get: () => undefined, call: () => ({ kind: 'nothing', what: 'undefined', at }) };
    this.plugins.push(plugin.at);
    this.add(plugin.run([instance.handle, options ?? { kind: 'record', entries: [], at }, done]), when, depth + 1);
  }

  /** A plugin that is not in view: what is named after CORS is CORS, what is no plain service may have routes. */
  #unseen(plugin: Value, options: Value | undefined, instance: Instance, at: Span): void {
    const detail = plugin.kind === 'unknown' ? plugin.detail : '';
    if (/\bcors|cors\b|[a-z]Cors/.test(detail)) this.gaps.push({ at, reason: plugin.kind === 'unknown' ? plugin.reason : 'unsupported-syntax', message: `This CORS plugin depends on ${detail}.` });
    if (!WITHOUT_ROUTES.test(detail)) this.unseen.push({ in: instance, prefix: prefixed(instance.prefix, options) ?? '' });
  }

  #hook(name: Value | undefined, does: Value | undefined, instance: Instance, when: Guard, at: Span): void {
    const phase = name?.kind === 'string' ? PHASES.find((one) => one === name.value) : undefined;
    if (phase !== undefined && does !== undefined) this.hooks.push({ is: 'hook', phase, does, in: instance, when, at });
  }

  /** `app.get(path, options, handler)`, `app.get(path, handler)`, `app.get(path, { handler })` */
  #verb(verb: string, [path, second, third]: readonly Value[], instance: Instance, when: Guard, at: Span): void {
    const options = third === undefined && second?.kind === 'function' ? undefined : second;
    const handler = third ?? (second?.kind === 'function' ? second : second?.kind === 'record' ? entry(second, 'handler')?.value : undefined);
    this.routes.push({ in: instance, methods: methodsOf([verb]), path, options, handler, when, at });
  }

  /** `app.route({ method, url, handler })` */
  #route(options: Value | undefined, instance: Instance, when: Guard, at: Span): void {
    if (options?.kind !== 'record') {
      this.unseen.push({ in: instance, prefix: instance.prefix ?? '' });
      return;
    }
    const written = entry(options, 'method')?.value;
    const names = (written?.kind === 'list' ? written.items : [written]).flatMap((item) => (item?.kind === 'string' ? [item.value] : []));
    this.routes.push({ in: instance, methods: methodsOf(names.length === 0 ? ['all'] : names), path: (entry(options, 'url') ?? entry(options, 'path'))?.value, options, handler: entry(options, 'handler')?.value, when, at });
  }
}

/** A route for GET serves HEAD too. */
function methodsOf(verbs: readonly string[]): readonly string[] | undefined {
  const names = verbs.map((verb) => verb.toUpperCase());
  if (names.includes('ALL')) return undefined;
  return names.includes('GET') && !names.includes('HEAD') ? [...names, 'HEAD'] : names;
}

function prefixed(outer: string | undefined, options: Value | undefined): string | undefined {
  const own = options?.kind === 'record' ? entry(options, 'prefix')?.value : undefined;
  if (own === undefined || outer === undefined) return outer;
  return own.kind === 'string' ? outer + (own.value === '/' ? '' : own.value) : undefined;
}
