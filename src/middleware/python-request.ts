import type { Span } from '../text/span.js';
import { not, type Condition } from '../values/condition.js';
import type { Event, Handle, Value } from '../values/value.js';

/** Headers of a request as Python frameworks hand them out: a mapping that ignores case. */
export interface RequestHeaders {
  readonly handle: Handle;
  /** The condition under which an event asks for a header that is missing, which raises KeyError; undefined for other events. */
  missed(event: Event): Condition | undefined;
}

/** `reads` collects the lower-case names of headers that were read. */
export function requestHeaders(place: Span, reads: Set<string>): RequestHeaders {
  const header = (name: string, at: Span): Value => {
    const lower = name.toLowerCase();
    reads.add(lower);
    return { kind: 'request', part: 'header', header: lower, at };
  };
  const present = (name: string, at: Span): Condition => ({ c: 'present', value: header(name, at), at });
  const handle: Handle = {
    kind: 'handle',
    name: 'request.headers',
    at: place,
    get: () => undefined,
    call: (method, args, at) => {
      const [name, fallback] = args;
      if (name?.kind !== 'string') return undefined;
      if (method === '__contains__') return { kind: 'condition', condition: present(name.value, at), at };
      if (method === '__getitem__') return header(name.value, at);
      if (method !== 'get' && method !== 'raw' && method !== 'get_header') return undefined;
      if (fallback === undefined || fallback.kind === 'nothing') return header(name.value, at);
      return { kind: 'either', options: [{ when: present(name.value, at), value: header(name.value, at) }, { when: not(present(name.value, at)), value: fallback }], at };
    },
  };
  return {
    handle,
    missed(event) {
      if (event.kind !== 'call' || event.receiver !== handle || event.method !== '__getitem__' || event.args[0]?.kind !== 'string') return undefined;
      return not(present(event.args[0].value, event.at));
    },
  };
}
