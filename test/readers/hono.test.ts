import { expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import hono from '../../src/readers/hono/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { honoSource } from '../support/hono-sources.js';
import { differences, observed } from '../support/observed.js';

const rows = observed('javascript');

function recorded(text: string, version: string): Policy {
  const installed = /hono (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(hono, { 'app.ts': text, 'package-lock.json': JSON.stringify({ packages: { 'node_modules/hono': { version: installed } } }) }, 'app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`hono ${installed} (package-lock.json)`);
  return policies[0]!;
}

test.each([['hono/cors', 3364], ['hono-handwritten', 56]])('%s: answers like the recorded servers', (framework, total) => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, framework)) {
    const policy = recorded(honoSource(group[0]), group[0].version);
    for (const row of group) {
      const wrong = differences({ policy, inner: [] }, row);
      if (wrong.length === 0) held++;
      else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 10)).toEqual([]);
  expect(held).toBe(total);
});
