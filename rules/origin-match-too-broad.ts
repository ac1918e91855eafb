/**
 * Anchored and escaped, the pattern still accepts hosts outside the domains that it names: a `.*` glued to the host
 * (`https://.*example\.com` admits `https://evilexample.com`), an optional group that swallows the dot, a range such
 * as `A-z`.
 */
import { classOfGrant } from '../src/findings/entry.js';
import { attackerInWords, weakPatterns } from '../src/findings/pattern.js';
import { defineRule } from '../src/findings/rule.js';

export default defineRule({
  title: 'A pattern accepts hosts outside the domains that it names',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'origin-match-unanchored': 'place', 'glob-read-as-regex': 'place', 'regex-unescaped-dot': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/625.html'],
  messages: {
    tooBroad: 'The pattern accepts `{origin}`{credentials}, outside `{meant}`.',
  },
  *check(policy, ask) {
    for (const { leaf, weakness, credentialed, witness } of weakPatterns(ask, 'too-broad')) {
      yield {
        message: 'tooBroad',
        data: { origin: weakness.witness.origin, meant: weakness.meant, credentials: credentialed ? ' with credentials' : '' },
        class: classOfGrant(policy, credentialed),
        at: leaf.at,
        witness: { ...witness, attacker: attackerInWords(weakness) },
        proposals:
          weakness.repaired === undefined
            ? []
            : [{ title: `Narrow the pattern: ${weakness.repaired}`, change: leaf.s === 'regex' ? { kind: 'replace-pattern', at: leaf.at, source: weakness.repaired } : { kind: 'replace-text', at: leaf.at, text: weakness.repaired }, automatic: false }],
      };
    }
  },
});
