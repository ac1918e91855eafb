import { ANY, anyOf, allOf, complement, NONE, type OriginSet } from '../origins/origin-set.js';
import { guardOf } from '../policy/from-condition.js';
import { ALWAYS, NEVER, whenAll, whenAny, type Guard } from '../policy/program.js';
import { factOf, unknown, type FunctionValue, type Value } from '../values/value.js';
import { returned } from './returned.js';

/** When does a predicate that a package asks about a text of the request say yes? */
export function saysYes(predicate: FunctionValue, text: Value): Guard {
  return whenAny(
    ...returned(predicate, [text], ALWAYS).map((way): Guard => {
      if (way.ends === 'throws') return NEVER;
      const { value, when } = way;
      if (value.kind === 'boolean') return value.value ? when : NEVER;
      if (value.kind === 'condition') return whenAll(when, guardOf(value.condition));
      const why = value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'what a predicate says', value.at);
      return whenAll(when, { g: 'fact', fact: factOf(why) });
    }),
  );
}

/** The texts for which a guard holds that asks about nothing else than an origin; a fact leaves them open. */
export function textsFor(guard: Guard): OriginSet {
  switch (guard.g) {
    case 'always':
      return ANY;
    case 'origin':
      return guard.in;
    case 'and':
      return allOf(guard.of.map(textsFor));
    case 'or':
      return anyOf(guard.of.map(textsFor));
    case 'not':
      return complement(textsFor(guard.of));
    case 'fact':
      return { s: 'guarded', when: guard.fact, negated: false, set: ANY };
    default:
      return NONE;
  }
}
