import { beforeAll, expect, test } from 'vitest';
import quart from '../../src/readers/quart/index.js';
import python from '../../src/syntax/python/index.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';
import { quartSource } from '../support/quart-sources.js';

beforeAll(() => python.load());

test('answers like the recorded servers', () => {
  const { held, failures } = hold(
    grouped(observed('python-jvm'), 'quart-cors'),
    (first) => {
      const { policies, gaps } = readPython(quart, { 'app.py': quartSource(first), 'requirements.txt': `quart-cors==${first.version}\nwerkzeug==2.2.3\n` }, 'app.py');
      expect([policies.length, gaps]).toEqual([1, []]);
      expect(policies[0]!.version).toBe('Quart-CORS 0.8.0 (requirements.txt)');
      return () => policies[0]!;
    },
    ({ response }) => (response.status === 404 ? { status: 404 } : response.status === 500 ? { uncaught: true } : {}),
  );
  expect(failures).toEqual([]);
  expect(held).toBe(348);
});
