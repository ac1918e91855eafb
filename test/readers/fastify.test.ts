import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import fastify from '../../src/readers/fastify/index.js';
import { read } from '../support/estree.js';
import { fastifySource } from '../support/fastify-sources.js';
import { grouped } from '../support/grouped.js';
import { holdRecorded, recorded } from '../support/recorded.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

/** What the recorded handlers answered by themselves. */
function handlers({ request }: ObservedRow): Scenario {
  return request!.path === '/boom' ? { status: 500 } : {};
}

function manifest(version: string): string {
  const [, cors, product] = /@fastify\/cors (\S+) on fastify (\S+)/.exec(version)!;
  return JSON.stringify({ dependencies: { '@fastify/cors': cors, fastify: product } });
}

/** An app of which nothing is read. */
const SILENT: Policy = { reader: 'fastify', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options: 404 }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };

describe('recorded servers', () => {
  test('@fastify/cors 11 and 8, and hand-written hooks', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(observed('javascript'), '@fastify/cors')) {
      const [first] = group;
      const { policies, gaps } = read(fastify, { 'app.js': fastifySource(first), 'package.json': manifest(first.version) }, 'app.js');
      expect(gaps).toEqual([]);
      expect(policies).toHaveLength(1);
      for (const row of group) {
        const wrong = differences({ policy: policies[0]!, inner: [] }, row, { scenario: handlers(row) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect({ held, failures: failures.slice(0, 10) }).toEqual({ held: 2184, failures: [] });
  });

  test('programs: plugins, hooks, routes and what ends the start', () => {
    expect(holdRecorded(recorded('fastify'), fastify, SILENT)).toEqual({ held: 452, failures: [] });
  });
});
