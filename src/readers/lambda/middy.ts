import { functionHandle, MadeHandles, packageHandle } from '../../middleware/package-handles.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Event, FunctionValue, Handle, Value } from '../../values/value.js';

type Role =
  /** A handler with middleware around it. */
  | { readonly is: 'middy'; readonly handler: FunctionValue | undefined }
  | { readonly is: 'cors'; readonly options: Value | undefined; readonly at: Span }
  /** Makes a response of what is thrown. */
  | { readonly is: 'error-handler' };

/** A handler that middy wraps, with the middleware in the order in which it was put on. */
export interface Wrapped {
  readonly handler: FunctionValue | undefined;
  readonly middleware: readonly { readonly value: Value; readonly role: Role | undefined }[];
}

/** `@middy/core` and those of its middlewares that mean something to CORS. */
export class Middy {
  readonly #handles = new MadeHandles<Role>();

  readonly #wrap = (args: readonly Value[], at: Span): Handle => {
    const handler = args.find((arg) => arg.kind === 'function');
    const made: Handle = this.#handles.make('middy', at, [], { is: 'middy', handler: handler?.kind === 'function' ? handler : undefined }, () => made);
    return made;
  };
  readonly #core = packageHandle('middy', {}, (method, args, at) => (method === '' ? this.#wrap(args, at) : undefined));
  readonly #cors = functionHandle('httpCors', ([options], at) => this.#handles.make('httpCors', at, options === undefined ? [] : [options], { is: 'cors', options, at }, () => undefined));
  readonly #errors = functionHandle('httpErrorHandler', (_args, at) => this.#handles.make('httpErrorHandler', at, [], { is: 'error-handler' }, () => undefined));

  readonly packages: Packages = (specifier) => {
    if (specifier === '@middy/core' || specifier === 'middy') return this.#core;
    if (specifier === '@middy/http-cors') return this.#cors;
    if (specifier === '@middy/http-error-handler') return this.#errors;
    return specifier === 'middy/middlewares' ? packageHandle('middlewares', { cors: this.#cors, httpErrorHandler: this.#errors }, () => undefined) : undefined;
  };

  /** A handler that is exported, as what was done with it so far makes it; undefined for a value that is none of middy's. */
  wrapped(value: Value, events: readonly Event[]): Wrapped | undefined {
    const role = this.#handles.roleOf(value);
    if (role?.is !== 'middy') return undefined;
    const calls = events.flatMap((event) => (event.kind === 'call' && event.receiver === value ? [event] : []));
    const handler = calls.flatMap(({ method, args }) => (method === 'handler' ? args : [])).find((arg) => arg.kind === 'function');
    const used = calls.flatMap(({ method, args }) => (method === 'use' ? args : [])).flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
    return { handler: handler?.kind === 'function' ? handler : role.handler, middleware: used.map((middleware) => ({ value: middleware, role: this.#handles.roleOf(middleware) })) };
  }
}
