import type { Revised } from '../../engine.js';
import type { Policy, Probe } from '../../policy/program.js';
import { withoutPlaces, type Span } from '../../text/span.js';
import { placesSaidAt, statedBy, statedToListed, type Stated } from '../stated.js';

/** What a policy says at the places where code at certain spans has the word. */
export interface SaidThere {
  readonly stated: Stated | string;
  readonly probes: readonly Probe[];
}

/** Everywhere; where that is not one thing, the reason tells whether it is one at some places. */
export function saidEverywhere({ layering, environment }: Revised, policy: Policy, code: readonly Span[]): SaidThere {
  const deployment = layering.deploymentOf(policy);
  const stated = statedBy(deployment, environment);
  const { probes } = policy;
  if (typeof stated !== 'string') return { stated, probes };
  const [listed, ...others] = probes.map((probe) => statedToListed(deployment, probe, environment));
  if (listed !== undefined && typeof listed !== 'string' && others.every((one) => withoutPlaces(one) === withoutPlaces(listed))) return { stated: listed, probes };
  const own = placesSaidAt(deployment, environment, (at) => isWithin(at, code));
  const other = probes.find((probe) => !own.includes(probe));
  const some = other === undefined || own.length === 0 || typeof statedBy(deployment, environment, own) === 'string';
  return { stated: some ? stated : `it sends headers at ${own[0]!.path} and none at ${other.path}, and options hold for all paths`, probes };
}

/** At the places whose answers are of that code alone. */
export function saidWhere({ layering, environment }: Revised, policy: Policy, code: readonly Span[], isMeant: (probe: Probe) => boolean = () => true): SaidThere {
  const deployment = layering.deploymentOf(policy);
  const probes = placesSaidAt(deployment, environment, (at) => isWithin(at, code)).filter(isMeant);
  return { stated: statedBy(deployment, environment, probes), probes };
}

function isWithin(at: Span, code: readonly Span[]): boolean {
  return code.some(({ file, start, end }) => at.file === file && start <= at.start && at.end <= end);
}
