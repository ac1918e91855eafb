import { beforeAll, expect, test } from 'vitest';
import tornado from '../../src/readers/tornado/index.js';
import python from '../../src/syntax/python/index.js';
import { answers } from '../support/answers.js';
import { grouped } from '../support/grouped.js';
import { requestOf } from '../support/handwritten-shapes.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';
import { TORNADO_SHAPES } from '../support/tornado-shapes.js';
import { tornadoSource } from '../support/tornado-sources.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(observed('python-jvm'), 'tornado'), (first) => {
    const { policies, gaps } = readPython(tornado, { 'app.py': tornadoSource(first), 'requirements.txt': `tornado==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Tornado application', version: `Tornado ${first.version} (requirements.txt)` });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(203);
});

test.each(TORNADO_SHAPES.map((shape) => [shape.title, shape] as const))('%s', (_title, { source, asked }) => {
  const { policies, gaps, covers } = readPython(tornado, { 'app.py': source }, 'app.py');
  expect([gaps, covers, policies.map(({ title }) => title)]).toEqual([[], [], ['Tornado application']]);
  expect(asked.map(([request]) => {
    const { method, path, headers } = requestOf(request);
    const all = answers(policies[0]!, method, path, Object.fromEntries(headers));
    return [request, ...(all.length === 1 ? all[0]! : [all])];
  })).toEqual(asked.map((row) => [...row]));
});
