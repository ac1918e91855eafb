import type { Packages } from '../../syntax/estree/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What the packages of a hapi program hand out: servers, each with the options that it was made with. */
export class HapiPackages {
  readonly #made = new Map<string, Handle>();
  readonly #options = new Map<Handle, Value | undefined>();
  readonly #elsewhere = new WeakSet<Handle>();

  /** Imports as the language asks for them. Other packages mean nothing here. */
  readonly packages: Packages = (specifier) => (specifier === '@hapi/hapi' || specifier === 'hapi' ? this.#hapi : undefined);

  /** The servers that were made, in their order, with their options. */
  get servers(): ReadonlyMap<Handle, Value | undefined> {
    return this.#options;
  }

  /** One call site makes one server, also where the code around it is followed twice. */
  serverFor(at: Span, options: Value | undefined): Handle {
    const key = `${at.file}:${at.start}`;
    let server = this.#made.get(key);
    if (server === undefined) {
      server = this.view(at);
      this.#made.set(key, server);
      this.#options.set(server, options);
    }
    return server;
  }

  /** A server that other files make: what else it serves is not in view. */
  elsewhere(at: Span): Handle {
    const server = this.serverFor(at, undefined);
    this.#elsewhere.add(server);
    return server;
  }

  isElsewhere(server: Handle): boolean {
    return this.#elsewhere.has(server);
  }

  /** A server as a plugin sees it. */
  view(at: Span): Handle {
    const handle: Handle = { kind: 'handle', name: 'server', at, get: () => undefined, call: (method) => (method === 'select' ? handle : undefined) };
    return handle;
  }

  readonly #factory: Handle = { kind: 'handle', name: 'Hapi.server', at: NOWHERE, get: () => undefined, call: (method, args, at) => (method === '' || method === 'new' ? this.serverFor(at, args[0]) : undefined) };

  readonly #hapi: Handle = {
    kind: 'handle',
    name: 'Hapi',
    at: NOWHERE,
    get: (property) => (property === 'default' ? this.#hapi : property === 'server' || property === 'Server' ? this.#factory : undefined),
    call: (method, args, at) => (method === 'server' || method === 'Server' ? this.serverFor(at, args[0]) : undefined),
  };
}
