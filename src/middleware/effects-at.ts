import type { Effect, Policy } from '../policy/program.js';
import { sameSpan, type Span } from '../text/span.js';

/** All effects that one place writes: a call may send several headers by default. */
export function effectsAt(policy: Policy, at: Span): readonly Effect[] {
  return policy.steps.flatMap(({ effects }) => effects.filter((effect) => sameSpan(effect.at, at)));
}

/** Which list of a preflight names belong to, where one place sends several. */
export function listOf(names: readonly string[]): string {
  return names.every((name) => /^(?:CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE|TRACK)$/i.test(name)) ? 'access-control-allow-methods' : 'access-control-allow-headers';
}

/** The effect of a place that sends a list which names are to be put into or taken out of. */
export function listEffectAt(policy: Policy, at: Span, names: readonly string[]): Effect | undefined {
  const effects = effectsAt(policy, at);
  const headers = new Set(effects.map(({ header }) => header));
  return headers.size === 1 ? effects[0] : effects.find(({ header }) => header === listOf(names));
}

/** Does the policy say somewhere that answers vary by Origin? */
export function variesByOrigin(policy: Policy): boolean {
  return policy.steps.some(({ effects }) => effects.some(({ header, op, value }) => header === 'vary' && op !== 'remove' && value.v === 'literal' && /(?:^|[\s,])(?:origin|\*)(?:[\s,]|$)/i.test(value.text)));
}
