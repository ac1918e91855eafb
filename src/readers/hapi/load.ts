import { guardOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Gap, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { entry, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import type { HapiPackages } from './packages.js';

export interface Route {
  /** Undefined: `*`, all that no route of their own serves. */
  readonly methods: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly path: Value | undefined;
  /** `options` (`config` before hapi 17). */
  readonly options: Value | undefined;
  readonly handler: Value | undefined;
  readonly when: Guard;
  readonly at: Span;
}

export interface Extension {
  readonly point: string;
  readonly does: Value;
  readonly when: Guard;
  readonly at: Span;
}

/** A server as it is when its plugins are registered. */
export interface Loaded {
  readonly routes: readonly Route[];
  readonly extensions: readonly Extension[];
  /** `cors` of the server's own options for routes; the last connection's, where it has several. */
  readonly cors: Value | undefined;
  /** Where the plugins stand that were run. */
  readonly plugins: readonly Span[];
  readonly gaps: readonly Gap[];
  /** Routes that are not in view may be there. */
  readonly open: boolean;
  /** The server's own settings are not in view either. */
  readonly elsewhere: boolean;
}

/** So many plugins inside each other are followed. */
const MAX_NESTING = 16;

/** Plugins that add no routes of the author's. */
const WITHOUT_ROUTES = /"@?hapi[/-](?:inert|vision|cookie|basic|bell|jwt|yar|crumb|scooter|good|h2o2|nes|joi|boom|auth-\w+|pino|rate-limit\w*|swagger)"|"(?:blipp|hapi-pino|hapi-rate-limit|inert|vision|good|laabr)"/;

/** Loads a server: its plugins are run where they are registered. */
export function load(server: Handle, options: Value | undefined, events: readonly Event[], packages: HapiPackages): Loaded {
  const loader = new Loader(server, options, packages);
  loader.add(events, ALWAYS, 0);
  return loader;
}

class Loader implements Loaded {
  readonly routes: Route[] = [];
  readonly extensions: Extension[] = [];
  readonly plugins: Span[] = [];
  readonly gaps: Gap[] = [];
  cors: Value | undefined;
  open: boolean;
  readonly elsewhere: boolean;
  /** Servers as plugins see them, with the prefix of their routes. */
  readonly #views = new Map<Handle, string | undefined>();

  constructor(
    server: Handle,
    options: Value | undefined,
    private readonly packages: HapiPackages,
  ) {
    this.#views.set(server, '');
    this.elsewhere = packages.isElsewhere(server);
    this.open = this.elsewhere;
    this.#connected(options);
  }

  add(events: readonly Event[], base: Guard, depth: number): void {
    for (const event of events) {
      if ((event.kind !== 'call' && event.kind !== 'escape') || !this.#views.has(event.receiver)) continue;
      if (event.kind === 'escape') this.#escaped(event);
      else this.#call(event, this.#views.get(event.receiver), whenAll(base, guardOf(event.when)), depth);
    }
  }

  /** `new Server({ routes: { cors } })`, `server.connection({ routes: { cors } })` */
  #connected(options: Value | undefined): void {
    const routes = options?.kind === 'record' ? (entry(options, 'routes')?.value ?? options.rest) : options?.kind === 'unknown' ? options : undefined;
    const cors = routes?.kind === 'record' ? (entry(routes, 'cors')?.value ?? routes.rest) : undefined;
    if (cors !== undefined) this.cors = cors;
    else if (routes?.kind === 'unknown' && /cors/i.test(routes.detail)) this.gaps.push({ at: routes.at, reason: routes.reason, message: `The server's CORS depends on ${routes.detail}.` });
  }

  #escaped(event: Event & { kind: 'escape' }): void {
    this.open = true;
    if (/cors/i.test(event.detail)) this.gaps.push({ at: event.at, reason: event.reason, message: `What ${event.detail.replace(/^the call of /, '')}() adds could not be followed.` });
  }

  #call({ method, args, at }: Event & { kind: 'call' }, prefix: string | undefined, when: Guard, depth: number): void {
    const [first, second] = args;
    if (method === 'route') this.#route(first, prefix, when, at);
    else if (method === 'ext') this.#extension(first, second, when, at);
    else if (method === 'connection') this.#connected(first);
    else if (method === 'register' && first !== undefined) this.#register(first, second, prefix, when, depth, at);
  }

  #route(value: Value | undefined, prefix: string | undefined, when: Guard, at: Span): void {
    if (value?.kind === 'list') {
      for (const item of value.items) this.#route(item, prefix, when, at);
      if (value.rest !== undefined) this.open = true;
    } else if (value?.kind === 'either') {
      for (const option of value.options) this.#route(option.value, prefix, whenAll(when, guardOf(option.when)), at);
    } else if (value?.kind === 'record') {
      const written = entry(value, 'method')?.value;
      const names = (written?.kind === 'list' ? written.items : [written]).flatMap((item) => (item?.kind === 'string' ? [item.value.toUpperCase()] : []));
      const options = (entry(value, 'options') ?? entry(value, 'config'))?.value ?? value.rest;
      const handler = entry(value, 'handler')?.value ?? (options?.kind === 'record' ? entry(options, 'handler')?.value : undefined);
      const methods = names.length === 0 || names.includes('*') ? undefined : names.includes('GET') ? [...names, 'HEAD'] : names;
      this.routes.push({ methods, prefix, path: entry(value, 'path')?.value, options, handler, when, at: value.at });
    } else this.open = true;
  }

  /** `server.ext('onPreResponse', method)`, `server.ext({ type, method })` */
  #extension(first: Value | undefined, second: Value | undefined, when: Guard, at: Span): void {
    if (first?.kind === 'list') for (const item of first.items) this.#extension(item, undefined, when, at);
    const type = first?.kind === 'record' ? entry(first, 'type')?.value : first;
    const method = first?.kind === 'record' ? entry(first, 'method')?.value : second;
    if (type?.kind !== 'string' || method === undefined) return;
    for (const does of method.kind === 'list' ? method.items : [method]) this.extensions.push({ point: type.value, does, when, at });
  }

  #register(value: Value, options: Value | undefined, prefix: string | undefined, when: Guard, depth: number, at: Span): void {
    if (depth >= MAX_NESTING) return;
    if (value.kind === 'list') {
      for (const item of value.items) this.#register(item, options, prefix, when, depth, at);
      return;
    }
    const plugin = registerOf(value, 0);
    const own = value.kind === 'record' ? entry(value, 'options')?.value : undefined;
    const inner = prefixed(prefixed(prefix, value), options);
    if (plugin?.kind === 'function') {
      const view = this.packages.view(at);
      this.#views.set(view, inner);
      const next: Handle = { kind: 'handle', name: 'next', at, get: () => undefined, call: () => ({ kind: 'nothing', what: 'undefined', at }) };
      this.plugins.push(plugin.at);
      this.add(plugin.run([view, own ?? { kind: 'record', entries: [], at }, next]), when, depth + 1);
      return;
    }
    const detail = plugin?.kind === 'unknown' ? plugin.detail : '';
    if (/\bcors|cors\b|[a-z]Cors/.test(detail)) this.gaps.push({ at, reason: plugin?.kind === 'unknown' ? plugin.reason : 'unsupported-syntax', message: `This CORS plugin depends on ${detail}.` });
    if (!WITHOUT_ROUTES.test(detail)) this.open = true;
  }
}

/** What runs when a plugin is registered: `{ plugin }`, `{ name, register }`, a module with `plugin`, or a function. */
function registerOf(value: Value, depth: number): FunctionValue | Value | undefined {
  if (value.kind !== 'record' || depth > 4) return value;
  const own = entry(value, 'register')?.value;
  if (own?.kind === 'function') return own;
  const inner = (entry(value, 'plugin') ?? entry(value, 'default') ?? entry(value, 'register'))?.value;
  return inner === undefined ? value.rest : registerOf(inner, depth + 1);
}

/** The prefix below which a registration puts its routes: `{ routes: { prefix } }`. */
function prefixed(outer: string | undefined, options: Value | undefined): string | undefined {
  const routes = options?.kind === 'record' ? entry(options, 'routes')?.value : undefined;
  const own = routes?.kind === 'record' ? entry(routes, 'prefix')?.value : undefined;
  if (own === undefined || outer === undefined) return outer;
  return own.kind === 'string' ? outer + own.value : undefined;
}
