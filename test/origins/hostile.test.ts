import { expect, test } from 'vitest';
import { findAttacker, probesOf, samplesOf, weaknessOf } from '../../src/origins/attacker.js';
import { includes } from '../../src/origins/kinds.js';
import { admits } from '../../src/origins/membership.js';
import type { AffixSet, Dialect, GlobSet, OriginSet, RegexSet } from '../../src/origins/origin-set.js';
import { matchesRegex } from '../../src/origins/regex.js';
import { soon } from '../support/soon.js';

const at = { file: 'x', start: 0, end: 1 };
const regex = (source: string, dialect: Dialect = 'js'): RegexSet => ({ s: 'regex', source, flags: '', dialect, use: 'search', subject: 'origin', at });
const open = (): undefined => undefined;

/** Of the processor: 50 ms on a quiet machine, and what a machine with much else to do adds. */
const SECONDS = 0.4;

/** Up to ten thousand characters each. */
const PATTERNS: readonly (readonly [string, RegexSet])[] = [
  ['nested repeats', regex('^https://((a+)+)+$')],
  ['nested repeats with a tail', regex('^(([a-z])+.)+[A-Z]([a-z])+$')],
  ['repeats in a row', regex('.*.*.*.*.*.*x$')],
  ['states that double with each character', regex('^https://(.*a.{12}|b)\\.example\\.com$')],
  ['states of many lookaheads', regex(`${'(?=.*a)'.repeat(30)}x$`)],
  ['a lookbehind of everything', regex('(?<=(a|b.*)*)\\.example\\.com$')],
  ['counts in counts', regex('^https://((a{0,8}){0,8}){0,4}$')],
  ['counts that unfold without end', regex('((a{1,50}){1,50}){1,50}')],
  ['ten thousand repeats of repeats', regex('(.+)+'.repeat(2000))],
  ['ten thousand optional classes', regex(`${'[a-z.]*'.repeat(1400)}\\.com$`)],
  ['ten thousand alternatives', regex(`(${'a.b|'.repeat(2500)}c)`)],
  ['ten thousand dots', regex('a.b-c'.repeat(2000))],
  ['ten thousand labels', regex(`https://${'a.'.repeat(5000)}`)],
  ['ten thousand escapes', regex('\\.'.repeat(5000))],
  ['ten thousand letters', regex('a'.repeat(10_000))],
  ['ten thousand brackets', regex('['.repeat(10_000), 'pcre')],
  ['ten thousand parentheses', regex('('.repeat(10_000), 'pcre')],
  ['ten thousand names', regex('(?<'.repeat(3300), 'pcre')],
  ['ten thousand possessive repeats', regex('a*+'.repeat(3300), 'pcre')],
  ['quotes without end', regex('\\Q'.repeat(5000), 'java')],
  ['alternatives in alternatives', regex(`${'(a|'.repeat(140)}b${')*'.repeat(140)}`)],
];

test.each(PATTERNS)('%s are matched, searched, sampled and compared in time', (_name, set) => {
  for (const text of [`https://${'a'.repeat(120)}!`, 'https://app.example.com', 'a.'.repeat(120)]) soon(SECONDS, () => matchesRegex(set, text));
  soon(SECONDS, () => findAttacker(set, open));
  soon(SECONDS, () => weaknessOf(set));
  soon(SECONDS, () => [samplesOf(set), probesOf(set)]);
  soon(SECONDS, () => includes(set, regex('^https://([a-z]+\\.)?example\\.com$')));
});

const affix = (s: AffixSet['s'], text: string): AffixSet => ({ s, text, subject: 'origin', ignoreCase: false, at });

test.each<readonly [string, AffixSet | GlobSet]>([
  ['a glob of stars', { s: 'glob', text: `https://${'*a'.repeat(3000)}`, star: 'any-text', ignoreCase: false, ports: 'as-written', at }],
  ['a glob of labels', { s: 'glob', text: `https://${'*.'.repeat(3000)}com`, star: 'labels', ignoreCase: true, ports: 'any', at }],
  ['a long suffix', affix('suffix', 'a.'.repeat(5000))],
  ['a long prefix', affix('prefix', `https://${'a'.repeat(10_000)}`)],
  ['a list of many in one text', affix('part-of', 'https://a.example.com'.repeat(480))],
])('%s too', (_name, set) => {
  soon(SECONDS, () => admits(set, `https://${'a'.repeat(200)}!`, open));
  soon(SECONDS, () => findAttacker(set, open));
  soon(SECONDS, () => weaknessOf(set));
  soon(SECONDS, () => probesOf(set));
  soon(SECONDS, () => includes(set, set));
});

test('what could not be searched is open, never none', () => {
  const set: OriginSet = regex('^https://(.*a.{12}|b)\\.[a-z]+\\.(?:com|org)$');
  expect(findAttacker(set, open)).not.toBe('none');
  expect(findAttacker(regex('^https://(\\w)\\1\\.example\\.com$'), open)).toMatchObject({ reason: 'regex-too-complex', detail: expect.stringContaining('back reference') as string });
});
