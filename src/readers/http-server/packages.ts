import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle } from '../../values/value.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };
const HANDLER = /^(?:http\.server|BaseHTTPServer|SimpleHTTPServer|CGIHTTPServer)\.((?:Base|Simple|CGI)HTTPRequestHandler)(?:\.(\w+))?$/;
const SERVER = /^(?:http\.server|BaseHTTPServer|socketserver|SocketServer)\.\w*(?:HTTP|TCP)Server$/;

/** Is this the qualified name of one of the library's classes of handlers? */
export function isHandlerName(name: string): boolean {
  const found = HANDLER.exec(name);
  return found !== null && found[2] === undefined;
}

/** Does the library's class serve files by itself? */
export function servesFiles(names: readonly string[]): boolean {
  return names.some((name) => /(?:Simple|CGI)HTTPRequestHandler$/.test(name));
}

/** What `http.server` hands out. */
export class HttpServerPackages {
  readonly #known = new Map<string, Handle | undefined>();
  /** `SimpleHTTPRequestHandler.end_headers(self)`: methods of the library's classes, called with their object. */
  readonly #methods = new Map<Handle, string>();
  readonly #servers = new Set<Handle>();

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  /** The name of the library's method that the handle is. */
  methodOf(receiver: Handle): string | undefined {
    return this.#methods.get(receiver);
  }

  isServer(receiver: Handle): boolean {
    return this.#servers.has(receiver);
  }

  #package(name: string): Handle | undefined {
    const handle: Handle = { kind: 'handle', name, at: NOWHERE, get: () => undefined, call: () => undefined };
    const method = HANDLER.exec(name)?.[2];
    if (method !== undefined) this.#methods.set(handle, method);
    if (SERVER.test(name)) this.#servers.add(handle);
    return HANDLER.test(name) || SERVER.test(name) ? handle : undefined;
  }
}
