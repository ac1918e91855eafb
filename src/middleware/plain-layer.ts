import type { Policy, Step } from '../policy/program.js';
import type { PlainLayer } from '../policy/topology.js';
import type { Reading } from '../readers/reader.js';

/** Do the steps send, take away or replace a header of CORS, their own or an upstream's? */
export function saysCors(steps: readonly Step[]): boolean {
  return steps.some(({ effects, end }) => [...effects, ...(end?.to === 'upstream' ? (end.upstream.response ?? []) : [])].some(({ header }) => header.startsWith('access-control-')));
}

/** Does anything else than files stand behind the steps? */
export function passesOn(steps: readonly Step[]): boolean {
  return steps.some(({ end }) => end?.to === 'upstream' || (end?.to === 'behind' && end.program === true));
}

/** What a program says: a policy where that is about CORS, else a layer where it passes requests on, else nothing. */
export function* policyOrLayer(policy: Policy, isAboutCors = saysCors(policy.steps), of: Omit<PlainLayer, 'policy'> = {}): Generator<Reading> {
  if (isAboutCors) yield { kind: 'policy', policy };
  else if (passesOn(policy.steps)) yield { kind: 'layer', layer: { policy, ...of } };
}
