import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Value } from '../../values/value.js';

/** Past so many versions of one list nobody can say which one is deployed. */
const MAX_CASES = 16;

/** The items that a list may have, each version under its guard: items under a template's condition are there or not. Undefined: too many. */
export function listCases(items: readonly Value[]): readonly { readonly when: Guard; readonly items: readonly Value[] }[] | undefined {
  let combinations: { when: Guard; items: Value[] }[] = [{ when: ALWAYS, items: [] }];
  for (const item of items) {
    const options = casesOf(item);
    if (options.length === 1) {
      for (const known of combinations) known.items.push(item);
      continue;
    }
    combinations = combinations.flatMap((known) => options.map(({ when, value }) => ({ when: whenAll(known.when, when), items: value.kind === 'nothing' ? known.items.slice() : [...known.items, value] })));
    if (combinations.length > MAX_CASES) return undefined;
  }
  return combinations;
}
