/**
 * Nobody answers OPTIONS for a path whose policy means to serve methods or headers that need a preflight: the browser
 * asks first, gets 404 or 405, and never sends the request.
 *
 * Speaks only where the router's own behaviour is known (Express answers OPTIONS on a known route by itself), for
 * origins that the policy serves, and not where an unknown layer behind may answer.
 *
 * Where a layer in front answers OPTIONS itself, the application's own answer never comes to the browser: that is told at the
 * place of that layer, if the application would let the request be sent.
 */
import type { Ask } from '../src/findings/ask.js';
import { linesOf } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { isLookedAt, methodsAllowedBy, NOBODY, preflightedRequests } from '../src/findings/preflighted.js';
import { defineRule } from '../src/findings/rule.js';
import type { Probe } from '../src/policy/program.js';
import { answersAt } from '../src/policy/views.js';
import type { Span } from '../src/text/span.js';

export default defineRule({
  title: 'Nobody answers OPTIONS: preflighted requests fail',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-preflight-fetch'],
  messages: {
    status: 'Nobody answers OPTIONS for {path}: the preflight of {what} gets {status} and the request is never sent.',
    inFront: 'This answers the preflight of {what} for {path} with {status} in place of {inner}, which would let {origin} send it: the request is never sent.',
    ungranted: 'The preflight of {what} for {path} is answered with {status} but without CORS headers, so the request is never sent.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      // There the answer is given, and a block of its own keeps the headers from it: the other rule says so.
      if (policy.notes.some((note) => (note.id === 'headers-lost-by-inheritance' || note.id === 'headers-undone') && note.path === probe.path)) continue;
      const before = answeredInFront(ask, probe);
      if (before !== undefined) {
        const { witness, what, at } = before;
        yield {
          message: 'inFront',
          data: { path: probe.path, what, status: String(witness.preflight?.status), inner: policy.title, origin: witness.request.origin },
          at,
          related: [{ at: policy.at, message: 'Preflights that come here are answered.' }],
          witness,
        };
        continue;
      }
      const found = firstUnanswered(ask, probe);
      if (found === undefined) continue;
      const { witness, what } = found;
      yield {
        message: OK.includes(witness.preflight?.status ?? 0) ? 'ungranted' : 'status',
        data: { path: probe.path, what, status: String(witness.preflight?.status) },
        at: linesOf(witness.response, 'access-control-allow-origin')[0]?.at ?? probe.at,
        related: [{ at: probe.at, message: `${probe.path} is served here.` }],
        witness,
        proposals: [{ title: 'Answer OPTIONS with the same headers', change: { kind: 'answer-options', at: probe.at, path: probe.path }, automatic: false }],
      };
    }
  },
});

/** Statuses of routers that answer OPTIONS by themselves: Express 200, Next.js 204. */
const OK = [200, 204];

/** A preflight that the policy itself would grant, and that a layer in front answers otherwise. */
function answeredInFront(ask: Ask, probe: Probe): { readonly witness: Exchange; readonly what: string; readonly at: Span } | undefined {
  const { inside } = ask;
  if (inside === ask) return undefined;
  for (const origin of inside.accepted(probe)) {
    const allowed = inside.exchanges(probe, { origin, method: 'PUT' }).flatMap(({ preflight }) => (preflight === null ? [] : methodsAllowedBy(preflight)));
    for (const { what, client } of preflightedRequests(probe, allowed, origin)) {
      if (inside.allows(probe, client) === undefined) continue;
      const witness = ask.blocksWhere(probe, client, ({ preflight, verdict }) => preflight?.answeredAt !== undefined && preflight.unauthenticated === undefined && /^preflight-(?:acao-missing|status-not-ok)$/.test(verdict.reason));
      const at = witness?.preflight?.answeredAt;
      if (witness !== undefined && at !== undefined && ask.inFront.some((layer) => answersAt(layer, at))) return { witness, what, at };
    }
  }
  return undefined;
}

function firstUnanswered(ask: Ask, probe: Probe): { readonly witness: Exchange; readonly what: string } | undefined {
  for (const origin of ask.accepted(probe)) {
    const granted = ask.exchanges(probe, { origin })[0];
    if (granted === undefined) continue;
    const allowed = methodsAllowedBy(granted.response);
    for (const { what, client } of preflightedRequests(probe, allowed, origin)) {
      // Forbidden is an answer, but not to a method that the place itself says it grants.
      const nobody = client.method !== undefined && allowed.includes(client.method) ? [...NOBODY, 403] : NOBODY;
      const witness = ask.blocksWhere(probe, client, (exchange) => isUnanswered(exchange, nobody));
      if (witness !== undefined) return { witness, what };
    }
  }
  return undefined;
}

function isUnanswered({ preflight, verdict }: Exchange, nobody: readonly number[]): boolean {
  // Who asks it for credentials may have somebody behind who answers.
  if (preflight === null || preflight.unauthenticated !== undefined) return false;
  const status = preflight.status ?? 0;
  if (verdict.reason === 'preflight-status-not-ok' || (verdict.reason === 'preflight-acao-missing' && !OK.includes(status))) return nobody.includes(status);
  // 2xx from the router itself: nothing but the policy's own silence on OPTIONS.
  return verdict.reason === 'preflight-acao-missing' && preflight.headers.every((line) => !line.name.startsWith('access-control-')) && !isLookedAt(preflight);
}
