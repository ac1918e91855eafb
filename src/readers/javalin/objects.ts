import { headerConstant } from '../../middleware/jvm-headers.js';
import type { Packages } from '../../syntax/jvm/index.js';
import type { FunctionValue, Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** What an object of Javalin's is to this reader. */
export type Role = { readonly is: 'app' } | { readonly is: 'plugin'; /** Origins of Javalin 4, or the block of Javalin 6. */ readonly args: readonly Value[]; readonly any: boolean; readonly at: Span } | { readonly is: 'config' | 'plugins' | 'cors' | 'rule' | 'context' | 'servlet-response' | 'constants' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Names that `HttpStatus` has for the statuses that preflights are answered with. */
const STATUSES: Readonly<Record<string, number>> = { OK: 200, CREATED: 201, ACCEPTED: 202, NO_CONTENT: 204, BAD_REQUEST: 400, UNAUTHORIZED: 401, FORBIDDEN: 403, NOT_FOUND: 404, METHOD_NOT_ALLOWED: 405, INTERNAL_SERVER_ERROR: 500 };

/** Handles for what Javalin hands out. */
export class JavalinObjects {
  readonly #roles = new WeakMap<Handle, Role>();
  /** Applications, each with its configuration and the block that fills it. */
  readonly apps: { readonly app: Handle; readonly config: Handle; readonly block: FunctionValue | undefined; readonly at: Span }[] = [];

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  readonly packages: Packages = (qualified) => {
    if (qualified.includes('.') && !/^(?:io\.javalin\.|java\.lang\.)/.test(qualified)) return undefined;
    const name = qualified.slice(qualified.lastIndexOf('.') + 1);
    switch (name) {
      case 'Javalin':
        return this.make(name, NOWHERE, { is: 'constants' }, (method, args, at) => (/^(?:create|createStandalone|createAndStart)$/.test(method) ? this.app(at, args.find((arg) => arg.kind === 'function')) : undefined));
      case 'CorsPlugin':
        return this.make(name, NOWHERE, { is: 'constants' }, (method, args, at) => (/^(?:new|forAllOrigins|forOrigins)$/.test(method) ? this.make(name, at, { is: 'plugin', args, any: method === 'forAllOrigins', at }) : undefined));
      case 'Header':
        return this.make(name, NOWHERE, { is: 'constants' }, () => undefined, (constant) => headerConstant(constant, NOWHERE));
      case 'HandlerType':
        return this.make(name, NOWHERE, { is: 'constants' }, () => undefined, (constant) => (/^[A-Z]+$/.test(constant) ? { kind: 'string', value: constant, at: NOWHERE } : undefined));
      case 'HttpStatus':
        return this.make(name, NOWHERE, { is: 'constants' }, () => undefined, (constant) => (STATUSES[constant] === undefined ? undefined : { kind: 'number', value: STATUSES[constant], at: NOWHERE }));
      default:
        return undefined;
    }
  };

  app(at: Span, block: FunctionValue | undefined): Handle {
    const app: Handle = this.make('Javalin', at, { is: 'app' }, () => app);
    this.apps.push({ app, config: this.config(at), block, at });
    return app;
  }

  /** `JavalinConfig`: `plugins` of 5, `bundledPlugins` of 6 and 7, and the routes of 7. */
  config(at: Span): Handle {
    const plugins = this.make('BundledPlugins', at, { is: 'plugins' });
    const routes: Handle = this.make('Routes', at, { is: 'app' }, () => routes);
    return this.make('JavalinConfig', at, { is: 'config' }, () => undefined, (property) => (/^(?:bundledPlugins|plugins)$/.test(property) ? plugins : property === 'routes' || property === 'router' ? routes : undefined));
  }

  context(at: Span): Handle {
    const method: Value = { kind: 'request', part: 'method', at };
    const path: Value = { kind: 'request', part: 'path', at };
    const response = this.make('HttpServletResponse', at, { is: 'servlet-response' });
    const request = this.make('HttpServletRequest', at, { is: 'constants' }, (called, [name]) => (called === 'getHeader' && name?.kind === 'string' ? { kind: 'request', part: 'header', header: name.value.toLowerCase(), at: name.at } : called === 'getMethod' ? method : undefined));
    const context: Handle = this.make(
      'Context',
      at,
      { is: 'context' },
      (called, args, place) => {
        const [name] = args;
        if (called === 'header') return args.length === 1 && name?.kind === 'string' ? { kind: 'request', part: 'header', header: name.value.toLowerCase(), at: place } : args.length === 2 ? context : undefined;
        if (called === 'method') return { ...method, at: place };
        if (called === 'path') return { ...path, at: place };
        if (called === 'res') return response;
        return called === 'req' ? request : /^(?:status|result|json|html|contentType|removeHeader)$/.test(called) ? context : undefined;
      },
      (property) => (property === 'res' ? response : property === 'req' ? request : undefined),
    );
    return context;
  }

  make(name: string, at: Span, role: Role, call: Handle['call'] = () => undefined, get: Handle['get'] = () => undefined): Handle {
    const handle: Handle = { kind: 'handle', name, at, get, call };
    this.#roles.set(handle, role);
    return handle;
  }
}
