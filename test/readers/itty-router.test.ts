import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import itty from '../../src/readers/itty-router/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { ittySource } from '../support/itty-sources.js';
import { differences, observed } from '../support/observed.js';

const rows = observed('javascript');

function recorded(text: string, version: string): Policy {
  const installed = /itty-router (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(itty, { 'worker.ts': text, 'package-lock.json': JSON.stringify({ packages: { 'node_modules/itty-router': { version: installed } } }) }, 'worker.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`itty-router ${installed} (package-lock.json)`);
  return policies[0]!;
}

describe('answers like the recorded servers', () => {
  test.each([['itty-router cors', 616], ['itty-router createCors', 112]])('%s', (framework, total) => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(rows, framework)) {
      const policy = recorded(ittySource(group[0]), group[0].version);
      for (const row of group) {
        const wrong = differences({ policy, inner: [] }, row);
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(held).toBe(total);
  });
});
