import { MadeHandles } from '../../middleware/package-handles.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';

/** What a handle of a Falcon program is. */
export type Role =
  | { readonly is: 'application'; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined }
  /** `CORSMiddleware(…)` */
  | { readonly is: 'cors'; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined; readonly at: Span }
  /** `HTTPForbidden(…)`, `HTTPStatus(…)` */
  | { readonly is: 'raised'; readonly status: Value | undefined; readonly headers: Value | undefined };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Errors by their names without `HTTP` (falcon/errors.py). */
const STATUSES: Readonly<Record<string, number>> = {
  BadRequest: 400, InvalidHeader: 400, MissingHeader: 400, InvalidParam: 400, MissingParam: 400, Unauthorized: 401, Forbidden: 403, NotFound: 404, RouteNotFound: 404, MethodNotAllowed: 405, NotAcceptable: 406, Conflict: 409, Gone: 410,
  LengthRequired: 411, PreconditionFailed: 412, ContentTooLarge: 413, PayloadTooLarge: 413, UriTooLong: 414, UnsupportedMediaType: 415, RangeNotSatisfiable: 416, UnprocessableEntity: 422, Locked: 423, FailedDependency: 424, PreconditionRequired: 428, TooManyRequests: 429,
  RequestHeaderFieldsTooLarge: 431, UnavailableForLegalReasons: 451, InternalServerError: 500, NotImplemented: 501, BadGateway: 502, ServiceUnavailable: 503, GatewayTimeout: 504, VersionNotSupported: 505, InsufficientStorage: 507, LoopDetected: 508, NetworkAuthenticationRequired: 511,
  MovedPermanently: 301, Found: 302, SeeOther: 303, TemporaryRedirect: 307, PermanentRedirect: 308,
};

/** Names of statuses: `falcon.HTTP_NO_CONTENT`; `falcon.HTTP_204` says it itself. */
const NAMES: Readonly<Record<string, number>> = { OK: 200, CREATED: 201, ACCEPTED: 202, NO_CONTENT: 204, FOUND: 302, NOT_MODIFIED: 304, BAD_REQUEST: 400, UNAUTHORIZED: 401, FORBIDDEN: 403, NOT_FOUND: 404, METHOD_NOT_ALLOWED: 405, INTERNAL_SERVER_ERROR: 500 };

/** What the packages of a Falcon program hand out, told apart by the handles that stand for it. */
export class FalconPackages {
  readonly #made = new MadeHandles<Role>();
  readonly #known = new Map<string, Value | undefined>();
  readonly #applications: Handle[] = [];

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return this.#made.roleOf(value);
  }

  /** All applications that were made so far. */
  applications(): readonly Handle[] {
    return this.#applications;
  }

  /** An application whose making is not in view: a parameter. */
  applicationFor(at: Span): Handle {
    return this.#application([], undefined, at);
  }

  #application(args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    const made = this.#made.make('App', at, [], { is: 'application', args, keywords }, () => undefined);
    if (!this.#applications.includes(made)) this.#applications.push(made);
    return made;
  }

  #package(name: string): Value | undefined {
    const short = name.split('.').at(-1)!;
    const status = /^(?:falcon(?:\.status_codes)?)\.HTTP_(\d{3}|[A-Z_]+)$/.exec(name)?.[1] ?? /^http\.HTTPStatus\.([A-Z_]+)$/.exec(name)?.[1];
    if (status !== undefined) return statusNamed(status);
    if (/^falcon\.(?:API|App|asgi\.App|app\.App|api\.API)$/.test(name)) return member(name, (args, at, keywords) => this.#application(args, keywords, at));
    if (/^falcon(?:\.middleware)?\.CORSMiddleware$/.test(name)) return member(name, (args, at, keywords) => this.#made.make(short, at, [], { is: 'cors', args, keywords, at }, () => undefined));
    if (name === 'falcon.before') return member(name, (args) => decorator((own) => ({ ...own, run: (given, keywords) => [...hooked(args, given), ...own.run(given, keywords)] })));
    if (name === 'falcon.after') return member(name, (args) => decorator((own) => ({ ...own, run: (given, keywords) => [...own.run(given, keywords), ...hooked(args, given)] })));
    const code = STATUSES[/^falcon(?:\.errors|\.redirects|\.http_error)?\.HTTP(\w+)$/.exec(name)?.[1] ?? ''];
    if (code !== undefined) return this.#raised(name, (_args, at) => ({ kind: 'number', value: code, at }));
    if (/^falcon(?:\.http_status|\.http_error)?\.HTTP(?:Status|Error)$/.test(name)) return this.#raised(name, (args) => args[0]);
    return undefined;
  }

  /** A class of errors, which may also be raised without being called. */
  #raised(name: string, statusOf: (args: readonly Value[], at: Span) => Value | undefined): Handle {
    const role = (args: readonly Value[], keywords: RecordValue | undefined, at: Span): Role => ({ is: 'raised', status: statusOf(args, at) ?? named(keywords, 'status'), headers: named(keywords, 'headers') ?? (/Status$/.test(name) ? args[1] : undefined) });
    return this.#made.make(name, NOWHERE, [], role([], undefined, NOWHERE), (method, args, at, keywords) => (method === '' ? this.#made.make(name, at, args.slice(0, 1), role(args, keywords, at), () => undefined) : undefined));
  }
}

function statusNamed(name: string): Value | undefined {
  const status = /^\d/.test(name) ? Number(name) : NAMES[name];
  return status === undefined ? undefined : { kind: 'number', value: status, at: NOWHERE };
}

export function named(keywords: RecordValue | undefined, name: string): Value | undefined {
  return keywords?.entries.findLast(({ key }) => key === name)?.value;
}

/** The hook of `@falcon.before(hook, …)`: it is given the request, the response, the resource and the parameters. */
function hooked(args: readonly Value[], [req, resp]: readonly Value[]): ReturnType<FunctionValue['run']> {
  const [hook, ...more] = args;
  if (hook?.kind !== 'function' || req === undefined || resp === undefined) return [];
  const open = (detail: string): Value => ({ kind: 'unknown', reason: 'parameter', detail, at: hook.at });
  return hook.run([req, resp, open('the resource'), open('the parameters of the route'), ...more]).filter(({ kind }) => kind !== 'return');
}

function decorator(wrap: (own: FunctionValue) => FunctionValue): Handle {
  return member('a hook', (args) => (args[0]?.kind === 'function' ? wrap(args[0]) : undefined));
}

function member(name: string, call: (args: readonly Value[], at: Span, keywords: RecordValue | undefined) => Value | undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, at, keywords) : undefined) };
}
