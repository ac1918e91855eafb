/**
 * A literal `*` and credentials cancel out: the browser refuses to hand a credentialed response to the page, so the
 * cookies that the author wanted never work.
 *
 * Requests without credentials pass, so nothing leaks: this is a failure, not a hole. Whoever needs the cookies must
 * list origins, and only a person knows which. Echoing the origin instead would open the resource to every site.
 */
import { linesOf, STRANGERS } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';

export default defineRule({
  title: '`*` with credentials: browsers refuse every credentialed request',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
  messages: {
    refused: '`*` with credentials: browsers refuse every credentialed request to {path}.',
    fails: '`*` with credentials: {fault}.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      const origin = ask.accepted(probe).find((candidate) => ask.blocks(probe, { origin: candidate, credentials: 'include' })) ?? STRANGERS[0];
      const witness = ask.blocks(probe, { origin, credentials: 'include' });
      if (witness === undefined) continue;
      const fault = witness.response.fault;
      const refused = ask.exchanges(probe, { origin, credentials: 'include' }).every(
        ({ verdict, response }) => verdict.reason === 'acao-wildcard-credentials' && linesOf(response, 'access-control-allow-credentials').some((line) => line.text === 'true'),
      );
      const failing = fault !== undefined && /credentials/i.test(fault) && /\*|wildcard/i.test(fault);
      if (!refused && !failing) continue;
      const credentials = linesOf(witness.response, 'access-control-allow-credentials')[0]?.at;
      yield {
        message: failing ? 'fails' : 'refused',
        data: { path: probe.path, fault: fault ?? '' },
        at: linesOf(witness.response, 'access-control-allow-origin')[0]?.at ?? policy.at,
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
