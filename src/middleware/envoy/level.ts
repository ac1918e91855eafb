import type { OriginSet } from '../../origins/origin-set.js';
import type { Guard, HeaderValue } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/**
 * One CorsPolicy as Envoy's filter gets it, from a route, a virtual host or a route configuration. A field that is
 * absent (or empty) leaves the word to the next level out.
 */
export interface CorsLevel {
  readonly at: Span;
  readonly origins?: Origins;
  /** Texts of headers, lists already joined. */
  readonly methods?: Written;
  readonly headers?: Written;
  readonly exposed?: Written;
  readonly maxAge?: Written;
  readonly credentials?: Switch;
  readonly privateNetwork?: Switch;
  /** `forward_not_matching_preflights`: a preflight of a stranger goes on to the upstream. */
  readonly forwards?: Switch;
  /** The share of requests that the filter works for, asked of the innermost level alone. */
  readonly enabled: Guard;
}

export interface Origins {
  /** The list with its key. */
  readonly at: Span;
  /** In order; each with the place of the whole entry. */
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly set: OriginSet;
  readonly at: Span;
  /** It accepts the text `*`, which Envoy tries before the origin: everybody is let in. */
  readonly everybody: boolean;
}

export interface Written {
  readonly value: HeaderValue;
  readonly at: Span;
}

export interface Switch {
  readonly on: Guard;
  /** The value that switches. */
  readonly at: Span;
}
