import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import sails from '../../src/readers/sails/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { holdRecorded, recorded } from '../support/recorded.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { sailsSources } from '../support/sails-sources.js';

/** What the recorded app answered by itself. */
function actions({ request }: ObservedRow): Scenario {
  const { method, path } = request!;
  if (method === 'OPTIONS') return {};
  return { status: path === '/missing' ? 404 : path === '/boom' ? 500 : 200 };
}

/** An app of which nothing is read: CORS is off. */
const SILENT: Policy = { reader: 'sails', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options: 200 }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };

describe('recorded servers', () => {
  test('Sails 1: settings of all routes and of one', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(observed('javascript'), 'sails')) {
      const [first] = group;
      const { policies, gaps } = read(sails, sailsSources(first), 'config/security.js');
      expect(gaps).toEqual([]);
      expect(policies.length).toBeLessThan(2);
      for (const row of group) {
        const wrong = differences({ policy: policies[0] ?? SILENT, inner: [] }, row, { scenario: actions(row) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect({ held, failures: failures.slice(0, 10) }).toEqual({ held: 196, failures: [] });
  });

  test('programs of versions 1 and 0.12: routes, refusals, old names', () => {
    expect(holdRecorded(recorded('sails'), sails, SILENT)).toEqual({ held: 221, failures: [] });
  });
});
