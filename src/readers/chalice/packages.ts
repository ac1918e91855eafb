import { requestHeaders, type RequestHeaders } from '../../middleware/python-request.js';
import { ResponseObjects } from '../../middleware/response-objects.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, RecordValue, Value } from '../../values/value.js';

/** What a handle of a Chalice program is. */
export type Role =
  | { readonly is: 'app'; readonly blueprint: boolean; readonly at: Span }
  | { readonly is: 'api'; readonly of: Handle }
  /** `@app.route('/x', methods=…, cors=…)`, which is then called with the view. */
  | { readonly is: 'route'; readonly of: Handle; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined; readonly at: Span }
  | { readonly is: 'cors'; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined; readonly at: Span }
  | { readonly is: 'error'; readonly status: number };

/** Errors that become answers (chalice/app.py). */
const ERRORS: Readonly<Record<string, number>> = { ChaliceViewError: 500, BadRequestError: 400, UnauthorizedError: 401, ForbiddenError: 403, NotFoundError: 404, MethodNotAllowedError: 405, RequestTimeoutError: 408, ConflictError: 409, UnprocessableEntityError: 422, TooManyRequestsError: 429 };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What the package `chalice` hands out. */
export class ChalicePackages {
  readonly responses = new ResponseObjects();
  /** Lower-case names of request headers that views read. */
  readonly reads = new Set<string>();
  readonly #roles = new Map<Handle, Role>();
  readonly #known = new Map<string, Handle | undefined>();
  readonly #response = this.responses.classHandle({ name: 'Response', parameters: ['body', 'headers', 'status_code'], status: 'status_code', headers: 'headers', writesText: false });

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  /** The applications and blueprints that were made. */
  *made(): Generator<{ readonly handle: Handle; readonly role: Role & { readonly is: 'app' } }> {
    for (const [handle, role] of this.#roles) if (role.is === 'app') yield { handle, role };
  }

  /** An application, as a function gets one that other code makes. */
  application(blueprint: boolean, at: Span): Handle {
    const request = this.#request(at);
    const app: Handle = {
      kind: 'handle',
      name: blueprint ? 'blueprint' : 'app',
      at,
      get: (property) => (property === 'api' ? api : property === 'current_request' ? request : undefined),
      call: (method, args, place, keywords) => (method === 'route' ? this.#given({ kind: 'handle', name: 'route', at: place, get: () => undefined, call: (name, [view]) => (name === '' ? view : undefined) }, { is: 'route', of: app, args, keywords, at: place }) : undefined),
    };
    const api = this.#given({ kind: 'handle', name: 'api', at, get: () => undefined, call: () => undefined }, { is: 'api', of: app });
    return this.#given(app, { is: 'app', blueprint, at });
  }

  #package(name: string): Handle | undefined {
    const member = /^chalice(?:\.app)?\.(\w+)$/.exec(name)?.[1];
    if (member === 'Chalice' || member === 'Blueprint') return callable(member, (_args, _keywords, at) => this.application(member === 'Blueprint', at));
    if (member === 'CORSConfig') return callable(member, (args, keywords, at) => this.#given({ kind: 'handle', name: 'CORSConfig', at, get: () => undefined, call: () => undefined }, { is: 'cors', args, keywords, at }));
    if (member === 'Response') return this.#response;
    const status = member === undefined ? undefined : ERRORS[member];
    if (status === undefined) return undefined;
    const raised = (at: Span): Handle => this.#given({ kind: 'handle', name: member!, at, get: () => undefined, call: () => undefined }, { is: 'error', status });
    return this.#given(callable(member!, (_args, _keywords, at) => raised(at)), { is: 'error', status });
  }

  #request(at: Span): Handle {
    const headers: RequestHeaders = requestHeaders(at, this.reads);
    return {
      kind: 'handle',
      name: 'current_request',
      at,
      get: (property) => {
        if (property === 'json_body') this.reads.add('content-type');
        return property === 'headers' ? headers.handle : property === 'method' ? { kind: 'request', part: 'method', at } : undefined;
      },
      call: () => undefined,
    };
  }

  #given(handle: Handle, role: Role): Handle {
    this.#roles.set(handle, role);
    return handle;
  }
}

function callable(name: string, call: (args: readonly Value[], keywords: RecordValue | undefined, at: Span) => Value): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: (method, args, at, keywords) => (method === '' ? call(args, keywords, at) : undefined) };
}
