import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import express from '../../src/readers/express/index.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { read } from '../support/estree.js';
import { expressCorsSource, expressHandWrittenSource } from '../support/express-sources.js';

const rows = observed('javascript');

/** The policy of each recorded configuration, read from source text that spells it. */
function groups(framework: string): Map<string, ObservedRow[]> {
  const found = new Map<string, ObservedRow[]>();
  for (const row of rows.filter((candidate) => candidate.framework === framework)) {
    const key = JSON.stringify([row.version, row.options, row.wiring]);
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

function policyOf(text: string, version: string): Policy {
  const major = /express (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(express, { 'app.js': text, 'package.json': JSON.stringify({ dependencies: { express: major, cors: '2.8.6' } }) }, 'app.js');
  expect(gaps).toEqual([]);
  return policies[0] ?? expect.fail(`no policy in\n${text}`);
}

/** A `/g` pattern remembers where it stopped: rows whose answer comes from an earlier request. */
function answeredFromMemory(group: readonly ObservedRow[]): Set<ObservedRow> {
  const { origin } = group[0]!.options as { origin?: { $regex?: string; flags?: string } };
  if (origin?.$regex === undefined || !/[gy]/.test(origin.flags ?? '')) return new Set();
  const stateful = new RegExp(origin.$regex, origin.flags);
  return new Set(group.filter((row) => {
    const text = row.request!.headers.find(([name]) => name === 'origin')?.[1] ?? 'undefined';
    return stateful.test(text) !== new RegExp(origin.$regex!).test(text);
  }));
}

describe.each([['express+cors', expressCorsSource, 2128, 10], ['express-handwritten', expressHandWrittenSource, 504, 0]] as const)('%s', (framework, sourceOf, total, outsideMemory) => {
  test('answers like the recorded servers', () => {
    let held = 0;
    const failures: string[] = [];
    const left: ObservedRow[] = [];
    for (const group of groups(framework).values()) {
      const [first] = group;
      const policy = policyOf(sourceOf(first!), first!.version);
      const fromMemory = answeredFromMemory(group);
      for (const row of group) {
        if (fromMemory.has(row)) {
          left.push(row);
          continue;
        }
        const wrong = differences({ policy, inner: [] }, row);
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect([held, left.length]).toEqual([total - outsideMemory, outsideMemory]);
  });
});
