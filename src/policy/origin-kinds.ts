import { kindsOfOrigins } from '../origins/kinds.js';
import { exact, type AffixSet } from '../origins/origin-set.js';
import { decidingLeaves, type Leaf } from '../origins/standing.js';
import { withoutPlaces, type Span } from '../text/span.js';
import type { Effect, Guard, HeaderValue, Policy, Step } from './program.js';

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Browsers themselves tell secure pages from others. */
const SECURE: AffixSet = { s: 'prefix', text: 'https://', subject: 'origin', ignoreCase: false, at: NOWHERE };

/**
 * One origin of every kind that the policies can treat differently from others, the server's own (`targets`) among them.
 * Undefined where that cannot be told: a header's text is made of the origin's, a pattern cannot be read, or there are too many.
 */
export function originKinds(policies: readonly Policy[], targets: readonly string[]): readonly string[] | undefined {
  const leaves: Leaf[] = [SECURE, ...targets.map((target) => exact(target, NOWHERE))];
  for (const step of policies.flatMap((policy) => policy.steps)) {
    const effects = effectsOf(step);
    if (effects.some(isMadeOfOrigin)) return undefined;
    leaves.push(...leavesIn(step.when), ...effects.flatMap(leavesOfEffect));
  }
  return kindsOfOrigins([...new Set(leaves)]);
}

/** What a policy says about origins, as text: the steps that ask about one or name one. */
export function originProgram(policy: Policy): string {
  return withoutPlaces(policy.steps.flatMap((step) => {
    const sent = effectsOf(step).filter(({ header }) => header === ALLOW_ORIGIN);
    return sent.length === 0 && guardsOnOrigin(step.when).next().done === true ? [] : [step.when, sent];
  }));
}

const ALLOW_ORIGIN = 'access-control-allow-origin';

function effectsOf({ effects, end }: Step): readonly Effect[] {
  return end?.to === 'upstream' ? [...effects, ...end.upstream.request, ...(end.upstream.response ?? [])] : effects;
}

/** Guards that ask about the origin, whatever is made of their answers. */
function* guardsOnOrigin(guard: Guard): Generator<Guard> {
  if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* guardsOnOrigin(part);
  else if (guard.g === 'not') yield* guardsOnOrigin(guard.of);
  else if (guard.g === 'origin' || guard.g === 'same-origin' || ('name' in guard && guard.name === 'origin')) yield guard;
}

function leavesIn(guard: Guard): readonly Leaf[] {
  return [...guardsOnOrigin(guard)].flatMap((asked) => ('in' in asked && 's' in asked.in ? [...decidingLeaves(asked.in)] : []));
}

function leavesOfEffect({ header, value, onlyIf, lines }: Effect): readonly Leaf[] {
  const sets = [...(onlyIf === undefined ? [] : [onlyIf.in]), ...(lines === undefined ? [] : [lines]), ...(value.v === 'request-items' && value.name === 'origin' ? [value.in] : [])];
  const sent = header === ALLOW_ORIGIN && value.v === 'literal' ? [exact(value.text.trim(), value.at)] : [];
  return [...sets.flatMap((set) => [...decidingLeaves(set)]), ...sent];
}

/** Is the text of a CORS header put together from the origin? The origin as it stands is no riddle. */
function isMadeOfOrigin({ header, value }: Effect): boolean {
  return header.startsWith('access-control-') && (value.v === 'captured' || (value.v === 'concat' && value.parts.length > 1)) && holdsOrigin(value);
}

function holdsOrigin(value: HeaderValue): boolean {
  if (value.v === 'concat') return value.parts.some(holdsOrigin);
  if (value.v === 'captured') return holdsOrigin(value.of);
  return value.v === 'response-header' || ((value.v === 'request-header' || value.v === 'request-items') && value.name === 'origin');
}
