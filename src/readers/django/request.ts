import { requestHeaders } from '../../middleware/python-request.js';
import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';

/** A request as views and middleware get it, and the lower-case names of headers that were read of it. */
export interface Request {
  readonly handle: Handle;
  readonly reads: ReadonlySet<string>;
}

/** https://docs.djangoproject.com/en/5.2/ref/request-response/#httprequest-objects; DRF's request passes on what it lacks. */
export function requestAt(at: Span): Request {
  const reads = new Set<string>();
  const headers = requestHeaders(at, reads).handle;
  const [method, path]: Value[] = [{ kind: 'request', part: 'method', at }, { kind: 'request', part: 'path', at }];
  const meta: Handle = {
    kind: 'handle',
    name: 'request.META',
    at,
    get: () => undefined,
    call(name, args, where, keywords) {
      const [key] = args;
      if (key?.kind !== 'string') return undefined;
      if (key.value === 'REQUEST_METHOD') return method;
      if (key.value === 'PATH_INFO') return path;
      const header = /^(?:HTTP_(\w+)|(CONTENT_TYPE))$/.exec(key.value);
      const written = header?.[1] ?? header?.[2];
      return written === undefined ? undefined : headers.call(name, [{ ...key, value: written.replaceAll('_', '-') }, ...args.slice(1)], where, keywords);
    },
  };
  const cookies: Handle = { kind: 'handle', name: 'request.COOKIES', at, get: () => undefined, call: () => void reads.add('cookie') };
  const inner: Handle = {
    kind: 'handle',
    name: 'request',
    at,
    get(property) {
      switch (property) {
        case 'headers':
          return headers;
        case 'META':
          return meta;
        case 'COOKIES':
          return cookies;
        case 'method':
          return method;
        case 'path':
        case 'path_info':
          return path;
        case '_request':
          return inner;
        default:
          return undefined;
      }
    },
    call: () => undefined,
  };
  return { handle: inner, reads };
}
