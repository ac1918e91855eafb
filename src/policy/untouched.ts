import type { HttpRequest } from './holds.js';
import { stepsAt } from './place.js';
import type { Effect, Guard, Policy, Step, Upstream } from './program.js';

/** Request headers by which CORS and credentials are decided. */
const ASKED_BY = /^(?:origin|cookie|authorization|host|access-control-request-)/;
/** Response headers that browsers, and caches on the way, look at for CORS. */
const LOOKED_AT = /^(?:access-control-|vary$|location$|cache-control$)/;

const methods = new WeakMap<Policy, readonly string[]>();

/**
 * Does a layer surely hand on every request for a place, whatever its method and headers, and every response, without a
 * change that CORS is about? Such a layer says nothing: what stands behind it is seen as it is.
 */
export function isUntouched(policy: Policy, request: HttpRequest): boolean {
  return methodsOf(policy).every((method) => handsOn(stepsAt(policy, { ...request, method })));
}

/** One method of each kind that the layer tells apart: those that it names, and another one. */
function methodsOf(policy: Policy): readonly string[] {
  let known = methods.get(policy);
  if (known === undefined) methods.set(policy, (known = ['X-OTHER', ...new Set(policy.steps.flatMap(({ when }) => methodsIn(when)))]));
  return known;
}

function methodsIn(guard: Guard): readonly string[] {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.flatMap(methodsIn);
  if (guard.g === 'not') return methodsIn(guard.of);
  return guard.g === 'method' ? guard.in : [];
}

function handsOn(steps: readonly Step[]): boolean {
  for (const { when, effects, end } of steps) {
    if (effects.some(isLookedAt)) return false;
    if (end === undefined) continue;
    return when.g === 'always' && end.to === 'upstream' && end.status === undefined && isPlain(end.upstream);
  }
  return false;
}

function isPlain({ request, response, method, path }: Upstream): boolean {
  return method === undefined && path !== null && !request.some(({ header }) => ASKED_BY.test(header)) && !(response ?? []).some(isLookedAt);
}

function isLookedAt({ header }: Effect): boolean {
  return LOOKED_AT.test(header);
}
