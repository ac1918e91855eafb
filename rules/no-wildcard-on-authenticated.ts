/**
 * What asks for a token answers every website with `*`. Nothing leaks by it: a page needs the token first, and who has
 * one can use curl as well. But the sites that call such a service are usually few, and a list of them stays right when
 * cookies or a network come to protect it later.
 *
 * Advice, not an error: the Fetch standard calls `*` safe for what is not protected by cookies or by the network.
 */
import { linesOf, STRANGERS } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';

export default defineRule({
  title: '`*` on what asks for a token',
  class: 'hygiene',
  set: 'strict',
  yieldsTo: { 'no-wildcard-on-network-protected': 'place' },
  references: ['https://fetch.spec.whatwg.org/#basic-safe-cors-protocol-setup'],
  messages: {
    open: '{path} asks for a token and lets every website send one: name the sites that call it.',
  },
  *check(_policy, ask) {
    for (const probe of ask.probes) {
      const asked = probe.requestHeaders.includes('authorization') || ask.calls(probe).some(({ headers }) => headers.includes('authorization'));
      if (!asked || probe.publicAsset === true) continue;
      const witness = ask.allows(probe, { origin: STRANGERS[0], headers: [['authorization', 'Bearer token']] });
      const line = witness === undefined ? undefined : linesOf(witness.response, 'access-control-allow-origin')[0];
      if (witness === undefined || line?.at === undefined || line.text !== '*' || linesOf(witness.response, 'access-control-allow-credentials').length > 0) continue;
      yield {
        message: 'open',
        data: { path: probe.path },
        at: line.at,
        witness,
        proposals: [{ title: 'Let in one origin (`https://app.example.com` is a placeholder)', change: { kind: 'allow-only', at: line.at, origins: ['https://app.example.com'] }, automatic: false }],
      };
    }
  },
});
