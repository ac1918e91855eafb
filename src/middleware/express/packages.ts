import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** What the packages of an Express program hand out, told apart by the handles that stand for it. */
export class ExpressPackages {
  readonly #made = new Map<string, Handle>();
  readonly #roles = new WeakMap<Handle, Role>();

  /** Imports as the language asks for them. Other packages mean nothing here. */
  readonly packages: Packages = (specifier) => {
    if (specifier === 'express' || specifier === '@feathersjs/express') return this.#express;
    if (specifier === 'cors') return this.#cors;
    if (specifier === 'body-parser') return this.#express;
    if (/^(node:)?https?$/.test(specifier)) return this.#http;
    return undefined;
  };

  roleOf(handle: Handle): Role | undefined {
    return this.#roles.get(handle);
  }

  /** An app that some other file passes in. */
  appFor(at: Span): Handle {
    return this.#stack('app', at);
  }

  /** The middleware that `cors(options)` makes, where a framework calls it for the author. */
  corsFor(options: Value | undefined, at: Span): Handle {
    return this.#make('cors()', at, { is: 'cors', options, at }, JSON.stringify(options));
  }

  readonly #express: Handle = {
    kind: 'handle',
    name: 'express',
    at: { file: '', start: 0, end: 0 },
    get: (property) => (property === 'default' ? this.#express : property === 'Router' ? this.#routerFactory : PARSERS.has(property) ? this.#parser : undefined),
    call: (method, _args, at) => {
      if (method === '') return this.#stack('app', at);
      if (method === 'Router') return this.#stack('router', at);
      return PARSERS.has(method) ? this.#parser.call('', [], at) : undefined;
    },
  };

  readonly #routerFactory: Handle = factory('Router', (_args, at) => this.#stack('router', at));

  readonly #parser: Handle = factory('parser', (_args, at) => this.#make('parser', at, { is: 'parser' }));

  readonly #cors: Handle = {
    ...factory('cors', () => undefined),
    get: (property) => (property === 'default' ? this.#cors : undefined),
    call: (method, args, at) => (method === '' ? this.corsFor(args[0], at) : undefined),
  };

  readonly #http: Handle = {
    ...factory('http', () => undefined),
    get: (property) => (property === 'default' ? this.#http : property === 'createServer' ? this.#createServer : undefined),
    call: (method, args, at) => (method === 'createServer' ? this.#server(args, at) : undefined),
  };

  readonly #createServer: Handle = factory('createServer', (args, at) => this.#server(args, at));

  #server(args: readonly Value[], at: Span): Handle | undefined {
    const app = args.find((arg) => arg.kind === 'handle');
    return app === undefined ? undefined : this.#make('server', at, { is: 'server', app });
  }

  #stack(kind: 'app' | 'router', at: Span): Handle {
    const handle: Handle = this.#make(kind, at, { is: kind }, '', (method, args, callAt) => {
      if (method === 'route') return this.#make('route', callAt, { is: 'route' }, handleName(args), (_verb, _args, routeAt) => this.#made.get(keyOf('route', callAt, handleName(args))) ?? this.appFor(routeAt));
      return method === 'listen' || method === 'address' ? undefined : handle;
    });
    return handle;
  }

  /** One call site makes one object, also where the code around it is followed twice. */
  #make(name: string, at: Span, role: Role, detail = '', call: Handle['call'] = () => undefined): Handle {
    const key = keyOf(name, at, detail);
    let handle = this.#made.get(key);
    if (handle === undefined) {
      handle = { kind: 'handle', name, at, get: () => undefined, call };
      this.#made.set(key, handle);
      this.#roles.set(handle, role);
    }
    return handle;
  }
}

/** What a handle of this reader is. */
export type Role =
  | { readonly is: 'app' | 'router' | 'route' | 'parser' }
  | { readonly is: 'cors'; readonly options: Value | undefined; readonly at: Span }
  | { readonly is: 'server'; readonly app: Handle };

const PARSERS = new Set(['json', 'urlencoded', 'text', 'raw']);

function factory(name: string, make: (args: readonly Value[], at: Span) => Value | undefined): Handle {
  return { kind: 'handle', name, at: { file: '', start: 0, end: 0 }, get: () => undefined, call: (method, args, at) => (method === '' ? make(args, at) : undefined) };
}

function keyOf(name: string, at: Span, detail: string): string {
  return `${name}@${at.file}:${at.start}:${at.end}:${detail}`;
}

/** A loop around `app.route(path)` makes one route for each path. */
function handleName(args: readonly Value[]): string {
  return args[0]?.kind === 'string' ? args[0].value : '';
}
