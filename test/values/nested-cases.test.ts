import { expect, test } from 'vitest';
import { casesOfValue } from '../../src/values/cases.js';
import type { Condition } from '../../src/values/condition.js';
import { choose, mapEither } from '../../src/values/either.js';
import type { Value } from '../../src/values/value.js';

const at = { file: 'app.py', start: 0, end: 1 };
const text = (value: string): Value => ({ kind: 'string', value, at });
const fact = (key: string): Condition => ({ c: 'fact', fact: { key, reason: 'env-variable', detail: key, at } });

test('alternatives of alternatives are told with all of their conditions', () => {
  const inner = choose(fact('a'), text('1'), text('2'), at);
  const cases = casesOfValue(choose(fact('b'), inner, text('3'), at));
  expect(cases.map(({ value }) => (value.kind === 'string' ? value.value : value.kind))).toEqual(['1', '2', '3']);
  expect(cases.map(({ when }) => when.c)).toEqual(['and', 'and', 'not']);
  expect(casesOfValue(mapEither(choose(fact('b'), inner, text('3'), at), (one) => (one.kind === 'string' ? text(`${one.value}!`) : one))).map(({ value }) => (value.kind === 'string' ? value.value : value.kind))).toEqual(['1!', '2!', '3!']);
});

test('what is there under a condition alone stays so', () => {
  const item: Value = { kind: 'either', options: [{ when: fact('a'), value: text('1') }], at };
  expect(mapEither(item, (one) => (one.kind === 'string' ? text(`${one.value}!`) : one))).toEqual({ kind: 'either', options: [{ when: fact('a'), value: text('1!') }], at });
});

test('a value that doubles with every line is not known, instead of never ending', () => {
  let value = text('x');
  for (let line = 0; line < 60; line += 1) value = mapEither(value, (one) => choose(fact(`test ${line}`), one, text(`line ${line}`), at));
  const cases = casesOfValue(value);
  expect(cases.length).toBeLessThanOrEqual(200);
  expect(cases.some((one) => one.value.kind === 'unknown')).toBe(true);
});
