import { beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import aiohttp from '../../src/readers/aiohttp/index.js';
import python from '../../src/syntax/python/index.js';
import { aiohttpSource } from '../support/aiohttp-sources.js';
import { grouped } from '../support/grouped.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { readPython } from '../support/python.js';

beforeAll(() => python.load());

const GROUPS = grouped(observed('python-jvm'), 'aiohttp-cors');
/** Made of sets. */
const UNORDERED = ['access-control-allow-headers', 'access-control-expose-headers'];

/** With `expose_headers='*'` the header names all that the answer has, which nobody knows: there it is not compared. */
function known(policy: Policy): Policy {
  return { ...policy, steps: policy.steps.map((step) => ({ ...step, effects: step.effects.filter(({ header, value }) => header !== 'access-control-expose-headers' || value.v !== 'unknown') })) };
}

function comparable(row: ObservedRow): ObservedRow {
  const isStar = JSON.stringify(row.options).includes('"expose_headers":"*"');
  return isStar ? { ...row, response: { ...row.response, headers: row.response.headers.filter(([name]) => name !== 'access-control-expose-headers') } } : row;
}

test('answers like the recorded servers', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of GROUPS) {
    const [first] = group;
    if (first.request === null) continue;
    const { policies, gaps } = readPython(aiohttp, { 'app.py': aiohttpSource(first), 'requirements.txt': `aiohttp-cors==${first.version}\n` }, 'app.py');
    expect(gaps).toEqual([]);
    for (const row of group) {
      const wrong = policies.length === 0 ? row.response.headers.filter(([name]) => name.startsWith('access-control-')).map(([name]) => name) : differences({ policy: known(policies[0]!), inner: [] }, comparable(row), { unordered: UNORDERED });
      if (wrong.length === 0) held += 1;
      else failures.push(`${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
  expect(held).toBe(319);
});

test('does not start with a text for a list', () => {
  const refused = GROUPS.filter(([first]) => first.request === null);
  expect(refused).toHaveLength(1);
  const { policies } = readPython(aiohttp, { 'app.py': aiohttpSource(refused[0]![0]) }, 'app.py');
  const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/api/data', headers: [['origin', 'https://app.example.com']] });
  expect(outcome?.response).toMatchObject({ status: 500, fault: "expose_headers must be '*' or a sequence of texts" });
});
