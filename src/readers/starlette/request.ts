import { requestHeaders } from '../../middleware/python-request.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** What Starlette hands to code that handles a request. */
export interface Asked {
  readonly request: Handle;
  /** The ASGI scope of the request. */
  readonly scope: Handle;
  readonly headers: Handle;
  /** Lower-case names of headers that were read; `body` for a body that was parsed as JSON. */
  readonly reads: Set<string>;
}

/** Below a mount the path is relative: it is not followed there. */
export function askedAt(at: Span, mounted: boolean): Asked {
  const reads = new Set<string>();
  const { handle: headers } = requestHeaders(at, reads);
  const handle = (name: string, get: Handle['get'], call: Handle['call'] = () => undefined): Handle => ({ kind: 'handle', name, at, get, call });
  const method: Value = { kind: 'request', part: 'method', at };
  const path: Value | undefined = mounted ? undefined : { kind: 'request', part: 'path', at };
  const url = handle('request.url', (property) => (property === 'path' ? path : undefined));
  const scope: Handle = handle(
    'scope',
    // Not of the scope: what `Request(scope)` and `Headers(scope=scope)` make of it.
    (property) => (property === 'headers' ? headers : property === 'request' ? request : undefined),
    (called, [key]) => {
      if ((called !== '__getitem__' && called !== 'get') || key?.kind !== 'string') return undefined;
      if (key.value === 'type') return { kind: 'string', value: 'http', at };
      return key.value === 'method' ? method : key.value === 'path' ? path : key.value === 'headers' ? headers : undefined;
    },
  );
  const request: Handle = handle(
    'request',
    (property) => {
      if (property === 'cookies' || property === 'session') reads.add(property);
      return property === 'headers' ? headers : property === 'method' ? method : property === 'url' ? url : property === 'scope' ? scope : undefined;
    },
    (called) => {
      if (called === 'json') reads.add('body');
      return undefined;
    },
  );
  return { request, scope, headers, reads };
}
