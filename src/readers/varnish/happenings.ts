import type { Span } from '../../text/span.js';
import type { Condition } from '../../values/condition.js';
import type { Value } from '../../values/value.js';

/** One thing that a program does to a response, in the order in which it does it. */
export type Happening =
  /** `index`: so many writes came before. */
  | { readonly do: 'write'; readonly op: 'set' | 'append' | 'remove'; readonly header: string; readonly value: Value; readonly when: Condition; readonly at: Span; readonly index: number }
  | { readonly do: 'answer'; readonly status: Value; readonly when: Condition; readonly at: Span }
  /** The response comes from a backend: name of it, what it gets as Origin, the status that the response is given, and when it is asked with GET whatever the client's method. */
  | { readonly do: 'fetch'; readonly backend: Value; readonly origin: Value; readonly status: Value | undefined; readonly asGet: Condition; readonly when: Condition; readonly at: Span };

/** Headers that matter to CORS; what else is written is of no consequence. */
export const CONCERNS_CORS = /^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/;
