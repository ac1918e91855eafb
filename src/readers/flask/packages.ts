import { requestHeaders, type RequestHeaders } from '../../middleware/python-request.js';
import type { PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import { entry, type Handle, type RecordValue, type Value } from '../../values/value.js';
import { attributeOf } from './config.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What objects of Flask and its extensions are to the reader. */
export type FlaskRole =
  | { readonly is: 'app' }
  | { readonly is: 'blueprint'; readonly prefix: Value | undefined }
  | { readonly is: 'config'; readonly of: Handle }
  /** `CORS(…)`, with an app or without. */
  | { readonly is: 'extension'; readonly options: RecordValue | undefined }
  | { readonly is: 'cors-class' }
  /** `cross_origin(…)`, before it has a view. */
  | { readonly is: 'cross-origin'; readonly options: RecordValue | undefined }
  | { readonly is: 'decorated'; readonly options: RecordValue | undefined; readonly view: Value; readonly at: Span }
  /** `app.route('/x')`, `bp.after_request`: what it is called with is registered. */
  | { readonly is: 'registrar'; readonly of: Handle; readonly method: string; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined }
  | { readonly is: 'response'; readonly status: Value | undefined; readonly headers: Value | undefined }
  /** `response.headers`, `response.vary`. */
  | { readonly is: 'response-part'; readonly of: Handle; readonly part: 'headers' | 'vary' }
  | { readonly is: 'abort' }
  | { readonly is: 'http-error'; readonly status: number }
  /** Flask-RESTful's and Flask-RESTX's `Api` and `Namespace`: classes are registered with it. */
  | { readonly is: 'api'; readonly of: Handle | undefined; readonly prefix: Value | undefined; readonly decorators: Value | undefined };

/** Methods of apps and blueprints that take a function, as decorators or by a call. */
const REGISTRARS = new Set(['route', 'get', 'post', 'put', 'patch', 'delete', 'before_request', 'before_app_request', 'after_request', 'after_app_request', 'errorhandler', 'app_errorhandler', 'teardown_request', 'context_processor']);

/** werkzeug/exceptions.py */
const HTTP_ERRORS: Readonly<Record<string, number>> = { BadRequest: 400, Unauthorized: 401, Forbidden: 403, NotFound: 404, MethodNotAllowed: 405, Conflict: 409, UnprocessableEntity: 422, TooManyRequests: 429, InternalServerError: 500 };

/** Flask, Flask-CORS and werkzeug as they appear in code. */
export class FlaskPackages {
  readonly #roles = new WeakMap<Handle, FlaskRole>();
  /** One place makes one app, also where the code around it is followed twice. */
  readonly #scaffolds = new Map<string, Handle>();
  readonly #registrars = new WeakMap<Handle, Map<string, Handle>>();
  /** What is asked of the request while a function is followed. */
  #asked: { readonly at: Span; readonly reads: Set<string>; readonly headers: RequestHeaders } = asking(NOWHERE);
  /** Values of `app.config` that code has put there, to be read again. */
  readonly #settings = new Map<string, Value>();
  /** Objects and mappings that apps take their settings from. */
  readonly #configured = new Map<Handle, readonly Value[]>();

  readonly packages = (name: string): Value | undefined => this.#named(name);

  constructor(private readonly module: PythonModule) {}

  roleOf(value: Value | undefined): FlaskRole | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** An app that is handed in from elsewhere. */
  appFor(at: Span): Handle {
    return this.#scaffold('Flask', at, { is: 'app' });
  }

  blueprintFor(at: Span): Handle {
    return this.#scaffold('Blueprint', at, { is: 'blueprint', prefix: undefined });
  }

  /** The response that a hook gets. */
  response(at: Span): Handle {
    return this.#response(at, undefined, undefined);
  }

  /** Follows code that handles a request at a place; the names of the headers that it reads, `body` for a JSON body. */
  handling<T>(at: Span, follow: () => T): { readonly result: T; readonly reads: ReadonlySet<string> } {
    const before = this.#asked;
    this.#asked = asking(at);
    const result = follow();
    const { reads } = this.#asked;
    this.#asked = before;
    return { result, reads };
  }

  #named(name: string): Value | undefined {
    const short = name.replace(/^.*\./, '');
    if (/^flask(?:\.\w+)?\./.test(name) || /^werkzeug\.(?:wrappers|exceptions|utils)\./.test(name)) return /^flask\.views\./.test(name) ? undefined : this.#flask(short);
    if (/^(?:flask_cors|flask\.ext\.cors)\b/.test(name)) return this.#cors(short);
    if (/^flask_rest(?:ful|x|plus)\.(?:Api|Namespace)$/.test(name)) return this.#api(short);
    if (name === 'functools.update_wrapper') return this.#function(name, (args) => args[0]);
    if (name === 'datetime.timedelta') return this.#function(name, (args, at, keywords) => duration(args[0], keywords, at));
    return undefined;
  }

  #flask(name: string): Value | undefined {
    switch (name) {
      case 'Flask':
        return this.#function('Flask', (_args, at) => this.appFor(at));
      case 'Blueprint':
        return this.#function('Blueprint', (_args, at, keywords) => this.#scaffold('Blueprint', at, { is: 'blueprint', prefix: keywords === undefined ? undefined : entry(keywords, 'url_prefix')?.value }));
      case 'request':
        return this.#request;
      case 'current_app':
        return this.#currentApp;
      case 'Response':
        return this.#function('Response', (args, at, keywords) => this.#response(at, argument(args, keywords, 1, 'status'), argument(args, keywords, 2, 'headers')));
      case 'make_response':
        return this.#function('make_response', (args, at) => this.#responseOf(args, at));
      case 'jsonify':
      case 'send_file':
      case 'send_from_directory':
        return this.#function(name, (_args, at) => this.#response(at, undefined, undefined));
      case 'redirect':
        return this.#function(name, (args, at, keywords) => this.#response(at, argument(args, keywords, 1, 'code') ?? { kind: 'number', value: 302, at }, undefined));
      case 'abort':
        return this.#role({ kind: 'handle', name: 'abort', at: NOWHERE, get: () => undefined, call: () => undefined }, { is: 'abort' });
      default: {
        const status = HTTP_ERRORS[name];
        return status === undefined ? undefined : this.#function(name, (_args, at) => this.#role({ kind: 'handle', name, at, get: () => undefined, call: () => undefined }, { is: 'http-error', status }));
      }
    }
  }

  #cors(name: string): Value | undefined {
    if (name === 'CORS') return this.#corsClass;
    if (name !== 'cross_origin') return undefined;
    return this.#function('cross_origin', (_args, at, keywords) => {
      const decorator: Handle = {
        kind: 'handle',
        name: 'cross_origin',
        at,
        get: () => undefined,
        call: (method, [view]) => (method !== '' || view === undefined ? undefined : this.#role({ kind: 'handle', name: 'view', at, get: () => undefined, call: () => undefined }, { is: 'decorated', options: keywords, view, at })),
      };
      return this.#role(decorator, { is: 'cross-origin', options: keywords });
    });
  }

  #api(name: string): Handle {
    return this.#function(name, (args, at, keywords) => {
      const [first] = args;
      const of = name === 'Api' && first?.kind === 'handle' && ['app', 'blueprint'].includes(this.roleOf(first)?.is ?? '') ? first : undefined;
      const given = (key: string): Value | undefined => (keywords === undefined ? undefined : entry(keywords, key)?.value);
      const api: Handle = { kind: 'handle', name, at, get: () => undefined, call: (method, paths, place, named) => (method === 'route' ? this.#registrar(api, method, paths, named, place) : undefined) };
      return this.#role(api, { is: 'api', of, prefix: given('prefix') ?? (name === 'Namespace' ? (given('path') ?? (first?.kind === 'string' ? { ...first, value: `/${first.value}` } : undefined)) : undefined), decorators: given('decorators') });
    });
  }

  readonly #corsClass: Handle = this.#role(
    { kind: 'handle', name: 'CORS', at: NOWHERE, get: () => undefined, call: (method, _args, at, keywords) => (method === '' ? this.#role({ kind: 'handle', name: 'CORS', at, get: () => undefined, call: () => undefined }, { is: 'extension', options: keywords }) : undefined) },
    { is: 'cors-class' },
  );

  /** An app or a blueprint. */
  #scaffold(name: string, at: Span, role: FlaskRole): Handle {
    const key = `${name}@${at.file}:${at.start}:${at.end}`;
    const known = this.#scaffolds.get(key);
    if (known !== undefined) return known;
    const made: Handle = {
      kind: 'handle',
      name,
      at,
      get: (property) => {
        if (property === 'config') return config;
        if (property === 'wsgi_app') return made;
        return REGISTRARS.has(property) ? this.#attribute(made, property, at) : undefined;
      },
      call: (method, given, place, keywords) => {
        if (method === 'make_response') return this.#responseOf(given, place);
        if (method === 'make_default_options_response' || method === 'response_class') return this.#response(place, argument(given, keywords, 1, 'status'), argument(given, keywords, 2, 'headers'));
        if (!REGISTRARS.has(method)) return undefined;
        // `app.before_request(check)`: the function itself; `app.route('/x')`: a decorator.
        return given[0]?.kind === 'function' ? given[0] : this.#registrar(made, method, given, keywords, place);
      },
    };
    const config = this.#config(made);
    this.#scaffolds.set(key, made);
    return this.#role(made, role);
  }

  /** `@app.before_request`, without arguments. */
  #attribute(of: Handle, method: string, at: Span): Handle {
    const known = this.#registrars.get(of) ?? new Map<string, Handle>();
    this.#registrars.set(of, known);
    const registrar = known.get(method) ?? this.#registrar(of, method, [], undefined, at);
    known.set(method, registrar);
    return registrar;
  }

  #registrar(of: Handle, method: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    return this.#role({ kind: 'handle', name: method, at, get: () => undefined, call: (called, given) => (called === '' ? given[0] : undefined) }, { is: 'registrar', of, method, args, keywords });
  }

  #config(of: Handle): Handle {
    const key = (name: string): string => `${of.at.file}:${of.at.start}:${name}`;
    return this.#role(
      {
        kind: 'handle',
        name: 'app.config',
        at: of.at,
        get: () => undefined,
        call: (method, [name, value], _at, keywords) => {
          if (/^(?:from_object|from_mapping|update)$/.test(method)) this.#configured.set(of, [...(this.#configured.get(of) ?? []), ...(name === undefined ? [] : [name]), ...(keywords === undefined ? [] : [keywords])]);
          if (name?.kind !== 'string') return undefined;
          if (method === '__setitem__' && value !== undefined) this.#settings.set(key(name.value), value);
          return method === '__getitem__' || method === 'get' ? (this.#settings.get(key(name.value)) ?? this.#configuredAs(of, name.value) ?? (method === 'get' ? value : undefined)) : undefined;
        },
      },
      { is: 'config', of },
    );
  }

  /** A setting that one object or mapping gives to an app; with several, which of them counts is not said here. */
  #configuredAs(of: Handle, name: string): Value | undefined {
    const found = (this.#configured.get(of) ?? []).flatMap((source) => attributeOf(source, name, this.module) ?? []);
    return found.length === 1 ? found[0] : undefined;
  }

  readonly #currentApp: Handle = {
    kind: 'handle',
    name: 'current_app',
    at: NOWHERE,
    get: () => undefined,
    call: (method, args, at, keywords) => (method === 'make_response' ? this.#responseOf(args, at) : method === 'make_default_options_response' || method === 'response_class' ? this.#response(at, argument(args, keywords, 1, 'status'), argument(args, keywords, 2, 'headers')) : undefined),
  };

  readonly #request: Handle = {
    kind: 'handle',
    name: 'request',
    at: NOWHERE,
    get: (property) => this.#ofRequest(property),
    call: (method, _args, _at, keywords) => {
      // A body that is JSON whatever the client calls it needs no permission.
      if (method === 'get_json' && keywords?.entries.some(({ key, value }) => key === 'force' && value.kind === 'boolean' && value.value) !== true) this.#asked.reads.add('body');
      return undefined;
    },
  };

  #ofRequest(property: string): Value | undefined {
    const { at, reads, headers } = this.#asked;
    switch (property) {
      case 'method':
        return { kind: 'request', part: 'method', at };
      case 'path':
        return { kind: 'request', part: 'path', at };
      case 'headers':
        return headers.handle;
      case 'origin':
      case 'access_control_request_method':
        return { kind: 'request', part: 'header', header: property === 'origin' ? 'origin' : 'access-control-request-method', at };
      case 'referrer':
        return { kind: 'request', part: 'header', header: 'referer', at };
      case 'host':
        return { kind: 'request', part: 'header', header: 'host', at };
      case 'environ':
        return this.#environ;
      case 'json':
        reads.add('body');
        return undefined;
      case 'authorization':
      case 'cookies':
        reads.add(property);
        return undefined;
      default:
        return undefined;
    }
  }

  /** `request.environ['HTTP_ORIGIN']` */
  readonly #environ: Handle = {
    kind: 'handle',
    name: 'request.environ',
    at: NOWHERE,
    get: () => undefined,
    call: (method, [name, ...others], at) => {
      const header = name?.kind === 'string' ? /^HTTP_(\w+)$/.exec(name.value)?.[1] : undefined;
      return name?.kind !== 'string' || header === undefined ? undefined : this.#asked.headers.handle.call(method, [{ ...name, value: header.replaceAll('_', '-') }, ...others], at);
    },
  };

  /** `make_response(value)`, `make_response(body, status, headers)`, `make_response((body, status))`. */
  #responseOf(args: readonly Value[], at: Span): Value | undefined {
    const [first] = args;
    if (args.length === 1 && first?.kind === 'handle' && this.roleOf(first)?.is === 'response') return first;
    if (args.length === 1 && first?.kind === 'either') return { ...first, options: first.options.map((option) => ({ ...option, value: this.#responseOf([option.value], at) ?? option.value })) };
    const parts = args.length === 1 && first?.kind === 'list' ? first.items : args;
    const { status, headers } = partsOf(parts);
    return this.#response(at, status, headers);
  }

  #response(at: Span, status: Value | undefined, headers: Value | undefined): Handle {
    const response: Handle = { kind: 'handle', name: 'response', at, get: (property) => (property === 'headers' ? parts.headers : property === 'vary' ? parts.vary : undefined), call: () => undefined };
    const part = (name: 'headers' | 'vary'): Handle => this.#role({ kind: 'handle', name: `response.${name}`, at, get: () => undefined, call: (method, args, place) => this.#ofResponse(response, method, args, place) }, { is: 'response-part', of: response, part: name });
    const parts = { headers: part('headers'), vary: part('vary') };
    return this.#role(response, { is: 'response', status, headers });
  }

  /** What code asks of the headers that a response has so far: only whether they are there matters, and only to itself. */
  #ofResponse(_response: Handle, method: string, [name]: readonly Value[], at: Span): Value | undefined {
    if (name?.kind !== 'string' || (method !== '__contains__' && method !== 'has_key')) return undefined;
    return { kind: 'condition', condition: { c: 'fact', fact: { key: `${SENT}${name.value.toLowerCase()}`, reason: 'upstream', detail: `whether the response has ${name.value} already`, at } }, at };
  }

  #function(name: string, call: (args: readonly Value[], at: Span, keywords: RecordValue | undefined) => Value | undefined): Handle {
    return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
  }

  #role(handle: Handle, role: FlaskRole): Handle {
    this.#roles.set(handle, role);
    return handle;
  }
}

/** Key of the fact that a response has a header already, before its lower-case name. */
export const SENT = 'response-has:';

function asking(at: Span): { readonly at: Span; readonly reads: Set<string>; readonly headers: RequestHeaders } {
  const reads = new Set<string>();
  return { at, reads, headers: requestHeaders(at, reads) };
}

/** Status and headers behind a body, in either order of omission: `(body, 204)`, `(body, {…})`, `(body, 204, {…})`. */
export function partsOf(parts: readonly Value[]): { readonly status: Value | undefined; readonly headers: Value | undefined } {
  const [, second, third] = parts;
  const isHeaders = second !== undefined && third === undefined && casesOfValue(second).some(({ value }) => value.kind === 'record' || value.kind === 'list');
  return isHeaders ? { status: undefined, headers: second } : { status: second, headers: third };
}

function argument(args: readonly Value[], keywords: RecordValue | undefined, index: number, name: string): Value | undefined {
  return args[index] ?? (keywords === undefined ? undefined : entry(keywords, name)?.value);
}

/** Seconds of a `timedelta`; undefined when a part of it is not known. */
function duration(days: Value | undefined, keywords: RecordValue | undefined, at: Span): Value | undefined {
  const units: Readonly<Record<string, number>> = { weeks: 604_800, days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
  const given = [...(days === undefined ? [] : [{ key: 'days', value: days }]), ...(keywords?.entries ?? [])];
  const parts = given.map(({ key, value }) => (value.kind === 'number' && units[key] !== undefined ? value.value * units[key] : undefined));
  return parts.includes(undefined) || keywords?.rest !== undefined ? undefined : { kind: 'number', value: Math.trunc(parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)), at };
}
