/**
 * The preflight is asked for credentials. A browser never sends any with it, so it gets 401 or 403, and the request that
 * would have carried them is never made: signed-in users fail at the first PUT, or at the first JSON body.
 *
 * Put what answers preflights in front of what asks for credentials, or let OPTIONS pass there. Only OPTIONS becomes
 * public by that; the request itself is asked as before. It may be another layer that asks: a proxy in front of an
 * application that answers preflights keeps them from it.
 */
import type { Ask } from '../src/findings/ask.js';
import { linesOf } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { namesWritten, preflightedRequests, requestWith, servedOrigins } from '../src/findings/preflighted.js';
import { defineRule } from '../src/findings/rule.js';
import type { Policy, Probe } from '../src/policy/program.js';
import { acceptedCandidates, stepWith } from '../src/policy/views.js';

export default defineRule({
  title: 'The preflight is asked for credentials, which browsers never send with it',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-preflight-fetch', 'https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
  messages: {
    asked: 'The preflight of {what} for {path} is asked for credentials here and gets {status}: browsers never send any with a preflight, so the request is never sent.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      const found = firstAsked(policy, ask, probe);
      const asked = found?.witness.preflight?.unauthenticated;
      if (found === undefined || asked === undefined) continue;
      const { witness, what } = found;
      const allowed = linesOf(witness.response, 'access-control-allow-origin')[0]?.at;
      const registered = stepWith(policy, allowed)?.at;
      yield {
        message: 'asked',
        data: { path: probe.path, what, status: String(witness.preflight?.status) },
        at: asked,
        related: [{ at: allowed ?? probe.at, message: `${witness.request.origin} is let in here, where the preflight does not come.` }],
        witness,
        proposals: [
          { title: 'Let preflights pass without credentials', change: { kind: 'exempt-options', at: asked }, automatic: false },
          ...(registered === undefined ? [] : [{ title: 'Answer preflights before credentials are asked for', change: { kind: 'move-before', at: registered, before: asked }, automatic: false } as const]),
          { title: 'Answer OPTIONS before credentials are asked for', change: { kind: 'answer-options', at: probe.at, path: probe.path }, automatic: false },
        ],
      };
    }
  },
});

/** Origins that only the answer to preflights lets in: the response is made by what is not in view (API Gateway before a function). */
function allowedByPreflights(policy: Policy, ask: Ask, probe: Probe): readonly string[] {
  if (policy.behind.options !== null) return [];
  return acceptedCandidates(policy).filter((origin) => ask.exchanges(probe, { origin }).every(({ response }) => response.answeredAt === undefined && response.headers.every(({ name }) => !name.startsWith('access-control-'))));
}

function firstAsked(policy: Policy, ask: Ask, probe: Probe): { readonly witness: Exchange; readonly what: string } | undefined {
  const methods = namesWritten(ask, 'access-control-allow-methods');
  const tokens = namesWritten(ask, 'access-control-allow-headers').filter((name) => name.toLowerCase() === 'authorization');
  for (const origin of [...servedOrigins(ask, probe), ...allowedByPreflights(policy, ask, probe)]) {
    for (const { what, client } of [...preflightedRequests(probe, methods, origin), ...tokens.map((name) => requestWith(name.toLowerCase(), probe.methods ?? [], origin))]) {
      const witness = ask.blocksWhere(probe, client, ({ preflight }) => preflight?.unauthenticated !== undefined);
      if (witness !== undefined) return { witness, what };
    }
  }
  return undefined;
}
