import { TRUE } from '../../values/condition.js';
import type { FunctionValue, Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';

/** A function of the library, which only computes. */
export function nativeFunction(parameters: number, at: Span, compute: (args: readonly Value[]) => Value): FunctionValue {
  return { kind: 'function', parameters, isAsync: false, at, run: (args) => [{ kind: 'return', when: TRUE, value: compute(args), at }] };
}
