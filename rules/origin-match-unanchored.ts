/**
 * The check looks for a text inside the origin instead of comparing the whole: `https://app.example.com` then also
 * admits `https://app.example.com.attacker.example` (no end) or `https://evilexample.com` (no start), which anybody
 * can register.
 */
import { classOfGrant } from '../src/findings/entry.js';
import { attackerInWords, weakPatterns } from '../src/findings/pattern.js';
import { defineRule } from '../src/findings/rule.js';
import { globText } from '../src/origins/glob-text.js';

export default defineRule({
  title: 'The check of an origin is not anchored',
  class: 'security-error',
  set: 'recommended',
  references: ['https://cwe.mitre.org/data/definitions/625.html', 'https://cwe.mitre.org/data/definitions/346.html'],
  messages: {
    unanchored: 'The check for `{meant}` is not anchored at the {side}: `{origin}` is accepted{credentials}.',
  },
  *check(policy, ask) {
    for (const { leaf, weakness, credentialed, witness } of weakPatterns(ask, 'unanchored')) {
      const glob = leaf.s === 'regex' ? globText(leaf) : undefined;
      yield {
        message: 'unanchored',
        data: {
          meant: weakness.meant,
          side: weakness.side === 'both' || weakness.side === undefined ? 'start and the end' : weakness.side,
          origin: weakness.witness.origin,
          credentials: credentialed ? ' with credentials' : '',
        },
        class: classOfGrant(policy, credentialed),
        at: leaf.at,
        witness: { ...witness, attacker: attackerInWords(weakness) },
        proposals: [
          ...(glob === undefined ? [] : [{ title: `Write the pattern that was meant: ${glob.source}`, change: { kind: 'replace-pattern', at: leaf.at, source: glob.source }, automatic: false } as const]),
          ...(weakness.repaired === undefined ? [] : [{ title: `Compare the whole origin: ${weakness.repaired}`, change: { kind: 'replace-pattern', at: leaf.at, source: weakness.repaired }, automatic: weakness.repairKeepsIntent } as const]),
          ...(weakness.whole === undefined ? [] : [{ title: `Compare the whole origin with \`${weakness.whole.origin}\``, change: { kind: 'compare-whole', at: leaf.at, ...weakness.whole }, automatic: false } as const]),
        ],
      };
    }
  },
});
