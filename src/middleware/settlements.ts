import { and, not, or, type Condition } from '../values/condition.js';
import { decided, excludes } from '../values/decide.js';
import type { Event } from '../values/value.js';

/** One way in which a followed function settles, under the condition that nothing settled it before. */
export interface Settlement {
  readonly event: Event;
  readonly when: Condition;
}

/**
 * The ways in which a function settles what it was asked: by the first of those events (calls of a callback, returns,
 * throws) that `settles` picks. `never` is the condition under which none of them happens.
 */
export function settlements(events: readonly Event[], settles: (event: Event) => boolean): { readonly ways: readonly Settlement[]; readonly never: Condition } {
  const earlier: Condition[] = [];
  const ways: Settlement[] = [];
  for (const event of events) {
    if (!settles(event)) continue;
    const overlapping = earlier.filter((one) => !excludes(event.when, one));
    const when = decided(overlapping.length === 0 ? event.when : and(event.when, not(or(...overlapping))));
    earlier.push(event.when);
    if (when.c !== 'false') ways.push({ event, when });
  }
  return { ways, never: decided(not(or(...earlier))) };
}
