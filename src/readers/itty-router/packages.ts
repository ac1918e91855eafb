import type { IttyCors } from '../../middleware/itty-cors.js';
import type { FetchObjects } from '../../middleware/fetch-response.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Event, Handle, Value } from '../../values/value.js';

export type Generation = 4 | 5 | 6;

/** What a handle of this reader is. */
export type Role =
  /** `Router(options)`, `AutoRouter(options)`, `IttyRouter(options)`. */
  | { readonly is: 'router'; readonly auto: boolean; readonly options: Value | undefined }
  /** What `router.fetch(request)` promises. */
  | { readonly is: 'promise'; readonly of: Handle }
  /** The headers of that response. */
  | { readonly is: 'headers'; readonly of: Handle }
  | { readonly is: 'preflight' | 'corsify'; readonly cors: IttyCors; readonly of: Handle }
  /** `error`: makes a response of an error, or with a status. */
  | { readonly is: 'error' }
  /** A response that `error(404)` or `status(204)` made. */
  | { readonly is: 'answer'; readonly status: Value }
  /** Middleware that lets every request through; `json` and its kin, which make responses of values. */
  | { readonly is: 'harmless' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };
const SPECIFIER = /^(?:npm:)?(?:itty-router|itty-cors|itty-router-extras|@cloudflare\/itty-router-openapi)(?:@[^/]*)?(?:\/[\w/]+)?$|^https:\/\/(?:esm\.sh|cdn\.skypack\.dev|unpkg\.com)\/itty-(?:router|cors)/;
const ROUTERS = new Set(['Router', 'AutoRouter', 'IttyRouter', 'ThrowableRouter', 'OpenAPIRouter']);
const RESPONSES = new Set(['json', 'text', 'html', 'jpeg', 'png', 'webp', 'createResponse']);
const HARMLESS = new Set(['withParams', 'withContent', 'withCookies']);

/** What `itty-router` hands out, told apart by the handles that stand for it. */
export class IttyPackages {
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();

  constructor(
    private readonly generation: Generation,
    private readonly objects: FetchObjects,
  ) {}

  readonly packages: Packages = (specifier) => {
    if (specifier === 'globalThis') return this.#globals;
    if (/^(?:npm:)?@hono\/node-server|^srvx|^(?:https:\/\/deno\.land\/std[^/]*|jsr:@std)\/http/.test(specifier)) return this.#server;
    return SPECIFIER.test(specifier) ? this.#itty : undefined;
  };

  /** Handlers and options that a server is given. */
  servedIn(event: Event): readonly Value[] {
    return event.kind === 'call' && event.receiver === this.#serve ? event.args : [];
  }

  roleOf(value: Value): Role | undefined {
    return value.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** A router that some other file passes in. */
  routerFor(at: Span): Handle {
    return this.#router(true, undefined, at);
  }

  /** A response that is handed to what runs in the end. */
  responseFor(router: Handle, at: Span): Handle {
    return this.#promise(router, at);
  }

  readonly #globals: Handle = { kind: 'handle', name: 'globalThis', at: NOWHERE, get: (name) => (name === 'Bun.serve' || name === 'Deno.serve' ? this.#serve : this.objects.global(name)), call: () => undefined };

  /** What is given to it answers requests. */
  readonly #serve: Handle = { kind: 'handle', name: 'serve', at: NOWHERE, get: () => undefined, call: () => undefined };
  readonly #server: Handle = { kind: 'handle', name: 'server', at: NOWHERE, get: (name) => (name === 'serve' ? this.#serve : undefined), call: () => undefined };

  readonly #itty: Handle = { kind: 'handle', name: 'itty-router', at: NOWHERE, get: (name) => (name === 'default' ? this.#itty : this.#member(name)), call: (method, args, at) => this.#member(method)?.call('', args, at) };

  #member(name: string): Handle | undefined {
    const key = `member:${name}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const member = this.#newMember(name);
    if (member !== undefined) this.#made.set(key, member);
    return member;
  }

  #newMember(name: string): Handle | undefined {
    if (ROUTERS.has(name)) return factory(name, (args, at) => this.#router(name === 'AutoRouter', args[0], at), (property) => (property === 'create' ? this.#member(name) : undefined));
    if (name === 'cors' || name === 'createCors') return factory(name, (args, at) => this.#cors(name === 'createCors' ? 4 : this.generation, args[0], at));
    if (name === 'error' || name === 'status' || name === 'StatusError') {
      const member = factory(name, (args, at) => this.#make('response', at, { is: 'answer', status: args[0]?.kind === 'number' ? args[0] : { kind: 'number', value: 500, at } }));
      this.#roles.set(member, { is: name === 'error' ? 'error' : 'harmless' });
      return member;
    }
    if (RESPONSES.has(name)) {
      // `json(body, init)` makes what `Response.json(body, init)` makes.
      const member = factory(name, (args, at) => this.objects.response.call('json', args, at));
      this.#roles.set(member, { is: 'harmless' });
      return member;
    }
    if (!HARMLESS.has(name)) return undefined;
    const member = factory(name, () => undefined);
    this.#roles.set(member, { is: 'harmless' });
    return member;
  }

  #cors(generation: Generation, options: Value | undefined, at: Span): Handle {
    const cors: IttyCors = { options, at, generation };
    const pair: Handle = {
      kind: 'handle',
      name: 'cors()',
      at,
      get: (property) => (property === 'preflight' ? preflight : property === 'corsify' ? corsify : undefined),
      call: (method, args, callAt) => (method === 'corsify' ? corsify.call('', args, callAt) : undefined),
    };
    // A response that is given is the response that is given back.
    const corsify: Handle = this.#make('corsify', at, { is: 'corsify', cors, of: pair }, (method, args) => (method === '' ? args[0] : undefined));
    const preflight = this.#make('preflight', at, { is: 'preflight', cors, of: pair });
    return pair;
  }

  /** One call site makes one router, also where the code around it is followed twice. */
  #router(auto: boolean, options: Value | undefined, at: Span): Handle {
    const key = `router@${at.file}:${at.start}:${at.end}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const self: Handle = {
      kind: 'handle',
      name: 'router',
      at,
      get: (property) => (property === 'fetch' || property === 'handle' ? self : undefined),
      call: (method, _args, callAt) => (method === 'fetch' || method === 'handle' || method === '' ? this.#promise(self, callAt) : self),
    };
    this.#made.set(key, self);
    this.#roles.set(self, { is: 'router', auto, options });
    return self;
  }

  #promise(router: Handle, at: Span): Handle {
    const headers = this.#make('response.headers', at, { is: 'headers', of: router });
    const promise: Handle = this.#make('response', at, { is: 'promise', of: router }, (method) => (method === 'then' || method === 'catch' || method === 'finally' ? promise : undefined), (property) => (property === 'headers' ? headers : undefined));
    return promise;
  }

  #make(name: string, at: Span, role: Role, call: Handle['call'] = () => undefined, get: Handle['get'] = () => undefined): Handle {
    const handle: Handle = { kind: 'handle', name, at, get, call };
    this.#roles.set(handle, role);
    return handle;
  }
}

function factory(name: string, make: (args: readonly Value[], at: Span) => Value | undefined, get: Handle['get'] = () => undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get, call: (method, args, at) => (method === '' || method === 'new' ? make(args, at) : undefined) };
}
