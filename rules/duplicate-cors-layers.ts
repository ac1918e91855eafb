/**
 * A proxy and the application behind it both add `Access-Control-Allow-Origin`. The browser gets two values and
 * refuses the response, however right each of them is.
 */
import { linesOf } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import { acceptedCandidates, effectAt } from '../src/policy/views.js';

export default defineRule({
  title: 'Two layers both add Access-Control-Allow-Origin',
  class: 'broken-in-browser',
  set: 'recommended',
  layers: 'composed',
  references: ['https://fetch.spec.whatwg.org/#concept-header-list-get'],
  messages: {
    twice: 'This layer and the one behind it ({inner}) both add `{header}`; browsers refuse two values.',
  },
  *check(policy, ask) {
    for (const { deployment: inner } of ask.deployment.inner) {
      for (const probe of [...ask.probes, ...inner.policy.probes.map((candidate) => ({ ...candidate, at: policy.at }))]) {
        for (const origin of [...acceptedCandidates(policy), ...acceptedCandidates(inner.policy), 'https://app.example']) {
          const witness = ask.blocks(probe, { origin });
          if (witness?.verdict.reason !== 'acao-mismatch') continue;
          const lines = linesOf(witness.response, 'access-control-allow-origin');
          const outer = lines.find((line) => effectAt(policy, line.at) !== undefined);
          const behind = lines.find((line) => effectAt(inner.policy, line.at) !== undefined);
          if (outer?.at === undefined || behind?.at === undefined) continue;
          yield {
            message: 'twice',
            data: { inner: inner.policy.title, header: 'Access-Control-Allow-Origin' },
            at: outer.at,
            related: [{ at: behind.at, message: 'The layer behind adds it here.' }],
            witness,
            proposals: [{ title: 'Hide the header of the layer behind', change: { kind: 'hide-inner-header', at: outer.at, header: 'Access-Control-Allow-Origin' }, automatic: false }],
          };
          return;
        }
      }
    }
  },
});
