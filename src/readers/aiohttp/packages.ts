import type { ResponseClass, ResponseObjects } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { unknown, type Handle, type RecordValue, type Value } from '../../values/value.js';

/** A path of an application, with the routes on it in the order in which they were added. */
export interface Resource {
  /** Undefined: not known. */
  readonly path: string | undefined;
  readonly name: string | undefined;
  readonly isStatic: boolean;
  readonly routes: Route[];
  readonly handle: Handle;
  readonly at: Span;
}

export interface Route {
  /** `*` for all. */
  readonly method: string;
  /** A function, or a class of views. */
  readonly handler: Value | undefined;
  readonly resource: Resource;
  readonly handle: Handle;
  readonly at: Span;
}

/** `web.get('/x', handler)`, in a list or in a table. */
interface Definition {
  readonly method: string;
  readonly args: readonly Value[];
  readonly keywords: RecordValue | undefined;
  readonly at: Span;
}

/** What was said of an application so far. */
export interface Application {
  readonly handle: Handle;
  readonly router: Handle;
  readonly middlewares: Handle;
  readonly signal: Handle;
  readonly keywords: RecordValue | undefined;
  readonly args: readonly Value[];
  readonly resources: Resource[];
  readonly children: { readonly prefix: string; readonly app: Application }[];
  /** Routes were added that are not in view. */
  open: boolean;
}

/** `aiohttp_cors.setup(app, defaults=…)` */
export interface Cors {
  readonly handle: Handle;
  readonly app: Application | undefined;
  readonly defaults: Value | undefined;
  readonly at: Span;
}

export type Role =
  | { readonly is: 'options'; readonly keywords: RecordValue | undefined; readonly at: Span }
  | { readonly is: 'definition'; readonly definition: Definition }
  | { readonly is: 'table'; readonly definitions: Definition[] }
  | { readonly is: 'raised'; readonly status: number }
  /** Routes of which the code takes each, and which are not in view. */
  | { readonly is: 'routes'; readonly of: Application };

const NOWHERE: Span = { file: '', start: 0, end: 0 };
const VERBS = /^(?:head|options|get|post|put|patch|delete|view)$/;

const RESPONSE: ResponseClass = { name: 'Response', parameters: [], status: 'status', headers: 'headers', writesText: true };
const CLASSES: Readonly<Record<string, ResponseClass>> = {
  Response: RESPONSE,
  json_response: { ...RESPONSE, name: 'json_response', parameters: ['data'] },
  StreamResponse: { ...RESPONSE, name: 'StreamResponse' },
  FileResponse: { ...RESPONSE, name: 'FileResponse', parameters: ['path', 'chunk_size', 'status', 'reason', 'headers'] },
};

/** Exceptions that are responses (aiohttp/web_exceptions.py). */
const STATUSES: Readonly<Record<string, number>> = {
  Ok: 200, Created: 201, Accepted: 202, NonAuthoritativeInformation: 203, NoContent: 204, ResetContent: 205, PartialContent: 206, MultipleChoices: 300, MovedPermanently: 301, Found: 302, SeeOther: 303, NotModified: 304, TemporaryRedirect: 307, PermanentRedirect: 308,
  BadRequest: 400, Unauthorized: 401, PaymentRequired: 402, Forbidden: 403, NotFound: 404, MethodNotAllowed: 405, NotAcceptable: 406, RequestTimeout: 408, Conflict: 409, Gone: 410, PreconditionFailed: 412, RequestEntityTooLarge: 413, UnsupportedMediaType: 415, UnprocessableEntity: 422, TooManyRequests: 429,
  InternalServerError: 500, NotImplemented: 501, BadGateway: 502, ServiceUnavailable: 503, GatewayTimeout: 504,
};

/** What the packages of an aiohttp program hand out, told apart by the handles that stand for it. */
export class AiohttpPackages {
  readonly #known = new Map<string, Handle | undefined>();
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();
  readonly #applications = new Map<Handle, Application>();
  readonly #resources = new Map<Handle, Resource>();
  readonly #routes = new Map<Handle, Route>();
  readonly #cors: Cors[] = [];

  constructor(private readonly objects: ResponseObjects) {}

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  applications(): readonly Application[] {
    return [...new Set(this.#applications.values())];
  }

  cors(): readonly Cors[] {
    return this.#cors;
  }

  resourceOf(value: Value | undefined): Resource | undefined {
    return value?.kind === 'handle' ? this.#resources.get(value) : undefined;
  }

  routeOf(value: Value | undefined): Route | undefined {
    return value?.kind === 'handle' ? this.#routes.get(value) : undefined;
  }

  applicationOf(value: Value | undefined): Application | undefined {
    return value?.kind === 'handle' ? this.#applications.get(value) : undefined;
  }

  applicationFor(args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    return this.#once('app', at, [], (key) => {
      const record: Application = {
        handle: this.#handle('web.Application', at, (property) => (property === 'router' ? record.router : property === 'middlewares' ? record.middlewares : property === 'on_response_prepare' ? record.signal : undefined), (method, given, place) => this.#onApplication(record, method, given, place)),
        router: this.#handle('app.router', at, () => undefined, (method, given, place, named) => this.#onRouter(record, method, given, named, place)),
        middlewares: this.#handle('app.middlewares', at),
        signal: this.#handle('app.on_response_prepare', at),
        keywords,
        args,
        resources: [],
        children: [],
        open: false,
      };
      this.#applications.set(record.handle, record);
      this.#made.set(key, record.handle);
      return record.handle;
    });
  }

  #onApplication(app: Application, method: string, args: readonly Value[], at: Span): Value | undefined {
    if (method === 'add_routes') return this.#addAll(app, args[0], at);
    if (method === 'add_subapp') {
      const [prefix, child] = [args[0], this.applicationOf(args[1])];
      if (prefix?.kind !== 'string' || child === undefined) app.open = true;
      else if (!app.children.some((one) => one.app === child)) app.children.push({ prefix: prefix.value.replace(/\/$/, ''), app: child });
    }
    return undefined;
  }

  #onRouter(app: Application, method: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Value | undefined {
    if (method === 'add_routes') return this.#addAll(app, args[0], at);
    if (method === 'routes' || method === 'resources') return this.#listed(app, method, at);
    if (method === 'add_resource') return this.#resource(app, args[0], named(keywords, 'name'), false, at).handle;
    if (method === 'add_static') return this.#static(app, args[0], at).handle;
    const verb = /^add_(\w+)$/.exec(method)?.[1] ?? '';
    if (verb === 'route') return this.#route(app, undefined, args, keywords, at);
    return VERBS.test(verb) ? this.#route(app, verb, args, keywords, at) : undefined;
  }

  /** Each of what is known now; the elements of a list that is not known are one handle that stands for them. */
  #listed(app: Application, what: 'routes' | 'resources', at: Span): Handle {
    const element = this.#handle(what, at);
    this.#roles.set(element, { is: 'routes', of: app });
    const items = (): readonly Handle[] => all(app).flatMap((resource) => (what === 'routes' ? resource.routes.map(({ handle }) => handle) : [resource.handle]));
    return this.#handle(`app.router.${what}()`, at, () => undefined, (method, _args, place) => {
      if (method !== '__iter__') return undefined;
      const found = items();
      return { kind: 'list', items: found.length === 0 ? [element] : found, at: place };
    });
  }

  #addAll(app: Application, given: Value | undefined, at: Span): Value | undefined {
    const items = given?.kind === 'list' ? given.items : given === undefined ? [] : [given];
    if (given?.kind === 'list' && given.rest !== undefined) app.open = true;
    for (const item of items) {
      const role = this.roleOf(item);
      const definitions = role?.is === 'table' ? role.definitions : role?.is === 'definition' ? [role.definition] : undefined;
      if (definitions === undefined) app.open = true;
      for (const one of definitions ?? []) {
        if (one.method === 'static') this.#static(app, one.args[0], one.at);
        else this.#route(app, one.method === 'route' ? undefined : one.method, one.args, one.keywords, one.at);
      }
    }
    return unknown('function-call', 'the routes that were added', at);
  }

  #static(app: Application, prefix: Value | undefined, at: Span): Resource {
    const resource = this.#resource(app, prefix, undefined, true, at);
    for (const method of ['HEAD', 'GET']) this.#onResource(app, resource, method, undefined, at);
    return resource;
  }

  /** `verb`: the method's name where the function has it in its own, `add_get`; with it, HEAD goes to the handler of GET. */
  #route(app: Application, verb: string | undefined, given: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    const args = verb === undefined ? given.slice(1) : given;
    const method = verb === undefined ? (given[0] ?? named(keywords, 'method')) : undefined;
    const handler = args[1] ?? named(keywords, 'handler');
    const resource = this.#resource(app, args[0] ?? named(keywords, 'path'), named(keywords, 'name'), false, at);
    const head = named(keywords, 'allow_head');
    if (verb === 'get' && !(head?.kind === 'boolean' && !head.value)) this.#onResource(app, resource, 'HEAD', handler, at);
    return this.#onResource(app, resource, verb === 'view' ? '*' : (verb ?? (method?.kind === 'string' ? method.value : '*')).toUpperCase(), handler, at);
  }

  #onResource(_app: Application, resource: Resource, method: string, handler: Value | undefined, at: Span): Handle {
    const known = resource.routes.find((route) => route.method === method);
    if (known !== undefined) return known.handle;
    const text: Value = { kind: 'string', value: method, at };
    const handle = this.#handle('a route', at, (property) => (property === 'resource' ? resource.handle : property === 'method' ? text : property === 'handler' ? handler : undefined));
    const route: Route = { method, handler, resource, handle, at };
    resource.routes.push(route);
    this.#routes.set(handle, route);
    return handle;
  }

  #resource(app: Application, path: Value | undefined, name: Value | undefined, isStatic: boolean, at: Span): Resource {
    const text = path?.kind === 'string' ? path.value : undefined;
    const label = name?.kind === 'string' ? name.value : undefined;
    const last = app.resources.at(-1);
    if (text !== undefined && !isStatic && last !== undefined && last.path === text && last.name === label) return last;
    const place = app.resources.find((one) => one.at.file === at.file && one.at.start === at.start && one.path === text);
    if (place !== undefined) return place;
    const handle: Handle = this.#handle('a resource', at, (property) => (property === 'canonical' && text !== undefined ? { kind: 'string', value: text, at } : undefined), (method, args, here) => {
      if (method === 'add_route') return this.#onResource(app, resource, args[0]?.kind === 'string' ? args[0].value.toUpperCase() : '*', args[1], here);
      return method === '__iter__' ? { kind: 'list', items: resource.routes.map((route) => route.handle), at: here } : undefined;
    });
    const resource: Resource = { path: text === undefined ? undefined : isStatic ? text.replace(/\/$/, '') : text, name: label, isStatic, routes: [], handle, at };
    app.resources.push(resource);
    this.#resources.set(handle, resource);
    return resource;
  }

  #package(name: string): Handle | undefined {
    const short = name.split('.').at(-1)!;
    if (/^aiohttp_cors(?:\.\w+)?\.setup$/.test(name)) return member(name, (args, at, keywords) => this.#setup(args, keywords, at));
    if (/^aiohttp_cors(?:\.\w+)?\.CorsConfig$/.test(name)) return member(name, (args, at, keywords) => this.#setup(args, keywords, at));
    if (/^aiohttp_cors(?:\.\w+)?\.ResourceOptions$/.test(name)) {
      return member(name, (_args, at, keywords) => this.#once('options', at, [keywords], (key) => this.#keep(key, this.#handle('ResourceOptions', at), { is: 'options', keywords, at })));
    }
    if (!/^aiohttp\.web(?:_\w+)?\./.test(name)) return undefined;
    const of = CLASSES[short];
    if (of !== undefined) return this.objects.classHandle(of);
    const status = STATUSES[/^HTTP(\w+)$/.exec(short)?.[1] ?? ''];
    if (status !== undefined) return this.#exception(name, short, status);
    switch (short) {
      case 'Application':
        return member(name, (args, at, keywords) => this.applicationFor(args, keywords, at));
      case 'RouteTableDef':
        return member(name, (_args, at) => this.#once('table', at, [], (key) => this.#table(key, at)));
      case 'run_app':
        return member(name, () => undefined);
      case 'middleware':
        return member(name, (args) => args[0]);
      default:
        return VERBS.test(short) || short === 'route' || short === 'static' ? member(name, (args, at, keywords) => this.#once('definition', at, args, (key) => this.#keep(key, this.#handle(short, at), { is: 'definition', definition: { method: short, args, keywords, at } }))) : undefined;
    }
  }

  #exception(name: string, short: string, status: number): Handle {
    const of: ResponseClass = { ...RESPONSE, name: short, ownStatus: status };
    const handle = member(name, (args, at, keywords) => {
      const made = this.objects.make(of, args, keywords, at);
      this.#roles.set(made, { is: 'raised', status });
      return made;
    });
    this.#roles.set(handle, { is: 'raised', status });
    return handle;
  }

  #table(key: string, at: Span): Handle {
    const definitions: Definition[] = [];
    return this.#keep(key, this.#handle('RouteTableDef', at, () => undefined, (method, args, place, keywords) => {
      if (!VERBS.test(method) && method !== 'route' && method !== 'static') return undefined;
      const add = (handler: Value | undefined): void => {
        if (definitions.every((one) => one.at.start !== place.start || one.at.file !== place.file)) definitions.push({ method, args: handler === undefined ? args : [...args, handler], keywords, at: place });
      };
      if (method === 'static') return void add(undefined);
      return this.#handle('a decorator', place, () => undefined, (called, [handler]) => {
        if (called === '' && handler !== undefined) add(handler);
        return handler;
      });
    }), { is: 'table', definitions });
  }

  #setup(args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    return this.#once('cors', at, [], (key) => {
      const handle = this.#handle('CorsConfig', at, () => undefined, (method, given, _place, named_) => (method === 'add' ? (given[0] ?? named(named_, 'routing_entity')) : undefined));
      this.#cors.push({ handle, app: this.applicationOf(args[0] ?? named(keywords, 'app')), defaults: named(keywords, 'defaults') ?? keywords?.rest, at });
      this.#made.set(key, handle);
      return handle;
    });
  }

  /** One call site makes one object for the same arguments, also where the code around it is followed twice. */
  #once(what: string, at: Span, args: readonly (Value | undefined)[], make: (key: string) => Handle): Handle {
    const key = `${what}@${at.file}:${at.start}:${at.end}:${JSON.stringify(args)}`;
    return this.#made.get(key) ?? make(key);
  }

  #keep(key: string, handle: Handle, role: Role): Handle {
    this.#made.set(key, handle);
    this.#roles.set(handle, role);
    return handle;
  }

  #handle(name: string, at: Span, get: Handle['get'] = () => undefined, call: Handle['call'] = () => undefined): Handle {
    return { kind: 'handle', name, at, get, call };
  }
}

/** The resources of an application and of those below it. */
export function all(app: Application): readonly Resource[] {
  return [...app.resources, ...app.children.flatMap((child) => all(child.app))];
}

export function named(keywords: RecordValue | undefined, name: string): Value | undefined {
  return keywords?.entries.findLast(({ key }) => key === name)?.value;
}

function member(name: string, call: (args: readonly Value[], at: Span, keywords: RecordValue | undefined) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
}
