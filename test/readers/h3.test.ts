import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import h3 from '../../src/readers/h3/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { h3Source, nitroConfigSource } from '../support/h3-sources.js';
import { differences, observed } from '../support/observed.js';

const rows = observed('javascript');

function recorded(text: string, version: string): Policy {
  const installed = /h3 (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(h3, { 'app.ts': text, 'package-lock.json': JSON.stringify({ packages: { 'node_modules/h3': { version: installed } } }) }, 'app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`h3 ${installed} (package-lock.json)`);
  return policies[0]!;
}

describe('answers like the recorded servers', () => {
  test.each([['h3 handleCors', 1120], ['h3-handwritten', 28], ['h3 routeRules', 56]])('%s', (framework, total) => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(rows, framework)) {
      const policy = recorded(h3Source(group[0]), group[0].version);
      for (const row of group) {
        const wrong = differences({ policy, inner: [] }, row);
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(held).toBe(total);
  });

  test('rules of Nitro 2', () => {
    let held = 0;
    for (const group of grouped(rows, 'nitro routeRules (h3 v1 equivalent)')) {
      const { policies } = read(h3, { 'nitro.config.ts': nitroConfigSource(group[0]), 'package.json': '{"dependencies":{"nitropack":"^2.9.0"}}' }, 'nitro.config.ts');
      expect(policies).toHaveLength(1);
      // The rules stand in front of handlers, and the status is theirs.
      for (const row of group) if (differences({ policy: policies[0]!, inner: [] }, row, { scenario: { status: row.response.status } }).length === 0) held++;
    }
    expect(held).toBe(28);
  });
});
