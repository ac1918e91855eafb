import type { Span } from '../text/span.js';
import type { Condition } from './condition.js';
import type { Value } from './value.js';

/**
 * One thing that hand-written code does with the request it handles, in program order, under the condition on which it
 * is reached. Readers make these of the events of followed functions; `policy/from-actions.ts` makes steps of them.
 */
export type ResponseAction =
  | HeaderWrite
  /** The status of the response that will be sent. */
  | { readonly do: 'status'; readonly status: Value; readonly when: Condition; readonly at: Span }
  /** The response is sent. */
  | { readonly do: 'end'; readonly when: Condition; readonly at: Span }
  /** The request is left to what comes after. */
  | { readonly do: 'next'; readonly when: Condition; readonly at: Span }
  /** The code fails; the framework makes the response, or nobody does (status 0). */
  | { readonly do: 'fail'; readonly status: number; readonly fault?: string; readonly when: Condition; readonly at: Span };

/** One header that code writes on a response. */
export interface HeaderWrite {
  readonly do: 'header';
  readonly op: 'set' | 'set-if-absent' | 'append' | 'remove';
  readonly name: string;
  readonly value: Value;
  /**
   * What becomes of a missing value: nothing is written, the header is taken away, it is written as text, `undefined` as
   * the empty text, or the call throws. A missing header of the request is `undefined` in Node and `null` in fetch's `Headers`,
   * and `None` in Python.
   */
  readonly missing: 'skip' | 'remove' | 'text' | 'null-text' | 'none-text' | 'empty' | 'throw';
  readonly when: Condition;
  readonly at: Span;
}
