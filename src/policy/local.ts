import type { Environment } from '../values/fact.js';
import type { Policy } from './program.js';

export type { Environment };

/** Is it of a developer's machine alone? */
export function isLocal({ evidence }: Policy): boolean {
  return evidence.localOnly === true;
}

/** Is it there at all in an environment? */
export function runsIn(policy: Policy, environment: Environment): boolean {
  return environment === 'development' || !isLocal(policy);
}
