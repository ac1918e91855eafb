/**
 * `Access-Control-Expose-Headers` is read from the response that the page gets, never from the answer to the preflight.
 * Sent with OPTIONS alone it exposes nothing: the page reads `null` for the header that it was written for.
 */
import { askingFirst, linesOf } from '../src/findings/ask.js';
import { isHidden, namesIn } from '../src/findings/lists.js';
import { defineRule } from '../src/findings/rule.js';
import { writtenText } from '../src/policy/views.js';

export default defineRule({
  title: 'Expose-Headers is sent only with OPTIONS, where browsers ignore it',
  class: 'broken-in-browser',
  set: 'recommended',
  references: ['https://fetch.spec.whatwg.org/#http-responses'],
  messages: {
    ignored: 'Browsers read Access-Control-Expose-Headers from the response itself, not from its preflight: pages cannot read {names}.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      for (const origin of ask.accepted(probe)) {
        const all = ask.exchanges(probe, { origin, ...askingFirst(probe) });
        const [witness] = all;
        if (witness === undefined || !all.every(({ preflight, response }) => preflight !== null && linesOf(preflight, EXPOSED).length > 0 && linesOf(response, EXPOSED).length === 0) || !GRANTED.test(witness.verdict.reason)) continue;
        const line = linesOf(witness.preflight!, EXPOSED)[0];
        const listed = namesIn(witness.preflight!, EXPOSED);
        const names = Array.isArray(listed) ? listed.filter((name) => isHidden(witness.response, name, 'omit')) : [];
        const grant = linesOf(witness.response, 'access-control-allow-origin')[0]?.at;
        if (line?.at === undefined || grant === undefined || names.length === 0 || writtenText(policy, line) === undefined) continue;
        yield {
          message: 'ignored',
          data: { names: names.includes('*') ? 'any header of their own' : names.join(', ') },
          at: line.at,
          related: [{ at: grant, message: 'The response itself is granted here.' }],
          witness,
          proposals: [{ title: 'Send it with the response', change: { kind: 'send-with-responses', at: grant, effects: [line.at] }, automatic: false }],
        };
        break;
      }
    }
  },
});

const EXPOSED = 'access-control-expose-headers';

/** Both answers let the origin in, whatever the lists say of this request. */
const GRANTED = /^(?:ok|preflight-(?:method-not-allowed|header-not-allowed))$/;
