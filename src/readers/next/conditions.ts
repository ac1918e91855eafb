import { alternatives } from '../../middleware/fetch-response.js';
import { NEXT, placeOf } from '../../middleware/path-to-regexp.js';
import { asked, conditionsIn, NEXT_CONDITIONS } from '../../middleware/request-conditions.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import { entry, factOf, unknown, type Value } from '../../values/value.js';

/** One entry of a matcher: the requests, and a path among them. */
export interface Matched {
  readonly when: Guard;
  readonly sample: string;
}

/** The requests that `config.matcher` lets a middleware see; without one it sees all of them. */
export function matched(matcher: Value | undefined): readonly Matched[] {
  if (matcher === undefined || matcher.kind === 'nothing') return [];
  return alternatives(matcher).flatMap(({ value }) => conditionsIn(value)).map((item) => {
    const source = item.kind === 'record' ? entry(item, 'source')?.value : item;
    const rest = item.kind === 'record' ? asked(item, NEXT_CONDITIONS).when : ALWAYS;
    const place = source?.kind === 'string' ? placeOf(source.value, NEXT, source.at) : undefined;
    if (place === undefined) return { sample: '/', when: { g: 'fact', fact: factOf(unknown('dynamic-key', 'a matcher put together at run time', item.at)) } };
    return { sample: place.sample, when: whenAll(place.when, rest) };
  });
}
