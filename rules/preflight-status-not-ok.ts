/**
 * The preflight is answered with a status outside 200–299. Browsers follow no redirect there and take nothing else for
 * consent, whatever the headers say: the request is never sent.
 *
 * Speaks of answers that the text itself makes to an origin that it lets in: a redirect, or a status that is the only
 * thing wrong with the answer. What nobody answers (404, 405) is a matter of its own.
 */
import type { Ask } from '../src/findings/ask.js';
import { linesOf } from '../src/findings/ask.js';
import { verdictOn } from '../src/findings/exchange.js';
import type { Exchange } from '../src/findings/finding.js';
import { methodsAllowedBy, NOBODY, preflightedRequests } from '../src/findings/preflighted.js';
import { defineRule } from '../src/findings/rule.js';
import type { Probe } from '../src/policy/program.js';

export default defineRule({
  title: 'The preflight is answered with a status outside 200–299',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#ok-status', 'https://fetch.spec.whatwg.org/#cors-preflight-fetch'],
  messages: {
    redirected: 'The preflight of {what} for {path} is redirected ({status}): browsers follow no redirect there, and the request is never sent.',
    status: 'The preflight of {what} for {path} is answered with {status}: only 200–299 let the request be sent, whatever the headers say.',
  },
  *check(_policy, ask) {
    for (const probe of ask.probes) {
      const found = firstRefused(ask, probe);
      const at = found?.witness.preflight?.answeredAt;
      if (found === undefined || at === undefined) continue;
      const { witness, what } = found;
      const status = witness.preflight?.status ?? 0;
      const allowed = linesOf(witness.response, 'access-control-allow-origin')[0]?.at;
      yield {
        message: isRedirect(status) ? 'redirected' : 'status',
        data: { path: probe.path, what, status: String(status) },
        at,
        related: allowed === undefined ? [] : [{ at: allowed, message: `${witness.request.origin} is let in here.` }],
        witness,
        proposals: isRedirect(status)
          ? [
              { title: 'Answer preflights with 204', change: { kind: 'replace-text', at, text: '204' }, automatic: false },
              { title: 'Answer OPTIONS before the redirect', change: { kind: 'answer-options', at: probe.at, path: probe.path }, automatic: false },
            ]
          : [{ title: 'Answer preflights with 204', change: { kind: 'replace-text', at, text: '204' }, automatic: false }],
      };
    }
  },
});

function firstRefused(ask: Ask, probe: Probe): { readonly witness: Exchange; readonly what: string } | undefined {
  for (const origin of ask.accepted(probe)) {
    const allowed = ask.exchanges(probe, { origin, method: 'PUT' }).flatMap(({ preflight, response }) => [...(preflight === null ? [] : methodsAllowedBy(preflight)), ...methodsAllowedBy(response)]);
    for (const { what, client } of preflightedRequests(probe, allowed, origin)) {
      const witness = ask.blocksWhere(probe, client, hasWrongStatus);
      if (witness !== undefined) return { witness, what };
    }
  }
  return undefined;
}

/** Is the status of the preflight, made here, what stops the request? Forbidden is a refusal that is meant. */
function hasWrongStatus({ request, preflight, response }: Exchange): boolean {
  if (preflight?.answeredAt === undefined || preflight.fault !== undefined || preflight.unauthenticated !== undefined) return false;
  const status = preflight.status ?? 0;
  if (status === 0 || (status >= 200 && status <= 299) || [...NOBODY, 401, 403].includes(status)) return false;
  return isRedirect(status) || verdictOn(request, response, { ...preflight, status: 204 }).allowed === true;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status <= 399;
}
