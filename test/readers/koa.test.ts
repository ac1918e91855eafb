import { expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import koa from '../../src/readers/koa/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { koaCorsOf, koaSource } from '../support/koa-sources.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

const rows = observed('javascript');

function recorded(row: ObservedRow): Policy {
  const [, cors, installed] = /cors (\d+\.\d+\.\d+) on koa (\d+\.\d+\.\d+)/.exec(row.version)!;
  const packages = { 'node_modules/koa': { version: installed }, [`node_modules/${koaCorsOf(row)}`]: { version: cors } };
  const { policies, gaps } = read(koa, { 'app.js': koaSource(row), 'package-lock.json': JSON.stringify({ packages }) }, 'app.js');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`koa ${installed} (package-lock.json), ${koaCorsOf(row)} ${cors} (package-lock.json)`);
  return policies[0]!;
}

test.each([['@koa/cors', 1904], ['koa2-cors', 560]])('%s: answers like the recorded servers', (framework, total) => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, framework)) {
    const policy = recorded(group[0]);
    for (const row of group) {
      const wrong = differences({ policy, inner: [] }, row);
      if (wrong.length === 0) held++;
      else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
  expect(held).toBe(total);
});
