import { expect, test } from 'vitest';
import { and, not, or, TRUE, type Condition } from '../../src/values/condition.js';
import { decided, excludes, implies, isTautology } from '../../src/values/decide.js';

const at = { file: 'a', start: 0, end: 1 };
const fact = (key: string): Condition => ({ c: 'fact', fact: { key, reason: 'function-call', detail: key, at } });
const origin = { kind: 'request', part: 'header', header: 'origin', at } as const;
const present = (start: number): Condition => ({ c: 'present', value: { ...origin, at: { ...at, start } }, at: { ...at, start } });
const [a, b] = [fact('a'), fact('b')] as const;

test.each<[string, boolean, boolean]>([
  ['a or not a', isTautology(or(a, not(a))), true],
  ['a or b', isTautology(or(a, b)), false],
  ['the same question at two places', isTautology(or(present(1), not(present(2)))), true],
  ['a and b implies a', implies(and(a, b), a), true],
  ['a implies a and b', implies(a, and(a, b)), false],
  ['a excludes not a and b', excludes(a, and(not(a), b)), true],
  ['a excludes b', excludes(a, b), false],
  ['too many tests are not decided', isTautology(or(...Array.from({ length: 9 }, (_, index) => fact(`f${index}`)), not(fact('f0')))), false],
])('%s', (_name, found, expected) => {
  expect(found).toBe(expected);
});

test('what is decided is said so', () => {
  expect(decided(or(and(a, b), and(a, not(b)), not(a)))).toEqual(TRUE);
  expect(decided(and(a, not(a)))).toEqual({ c: 'false' });
  expect(decided(a)).toBe(a);
});
