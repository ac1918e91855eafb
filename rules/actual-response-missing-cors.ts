/**
 * The preflight lets the page in and the response does not: the browser sends the request, the server acts on it, and
 * the page gets a network error. Both answers need `Access-Control-Allow-Origin`.
 *
 * Speaks only where what answers the request is in view, and sends no CORS header at all.
 */
import type { Ask } from '../src/findings/ask.js';
import { linesOf, STRANGERS } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { methodsAllowedBy, preflightedRequests } from '../src/findings/preflighted.js';
import { defineRule } from '../src/findings/rule.js';
import type { Probe } from '../src/policy/program.js';
import { acceptedCandidates } from '../src/policy/views.js';
import { spanKey, type Span } from '../src/text/span.js';

export default defineRule({
  title: 'The preflight is granted, but the response itself has no CORS headers',
  class: 'broken-in-browser',
  set: 'recommended',
  yieldsTo: { 'cors-registered-too-late': 'policy', 'preflight-unanswered': 'place', 'preflight-behind-auth': 'place', 'preflight-status-not-ok': 'place' },
  references: ['https://fetch.spec.whatwg.org/#http-fetch', 'https://fetch.spec.whatwg.org/#cors-check'],
  messages: {
    missing: 'Only the preflight of {path} has CORS headers: {what} is sent and carried out, and {origin} cannot read the response.',
  },
  *check(_policy, ask) {
    for (const probe of ask.probes) {
      const found = firstUnread(ask, probe);
      const granted = found?.witness.preflight;
      if (found === undefined || granted === null || granted === undefined) continue;
      const { witness, what } = found;
      const place = witness.response.answeredAt ?? probe.at;
      const [line] = linesOf(granted, 'access-control-allow-origin');
      yield {
        message: 'missing',
        data: { path: probe.path, what, origin: witness.request.origin },
        at: line?.at ?? place,
        related: [{ at: place, message: 'The response is made here.' }],
        witness,
        proposals: [{ title: 'Send the headers with responses too', change: { kind: 'send-with-responses', at: place, effects: ofResponses(granted.headers) }, automatic: false }],
      };
    }
  },
});

function firstUnread(ask: Ask, probe: Probe): { readonly witness: Exchange; readonly what: string } | undefined {
  for (const origin of [...acceptedCandidates(ask.policy), STRANGERS[0]]) {
    const allowed = ask.exchanges(probe, { origin, method: 'PUT' }).flatMap(({ preflight }) => (preflight === null ? [] : methodsAllowedBy(preflight)));
    const json = { what: 'POST with a JSON body', client: { origin, method: 'POST', headers: [['content-type', 'application/json']] } } as const;
    for (const { what, client } of [...preflightedRequests(probe, allowed, origin), ...((probe.methods ?? allowed).includes('POST') ? [json] : [])]) {
      const witness = ask.blocksWhere(probe, client, (exchange) => isUnread(exchange) && (probe.inView === true || exchange.response.answeredAt !== undefined));
      if (witness !== undefined) return { witness, what };
    }
  }
  return undefined;
}

/** Let in by the preflight, and answered with success without a word on CORS. */
function isUnread({ preflight, response, verdict }: Exchange): boolean {
  return preflight !== null && verdict.reason === 'acao-missing' && response.fault === undefined && (response.status ?? 0) < 400 && response.headers.every(({ name }) => !name.startsWith('access-control-'));
}

/** Where the headers are written that a response needs to be read, each place once. */
function ofResponses(headers: Exchange['response']['headers']): readonly Span[] {
  const places = headers.flatMap(({ name, at }) => (at !== undefined && /^(?:access-control-allow-(?:origin|credentials)|vary)$/.test(name) ? [at] : []));
  return places.filter((place, index) => places.findIndex((other) => spanKey(other) === spanKey(place)) === index);
}
