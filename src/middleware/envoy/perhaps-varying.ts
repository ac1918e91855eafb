import type { Policy } from '../../policy/program.js';
import { factOf, unknown } from '../../values/value.js';

/** The policy of a gateway of which nobody says whether it sends `Vary: Origin`. */
export function perhapsVarying(policy: Policy, detail: string): Policy {
  const { at } = policy;
  const fact = { ...factOf(unknown('upstream', detail, at)), key: `${policy.reader}: Vary` };
  return { ...policy, steps: [{ when: { g: 'fact', fact }, effects: [{ op: 'append', header: 'vary', value: { v: 'literal', text: 'Origin', at, written: false }, statuses: 'all', at }], at }, ...policy.steps] };
}
