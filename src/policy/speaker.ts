import { hostOf, type HttpRequest } from './holds.js';
import { stepsAt } from './place.js';
import type { Guard, Policy } from './program.js';

/**
 * Of several policies of one application, those that say what becomes of a request: each was read from a place of its
 * own, and speaks for the paths and hosts that it names. One that names none speaks for all.
 */
export function speakersFor<Of>(all: readonly Of[], policyOf: (one: Of) => Policy, request: HttpRequest): readonly Of[] {
  return all.length < 2 ? all : all.filter((one) => speaks(policyOf(one), request));
}

function speaks(policy: Policy, request: HttpRequest): boolean {
  const host = hostOf(request);
  if (host !== '' && policy.probes.every((probe) => probe.host !== undefined && probe.host !== host)) return false;
  if (policy.probes.some(({ path }) => path === request.path)) return true;
  const steps = stepsAt(policy, request);
  const named = policy.steps.filter(({ when }) => namesPlace(when));
  return named.length === 0 || steps.some(({ at }) => named.some((step) => step.at === at));
}

function namesPlace(guard: Guard): boolean {
  switch (guard.g) {
    case 'and':
    case 'or':
      return guard.of.some(namesPlace);
    // What is left when some paths are taken out is no place.
    case 'path':
      return true;
    default:
      return false;
  }
}
