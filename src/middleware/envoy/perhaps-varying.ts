import type { Policy, Step } from '../../policy/program.js';
import { factOf, unknown } from '../../values/value.js';

/** The policy of a gateway of which nobody says whether it sends `Vary: Origin` with what depends on the origin. */
export function perhapsVarying(policy: Policy, detail: string): Policy {
  const fact = { ...factOf(unknown('upstream', detail, policy.at)), key: `${policy.reader}: Vary` };
  const varies = (step: Step): readonly Step[] => {
    if (step.effects.every(({ header }) => header !== 'access-control-allow-origin')) return [step];
    const { at } = step;
    return [step, { when: { g: 'and', of: [step.when, { g: 'fact', fact }] }, effects: [{ op: 'append', header: 'vary', value: { v: 'literal', text: 'Origin', at, written: false }, statuses: 'all', at }], at }];
  };
  return { ...policy, steps: policy.steps.flatMap(varies) };
}
