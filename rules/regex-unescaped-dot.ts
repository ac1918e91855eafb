/**
 * An unescaped `.` matches any character, so `^https://app.example\.com$` also admits `https://appxexample.com`, a
 * name that a stranger can register.
 *
 * Where the changed name is one that nobody can own, it is untidy and no more.
 */
import { classOfGrant } from '../src/findings/entry.js';
import { attackerInWords, weakPatterns } from '../src/findings/pattern.js';
import { defineRule } from '../src/findings/rule.js';

export default defineRule({
  title: 'An unescaped dot in a pattern matches any character',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'origin-match-unanchored': 'place', 'glob-read-as-regex': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/185.html', 'https://cwe.mitre.org/data/definitions/625.html'],
  messages: {
    registrable: '`.` matches any character here: `{origin}` is accepted{credentials}.',
    harmless: '`.` matches any character here; write `\\.` for a dot.',
  },
  *check(policy, ask) {
    for (const { leaf, weakness, credentialed, witness } of weakPatterns(ask, 'unescaped-dot')) {
      const dangerous = weakness.harmless !== true && classOfGrant(policy, credentialed) === 'security-error';
      yield {
        message: weakness.harmless === true ? 'harmless' : 'registrable',
        data: { origin: weakness.witness.origin, credentials: credentialed ? ' with credentials' : '' },
        class: dangerous ? 'security-error' : 'hygiene',
        at: leaf.at,
        witness: weakness.harmless === true ? witness : { ...witness, attacker: attackerInWords(weakness) },
        proposals: weakness.repaired === undefined ? [] : [{ title: 'Escape the dot', change: { kind: 'replace-pattern', at: leaf.at, source: weakness.repaired }, automatic: true }],
      };
    }
  },
});
