import { casesOf, guardOf } from '../policy/from-condition.js';
import { whenAll, type Guard } from '../policy/program.js';
import type { Span } from '../text/span.js';
import type { EitherValue, FunctionValue, Value } from '../values/value.js';
import { settlements } from './settlements.js';

/** One way in which a function ends that a package calls for its result. */
export type Returned =
  | { readonly ends: 'returns'; readonly when: Guard; readonly value: Exclude<Value, EitherValue>; readonly at: Span }
  | { readonly ends: 'throws'; readonly when: Guard; readonly at: Span };

/**
 * What a function returns for these arguments, each alternative under its guard; together they cover every case. What
 * an `async` function returns stands for what awaiting it gives.
 */
export function returned(callee: FunctionValue, args: readonly Value[], base: Guard): readonly Returned[] {
  const { ways } = settlements(callee.run(args), ({ kind }) => kind === 'return' || kind === 'throw');
  return ways.flatMap(({ event, when }): readonly Returned[] => {
    const reached = whenAll(base, guardOf(when));
    if (event.kind !== 'return') return [{ ends: 'throws', when: reached, at: event.at }];
    return casesOf(event.value).map((option) => ({ ends: 'returns', when: whenAll(reached, option.when), value: option.value, at: event.at }));
  });
}
