import { beforeAll, expect, test } from 'vitest';
import tornado from '../../src/readers/tornado/index.js';
import python from '../../src/syntax/python/index.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';
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
