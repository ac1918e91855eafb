import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { grouped } from './grouped.js';
import { differences, type ObservedRow } from './observed.js';

/**
 * How many recorded rows the policies answer: `policiesFor` reads the source of a configuration once and says which
 * policy answers each of its rows; `scenario` is what stood behind.
 */
export function hold(groups: ReturnType<typeof grouped>, policiesFor: (first: ObservedRow) => (row: ObservedRow) => Policy, scenario: (row: ObservedRow) => Scenario): { readonly held: number; readonly failures: readonly string[] } {
  let held = 0;
  const failures: string[] = [];
  for (const group of groups) {
    const policyFor = policiesFor(group[0]);
    for (const row of group) {
      const wrong = differences({ policy: policyFor(row), inner: [] }, row, { scenario: scenario(row) });
      if (wrong.length === 0) held++;
      else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  return { held, failures: failures.slice(0, 10) };
}

/** A program of which no policy is read: it sends nothing of CORS. `options` is what its router answers to OPTIONS. */
export function silent(options: number): Policy {
  return { reader: 'none', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };
}
