import type { HttpResponse } from '../policy/evaluate.js';
import type { Effect, Probe } from '../policy/program.js';
import { linesOf, STRANGERS, type Ask } from './ask.js';
import { assumptionsInWords, verdictOn } from './exchange.js';
import type { Exchange, Stored } from './finding.js';

/** Statuses that caches store without being told to (RFC 9110 §15.1). */
const STORED = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501];

/** A response that a cache keeps for one request, and what comes of it for another. */
export interface Poisoned {
  readonly stored: Stored;
  /** The other request, answered by the cache. */
  readonly witness: Exchange;
  /** The same, answered by the server. */
  readonly granted: Exchange;
}

/** A response that a cache keeps for one request and that blocks a served origin when it is used for another. */
export function poisoned(ask: Ask, probe: Probe): Poisoned | undefined {
  const accepted = ask.accepted(probe);
  for (const origin of accepted) {
    const granted = ask.allows(probe, { origin });
    if (granted === undefined) continue;
    const others = [...accepted.filter((other) => other !== origin), ...STRANGERS].map((other) => ask.exchanges(probe, { origin: other }));
    const bare = ask.withoutOrigin(probe).map(({ response, assumed }): Stored => ({ request: { ...granted.request, origin: null, headers: [], credentials: 'omit' }, response, assuming: assumptionsInWords(assumed) }));
    for (const candidates of [...others, bare] as readonly (readonly Stored[])[]) {
      if (candidates.length === 0 || !candidates.every(({ response }) => storable(response) && !variesByOrigin(response))) continue;
      const served = candidates.map((candidate) => ({ candidate, verdict: verdictOn(granted.request, candidate.response) }));
      if (!served.every(({ verdict }) => verdict.allowed === false)) continue;
      const { candidate, verdict } = served[0]!;
      const { request, response, assuming } = candidate;
      return { stored: { request, response, assuming }, granted, witness: { ...granted, response: candidate.response, verdict } };
    }
  }
  return undefined;
}

/** Do caches keep responses to what is asked there? They keep those to GET and HEAD alone. */
export function cacheable({ methods }: Probe): boolean {
  return methods === null || methods.includes('GET') || methods.includes('HEAD');
}

export function storable(response: HttpResponse): boolean {
  return response.status !== null && STORED.includes(response.status) && !linesOf(response, 'cache-control').some(({ text }) => text !== null && /(?:^|[\s,])no-store\s*(?:,|$)/i.test(text));
}

/** Lower-case names that the response says it depends on; null: one of its lines is not known. */
export function variesBy(response: HttpResponse): readonly string[] | null {
  const lines = linesOf(response, 'vary');
  return lines.some(({ text }) => text === null) ? null : lines.flatMap(({ text }) => namesIn(text!));
}

export function namesIn(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
}

export function variesByOrigin(response: HttpResponse): boolean {
  const names = variesBy(response);
  return names === null || names.includes('origin') || names.includes('*');
}

/** A `Vary` that somebody wrote, in place of what the response said before. */
export function overwritesVary({ op, header, value }: Effect): boolean {
  return op === 'set' && header === 'vary' && value.v === 'literal' && value.written;
}

/** The questions about the policy if every `Vary` that replaces another added to it. */
export function keepingVary(ask: Ask): Ask {
  const steps = ask.policy.steps.map((step) => ({ ...step, effects: step.effects.map((effect) => (overwritesVary(effect) ? { ...effect, op: 'append' as const } : effect)) }));
  return ask.with({ ...ask.policy, steps });
}
