import { casesOfValue, type Case } from './cases.js';
import { and, or, TRUE, type Condition } from './condition.js';
import { decided } from './decide.js';
import type { Value } from './value.js';

/** A list item that is there only under a condition: an `either` that does not cover everything. */
export function onlyWhen(when: Condition, value: Value): Value {
  if (when.c === 'true') return value;
  return { kind: 'either', options: casesOfValue(value).map((option) => ({ when: and(when, option.when), value: option.value })), at: value.at };
}

/** When an item of a list is there, and what it is then. */
export function presenceOf(item: Value): Case {
  if (item.kind !== 'either') return { when: TRUE, value: item };
  const [first, ...others] = item.options;
  return { when: decided(or(...item.options.map(({ when }) => when))), value: first !== undefined && others.length === 0 ? first.value : item };
}
