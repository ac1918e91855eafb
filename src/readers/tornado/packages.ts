import { MadeHandles } from '../../middleware/package-handles.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { not } from '../../values/condition.js';
import { type Event, type FunctionValue, type Handle, type RecordValue, type Value } from '../../values/value.js';

/** What a handle of a Tornado program is. */
export type Role =
  | { readonly is: 'application'; readonly handlers: Value | undefined; readonly settings: RecordValue | undefined }
  /** `url(r'/x', Handler)`, `URLSpec(…)`, `Rule(PathMatches(…), Handler)` */
  | { readonly is: 'rule'; readonly args: readonly Value[] }
  /** A class of Tornado's: its last name. */
  | { readonly is: 'handler-class'; readonly name: string }
  | { readonly is: 'http-error'; readonly status: Value | undefined }
  | { readonly is: 'finish' }
  /** `PathMatches(r'/x')`; `HostMatches(…)` is not followed. */
  | { readonly is: 'path'; readonly pattern: Value | undefined }
  | { readonly is: 'server'; readonly app: Value | undefined };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Classes that answer requests; what they do by themselves is known by these names. */
const HANDLERS = new Set(['RequestHandler', 'StaticFileHandler', 'RedirectHandler', 'ErrorHandler', 'FallbackHandler', 'WebSocketHandler']);

/** What the packages of a Tornado program hand out, told apart by the handles that stand for it. */
export class TornadoPackages {
  readonly #made = new MadeHandles<Role>();
  readonly #known = new Map<string, Handle | undefined>();
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

  /** An application with these handlers and settings. */
  applicationFor(args: readonly Value[], keywords: RecordValue | undefined, at: Span): Handle {
    const handlers = args[0] ?? keywords?.entries.findLast(({ key }) => key === 'handlers')?.value;
    const made = this.#made.make('Application', at, handlers === undefined ? [] : [{ kind: 'boolean', value: true, at }], { is: 'application', handlers, settings: keywords }, none);
    if (!this.#applications.includes(made)) this.#applications.push(made);
    return made;
  }

  #package(name: string): Handle | undefined {
    const short = name.split('.').at(-1)!;
    if (!/^tornado(?:\.|$)/.test(name)) return undefined;
    if (name === 'tornado.web.Application') return member(name, (method, args, at, keywords) => (method === '' ? this.applicationFor(args, keywords, at) : undefined));
    if (/^tornado\.(?:web|websocket)\./.test(name) && HANDLERS.has(short)) return this.#made.make(name, NOWHERE, [], { is: 'handler-class', name: short }, none);
    switch (name) {
      case 'tornado.web.Application.__init__':
        return member(name, (method, args, at, keywords) => (method === '' ? this.applicationFor(args.slice(1), keywords, at) : undefined));
      case 'tornado.web.url':
      case 'tornado.web.URLSpec':
      case 'tornado.routing.URLSpec':
      case 'tornado.routing.Rule':
        return member(name, (method, args, at, keywords) => (method === '' ? this.#made.make('url', at, [], { is: 'rule', args: args.length > 0 ? args : ['pattern', 'handler', 'kwargs'].flatMap((key) => keywords?.entries.find((one) => one.key === key)?.value ?? []) }, none) : undefined));
      case 'tornado.routing.PathMatches':
        return member(name, (method, args, at) => (method === '' ? this.#made.make('path', at, [], { is: 'path', pattern: args[0] }, none) : undefined));
      case 'tornado.web.HTTPError':
        return member(name, (method, args, at, keywords) => (method === '' ? this.#made.make('HTTPError', at, args.slice(0, 1), { is: 'http-error', status: args[0] ?? keywords?.entries.find(({ key }) => key === 'status_code')?.value }, none) : undefined));
      case 'tornado.web.MissingArgumentError':
        return member(name, (method, _args, at) => (method === '' ? this.#made.make(short, at, [], { is: 'http-error', status: { kind: 'number', value: 400, at } }, none) : undefined));
      case 'tornado.web.Finish':
        return this.#made.make(name, NOWHERE, [], { is: 'finish' }, (method, _args, at) => (method === '' ? this.#made.make('Finish', at, [], { is: 'finish' }, none) : undefined));
      case 'tornado.web.authenticated':
        return member(name, (method, args) => (method === '' && args[0]?.kind === 'function' ? this.#authenticated(args[0]) : args[0]));
      case 'tornado.gen.coroutine':
      case 'tornado.web.asynchronous':
      case 'tornado.gen.engine':
      case 'tornado.web.addslash':
      case 'tornado.web.removeslash':
        return member(name, (method, args) => (method === '' ? args[0] : undefined));
      case 'tornado.httpserver.HTTPServer':
        return member(name, (method, args, at) => (method === '' ? this.#made.make('HTTPServer', at, [], { is: 'server', app: args[0] }, none) : undefined));
      default:
        return undefined;
    }
  }

  /**
   * `@authenticated` sends a stranger to the log-in page, and answers 403 to what is no GET or HEAD
   * (https://www.tornadoweb.org/en/stable/web.html#tornado.web.authenticated). Whoever sends neither a cookie nor
   * credentials, as every preflight, is one.
   */
  #authenticated(method: FunctionValue): FunctionValue {
    const header = (name: string): Value => ({ kind: 'request', part: 'header', header: name, at: method.at });
    const carries = (name: string) => ({ c: 'present', value: header(name), at: method.at }) as const;
    const stranger = not({ c: 'or', of: [carries('cookie'), carries('authorization')] });
    const options = { c: 'equals', left: { kind: 'request', part: 'method', at: method.at }, right: { kind: 'string', value: 'OPTIONS', at: method.at }, ignoreCase: false, at: method.at } as const;
    const refusal: Value = this.#made.make('HTTPError', method.at, [], { is: 'http-error', status: { kind: 'number', value: 403, at: method.at } }, none);
    return { ...method, run: (args, keywords) => [{ kind: 'throw', when: { c: 'and', of: [options, stranger] }, value: refusal, at: method.at } satisfies Event, ...method.run(args, keywords)] };
  }
}

function none(): undefined {
  return undefined;
}

function member(name: string, call: Handle['call']): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call };
}

