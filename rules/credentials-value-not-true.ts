/**
 * `Access-Control-Allow-Credentials` has one value with a meaning: the four letters `true`. Browsers compare bytes, so
 * `True`, `1` or `yes` refuse every credentialed response.
 *
 * `false` does nothing at all and can go.
 */
import { linesOf } from '../src/findings/ask.js';
import { defineRule, type Proposal } from '../src/findings/rule.js';
import type { HeaderLine } from '../src/policy/evaluate.js';
import type { HeaderValue } from '../src/policy/program.js';
import { effectsOn } from '../src/policy/views.js';
import { sameSpan } from '../src/text/span.js';

export default defineRule({
  title: 'Access-Control-Allow-Credentials has a value other than true',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#http-access-control-allow-credentials'],
  messages: {
    notTrue: '`Access-Control-Allow-Credentials: {value}` is not `true`: browsers refuse every credentialed response.',
    needless: '`Access-Control-Allow-Credentials: {value}` means nothing; leave the header out.',
    ignored: 'Credentials are asked for here in a form that is ignored, so the header is never sent.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      for (const origin of ask.accepted(probe)) {
        const witness = ask.blocks(probe, { origin, credentials: 'include' });
        if (witness?.verdict.reason !== 'acac-not-true') continue;
        const lines = linesOf(witness.response, 'access-control-allow-credentials');
        const text = lines.map((line) => line.text ?? '').join(', ');
        const at = lines[0]?.at;
        const ignored = policy.notes.find((note) => note.id === 'credentials-ignored');
        if (at === undefined || text.trim() === '') {
          if (ignored === undefined) continue;
          yield { message: 'ignored', at: ignored.at, witness, proposals: [{ title: 'Allow credentials', change: { kind: 'switch-on', at: ignored.at }, automatic: false }] };
          continue;
        }
        const needless = /^(false|0|no|off)$/i.test(text.trim());
        // Another header may be written at the same place.
        const value = effectsOn(policy, 'access-control-allow-credentials').find(({ effect }) => sameSpan(effect.at, at))?.effect.value;
        // A product that sends it whatever is configured gives nobody a way to leave it out.
        if (needless && value?.v === 'literal' && !value.written) continue;
        yield {
          message: needless ? 'needless' : 'notTrue',
          data: { value: text },
          class: needless ? 'hygiene' : 'broken-in-browser',
          at,
          witness,
          proposals: needless ? [{ title: 'Remove the header', change: { kind: 'remove-header', at }, automatic: true }] : mending(lines, value),
        };
      }
    }
  },
});

/** One line that says `true`. */
function mending([, second]: readonly HeaderLine[], value: HeaderValue | undefined): readonly Proposal[] {
  if (second?.at !== undefined) return [{ title: 'Send it once', change: { kind: 'remove-header', at: second.at }, automatic: false }];
  return value?.v === 'literal' ? [{ title: 'Write `true`', change: { kind: 'replace-text', at: value.at, text: 'true' }, automatic: false }] : [];
}
