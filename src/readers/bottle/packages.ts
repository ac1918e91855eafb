import { MadeHandles } from '../../middleware/package-handles.js';
import { requestHeaders, type RequestHeaders } from '../../middleware/python-request.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, RecordValue, Value } from '../../values/value.js';

/** What a handle of a Bottle program is. */
export type Role =
  | { readonly is: 'app' }
  /** `@app.get('/x')`, `@app.hook('after_request')`, `@app.error(404)` before they get their function. */
  | { readonly is: 'registers'; readonly how: string; readonly app: Handle; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined }
  /** `HTTPResponse(…)`, `HTTPError(…)`, `static_file(…)` */
  | { readonly is: 'response'; readonly of: 'HTTPResponse' | 'HTTPError' | 'static_file'; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined; readonly headers: Handle };

export const ROUTES: ReadonlySet<string> = new Set(['route', 'get', 'post', 'put', 'delete', 'patch']);

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What `bottle` hands out, told apart by the handles that stand for it. */
export class BottlePackages {
  readonly #made = new MadeHandles<Role>();
  readonly #known = new Map<string, Handle | undefined>();
  readonly #apps: Handle[] = [];
  /** Lower-case names of request headers that were read; `body` stands for a parsed body. */
  readonly reads = new Set<string>();
  readonly requestHeaders: RequestHeaders = requestHeaders(NOWHERE, this.reads);
  /** The response that `bottle.response` writes, and its headers. */
  readonly headers: Handle = member('response.headers', () => undefined);
  readonly response: Handle = member('response', () => undefined, (property) => (property === 'headers' ? this.headers : undefined));
  /** `request.environ`, where headers have names of their own. */
  readonly environ: Handle = member('request.environ', (method, args, at) => (method === 'get' || method === '__getitem__' ? this.#environ(args, at) : undefined));
  readonly abort: Handle = member('abort', () => undefined);
  readonly redirect: Handle = member('redirect', () => undefined);
  readonly run: Handle = member('run', () => undefined);
  readonly #default: Handle;
  readonly #request: Handle = member(
    'request',
    (method, args, at) => (method === 'get_header' ? this.requestHeaders.handle.call('get', args, at) : method === 'get_cookie' ? this.#read('cookie') : undefined),
    (property) => {
      if (property === 'method') return { kind: 'request', part: 'method', at: this.start };
      if (property === 'path' || property === 'fullpath') return { kind: 'request', part: 'path', at: this.start };
      if (property === 'headers') return this.requestHeaders.handle;
      if (property === 'environ') return this.environ;
      if (property === 'json' || property === 'body' || property === 'forms') this.#read('body');
      if (property === 'cookies') this.#read('cookie');
      return undefined;
    },
  );

  /** `start`: where the module begins, which is where its default app and its request come from. */
  constructor(private readonly start: Span) {
    this.#default = this.appFor(start);
  }

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return this.#made.roleOf(value);
  }

  /** All apps that were made so far; the default one among them. */
  apps(): readonly Handle[] {
    return this.#apps;
  }

  isDefault(app: Handle): boolean {
    return app === this.#default;
  }

  appFor(at: Span): Handle {
    const app: Handle = this.#made.make('Bottle', at, [], { is: 'app' }, (method, args, callAt, keywords) => this.#appCall(app, method, args, callAt, keywords));
    if (!this.#apps.includes(app)) this.#apps.push(app);
    return app;
  }

  #appCall(app: Handle, method: string, args: readonly Value[], at: Span, keywords: RecordValue | undefined): Value | undefined {
    if (!ROUTES.has(method) && method !== 'hook' && method !== 'error') return undefined;
    return this.#made.make(`${app.at.start}.${method}`, at, args, { is: 'registers', how: method, app, args, keywords }, (called, given) => (called === '' ? given[0] : undefined));
  }

  /** `app.get(…)` of the default app, as `bottle.get(…)`. */
  #package(name: string): Handle | undefined {
    const short = /^bottle\.(\w+)$/.exec(name)?.[1];
    switch (short) {
      case undefined:
        return undefined;
      case 'Bottle':
        return member(short, (method, _args, at) => (method === '' ? this.appFor(at) : undefined));
      case 'default_app':
      case 'app':
        return member(short, (method, args, at, keywords) => (method === '' ? this.#default : method === 'push' ? this.appFor(at) : this.#appCall(this.#default, method, args, at, keywords)));
      case 'request':
        return this.#request;
      case 'response':
        return this.response;
      case 'abort':
      case 'redirect':
      case 'run':
        return this[short];
      case 'HTTPResponse':
      case 'Response':
      case 'BaseResponse':
        return this.#responses('HTTPResponse');
      case 'HTTPError':
      case 'static_file':
        return this.#responses(short);
      case 'hook':
      case 'error':
      case 'install':
      case 'mount':
        return ROUTES.has(short) ? undefined : this.#shortcut(short);
      default:
        return ROUTES.has(short) ? this.#shortcut(short) : undefined;
    }
  }

  /** What a shortcut of the module does to the default app, as events tell it: receiver and method. */
  shortcut(receiver: Handle): { readonly app: Handle; readonly method: string } | undefined {
    const method = this.#shortcuts.get(receiver);
    return method === undefined ? undefined : { app: this.#default, method };
  }

  readonly #shortcuts = new Map<Handle, string>();

  #shortcut(method: string): Handle {
    const handle = member(`bottle.${method}`, (called, args, at, keywords) => (called === '' ? this.#appCall(this.#default, method, args, at, keywords) : undefined));
    this.#shortcuts.set(handle, method);
    return handle;
  }

  #responses(of: 'HTTPResponse' | 'HTTPError' | 'static_file'): Handle {
    return member(of, (method, args, at, keywords) => {
      if (method !== '') return undefined;
      const headers = member(`${of}.headers`, () => undefined);
      return this.#made.make(of, at, [...args, ...(keywords === undefined ? [] : [keywords])], { is: 'response', of, args, keywords, headers }, () => undefined, (property) => (property === 'headers' ? headers : undefined));
    });
  }

  #environ(args: readonly Value[], at: Span): Value | undefined {
    const [name, fallback] = args;
    if (name?.kind !== 'string') return undefined;
    if (name.value === 'REQUEST_METHOD') return { kind: 'request', part: 'method', at };
    if (name.value === 'PATH_INFO') return { kind: 'request', part: 'path', at };
    const header = /^HTTP_(\w+)$/.exec(name.value)?.[1];
    return header === undefined ? undefined : this.requestHeaders.handle.call('get', [{ ...name, value: header.replaceAll('_', '-') }, ...(fallback === undefined ? [] : [fallback])], at);
  }

  #read(name: string): undefined {
    this.reads.add(name);
    return undefined;
  }
}

function member(name: string, call: Handle['call'], get: Handle['get'] = () => undefined): Handle {
  return { kind: 'handle', name, at: NOWHERE, get, call };
}
