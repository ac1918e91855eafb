/**
 * Only some networks reach this resource, and CORS hands it to every website: a page that somebody inside opens reads
 * it from their browser and sends it on. The network was the only lock, and `*` opens it without any credentials.
 *
 * A server that only listens on a private address may stand behind one that everybody reaches: there it is a warning.
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
    private: 'Every website may read {path}. If only the private network reaches it that it listens in, any page that somebody there opens can fetch it for its author.',
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
        message: protection.surely ? 'shared' : 'private',
        class: protection.surely ? 'security-error' : 'correctness-warning',
        data: { path: probe.path },
        at: line.at,
        related: [{ at: protection.at, message: protection.surely ? 'Other networks are kept out here.' : 'It listens in a private network alone; what may stand in front of it is not in view.' }],
        witness: { ...witness, attacker: 'any site' },
        proposals: [{ title: 'Let in one origin (`https://app.example.com` is a placeholder)', change: { kind: 'allow-only', at: line.at, origins: ['https://app.example.com'] }, automatic: false }],
      };
    }
  },
});
