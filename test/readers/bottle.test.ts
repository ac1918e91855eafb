import { beforeAll, expect, test } from 'vitest';
import bottle from '../../src/readers/bottle/index.js';
import python from '../../src/syntax/python/index.js';
import { answers } from '../support/answers.js';
import { BOTTLE_SHAPES } from '../support/bottle-shapes.js';
import { bottleSource } from '../support/bottle-sources.js';
import { grouped } from '../support/grouped.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(observed('python-jvm'), 'bottle'), (first) => {
    const { policies, gaps } = readPython(bottle, { 'app.py': bottleSource(first), 'requirements.txt': `bottle==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Bottle app', version: `Bottle ${first.version} (requirements.txt)` });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(174);
});

test.each(BOTTLE_SHAPES.map((shape) => [shape.title, shape] as const))('%s', (_title, { source, asked }) => {
  const { policies, gaps, covers } = readPython(bottle, { 'app.py': source }, 'app.py');
  expect([gaps, covers, policies.map(({ title }) => title)]).toEqual([[], [], ['Bottle app']]);
  const [policy] = policies;
  expect(asked.map(([request]) => {
    const { method, path, headers } = requestOf(request);
    const all = answers(policy!, method, path, Object.fromEntries(headers));
    return [request, ...(all.length === 1 ? all[0]! : [all])];
  })).toEqual(asked.map((row) => [...row]));
});
