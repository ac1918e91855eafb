/**
 * The response depends on `Origin` but does not say so. A cache (the browser's own included) then hands one site's
 * response to another, where the browser blocks it: a failure that comes and goes.
 *
 * A value that is sent to everybody needs no `Vary`, and neither does a response that caches do not store: those are
 * answers to GET and HEAD.
 */
import { linesOf, STRANGERS, type Ask } from '../src/findings/ask.js';
import { assumptionsInWords, verdictOn } from '../src/findings/exchange.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import type { HttpResponse } from '../src/policy/evaluate.js';
import type { Probe } from '../src/policy/program.js';

export default defineRule({
  title: 'The response depends on Origin but does not say Vary: Origin',
  class: 'correctness-warning',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches', 'https://cwe.mitre.org/data/definitions/525.html'],
  messages: {
    missing: 'The response depends on `Origin` but never says `Vary: Origin`: caches hand one site’s response to another.',
    onlyGranted: 'Only granted responses say `Vary: Origin`; a cached response made for another site blocks {origin}.',
  },
  *check(policy, ask) {
    if (policy.evidence.noStore || (!policy.evidence.canAddVary && !ask.strict)) return;
    for (const probe of ask.probes) {
      if (probe.methods !== null && !probe.methods.includes('GET') && !probe.methods.includes('HEAD')) continue;
      const found = poisoned(ask, probe);
      if (found === undefined) continue;
      const { stored, witness, granted } = found;
      const missing = !variesByOrigin(granted.response);
      if (!missing && !policy.evidence.handWritten && !ask.strict) continue;
      const at = linesOf(granted.response, 'access-control-allow-origin')[0]?.at ?? policy.at;
      yield {
        message: missing ? 'missing' : 'onlyGranted',
        data: { origin: witness.request.origin },
        at,
        witness: { ...witness, stored },
        proposals: [{ title: 'Append `Vary: Origin`', change: { kind: 'add-vary', at }, automatic: true }],
      };
    }
  },
});

/** Statuses that caches store without being told to (RFC 9110 §15.1). */
const STORED = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501];

/** A response that a cache keeps for one request and that blocks a served origin when it is used for another. */
function poisoned(ask: Ask, probe: Probe): { stored: Exchange; witness: Exchange; granted: Exchange } | undefined {
  const accepted = ask.accepted(probe);
  for (const origin of accepted) {
    const granted = ask.allows(probe, { origin });
    if (granted === undefined) continue;
    const others = [...accepted.filter((other) => other !== origin), ...STRANGERS].map((other) => ask.exchanges(probe, { origin: other }));
    const bare = ask.withoutOrigin(probe).map(({ response, assumed }): Exchange => ({ ...granted, response, preflight: null, assuming: assumptionsInWords(assumed) }));
    for (const candidates of [...others, bare]) {
      if (candidates.length === 0 || !candidates.every(({ response }) => storable(response) && !variesByOrigin(response))) continue;
      const served = candidates.map((candidate) => ({ candidate, verdict: verdictOn(granted.request, candidate.response) }));
      if (!served.every(({ verdict }) => verdict.allowed === false)) continue;
      const { candidate, verdict } = served[0]!;
      return { stored: candidate, granted, witness: { ...granted, response: candidate.response, verdict } };
    }
  }
  return undefined;
}

function storable(response: HttpResponse): boolean {
  return response.status !== null && STORED.includes(response.status) && !linesOf(response, 'cache-control').some(({ text }) => text !== null && /(?:^|[\s,])no-store\s*(?:,|$)/i.test(text));
}

function variesByOrigin(response: HttpResponse): boolean {
  return linesOf(response, 'vary').some((line) => line.text === null || line.text.split(',').some((name) => /^(origin|\*)$/i.test(name.trim())));
}
