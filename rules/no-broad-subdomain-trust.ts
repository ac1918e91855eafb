/**
 * Every subdomain of a domain may read responses with credentials. One of them that is forgotten, taken over, or has a
 * hole for scripts of others, is then enough to read this service as the signed-in user.
 */
import { letIn, type Entry } from '../src/findings/entry.js';
import { defineRule } from '../src/findings/rule.js';
import { admittedBy } from '../src/origins/admitted.js';
import { hostOf, isRegistrable, registrableDomain } from '../src/origins/hosts.js';
import { localKindOf } from '../src/origins/local-hosts.js';
import { admits } from '../src/origins/membership.js';

export default defineRule({
  title: 'Every subdomain of a domain may read responses with credentials',
  class: 'hygiene',
  set: 'strict',
  yieldsTo: { 'no-reflected-origin': 'policy', 'no-origin-anyone-can-host': 'place', 'origin-match-unanchored': 'place', 'glob-read-as-regex': 'place', 'regex-unescaped-dot': 'place', 'origin-match-too-broad': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/346.html', 'https://portswigger.net/web-security/cors#exploiting-xss-via-cors-trust-relationships'],
  messages: {
    all: 'Every subdomain of `{domain}` may read {path} with credentials, such as `{origin}`: a forgotten one is enough.',
  },
  *check(_policy, ask) {
    for (const { entry, candidate, probe, credentialed, witness } of letIn(ask, forgotten)) {
      if (!credentialed) continue;
      const named = `https://app.${candidate.domain}`;
      yield {
        message: 'all',
        data: { domain: candidate.domain, path: probe.path, origin: candidate.origin },
        at: entry.at,
        witness: { ...witness, attacker: 'XSS or takeover on a subdomain' },
        proposals: [{ title: `Let in the subdomains that need it, such as \`${named}\` (a placeholder)`, change: { kind: 'allow-only', at: entry.at, origins: [named] }, automatic: false }],
      };
    }
  },
});

interface Forgotten {
  readonly origin: string;
  readonly domain: string;
}

/** Names that an author of a pattern for all subdomains did not think of. */
const NAMES = ['old-campaign', 'status-page'] as const;

function* forgotten({ leaf }: Entry): Generator<Forgotten> {
  if (leaf === undefined || leaf.s === 'exact') return;
  for (const origin of admittedBy(leaf)) {
    const host = hostOf(origin) ?? '';
    const domain = registrableDomain(host);
    if (domain === undefined || domain === host || !isRegistrable(host) || localKindOf(host) !== undefined) continue;
    const others = NAMES.map((name) => origin.replace(host, `${name}.${domain}`));
    if (others.every((other) => admits(leaf, other, () => undefined) === true)) yield { origin: others[0]!, domain };
  }
}
