import { NONE, PRESENT, type DynamicSet } from '../origins/origin-set.js';
import { factOf, unknown, type Value } from '../values/value.js';

/** Whatever a text that is not known may match: one entry of a list that is read as a text or as a pattern. */
export function unknownOrigins(value: Value): DynamicSet {
  return { s: 'dynamic', why: factOf(value.kind === 'env' || value.kind === 'unknown' ? value : unknown('template-syntax', 'a text that is put together when the application starts', value.at)), lower: NONE, upper: PRESENT, exactTexts: false, at: value.at };
}
