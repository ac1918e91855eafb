/**
 * Middleware runs in the order in which it is registered, and a route that answers ends the walk. CORS that is registered
 * behind the routes, or inside of something that answers first, never sees their requests, so they get no headers.
 *
 * A single route in front of CORS may be meant to be left out of it (a health check, a webhook). So this speaks where CORS
 * covers no route at all, or where a page of the repository calls the one that is left out.
 */
import type { Ask } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import type { Policy, Probe } from '../src/policy/program.js';
import { sameSpan } from '../src/text/span.js';

export default defineRule({
  title: 'CORS is registered behind what it should cover',
  class: 'broken-in-browser',
  set: 'recommended',
  yieldsTo: { 'preflight-behind-auth': 'policy' },
  references: ['https://fetch.spec.whatwg.org/#http-responses', 'https://expressjs.com/en/guide/using-middleware.html'],
  messages: {
    late: 'CORS is registered here, behind what answers {path}: requests from {origin} get no CORS headers.',
  },
  *check(policy, ask) {
    const notes = policy.notes.filter(({ id }) => id === 'registered-too-late');
    if (notes.length === 0) return;
    const reached = ask.with(withoutEnds(policy));
    const covers = ask.probes.some((probe) => !sameSpan(probe.at, policy.at) && ask.accepted(probe).length > 0);
    for (const { at, related, path } of notes) {
      const probe = ask.probes.find((candidate) => candidate.path === path);
      if (probe === undefined || (covers && ask.calls(probe).length === 0)) continue;
      const witness = leftOut(ask, reached, probe);
      if (witness === undefined) continue;
      yield {
        message: 'late',
        data: { path, origin: witness.request.origin },
        at,
        related: related.map((first) => ({ at: first, message: 'This answers first.' })),
        witness,
        proposals: related.slice(0, 1).map((before) => ({ title: 'Register CORS in front of it', change: { kind: 'move-before', at, before }, automatic: false })),
      };
    }
  },
});

/** The policy if nothing answered on the way: every request is touched by all that is registered for its path. */
function withoutEnds(policy: Policy): Policy {
  return { ...policy, steps: policy.steps.map(({ when, effects, at }) => ({ when, effects, at })) };
}

/** A page that is let in where everybody is. */
const SOMEBODY = 'https://app.example';

/** A request that CORS would let through if it got to see it, and that gets no headers. */
function leftOut(ask: Ask, reached: Ask, probe: Probe): Exchange | undefined {
  for (const origin of [...ask.candidates, SOMEBODY]) {
    if (!reached.grants(probe, { origin })) continue;
    const witness = ask.blocksWhere(probe, { origin }, ({ verdict, response }) => /^(?:preflight-)?acao-missing$|^preflight-status-not-ok$/.test(verdict.reason) && response.fault === undefined);
    if (witness !== undefined) return witness;
  }
  return undefined;
}
