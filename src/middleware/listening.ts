import type { Evidence } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { entry, type Value } from '../values/value.js';
import { reachedBy } from './listeners.js';

/** A call that makes a Node server listen. */
export interface Listening {
  /** `(port, host)` or `({ port, host })` */
  readonly args: readonly Value[];
  readonly secure: boolean;
  readonly at: Span;
}

/** Who reaches a Node server, by the calls that make it listen. */
export function reachedThrough(calls: readonly Listening[]): Pick<Evidence, 'https' | 'privateListener'> {
  return reachedBy(
    calls.map(({ args: [first, second], secure, at }) => {
      const host = first?.kind === 'record' ? entry(first, 'host')?.value : second;
      return { address: host?.kind === 'string' ? host.value : '', tls: secure, at: host?.at ?? at };
    }),
  );
}
