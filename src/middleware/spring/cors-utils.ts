import type { Condition } from '../../values/condition.js';
import type { Handle } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** Spring's `CorsUtils`: a request of CORS has an origin, a preflight asks for a method with OPTIONS besides. */
export const corsUtils: Handle = {
  kind: 'handle',
  name: 'CorsUtils',
  at: { file: '', start: 0, end: 0 },
  get: () => undefined,
  call: (method, _args, at) => {
    const isPreFlight = method === 'isPreFlightRequest';
    if (!isPreFlight && method !== 'isCorsRequest') return undefined;
    const options: Condition = { c: 'equals', left: { kind: 'request', part: 'method', at }, right: { kind: 'string', value: 'OPTIONS', at }, ignoreCase: false, at };
    return { kind: 'condition', condition: isPreFlight ? { c: 'and', of: [options, present('origin', at), present('access-control-request-method', at)] } : present('origin', at), at };
  },
};

function present(header: string, at: Span): Condition {
  return { c: 'present', value: { kind: 'request', part: 'header', header, at }, at };
}
