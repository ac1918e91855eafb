import { beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import falcon from '../../src/readers/falcon/index.js';
import python from '../../src/syntax/python/index.js';
import { falconSource } from '../support/falcon-sources.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

const GROUPS = grouped(observed('python-jvm'), 'falcon');

test('answers like the recorded servers', () => {
  const asked = GROUPS.filter(([first]) => first.request !== null);
  const { held, failures } = hold(asked, (first) => {
    const { policies, gaps } = readPython(falcon, { 'app.py': falconSource(first), 'requirements.txt': `falcon==${first.version}\n` }, 'app.py');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Falcon application', version: `Falcon ${first.version} (requirements.txt)` });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(638);
});

test('does not start with a star in a list', () => {
  const refused = GROUPS.filter(([first]) => first.request === null);
  expect(refused.map(([first]) => first.version)).toEqual(['3.1.1', '4.3.1']);
  for (const [first] of refused) {
    const { policies } = readPython(falcon, { 'app.py': falconSource(first) }, 'app.py');
    const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/api/data', headers: [['origin', 'https://app.example.com']] });
    expect(outcome?.response).toMatchObject({ status: 500, fault: expect.stringContaining('allow_origins is a list with *') as string });
  }
});
