import type { FetchObjects } from '../../middleware/fetch-response.js';
import { isPreflight, preflightStatus } from '../../middleware/h3-cors.js';
import { nodeRequest, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { not, or } from '../../values/condition.js';
import { entry, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { Project } from './project.js';

/** What a handle of this reader is. */
export type Role =
  /** `createApp(options)`, `createRouter()`, `new H3(options)`: in version 2 they are one thing. */
  | { readonly is: 'app' | 'router'; readonly options: Value | undefined }
  /** `defineEventHandler(…)` and its kin: what runs before it answers, then the handler itself. */
  | { readonly is: 'handler'; readonly before: readonly Value[]; readonly main: Value }
  /** What a handler gave that another one called. */
  | { readonly is: 'called'; readonly main: Value }
  /** `useBase(base, handler)` */
  | { readonly is: 'based'; readonly base: Value | undefined; readonly inner: Value }
  | { readonly is: 'plugin'; readonly callee: Value }
  /** `createServer(…)` of Node. */
  | { readonly is: 'server' }
  /** `defineRoute({ method, route, handler })`, to be registered. */
  | { readonly is: 'route'; readonly route: RecordValue }
  /** `routeRules({ … })` of `h3/rules`. */
  | { readonly is: 'rules'; readonly rules: Value; readonly at: Span }
  /** npm `cors(options)`, made a handler by `fromNodeMiddleware`. */
  | { readonly is: 'npm-cors'; readonly options: Value | undefined; readonly at: Span }
  /** An answer without a body, or an error, that is to be returned (or thrown). */
  | { readonly is: 'answer' | 'error'; readonly status: Value }
  /** What a server behind answers. */
  | { readonly is: 'proxied' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

const OWN = /^(?:npm:|jsr:@h3js\/|https:\/\/esm\.sh\/)?h3(?:-nightly)?(?:@[^/]*)?(?:\/[\w/-]+)?$|^#imports$|^#nitro|^nitro(?:pack)?(?:-nightly)?(?:\/|$)|^nuxt\/|^@nuxt\/kit$|^vite$|^vinxi(?:\/|$)|^@(?:solidjs|tanstack)\/[\w-]*start\/config$/;
const IDENTITIES = new Set(['defineConfig', 'defineNitroConfig', 'defineNuxtConfig', 'defineMiddleware', 'defineRequestMiddleware', 'toEventHandler', 'toMiddleware']);
const HANDLERS = new Set(['defineEventHandler', 'eventHandler', 'defineHandler', 'defineValidatedHandler', 'defineCachedEventHandler', 'cachedEventHandler', 'defineCachedHandler', 'defineRenderHandler']);
/** Functions that make a handler of one with other parameters; what a node listener or a hook returns means nothing. */
const ADAPTERS: Readonly<Record<string, (event: Handle) => readonly (Value | undefined)[]>> = {
  onRequest: (event) => [event],
  onResponse: (event) => [event.get('res'), event],
  fromNodeMiddleware: nodeSides,
  fromNodeHandler: nodeSides,
  defineNodeHandler: nodeSides,
  defineNodeListener: nodeSides,
  defineNodeMiddleware: nodeSides,
  fromWebHandler: (event) => [requestOf(event)],
};
const LAZY = new Set(['lazyEventHandler', 'defineLazyEventHandler', 'dynamicEventHandler']);

/** What `h3`, Nitro and Nuxt hand out, told apart by the handles that stand for it. Their functions are globals in Nitro. */
export class H3Packages {
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();

  readonly #project: Project;

  constructor(
    private readonly major: 1 | 2,
    private readonly objects: FetchObjects,
    module: EstreeModule,
  ) {
    this.#project = new Project(module, this.packages);
  }

  readonly packages: Packages = (specifier) => {
    if (specifier === 'globalThis') return this.#globalThis;
    if (specifier === 'cors') return this.#npmCors;
    if (/^(?:node:)?https?$/.test(specifier)) return this.#http;
    return OWN.test(specifier) ? this.#h3 : this.#project.aliased(specifier);
  };

  /** The folder of the Nitro or Nuxt project. */
  get root(): string {
    return this.#project.root;
  }

  roleOf(value: Value): Role | undefined {
    return value.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** The name of the function of h3 that is called; undefined for what is none. */
  functionOf(receiver: Handle, method: string): string | undefined {
    if (receiver === this.#h3) return method;
    return (method === '' || method === 'new') && this.#made.get(`member:${receiver.name}`) === receiver ? receiver.name : undefined;
  }

  /** An app that some other file passes in. */
  appFor(at: Span): Handle {
    return this.#stack('app', undefined, at);
  }

  readonly #h3: Handle = { kind: 'handle', name: 'h3', at: NOWHERE, get: (name) => (name === 'default' ? this.#h3 : this.#member(name)), call: (method, args, at) => this.#member(method)?.call('', args, at) };

  readonly #globalThis: Handle = { kind: 'handle', name: 'globalThis', at: NOWHERE, get: (name) => this.objects.global(name) ?? (AUTO_IMPORTED.test(name) ? this.#member(name) : this.#project.autoImported(name)), call: () => undefined };

  readonly #npmCors: Handle = { kind: 'handle', name: 'cors', at: NOWHERE, get: (name) => (name === 'default' ? this.#npmCors : undefined), call: (method, args, at) => (method === '' ? this.#make('cors()', at, { is: 'npm-cors', options: args[0], at }) : undefined) };

  readonly #http: Handle = { kind: 'handle', name: 'http', at: NOWHERE, get: (name) => (name === 'default' ? this.#http : name === 'createServer' ? this.#createServer : undefined), call: (method, _args, at) => (method === 'createServer' ? this.#make('server', at, { is: 'server' }) : undefined) };

  readonly #createServer: Handle = { kind: 'handle', name: 'createServer', at: NOWHERE, get: () => undefined, call: (_method, _args, at) => this.#make('server', at, { is: 'server' }) };

  #member(name: string): Handle | undefined {
    if (!/^[a-zA-Z0-9]+$/.test(name)) return undefined;
    const key = `member:${name}`;
    let member = this.#made.get(key);
    if (member === undefined) this.#made.set(key, (member = { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === '' || method === 'new' ? this.#called(name, args, at) : undefined) }));
    return member;
  }

  /** What a function of h3 returns. */
  #called(name: string, args: readonly Value[], at: Span): Value | undefined {
    const [first, second] = args;
    if (IDENTITIES.has(name)) return first;
    if (name === 'definePlugin' || name === 'defineNitroPlugin') return first === undefined ? undefined : this.#plugin(first, at);
    if (HANDLERS.has(name)) return first === undefined ? undefined : this.#handler(first, at);
    const adapter = Object.hasOwn(ADAPTERS, name) ? ADAPTERS[name] : undefined;
    if (adapter !== undefined && first !== undefined) return first.kind === 'function' ? this.#handler(adapted(first, adapter, name === 'fromWebHandler'), at) : first;
    if (LAZY.has(name)) return first?.kind === 'function' ? this.#handler(loaded(first), at) : undefined;
    if (name === 'proxy' || name === 'proxyRequest' || name === 'sendProxy') return this.#make(name, at, { is: 'proxied' });
    if (SILENT.test(name) && !(this.major === 2 && RETURNED.test(name))) return { kind: 'nothing', what: 'undefined', at };
    const header = (asked: string): Value => ({ kind: 'request', part: 'header', header: asked.toLowerCase(), at });
    switch (name) {
      case 'H3':
      case 'createApp':
        return this.#stack('app', first, at);
      case 'createRouter':
        return this.#stack(this.major === 1 ? 'router' : 'app', first, at);
      case 'useBase':
      case 'withBase':
        return second === undefined ? undefined : this.#make(name, at, { is: 'based', base: first, inner: second });
      case 'defineRoute':
        return first?.kind === 'record' ? this.#make(name, at, { is: 'route', route: first }) : undefined;
      case 'toWebRequest':
        return first?.kind === 'handle' ? requestOf(first) : undefined;
      case 'HTTPResponse':
        return this.objects.response.call('new', args, at);
      case 'routeRules':
        return first === undefined ? undefined : this.#make(name, at, { is: 'rules', rules: first, at });
      case 'useRuntimeConfig':
        return this.#project.runtimeConfig();
      case 'getRequestHeader':
      case 'getHeader':
        return second?.kind === 'string' ? header(second.value) : undefined;
      case 'getRequestHeaders':
      case 'getHeaders':
        return nodeRequest(at, () => undefined, () => undefined).get('headers');
      case 'getMethod':
        return { kind: 'request', part: 'method', at };
      case 'getRequestPath':
        return { kind: 'request', part: 'path', at };
      case 'getRequestURL':
        return { kind: 'handle', name: 'URL', at, get: (property) => (property === 'pathname' ? { kind: 'request', part: 'path', at } : undefined), call: () => undefined };
      case 'isMethod': {
        const methods = second?.kind === 'list' ? second.items : second === undefined ? [] : [second];
        const method: Value = { kind: 'request', part: 'method', at };
        return { kind: 'condition', condition: or(...methods.map((right) => ({ c: 'equals', left: method, right, ignoreCase: false, at }) as const)), at };
      }
      case 'isPreflightRequest':
        return { kind: 'condition', condition: isPreflight(at), at };
      case 'handleCors':
        return this.#handled(second, at);
      case 'noContent':
      case 'sendNoContent': {
        const status = name === 'noContent' ? (first?.kind === 'handle' ? second : first) : second;
        return this.#make(name, at, { is: 'answer', status: status ?? { kind: 'number', value: 204, at } });
      }
      case 'redirect':
      case 'sendRedirect':
        return this.#make(name, at, { is: 'answer', status: (name === 'redirect' ? second : args[2]) ?? { kind: 'number', value: 302, at } });
      case 'createError':
      case 'HTTPError':
        return this.#make(name, at, { is: 'error', status: errorStatus(args, at) });
      default:
        return undefined;
    }
  }

  /** `handleCors(event, options)`: version 1 says whether it answered, version 2 gives the answer or `false`. */
  #handled(options: Value | undefined, at: Span): Value {
    const condition = isPreflight(at);
    if (this.major === 1) return { kind: 'condition', condition, at };
    const answer = this.#make('handleCors()', at, { is: 'answer', status: preflightStatus({ options, at }) });
    return { kind: 'either', options: [{ when: condition, value: answer }, { when: not(condition), value: { kind: 'boolean', value: false, at } }], at };
  }

  #handler(given: Value, at: Span): Handle {
    const known = this.roleOf(given);
    if (known?.is === 'handler' && given.kind === 'handle') return given;
    if (given.kind !== 'record') return this.#handlerOf([], given, at);
    const part = (key: string): readonly Value[] => {
      const value = entry(given, key)?.value;
      return value === undefined || value.kind === 'nothing' ? [] : value.kind === 'list' ? value.items : [value];
    };
    const main = part('handler')[0] ?? { kind: 'nothing', what: 'undefined', at };
    return this.#handlerOf([...part('onRequest'), ...part('onBeforeResponse'), ...part('middleware')], main, at);
  }

  #handlerOf(before: readonly Value[], main: Value, at: Span): Handle {
    const handler: Handle = { kind: 'handle', name: 'handler', at, get: () => undefined, call: (method, _args, callAt) => (method === '' ? this.#make('what a handler gave', callAt, { is: 'called', main }) : undefined) };
    this.#roles.set(handler, { is: 'handler', before, main });
    return handler;
  }

  /** A plugin of h3 is a function that makes the plugin; one of Nitro is the plugin itself. */
  #plugin(callee: Value, at: Span): Handle {
    const plugin: Handle = { kind: 'handle', name: 'plugin', at, get: () => undefined, call: (method) => (method === '' ? plugin : undefined) };
    this.#roles.set(plugin, { is: 'plugin', callee });
    return plugin;
  }

  /** One call site makes one app, also where the code around it is followed twice. */
  #stack(is: 'app' | 'router', options: Value | undefined, at: Span): Handle {
    const key = `${is}@${at.file}:${at.start}:${at.end}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const self: Handle = { kind: 'handle', name: is, at, get: (property) => (property === 'handler' ? self : undefined), call: (method) => (CHAINED.test(method) ? self : undefined) };
    this.#made.set(key, self);
    this.#roles.set(self, { is, options });
    return self;
  }

  #make(name: string, at: Span, role: Role): Handle {
    const handle: Handle = { kind: 'handle', name, at, get: () => undefined, call: () => undefined };
    this.#roles.set(handle, role);
    return handle;
  }
}

const CHAINED = /^(?:use|add|on|all|get|post|put|patch|delete|head|options|trace|connect|query|mount|register)$/;

/** Functions that Nitro imports by itself. */
const AUTO_IMPORTED = /^(?:define\w*(?:Handler|Config|Plugin|Middleware)|\w*[eE]ventHandler|(?:set|append|remove|clear|get)(?:Request|Response)?(?:Headers?|Status|Method|URL|Path)|handleCors|appendCors\w*|is(?:PreflightRequest|Method|CorsOriginAllowed)|send(?:NoContent|Redirect|Proxy|Error|Stream|WebResponse|Iterable)|send|noContent|redirect|proxyRequest|proxy|assertMethod|createError|HTTPError|create(?:App|Router)|useBase|withBase|from(?:Node|Web)(?:Middleware|Handler)|read\w*Body\w*|(?:get|parse|set|delete)Cookies?|\w*Session|useRuntimeConfig)$/;

/** Functions that return nothing of interest, and what version 2 returns instead of sending it. */
const SILENT = /^(?:(?:set|append|remove|clear)(?:Response)?(?:Headers?|Status)|appendCors\w*|send\w*|assertMethod|setCookie|deleteCookie|defaultContentType|handleCacheHeaders)$/;
const RETURNED = /^send(?:NoContent|Redirect)$/;

function errorStatus([first, second]: readonly Value[], at: Span): Value {
  if (first?.kind === 'number') return first;
  for (const details of [first, second]) {
    const status = details?.kind === 'record' ? (entry(details, 'statusCode') ?? entry(details, 'status'))?.value : undefined;
    if (status !== undefined) return status;
  }
  return { kind: 'number', value: 500, at };
}

function nodeSides(event: Handle): readonly (Value | undefined)[] {
  const node = event.get('node');
  return node?.kind === 'handle' ? [node.get('req'), node.get('res')] : [];
}

/** The request as the Fetch standard has it. */
function requestOf(event: Handle): Value | undefined {
  const web = event.get('web');
  return web?.kind === 'handle' ? web.get('request') : undefined;
}

function adapted(callee: FunctionValue, parameters: (event: Handle) => readonly (Value | undefined)[], answers: boolean): FunctionValue {
  return {
    ...callee,
    run: ([event, next]) => {
      if (event?.kind !== 'handle') return [];
      const nothing: Value = { kind: 'nothing', what: 'undefined', at: callee.at };
      const events = callee.run([...parameters(event).map((value) => value ?? nothing), ...(next === undefined ? [] : [next])]);
      return answers ? events : events.map((one) => (one.kind === 'return' ? { ...one, value: nothing } : one));
    },
  };
}

/** The handler that a loader gives. */
function loaded(loader: FunctionValue): Value {
  const returns = loader.run([]).flatMap((event) => (event.kind === 'return' ? [event.value] : []));
  return returns.length === 1 ? returns[0]! : loader;
}
