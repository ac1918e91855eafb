import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import hapi from '../../src/readers/hapi/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hapiSource } from '../support/hapi-sources.js';
import { holdRecorded, recorded } from '../support/recorded.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

/** What the recorded handlers answered by themselves; without CORS there is no policy to say 404. */
function handlers({ request }: ObservedRow): Scenario {
  return { ...(request!.path === '/boom' ? { status: 500 } : {}), ...(request!.path === '/missing' ? { status: 404 } : {}) };
}

/** A server of which nothing is read. */
const SILENT: Policy = { reader: 'hapi', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options: 404 }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };

describe('recorded servers', () => {
  test('hapi 21: options of servers and routes, headers by hand', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(observed('javascript'), 'hapi')) {
      const [first] = group;
      const { policies, gaps } = read(hapi, { 'server.js': hapiSource(first), 'package.json': JSON.stringify({ dependencies: { '@hapi/hapi': '21.4.10' } }) }, 'server.js');
      expect(gaps).toEqual([]);
      expect(policies.length).toBeLessThan(2);
      for (const row of group) {
        const wrong = differences({ policy: policies[0] ?? SILENT, inner: [] }, row, { scenario: handlers(row) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect({ held, failures: failures.slice(0, 10) }).toEqual({ held: 504, failures: [] });
  });

  test('programs: settings over settings, routes, extensions', () => {
    expect(holdRecorded(recorded('hapi'), hapi, SILENT)).toEqual({ held: 230, failures: [] });
  });
});
