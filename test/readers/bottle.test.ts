import { beforeAll, expect, test } from 'vitest';
import bottle from '../../src/readers/bottle/index.js';
import python from '../../src/syntax/python/index.js';
import { bottleSource } from '../support/bottle-sources.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(observed('python-jvm'), 'bottle'), (first) => {
    const { policies, gaps } = readPython(bottle, { 'app.py': bottleSource(first), 'requirements.txt': `bottle==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    return () => policies[0] ?? silent(405);
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(174);
});
