import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import lambda from '../../src/readers/lambda/index.js';
import { middySource } from '../support/lambda-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

test('answers like the recorded middleware', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, '@middy/http-cors')) {
    const [{ options, version }] = group;
    const files = { 'src/handler.ts': middySource(options), 'package.json': JSON.stringify({ dependencies: { '@middy/http-cors': version.replace('@middy/http-cors ', '') } }) };
    const { policies } = read(lambda, files, 'src/handler.ts');
    for (const row of group) {
      // Recorded without the rest of middy: what is thrown has the status 500, behind API Gateway 502. Whether OPTIONS reaches a function that refuses it is the gateway's choice.
      const thrown = row.request!.path === '/boom';
      const wrong = policies.length === 0 ? (row.response.headers.some(([name]) => /^access-control-|^vary$/.test(name)) ? ['no policy'] : []) : differences({ policy: policies[0]!, inner: [] }, row, { ignoreStatus: thrown, scenario: { status: row.response.status } });
      if (wrong.length === 0) held++;
      else failures.push(`${row.version} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(616);
});
