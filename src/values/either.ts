import type { Span } from '../text/span.js';
import { casesOfValue } from './cases.js';
import { not, type Condition } from './condition.js';
import { settingIsAbsent } from './fact.js';
import type { SingleValue, Value } from './value.js';

/** Runs a function on every alternative of a value; one that is there under a condition alone stays so. */
export function mapEither(value: Value, each: (value: SingleValue) => Value): Value {
  if (value.kind !== 'either') return each(value);
  const cases = casesOfValue(value).map(({ when, value: option }) => ({ when, value: each(option) }));
  return cases.length === 1 && cases[0]!.when.c === 'true' ? cases[0]!.value : { ...value, options: cases };
}

/** One value or another by a condition; decided ones are decided. */
export function choose(condition: Condition, yes: Value, no: Value, at: Span): Value {
  if (condition.c === 'true') return yes;
  if (condition.c === 'false') return no;
  return { kind: 'either', options: [{ when: condition, value: yes }, { when: not(condition), value: no }], at };
}

/** A setting where it is set, its fallback where it is not. */
export function setting(name: string, fallback: Value, set: Value, at: Span): Value {
  return choose({ c: 'fact', fact: settingIsAbsent(name, at) }, fallback, set, at);
}
