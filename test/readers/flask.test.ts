import { beforeAll, describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import flask from '../../src/readers/flask/index.js';
import python from '../../src/syntax/python/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { flaskSource } from '../support/flask-sources.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';

beforeAll(() => python.load());

function readingsOf(text: string, others: Readonly<Record<string, string>> = {}) {
  const { unit } = python.parse(new SourceText('app.py', text), filesFrom({ 'app.py': text, ...others }));
  return [...flask.read(unit!)];
}

function policiesOf(text: string, others: Readonly<Record<string, string>> = {}): Policy[] {
  return readingsOf(text, others).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

const rows = observed('python-jvm').filter(({ framework }) => framework === 'flask-cors');
const policyFor = (row: ObservedRow): Policy => policiesOf(flaskSource(row), { 'requirements.txt': `flask-cors==${row.version}\n` })[0] ?? silent(200);

describe('recorded answers', () => {
  const refused = rows.filter(({ request }) => request === null);
  const answered = rows.filter(({ request }) => request !== null);
  /** What Flask's router answered, and what a view that raises became. */
  const scenario = ({ response, request }: ObservedRow): Scenario => (request?.path === '/boom' ? { uncaught: true } : response.status === 404 || response.status === 405 ? { status: response.status } : {});

  test('how many are held', () => {
    const { held, failures } = hold(grouped(answered, 'flask-cors'), (first) => {
      const policy = policyFor(first);
      return () => policy;
    }, scenario);
    expect(failures).toEqual([]);
    expect({ all: rows.length, held, refused: refused.length }).toEqual({ all: 3517, held: 3512, refused: 5 });
  });

  test('what the library refuses to set up answers nothing', () => {
    for (const row of refused) expect(policyFor(row).steps[0]).toMatchObject({ when: { g: 'always' }, end: { to: 'answer', status: 500, fault: expect.stringContaining('ValueError') as string } });
  });
});
