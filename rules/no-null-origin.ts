/**
 * The origin `null` is accepted. It belongs to every sandboxed frame, so any page can take it: allowing it for local
 * files or redirects opens the policy to every website.
 */
import { admits } from '../src/origins/membership.js';
import { linesOf } from '../src/findings/ask.js';
import { defineRule } from '../src/findings/rule.js';
import { literalOrigins, originLeaves } from '../src/policy/views.js';

export default defineRule({
  title: 'The origin null is accepted',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'no-reflected-origin': 'policy' },
  references: ['https://fetch.spec.whatwg.org/#origin-header', 'https://cwe.mitre.org/data/definitions/346.html'],
  messages: {
    credentialed: 'The origin `null` is accepted with credentials: a sandboxed frame on any website can read {path} as the signed-in user.',
    open: 'The origin `null` is accepted; every sandboxed frame has that origin, so this is as open as `*`.',
  },
  options: {
    allowInEnv: { description: 'Environments in which the origin `null` may be accepted, such as tests that run from files.', default: [] },
  },
  *check(policy, ask, { allowInEnv }) {
    if (allowInEnv.includes(ask.environmentName)) return;
    const written = [
      ...originLeaves(policy).filter((leaf) => admits(leaf, 'null', () => undefined) === true),
      ...literalOrigins(policy).filter((value) => value.text.trim() === 'null'),
    ];
    if (written.length === 0) return;
    for (const probe of ask.probes) {
      if (ask.allowsStrangers(probe, 'omit')) continue;
      const credentialed = ask.allows(probe, { origin: 'null', credentials: 'include' });
      const witness = credentialed ?? ask.allows(probe, { origin: 'null' });
      if (witness === undefined) continue;
      const sent = linesOf(witness.response, 'access-control-allow-origin')[0];
      if (sent?.text !== 'null') continue;
      const at = (written.find((leaf) => 's' in leaf && leaf.s === 'exact') ?? written[0]!).at;
      yield {
        message: credentialed === undefined ? 'open' : 'credentialed',
        data: { path: probe.path },
        class: credentialed === undefined ? 'correctness-warning' : 'security-error',
        at,
        witness: { ...witness, attacker: 'sandboxed frame' },
        proposals: [{ title: 'Take `null` out of the list', change: { kind: 'remove-entry', at }, automatic: false }],
      };
    }
  },
});
