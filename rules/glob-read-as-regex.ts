/**
 * The text looks like a glob, but is read as a regular expression: there `*` repeats what stands before it and `.` is any
 * character. `^https://*.example.com$` refuses `https://a.example.com` and accepts `https://xexample.com`.
 */
import { classOfGrant } from '../src/findings/entry.js';
import type { Ask } from '../src/findings/ask.js';
import type { Exchange } from '../src/findings/finding.js';
import { defineRule, type Report } from '../src/findings/rule.js';
import { weaknessOf } from '../src/origins/attacker.js';
import { globText, type GlobText } from '../src/origins/glob-text.js';
import { hostOf, isRegistrable, registrableDomain } from '../src/origins/hosts.js';
import type { RegexSet } from '../src/origins/origin-set.js';
import { originLeaves } from '../src/policy/views.js';

export default defineRule({
  title: 'A glob is read as a regular expression',
  class: 'security-error',
  set: 'recommended',
  yieldsTo: { 'origin-match-unanchored': 'place' },
  references: ['https://cwe.mitre.org/data/definitions/185.html'],
  messages: {
    foreign: '`{text}` is read as a regular expression, not as a glob: `{origin}` is accepted{credentials}, and `{meant}` is not.',
    blocked: '`{text}` is read as a regular expression, not as a glob: `{meant}` is refused.',
  },
  *check(_policy, ask) {
    for (const leaf of originLeaves(ask.policy)) {
      const glob = leaf.s === 'regex' ? globText(leaf) : undefined;
      const report = leaf.s === 'regex' && glob !== undefined ? misread(ask, leaf, glob) : undefined;
      if (report !== undefined) yield report;
    }
  },
});

function misread(ask: Ask, leaf: RegexSet, glob: GlobText): Report<'foreign' | 'blocked'> | undefined {
  const weakness = weaknessOf(leaf, ask.trusted);
  for (const probe of ask.probes) {
    if (ask.allowsStrangers(probe, 'omit')) continue;
    const refused = ask.blocks(probe, { origin: glob.meant });
    if (refused === undefined) continue;
    const foreign = weakness === undefined || weakness.harmless === true ? foreignTo(glob) : weakness.witness.origin;
    const letIn = (credentials: 'omit' | 'include'): Exchange | undefined => (foreign === undefined ? undefined : ask.allows(probe, { origin: foreign, credentials }));
    const credentialed = letIn('include');
    const open = credentialed ?? letIn('omit');
    const dangerous = open !== undefined && classOfGrant(ask.policy, credentialed !== undefined) === 'security-error';
    return {
      message: open === undefined ? 'blocked' : 'foreign',
      data: { text: glob.text, meant: glob.meant, origin: foreign ?? '', credentials: credentialed === undefined ? '' : ' with credentials' },
      class: dangerous ? 'security-error' : 'broken-in-browser',
      at: leaf.at,
      witness: open === undefined ? refused : { ...open, attacker: `register domain ${registrableDomain(hostOf(open.request.origin) ?? '') ?? ''}`.trim() },
      proposals: [{ title: `Write the pattern that was meant: ${glob.source}`, change: { kind: 'replace-pattern', at: leaf.at, source: glob.source }, automatic: false }],
    };
  }
  return undefined;
}

/** The origin that the pattern may admit against its author's meaning, if a stranger can own it. */
function foreignTo({ meant, foreign }: GlobText): string | undefined {
  return foreign !== meant && isRegistrable(hostOf(foreign) ?? '') ? foreign : undefined;
}
