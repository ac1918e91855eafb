import { FALSE, not, or, TRUE, type Condition } from './condition.js';

/** Conditions with more different tests than this are not decided. */
const MAX_TESTS = 8;

/** Is the condition always true, whatever its tests say? The tests are taken to be independent of each other. */
export function isTautology(condition: Condition): boolean {
  const found = new Set<string>();
  testsIn(condition, found);
  if (found.size > MAX_TESTS) return false;
  const tests = [...found];
  for (let bits = 0; bits < 2 ** tests.length; bits++) {
    const chosen = new Map(tests.map((test, index) => [test, (bits & (1 << index)) !== 0]));
    if (!holds(condition, chosen)) return false;
  }
  return true;
}

/** Does `a` always come with `b`? False also when that cannot be told. */
export function implies(a: Condition, b: Condition): boolean {
  return isTautology(or(not(a), b));
}

/** Can the two never hold together? False also when that cannot be told. */
export function excludes(a: Condition, b: Condition): boolean {
  return implies(a, not(b));
}

/** `condition`, as `true` or `false` when it is one of them whatever its tests say. */
export function decided(condition: Condition): Condition {
  if (isTautology(condition)) return TRUE;
  return isTautology(not(condition)) ? FALSE : condition;
}

/** Names of the tests in a condition; no more than are too many. */
function testsIn(condition: Condition, found: Set<string>): void {
  if (found.size > MAX_TESTS) return;
  if (condition.c === 'and' || condition.c === 'or') for (const part of condition.of) testsIn(part, found);
  else if (condition.c === 'not') testsIn(condition.of, found);
  else if (condition.c !== 'true' && condition.c !== 'false') found.add(nameOf(condition));
}

function holds(condition: Condition, chosen: ReadonlyMap<string, boolean>): boolean {
  switch (condition.c) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return condition.of.every((part) => holds(part, chosen));
    case 'or':
      return condition.of.some((part) => holds(part, chosen));
    case 'not':
      return !holds(condition.of, chosen);
    default:
      return chosen.get(nameOf(condition)) ?? false;
  }
}

const names = new WeakMap<Condition, string>();

/** Tests that ask the same of the same values have one name; where a presence is asked about does not matter. */
function nameOf(condition: Condition): string {
  if (condition.c === 'fact') return `fact:${condition.fact.key}`;
  let name = names.get(condition);
  if (name === undefined) {
    const placeless = condition.c === 'present' || condition.c === 'equals';
    names.set(condition, (name = JSON.stringify(condition, (key, value: unknown) => (placeless && key === 'at' ? undefined : value))));
  }
  return name;
}
