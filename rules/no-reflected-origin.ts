/**
 * Any origin is accepted and echoed back. With credentials, every site that a signed-in user opens can read this
 * service with that user's cookies: the most reported CORS hole, and worse than `*`, which browsers refuse there.
 *
 * Without credentials an echo is as open as `*` and no more; it is mentioned only where the code echoes by hand.
 * An echo behind a check that turns strangers away is no finding, and neither is one whose check cannot be read, or that public files are sent with.
 */
import { everySite, onlyNamed, onlyPlaceholder } from '../src/findings/allow-list.js';
import { linesOf, STRANGERS, type Ask } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule } from '../src/findings/rule.js';
import type { Probe } from '../src/policy/program.js';

export default defineRule({
  title: 'Every origin is accepted and echoed back',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'no-wildcard-on-network-protected': 'place', 'layer-overrides-policy': 'place' },
  references: ['https://fetch.spec.whatwg.org/#cors-protocol-and-credentials', 'https://cwe.mitre.org/data/definitions/942.html'],
  messages: {
    credentialed: 'Any origin is accepted and echoed back with credentials: every website can read {path} as the signed-in user.',
    preflight: 'Any origin is echoed back with credentials in the answer to preflights of {path}: every website can send any request there as the signed-in user. Whether it can read the response, a function decides that is not in view.',
    open: 'Any origin is echoed back; `*` says the same to browsers and to caches.',
  },
  *check(policy, ask) {
    for (const probe of ask.probes) {
      const credentialed = ask.allowsStrangers(probe, 'include');
      const asked = credentialed ? undefined : sentByAnybody(ask, probe);
      if (asked !== undefined) {
        const [line] = linesOf(asked.preflight!, 'access-control-allow-origin');
        if (line?.at !== undefined) yield { message: 'preflight', data: { path: probe.path }, class: 'correctness-warning', at: line.at, witness: { ...asked, attacker: 'any site' } };
        continue;
      }
      if (!credentialed && !(policy.evidence.handWritten && probe.publicAsset !== true && ask.allowsStrangers(probe, 'omit'))) continue;
      const witness = ask.allows(probe, { origin: STRANGERS[0], credentials: credentialed ? 'include' : 'omit' });
      const line = witness === undefined ? undefined : linesOf(witness.response, 'access-control-allow-origin')[0];
      if (witness === undefined || line?.at === undefined || line.text !== STRANGERS[0]) continue;
      const credentials = linesOf(witness.response, 'access-control-allow-credentials')[0]?.at;
      yield {
        message: credentialed ? 'credentialed' : 'open',
        data: { path: probe.path },
        class: credentialed ? 'security-error' : 'hygiene',
        at: line.at,
        related: credentialed && credentials !== undefined ? [{ at: credentials, message: 'Credentials are allowed here.' }] : [],
        witness: { ...witness, attacker: 'any site' },
        proposals: credentialed
          ? [
              ...(credentials === undefined ? [] : [{ title: 'Stop allowing credentials', change: { kind: 'remove-header', at: credentials }, automatic: false } as const]),
              ...onlyNamed(ask, probe, line.at),
              everySite(line.at),
              ...onlyPlaceholder(ask, probe, line.at),
            ]
          : [everySite(line.at)],
      };
    }
  },
});

/**
 * The exchange in which a stranger's preflight is granted with credentials, though the response has no CORS headers of
 * this policy's: that is left to what lies behind and is not in view.
 */
function sentByAnybody(ask: Ask, probe: Probe): Exchange | undefined {
  if (ask.policy.behind.options !== null) return undefined;
  const [first, ...others] = STRANGERS.map((origin) => {
    const all = ask.exchanges(probe, { origin, credentials: 'include', headers: [['content-type', 'application/json']] });
    const granted = all.every(({ verdict, preflight, response }) => verdict.reason === 'acao-missing' && preflight !== null && linesOf(preflight, 'access-control-allow-origin')[0]?.text === origin && response.headers.every(({ name }) => !name.startsWith('access-control-')));
    return granted ? all[0] : undefined;
  });
  return others.includes(undefined) ? undefined : first;
}
