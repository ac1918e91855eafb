import { requestHeaders } from '../../middleware/python-request.js';
import { ResponseObjects, type ResponseClass } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Handle, type RecordValue, type Value } from '../../values/value.js';

/** What objects of Sanic and its extensions are to the reader. */
export type Role =
  | { readonly is: 'app' }
  | { readonly is: 'blueprint'; readonly prefix: Value | undefined }
  | { readonly is: 'config'; readonly of: Handle }
  /** `Extend`: a call extends an app at once. */
  | { readonly is: 'extend' }
  /** `Config(cors_origins=…)` of Sanic Extensions. */
  | { readonly is: 'extension-config'; readonly keywords: RecordValue }
  /** A handler behind the extension's `@cors(…)`. */
  | { readonly is: 'decorated'; readonly keywords: RecordValue; readonly handler: Value; readonly at: Span }
  /** Sanic-CORS: `CORS(app)`, `@cross_origin()`. */
  | { readonly is: 'sanic-cors' }
  | { readonly is: 'registrar'; readonly of: Handle; readonly method: string; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Methods of apps and blueprints that take a function, as decorators or by a call. */
const REGISTRARS = new Set(['route', 'get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'middleware', 'on_request', 'on_response']);

const response = (name: string, parameters: readonly string[], ownStatus: number): ResponseClass => ({ name, parameters, status: 'status', headers: 'headers', ownStatus, writesText: true });

/** sanic/response/convenience.py */
const RESPONSES: Readonly<Record<string, ResponseClass>> = {
  json: response('json', ['body', 'status', 'headers'], 200),
  text: response('text', ['body', 'status', 'headers'], 200),
  html: response('html', ['body', 'status', 'headers'], 200),
  raw: response('raw', ['body', 'status', 'headers'], 200),
  empty: response('empty', ['status', 'headers'], 204),
  redirect: response('redirect', ['to', 'headers', 'status'], 302),
  HTTPResponse: response('HTTPResponse', ['body', 'status', 'headers'], 200),
  JSONResponse: response('JSONResponse', ['body', 'status', 'headers'], 200),
};

/** Sanic and its extensions as they appear in code. */
export class SanicPackages {
  readonly #roles = new Map<Handle, Role>();
  readonly #scaffolds = new Map<string, Handle>();
  readonly #known = new Map<string, Handle | undefined>();
  readonly responses = new ResponseObjects();
  /** Lower-case names of request headers that code reads. */
  readonly reads = new Set<string>();

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#named(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** An app that is handed in from elsewhere. */
  appFor(at: Span): Handle {
    return this.#scaffold('Sanic', at, { is: 'app' });
  }

  blueprintFor(at: Span): Handle {
    return this.#scaffold('Blueprint', at, { is: 'blueprint', prefix: undefined });
  }

  /** The response that a hook gets. */
  response(at: Span): Handle {
    return this.responses.make({ ...RESPONSES['HTTPResponse']!, parameters: [] }, [], undefined, at);
  }

  /** What handlers and hooks are given first. */
  request(at: Span): Handle {
    const headers = requestHeaders(at, this.reads).handle;
    return { kind: 'handle', name: 'request', at, get: (property) => (property === 'headers' ? headers : property === 'method' || property === 'path' ? { kind: 'request', part: property, at } : undefined), call: () => undefined };
  }

  #named(name: string): Handle | undefined {
    const made = /^sanic\.(?:response\.(?:\w+\.)?)?(\w+)$/.exec(name)?.[1];
    if (made !== undefined && Object.hasOwn(RESPONSES, made)) return this.responses.classHandle(RESPONSES[made]!);
    if (/^sanic_cors(?:\.\w+)*\.(?:CORS|cross_origin|initialize)$/.test(name)) return this.#role(called(name, () => undefined), { is: 'sanic-cors' });
    switch (name) {
      case 'sanic.Sanic':
      case 'sanic.app.Sanic':
        return called(name, (_args, at) => this.appFor(at));
      case 'sanic.Blueprint':
      case 'sanic.blueprints.Blueprint':
        return called(name, (_args, at, keywords) => this.#scaffold('Blueprint', at, { is: 'blueprint', prefix: keywords === undefined ? undefined : entry(keywords, 'url_prefix')?.value }));
      case 'sanic_ext.Extend':
        return this.#role(called(name, () => undefined), { is: 'extend' });
      case 'sanic_ext.Config':
      case 'sanic_ext.config.Config':
        return called(name, (_args, at, keywords) => this.#role(inert('Config', at), { is: 'extension-config', keywords: keywords ?? { kind: 'record', entries: [], at } }));
      case 'sanic_ext.cors':
      case 'sanic_ext.extensions.http.cors.cors':
        return called(name, (_args, at, keywords) => called('cors', ([handler]) => (handler === undefined ? undefined : this.#role(inert('handler', at), { is: 'decorated', keywords: keywords ?? { kind: 'record', entries: [], at }, handler, at }))));
      default:
        return undefined;
    }
  }

  /** An app or a blueprint: one place makes one, also where the code around it is followed twice. */
  #scaffold(name: string, at: Span, role: Role): Handle {
    const key = `${name}@${at.file}:${at.start}:${at.end}`;
    const known = this.#scaffolds.get(key);
    if (known !== undefined) return known;
    const attributes = new Map<string, Handle>();
    const made: Handle = {
      kind: 'handle',
      name,
      at,
      get: (property) => (property === 'config' ? config : REGISTRARS.has(property) ? attribute(property) : undefined),
      call: (method, args, place, keywords) => {
        if (!REGISTRARS.has(method)) return undefined;
        return args[0]?.kind === 'function' ? args[0] : this.#registrar(made, method, args, keywords, place);
      },
    };
    const attribute = (property: string): Handle => {
      const found = attributes.get(property) ?? this.#registrar(made, property, [], undefined, at);
      attributes.set(property, found);
      return found;
    };
    const config = this.#role(inert('app.config', at), { is: 'config', of: made });
    this.#scaffolds.set(key, made);
    return this.#role(made, role);
  }

  #registrar(of: Handle, method: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    return this.#role({ kind: 'handle', name: method, at, get: () => undefined, call: (how, given) => (how === '' ? given[0] : undefined) }, { is: 'registrar', of, method, args, keywords });
  }

  #role(handle: Handle, role: Role): Handle {
    this.#roles.set(handle, role);
    return handle;
  }
}

function inert(name: string, at: Span): Handle {
  return { kind: 'handle', name, at, get: () => undefined, call: () => undefined };
}

function called(name: string, call: (args: readonly Value[], at: Span, keywords: RecordValue | undefined) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
}
