import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAttacker, samplesOf, weaknessOf, type Weakness } from '../../src/origins/attacker.js';
import { includes } from '../../src/origins/kinds.js';
import { admits } from '../../src/origins/membership.js';
import { exact, type AffixSet, type Dialect, type GlobSet, type OriginSet, type RegexSet } from '../../src/origins/origin-set.js';
import { matchesRegex } from '../../src/origins/regex.js';
import { isSerializableOrigin } from '../../src/origins/serialization.js';

const at = { file: 'x', start: 0, end: 1 };
const regex = (source: string, flags = '', dialect: Dialect = 'js', use: RegexSet['use'] = 'search', subject: RegexSet['subject'] = 'origin'): RegexSet => ({ s: 'regex', source, flags, dialect, use, subject, at });
const affix = (s: AffixSet['s'], text: string, subject: AffixSet['subject'] = 'origin'): AffixSet => ({ s, text, subject, ignoreCase: false, at });
const glob = (text: string): GlobSet => ({ s: 'glob', text, star: 'any-text', ignoreCase: false, ports: 'as-written', at });
const open = (): undefined => undefined;

/** Patterns that real configurations use, with what each wrongly accepts. */
describe('weaknesses', () => {
  test.each<[string, RegexSet | AffixSet | GlobSet, Weakness['kind'] | undefined, Weakness['side']?]>([
    ['unanchored alternation', regex('(a\\.com|b\\.test)', 'i', 'pcre'), 'unanchored', 'both'],
    ['no end', regex('^https?://(.*\\.)?example\\.com', '', 'pcre'), 'unanchored', 'end'],
    ['no start, but only names of the same domain get in by that', regex('(app\\.example\\.com)$', '', 'pcre'), undefined],
    ['no start, a bare host', regex('example\\.com$', '', 'pcre'), 'unanchored', 'start'],
    ['alternation half anchored', regex('^https://a\\.example\\.com|https://b\\.example\\.com$', '', 'pcre'), 'unanchored', 'end'],
    ['unescaped dot', regex('^https://app.example\\.com$', '', 'pcre'), 'unescaped-dot'],
    ['all dots unescaped', regex('^https:\\/\\/app.example.com$'), 'unescaped-dot'],
    ['dot gone before the suffix only', regex('^https://example.com$'), 'unescaped-dot'],
    ['any text glued to the host', regex('^https:\\/\\/.*example\\.com$'), 'too-broad'],
    ['optional text glued to the host', regex('^https:\\/\\/(.+)?example\\.com$'), 'too-broad'],
    ['subdomains', regex('^https://([a-z0-9-]+\\.)*example\\.com(:[0-9]{1,5})?$', '', 'pcre'), undefined],
    ['optional subdomain', regex('^https:\\/\\/(.+\\.)?example\\.com$'), undefined],
    ['dot before a quantifier', regex('^https:\\/\\/.+\\.example\\.com$'), undefined],
    ['full match by the product', regex('https://.*\\.example\\.com', '', 'python', 'full'), undefined],
    ['prefix match by the product', regex('https://.*\\.example\\.com', '', 'python', 'match-prefix'), 'unanchored', 'end'],
    ['any site', regex('.*'), undefined],
    ['prefix', affix('prefix', 'https://app.example.com'), 'unanchored', 'end'],
    ['localhost with its colon', affix('prefix', 'http://localhost:'), undefined],
    ['localhost', affix('prefix', 'http://localhost'), 'unanchored', 'end'],
    ['suffix', affix('suffix', 'example.com'), 'unanchored', 'start'],
    ['suffix with its dot', affix('suffix', '.example.com'), undefined],
    ['suffix of the host', affix('suffix', 'example.com', 'host'), 'unanchored', 'start'],
    ['substring', affix('contains', 'example.com'), 'unanchored', 'both'],
    ['piece of a list', affix('part-of', 'https://app.example.com,https://b.example.com'), 'too-broad'],
    ['glob glued to the host', glob('https://*example.com'), 'too-broad'],
    ['glob at the end', glob('https://app.*'), 'too-broad'],
    ['glob of subdomains', glob('https://*.example.com'), undefined],
  ])('%s', (_name, set, kind, side) => {
    const weakness = weaknessOf(set);
    expect(weakness?.kind).toBe(kind);
    if (kind === undefined || weakness === undefined) return;
    expect(weakness.side).toBe(side);
    expect(isSerializableOrigin(weakness.witness.origin)).toBe(true);
    expect(admits(set, weakness.witness.origin, open)).toBe(true);
    if (weakness.repaired === undefined || set.s !== 'regex') return;
    expect(admits({ ...set, source: weakness.repaired }, weakness.witness.origin, open)).toBe(false);
  });

  test('what a repaired dot lets in is the same but for the dots', () => {
    expect(weaknessOf(regex('^https://app.example\\.com$'))).toMatchObject({ repaired: '^https://app\\.example\\.com$', witness: { origin: 'https://appxexample.com', domain: 'appxexample.com' } });
  });

  test('several bare hosts are held at both ends, with their subdomains', () => {
    expect(weaknessOf(regex('(app\\.example\\.com|b\\.test)', '', 'pcre'))?.repaired).toBe('^https://([a-z0-9-]+\\.)*(?:app\\.example\\.com|b\\.test)$');
  });

  test.each([
    ['a suffix of several', '^https://(app|www)\\.example\\.(com|org)$', ['https://app.example.com', 'https://app.example.org', 'https://www.example.com']],
    ['a dot in brackets', '^https://app[.]example[.]com$', ['https://app.example.com']],
  ])('names in %s are read', (_name, source, meant) => {
    expect(samplesOf(regex(source))).toEqual(meant);
    expect(weaknessOf(regex(source))).toBeUndefined();
  });

  test('a dot that only makes a name that nobody can own is harmless', () => {
    expect(weaknessOf(regex('^https://a.b\\.example\\.com$'))).toMatchObject({ kind: 'unescaped-dot', harmless: true });
  });
});

describe('the search for an attacker', () => {
  test('lists have none', () => {
    expect(findAttacker({ s: 'or', of: [exact('https://a.example.com', at), exact('http://localhost:3000', at)] }, open)).toBe('none');
  });

  test('what only may be admitted is no hit', () => {
    expect(findAttacker({ s: 'dynamic', why: { key: 'k', reason: 'env-variable', detail: 'X', at }, lower: exact('https://a.example.com', at), upper: { s: 'any' }, exactTexts: true, at }, open)).toBe('none');
  });

  test('null is given when there is nothing else', () => {
    expect(findAttacker({ s: 'or', of: [exact('https://a.example.com', at), exact('null', at)] }, open)).toEqual({ origin: 'null', how: 'sandboxed-frame' });
  });

  test('the automaton finds what no mutation guesses', () => {
    const found = findAttacker(regex('^https:\\/\\/[a-z]{3}q[a-z]{2}\\.com$|^https:\\/\\/app\\.example\\.com$'), open);
    expect(found).toMatchObject({ how: 'register-domain' });
    expect(matchesRegex(regex('^https:\\/\\/[a-z]{3}q[a-z]{2}\\.com$'), (found as { origin: string }).origin)).toBe(true);
  });

  test('every hit is admitted by JavaScript itself', () => {
    const piece = fc.constantFrom('^', 'https:\\/\\/', 'https?:\\/\\/', '(.*\\.)?', '(\\w+\\.)*', '.*', 'app', '.', '\\.', 'example', 'com', '$', '|', '[a-z]+', '(:\\d+)?', 'example\\.com');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 7 }), (pieces) => {
        const source = pieces.join('');
        let native: RegExp;
        try {
          native = new RegExp(source);
        } catch {
          return;
        }
        const found = findAttacker(regex(source), open);
        if (typeof found === 'object' && 'origin' in found) {
          expect(native.test(found.origin)).toBe(true);
          expect(isSerializableOrigin(found.origin)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a proven none survives ten thousand near misses', () => {
    const set = regex('^https://([a-z0-9-]+\\.)*example\\.com(:[0-9]{1,5})?$', '', 'pcre');
    expect(findAttacker(set, open)).toBe('none');
    const label = fc.stringMatching(/^[a-z0-9.-]{0,6}$/);
    fc.assert(
      fc.property(label, label, fc.constantFrom('com', 'org', 'co', 'test'), (before, between, suffix) => {
        const origin = `https://${before}example${between}.${suffix}`;
        const host = origin.slice(8);
        if (isSerializableOrigin(origin) && host !== 'example.com' && !host.endsWith('.example.com')) expect(admits(set, origin, open)).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });
});

test('meant origins of a pattern are admitted and never foreign', () => {
  expect(samplesOf(regex('^https://app\\.example\\.com$'))).toEqual(['https://app.example.com']);
  expect(samplesOf(regex('^https:\\/\\/(.+\\.)?example\\.com$'))).toContain('https://example.com');
  expect(samplesOf(glob('https://*.example.com'))[0]).toBe('https://app.example.com');
});

test('inclusion is decided by automata', () => {
  const all: OriginSet = regex('^https://([a-z]+\\.)?example\\.com$');
  const one: OriginSet = exact('https://app.example.com', at);
  expect(includes(all, one)).toBe(true);
  expect(includes(one, all)).toBe(false);
});

describe('dialects', () => {
  test.each<[Dialect, string, string, string, boolean]>([
    ['python', '(?i)https://app\\.example\\.com\\Z', '', 'https://APP.example.com', true],
    ['python', '(?P<host>app)\\.example\\.com', '', 'https://app.example.com', true],
    ['java', '\\Qhttps://a.b\\E', '', 'https://axb', false],
    ['java', 'https://[a-z]++\\.example\\.com', '', 'https://app.example.com', true],
    ['pcre', '^https://[[:alnum:]]+\\.example\\.com$', '', 'https://app1.example.com', true],
    ['pcre', '^https:// app \\.example\\.com$', 'x', 'https://app.example.com', true],
    ['re2', '\\Ahttps://app\\.example\\.com\\z', '', 'https://app.example.com', true],
  ])('%s %s', (dialect, source, flags, text, expected) => {
    expect(matchesRegex(regex(source, flags, dialect), text)).toBe(expected);
  });

  test('a construct without a form is named', () => {
    expect(matchesRegex(regex('(?(1)a|b)', '', 'pcre'), 'x')).toMatchObject({ detail: expect.stringContaining('(?(1') as string });
  });

  test('hostile patterns are run without backtracking', () => {
    expect(matchesRegex(regex('^(([a-z])+.)+[A-Z]([a-z])+$'), `https://${'a'.repeat(60)}`)).toBe(false);
    expect(matchesRegex(regex(`^https://(${Array.from({ length: 900 }, (_, index) => `host${index}`).join('|')})\\.example\\.com$`), 'https://host899.example.com')).toBe(true);
  });
});
