/**
 * Only some networks reach this resource, and CORS hands it to every website: a page that somebody inside opens reads
 * it from their browser and sends it on. The network was the only lock, and `*` opens it without any credentials.
 *
 * Browsers with Local Network Access may ask the user first, once. A service that only the same machine reaches is no
 * finding.
 */
import { linesOf, STRANGERS } from '../src/findings/ask.js';
import { networkProtection } from '../src/findings/network.js';
import { defineRule } from '../src/findings/rule.js';

export default defineRule({
  title: 'What a network protects is shared with every website',
  class: 'security-error',
  set: 'recommended',
  layers: 'both',
  references: ['https://fetch.spec.whatwg.org/#basic-safe-cors-protocol-setup', 'https://portswigger.net/web-security/cors#intranets-and-cors-without-credentials', 'https://cwe.mitre.org/data/definitions/942.html'],
  messages: {
    shared: 'Only some networks reach {path}, but every website may read it: any page that somebody there opens can fetch it for its author.',
  },
  *check(_policy, ask) {
    for (const probe of ask.probes) {
      // With credentials the echo is the hole, and another rule's.
      if (!ask.allowsStrangers(probe, 'omit') || ask.allowsStrangers(probe, 'include')) continue;
      const witness = ask.allows(probe, { origin: STRANGERS[0] })!;
      const { status } = witness.response;
      const line = linesOf(witness.response, 'access-control-allow-origin')[0];
      const protection = networkProtection(ask, witness.request);
      // A refusal shares nothing.
      if (protection === undefined || line?.at === undefined || (status !== null && status >= 400)) continue;
      yield {
        message: 'shared',
        data: { path: probe.path },
        at: line.at,
        related: [{ at: protection, message: 'Other networks are kept out here.' }],
        witness: { ...witness, attacker: 'any site' },
        proposals: [{ title: 'Let in one origin (`https://app.example.com` is a placeholder)', change: { kind: 'allow-only', at: line.at, origins: ['https://app.example.com'] }, automatic: false }],
      };
    }
  },
});
