import type { Span } from '../../text/span.js';
import type { Handle, Value } from '../../values/value.js';
import { isAsked } from '../../values/asked.js';

/** `reads` collects the lower-case names of request headers that were asked for. */
export function requestHeader(name: Value | undefined, reads: Set<string>, at: Span): Value | undefined {
  if (name?.kind !== 'string') return undefined;
  const header = name.value.toLowerCase();
  reads.add(header);
  return { kind: 'request', part: 'header', header, at };
}

/**
 * Headers of a request as maps with several values hand them out (Spring's `HttpHeaders`, JAX-RS's `MultivaluedMap`, those
 * of the JDK's server): the first value of a name, or the list of its values.
 */
export function requestHeaderMap(at: Span, reads: Set<string>): Handle {
  const list = (value: Value | undefined, place: Span): Value | undefined => (value === undefined || !isAsked(value) ? undefined : firstOf(value, place));
  const ask = (method: string, args: readonly Value[], place: Span): Value | undefined => {
    const header = (name: string): Value | undefined => requestHeader({ kind: 'string', value: name, at: place }, reads, place);
    switch (method) {
      case 'getFirst':
      case 'getHeaderString':
        return requestHeader(args[0], reads, place);
      case 'get':
      case 'getValuesAsList':
      case 'getRequestHeader':
      case 'getOrEmpty':
        return list(requestHeader(args[0], reads, place), place);
      case 'getOrigin':
      case 'origin':
        return header('origin');
      case 'containsKey':
      case 'containsHeader': {
        const value = requestHeader(args[0], reads, place);
        return value === undefined ? undefined : { kind: 'condition', condition: { c: 'present', value, at: place }, at: place };
      }
      case 'getAccessControlRequestMethod':
      case 'accessControlRequestMethod':
        return header('access-control-request-method');
      case 'requestHeaders':
      case 'getRequestHeaders':
        return handle;
      default:
        return undefined;
    }
  };
  const handle: Handle = { kind: 'handle', name: 'request.headers', at, get: (property) => ask(property, [], at), call: ask };
  return handle;
}

/** The list of a header's values, as far as its first one is asked for. */
function firstOf(value: Value, at: Span): Handle {
  const get = (method: string): Value | undefined => (/^(?:get|getFirst|first|firstOrNull|findFirst|iterator|next|orElse|stream)$/.test(method) ? (/^(?:iterator|stream|findFirst)$/.test(method) ? firstOf(value, at) : value) : undefined);
  return { kind: 'handle', name: 'values', at, get, call: get };
}
