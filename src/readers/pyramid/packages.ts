import { MadeHandles } from '../../middleware/package-handles.js';
import { requestHeaders } from '../../middleware/python-request.js';
import type { Packages } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle, RecordValue, Value } from '../../values/value.js';

/** What a handle of a Pyramid program is. */
export type Role =
  | { readonly is: 'configurator' }
  /** `pyramid.events.NewResponse`, `NewRequest` */
  | { readonly is: 'event'; readonly name: string }
  /** `@subscriber(NewResponse)` before it gets its function. */
  | { readonly is: 'subscribes'; readonly to: readonly Value[] }
  | { readonly is: 'response'; readonly args: readonly Value[]; readonly keywords: RecordValue | undefined; readonly headers: Handle };

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** What `pyramid` hands out, told apart by the handles that stand for it. */
export class PyramidPackages {
  readonly #made = new MadeHandles<Role>();
  readonly #known = new Map<string, Handle | undefined>();
  readonly #configurators: Handle[] = [];

  readonly packages: Packages = (name) => {
    if (!this.#known.has(name)) this.#known.set(name, this.#package(name));
    return this.#known.get(name);
  };

  roleOf(value: Value | undefined): Role | undefined {
    return this.#made.roleOf(value);
  }

  /** All that were made so far, and those that functions are given. */
  configurators(): readonly Handle[] {
    return this.#configurators;
  }

  configuratorFor(at: Span): Handle {
    const made: Handle = this.#made.make('Configurator', at, [], { is: 'configurator' }, (method) => (method === '__enter__' ? made : undefined));
    if (!this.#configurators.includes(made)) this.#configurators.push(made);
    return made;
  }

  #package(name: string): Handle | undefined {
    switch (name) {
      case 'pyramid.config.Configurator':
        return member(name, (method, _args, at) => (method === '' ? this.configuratorFor(at) : undefined));
      case 'pyramid.events.NewResponse':
      case 'pyramid.events.NewRequest':
      case 'pyramid.interfaces.INewResponse':
      case 'pyramid.interfaces.INewRequest':
        return this.#made.make(name, NOWHERE, [], { is: 'event', name: name.replace(/^.*\.I?/, '') }, () => undefined);
      case 'pyramid.events.subscriber':
        return member(name, (method, args, at) => (method === '' ? this.#made.make('subscriber', at, [], { is: 'subscribes', to: args }, (called, given) => (called === '' ? given[0] : undefined)) : undefined));
      case 'pyramid.response.Response':
      case 'webob.Response':
      case 'webob.response.Response':
        return member(name, (method, args, at, keywords) => {
          if (method !== '') return undefined;
          const headers = member('response.headers', () => undefined);
          return this.#made.make('Response', at, [...args, ...(keywords === undefined ? [] : [keywords])], { is: 'response', args, keywords, headers }, () => undefined, (property) => (property === 'headers' || property === 'headerlist' ? headers : undefined));
        });
      default:
        return undefined;
    }
  }
}

/** A request, and the response that a view has made of it. */
export interface Exchange {
  readonly request: Handle;
  readonly response: Handle;
  readonly headers: Handle;
  readonly event: Handle;
  /** The application inside of a tween. */
  readonly handler: Handle;
  readonly requestHeaders: ReturnType<typeof requestHeaders>;
  readonly reads: Set<string>;
}

export function exchangeFor(at: Span): Exchange {
  const reads = new Set<string>();
  const asked = requestHeaders(at, reads);
  const handle = (name: string, get: Handle['get'], call: Handle['call'] = () => undefined): Handle => ({ kind: 'handle', name, at, get, call });
  const request = handle('request', (property) => (property === 'method' ? { kind: 'request', part: 'method', at } : property === 'path' || property === 'path_info' ? { kind: 'request', part: 'path', at } : property === 'headers' ? asked.handle : undefined));
  const headers = handle('response.headers', () => undefined);
  const response = handle('response', (property) => (property === 'headers' || property === 'headerlist' ? headers : undefined));
  const event = handle('event', (property) => (property === 'request' ? request : property === 'response' ? response : undefined));
  const handler = handle('handler', () => undefined, (method) => (method === '' ? response : undefined));
  return { request, response, headers, event, handler, requestHeaders: asked, reads };
}

function member(name: string, call: Handle['call']): Handle {
  return { kind: 'handle', name, at: NOWHERE, get: () => undefined, call };
}
