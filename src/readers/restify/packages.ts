import { ExpressPackages, type Role } from '../../middleware/express/packages.js';
import { restifyErrors } from '../../middleware/http-errors.js';
import { functionHandle, MadeHandles, packageHandle } from '../../middleware/package-handles.js';
import { restifyCorsProgram, type RestifyCorsPackage } from '../../middleware/restify-cors.js';
import type { Step } from '../../policy/program.js';
import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import { unknown, type Handle, type RecordEntry, type Value } from '../../values/value.js';

/** What a handle of a restify program is. */
export type RestifyRole =
  | { readonly is: 'server' }
  /** A plugin of restify's own; `parses` a body. */
  | { readonly is: 'plugin'; readonly parses: boolean }
  /** One of the two handlers that the CORS package makes. */
  | { readonly is: 'cors'; readonly steps: readonly Step[] };

/** What restify and its CORS packages hand out. npm `cors` works there too. */
export class RestifyPackages {
  readonly #express = new ExpressPackages();
  readonly #made = new MadeHandles<RestifyRole>();
  readonly #servers = new Set<Handle>();

  readonly packages: Packages = (specifier) => {
    switch (specifier) {
      case 'restify':
        return this.#restify;
      case 'restify-cors-middleware':
      case 'restify-cors-middleware2':
        return this.#corsOf(specifier);
      case 'restify-plugins':
        return this.#plugins;
      case 'restify-errors':
        return restifyErrors;
      case 'cors':
        return this.#express.packages(specifier);
      default:
        return undefined;
    }
  };

  roleOf(value: Value): RestifyRole | undefined {
    return this.#made.roleOf(value);
  }

  /** npm `cors(…)` */
  npmCors(value: Value): (Role & { is: 'cors' }) | undefined {
    const role = value.kind === 'handle' ? this.#express.roleOf(value) : undefined;
    return role?.is === 'cors' ? role : undefined;
  }

  get servers(): readonly Handle[] {
    return [...this.#servers];
  }

  /** A server that another file makes. */
  serverFor(at: Span): Handle {
    const server: Handle = this.#made.make('server', at, [], { is: 'server' }, (method) => (method === 'listen' ? undefined : server));
    this.#servers.add(server);
    return server;
  }

  readonly #plugins: Handle = packageHandle('plugins', {}, (method, _args, at) => this.#made.make(method, at, [], { is: 'plugin', parses: /bodyparser/i.test(method) }, () => undefined));

  readonly #createServer: Handle = functionHandle('createServer', (_args, at) => this.serverFor(at));

  readonly #restify: Handle = packageHandle('restify', { createServer: this.#createServer, plugins: this.#plugins }, (method, args, at) => {
    // Before version 5 the plugins, one for CORS among them, stood on the package itself.
    if (method === 'CORS') return unknown('unsupported-syntax', 'restify.CORS(), which restify 5 took away', at);
    return /^[a-z]+(?:Parser|Logger|Response|Throttle)$/i.test(method) ? this.#plugins.call(method, args, at) : undefined;
  });

  #corsOf(name: RestifyCorsPackage): Handle {
    return packageHandle(name, {}, (method, args, at) => {
      if (method !== '') return undefined;
      const { preflight, actual } = restifyCorsProgram(args[0], name, at);
      const handler = (key: string, steps: readonly Step[]): RecordEntry => ({ key, value: this.#made.make(key, at, args, { is: 'cors', steps }, () => undefined), at });
      return { kind: 'record', entries: [handler('preflight', preflight), handler('actual', actual)], at };
    });
  }
}
