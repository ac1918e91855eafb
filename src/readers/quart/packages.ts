import { requestHeaders } from '../../middleware/python-request.js';
import { ResponseObjects, type ResponseClass } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { entry, type Handle, type RecordValue, type Value } from '../../values/value.js';

/** What objects of Quart and Quart-CORS are to the reader. */
export type Role =
  | { readonly is: 'app' }
  | { readonly is: 'blueprint'; readonly prefix: Value | undefined }
  | { readonly is: 'config'; readonly of: Handle }
  /** `cors`, of which calls are `cors(app, …)`. */
  | { readonly is: 'cors' }
  /** A view behind `route_cors(…)`, or behind `cors_exempt`. */
  | { readonly is: 'decorated'; readonly options: RecordValue | 'exempt'; readonly view: Value; readonly at: Span }
  /** `app.route('/x')`, `bp.after_request`: what it is called with is registered. */
  | { readonly is: 'registrar'; readonly of: Handle; readonly method: string; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Methods of apps and blueprints that take a function, as decorators or by a call. */
const REGISTRARS = new Set(['route', 'get', 'post', 'put', 'patch', 'delete', 'before_request', 'after_request', 'after_app_request']);

const RESPONSE: ResponseClass = { name: 'Response', parameters: ['response', 'status', 'headers'], status: 'status', statusAttribute: 'status_code', headers: 'headers', writesText: true };

/** Quart and Quart-CORS as they appear in code. */
export class QuartPackages {
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
    return this.#scaffold('Quart', at, { is: 'app' });
  }

  blueprintFor(at: Span): Handle {
    return this.#scaffold('Blueprint', at, { is: 'blueprint', prefix: undefined });
  }

  /** The response that a hook gets. */
  response(at: Span): Handle {
    return this.responses.make(RESPONSE, [], undefined, at);
  }

  #named(name: string): Handle | undefined {
    switch (name) {
      case 'quart.Quart':
        return called(name, (_args, at) => this.appFor(at));
      case 'quart.Blueprint':
        return called(name, (_args, at, keywords) => this.#scaffold('Blueprint', at, { is: 'blueprint', prefix: keywords === undefined ? undefined : entry(keywords, 'url_prefix')?.value }));
      case 'quart.request':
        return this.#request;
      case 'quart.Response':
        return this.responses.classHandle(RESPONSE);
      case 'quart.make_response':
        return called(name, ([first], at) => (first?.kind === 'handle' ? first : this.response(at)));
      case 'quart.jsonify':
        return called(name, (_args, at) => this.response(at));
      case 'quart_cors.cors':
        return this.#role(called(name, ([target]) => target), { is: 'cors' });
      case 'quart_cors.route_cors':
        return called(name, (_args, at, keywords) => called('route_cors', ([view]) => this.#decorated(view, keywords ?? { kind: 'record', entries: [], at }, at)));
      case 'quart_cors.cors_exempt':
        return called(name, ([view], at) => this.#decorated(view, 'exempt', at));
      case 'quart_cors.websocket_cors':
        return called(name, () => called('websocket_cors', ([view]) => view));
      case 'datetime.timedelta':
        return called(name, (args, at, keywords) => seconds(args[0], keywords, at));
      default:
        return undefined;
    }
  }

  #decorated(view: Value | undefined, options: RecordValue | 'exempt', at: Span): Value | undefined {
    return view === undefined ? undefined : this.#role({ kind: 'handle', name: 'view', at, get: () => undefined, call: () => undefined }, { is: 'decorated', options, view, at });
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
      const known = attributes.get(property) ?? this.#registrar(made, property, [], undefined, at);
      attributes.set(property, known);
      return known;
    };
    const config = this.#role({ kind: 'handle', name: 'app.config', at, get: () => undefined, call: () => undefined }, { is: 'config', of: made });
    this.#scaffolds.set(key, made);
    return this.#role(made, role);
  }

  #registrar(of: Handle, method: string, args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    return this.#role({ kind: 'handle', name: method, at, get: () => undefined, call: (called, given) => (called === '' ? given[0] : undefined) }, { is: 'registrar', of, method, args, keywords });
  }

  readonly #headers = requestHeaders(NOWHERE, this.reads).handle;

  readonly #request: Handle = {
    kind: 'handle',
    name: 'request',
    at: NOWHERE,
    get: (property) => {
      if (property === 'headers') return this.#headers;
      if (property === 'method' || property === 'path') return { kind: 'request', part: property, at: NOWHERE };
      return property === 'origin' ? { kind: 'request', part: 'header', header: 'origin', at: NOWHERE } : undefined;
    },
    call: () => undefined,
  };

  #role(handle: Handle, role: Role): Handle {
    this.#roles.set(handle, role);
    return handle;
  }
}

function called(name: string, call: (args: readonly Value[], at: Span, keywords: RecordValue | undefined) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
}

/** Seconds of a `timedelta`; undefined when a part of it is not known. */
function seconds(days: Value | undefined, keywords: RecordValue | undefined, at: Span): Value | undefined {
  const units: Readonly<Record<string, number>> = { weeks: 604_800, days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
  const given = [...(days === undefined ? [] : [{ key: 'days', value: days }]), ...(keywords?.entries ?? [])];
  const parts = given.map(({ key, value }) => (value.kind === 'number' && units[key] !== undefined ? value.value * units[key] : undefined));
  return parts.includes(undefined) || keywords?.rest !== undefined ? undefined : { kind: 'number', value: Math.trunc(parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)), at };
}
