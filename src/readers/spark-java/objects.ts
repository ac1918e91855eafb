import type { Packages } from '../../syntax/jvm/index.js';
import type { Handle, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** `spark`: the static one, or a `Service`. `function`: a method of it that is imported by itself. */
export type Role = { readonly is: 'spark' } | { readonly is: 'function'; readonly name: string } | { readonly is: 'request' | 'response' | 'raw-response' };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Handles for what Spark hands out. */
export class SparkObjects {
  readonly #roles = new WeakMap<Handle, Role>();

  roleOf(value: Value | undefined): Role | undefined {
    return value?.kind === 'handle' ? this.#roles.get(value) : undefined;
  }

  readonly packages: Packages = (qualified) => {
    const imported = /^spark\.Spark\.(\w+)$/.exec(qualified)?.[1];
    if (imported !== undefined) return this.make(imported, { is: 'function', name: imported });
    if (qualified === 'spark.Spark' || qualified === 'Spark') return this.make('Spark', { is: 'spark' });
    return qualified === 'spark.Service' ? this.make('Service', { is: 'spark' }, (method) => (method === 'ignite' ? this.#service() : undefined)) : undefined;
  };

  /** Its settings give it back. */
  #service(): Handle {
    const service: Handle = this.make('Service', { is: 'spark' }, () => service);
    return service;
  }

  /** What a filter or a route is given. */
  arguments(at: Span): readonly Handle[] {
    const header = (name: Value | undefined, place: Span): Value | undefined => (name?.kind === 'string' ? { kind: 'request', part: 'header', header: name.value.toLowerCase(), at: place } : undefined);
    const raw = this.make('HttpServletResponse', { is: 'raw-response' });
    return [
      this.make('Request', { is: 'request' }, (method, [name], place) => (method === 'headers' ? header(name, place) : method === 'requestMethod' ? { kind: 'request', part: 'method', at } : method === 'pathInfo' || method === 'uri' ? { kind: 'request', part: 'path', at } : undefined)),
      this.make('Response', { is: 'response' }, (method) => (method === 'raw' ? raw : undefined)),
    ];
  }

  make(name: string, role: Role, call: Handle['call'] = () => undefined): Handle {
    const handle: Handle = { kind: 'handle', name, at: NOWHERE, get: () => undefined, call };
    this.#roles.set(handle, role);
    return handle;
  }
}
