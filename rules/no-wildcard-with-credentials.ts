/**
 * A literal `*` and credentials cancel out: the browser refuses to hand a credentialed response to the page, so the
 * cookies that the author wanted never work.
 *
 * Requests without credentials pass, so nothing leaks: this is a failure, not a hole. Whoever needs the cookies must
 * list origins, and only a person knows which. Echoing the origin instead would open the resource to every site.
 */
import { linesOf, STRANGERS } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import type { HttpResponse } from '../src/policy/evaluate.js';

export default defineRule({
  title: '`*` with credentials: browsers refuse every credentialed request',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
  messages: {
    refused: '`*` with credentials: browsers refuse every credentialed request to {path}.',
    preflight: '`*` with credentials: browsers refuse the preflight of every credentialed request to {path} that needs one.',
    fails: '`*` with credentials: {fault}.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      const origin = ask.accepted(probe).find((candidate) => ask.blocks(probe, { origin: candidate, credentials: 'include' })) ?? STRANGERS[0];
      const simple = ask.blocks(probe, { origin, credentials: 'include' });
      const fault = simple?.response.fault;
      const failing = fault !== undefined && /credentials/i.test(fault) && /\*|wildcard/i.test(fault);
      const refused = ask.exchanges(probe, { origin, credentials: 'include' }).every(({ verdict, response }) => verdict.reason === 'acao-wildcard-credentials' && allowsCredentials(response));
      // What answers preflights may leave the rest to somebody who is not in view.
      const asked = { origin, credentials: 'include', headers: [['content-type', 'application/json']] } as const;
      const unasked = !refused && !failing && ask.allows(probe, { origin, credentials: 'include' }) === undefined && ask.exchanges(probe, asked).every(({ verdict, preflight }) => verdict.reason === 'preflight-acao-wildcard-credentials' && preflight !== null && allowsCredentials(preflight));
      const witness = unasked ? ask.blocks(probe, asked) : simple;
      if (witness === undefined || (!refused && !failing && !unasked)) continue;
      const response = unasked ? (witness.preflight ?? witness.response) : witness.response;
      const credentials = linesOf(response, 'access-control-allow-credentials')[0]?.at;
      yield {
        message: failing ? 'fails' : unasked ? 'preflight' : 'refused',
        data: { path: probe.path, fault: fault ?? '' },
        at: linesOf(response, 'access-control-allow-origin')[0]?.at ?? policy.at,
        related: credentials === undefined ? [] : [{ at: credentials, message: 'Credentials are allowed here.' }],
        witness,
        proposals:
          credentials === undefined
            ? []
            : [{ title: 'Stop allowing credentials', change: { kind: 'drop-credentials', at: credentials }, automatic: policy.evidence.readsCookies === 'no' }],
      };
    }
  },
});

function allowsCredentials(response: HttpResponse): boolean {
  return linesOf(response, 'access-control-allow-credentials').some((line) => line.text === 'true');
}
