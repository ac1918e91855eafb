/**
 * Credentials are allowed, but the service reads nothing that browsers send by themselves: pages bring a token in a
 * header of their own. Without the permission a mistake in the list of origins costs less, and `*` becomes possible.
 *
 * Speaks only where all handlers are in view and none of them uses cookies, sessions or HTTP authentication. CORS
 * "credentials" are cookies, client certificates and what browsers add themselves; a token that script sets is none.
 */
import { linesOf } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import { writtenText } from '../src/policy/views.js';

export default defineRule({
  title: 'Credentials are allowed where only tokens are read',
  class: 'hygiene',
  set: 'strict',
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-credentials'],
  messages: {
    needless: 'Credentials are allowed, but {path} reads a token that pages send themselves, and nothing here uses cookies.',
  },
  *check(policy, ask) {
    if (policy.evidence.readsCookies !== 'no' || ask.probes.some((probe) => ask.calls(probe).some(({ credentials }) => credentials === 'include'))) return;
    for (const probe of ask.probes) {
      if (!probe.requestHeaders.includes('authorization')) continue;
      for (const origin of ask.accepted(probe, { credentials: 'include' })) {
        const [witness] = ask.exchanges(probe, { origin, credentials: 'include' });
        const line = witness === undefined ? undefined : linesOf(witness.response, 'access-control-allow-credentials')[0];
        if (witness === undefined || line?.at === undefined || writtenText(policy, line) === undefined) continue;
        yield {
          message: 'needless',
          data: { path: probe.path },
          at: line.at,
          witness,
          proposals: [{ title: 'Stop allowing credentials', change: { kind: 'remove-header', at: line.at }, automatic: false }],
        };
        break;
      }
    }
  },
});
