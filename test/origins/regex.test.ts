import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAttacker } from '../../src/origins/attacker.js';
import { admits } from '../../src/origins/membership.js';
import type { Dialect, RegexSet } from '../../src/origins/origin-set.js';
import { automatonOf, matchesRegex } from '../../src/origins/regex.js';
import { accepts, startOf, step } from '../../src/origins/threads.js';

const at = { file: 'x', start: 0, end: 1 };
const regex = (source: string, dialect: Dialect = 'js', use: RegexSet['use'] = 'search', flags = ''): RegexSet => ({ s: 'regex', source, flags, dialect, use, subject: 'origin', at });
const open = (): undefined => undefined;

/** From the manuals: java.util.regex.Pattern, pcre2pattern, Python's re, RE2's syntax page. */
describe('each dialect by its own rules', () => {
  test.each<[Dialect, string, string, boolean]>([
    ['java', '[\\p{Alpha}]+', 'abc', true],
    ['java', '\\p{Lower}+', 'ABC', false],
    ['java', '[a-z[0-9]]+', 'a1', true],
    ['java', '[a-z&&[^x]]+', 'axb', false],
    ['java', '[\\h]', '\t', true],
    ['pcre', '\\x{61}', 'a', true],
    ['pcre', '[[:^digit:]]+', 'a1', false],
    ['pcre', '(?|a|b)c', 'bc', true],
    ['pcre', 'a(?i)B|C', 'c', true],
    ['pcre', '(?i:a)B', 'Ab', false],
    ['python', 'a{,3}', 'aaa', true],
    ['python', 'https://(?i:APP)\\.com', 'https://app.com', true],
    ['js', 'a{,3}', 'aaa', false],
    ['js', 'a{,3}', 'a{,3}', true],
    ['re2', '\\pL+', 'ab', true],
    ['re2', '(?U)a+', 'aa', true],
    ['lua', 'https://[%w-]+%.com', 'https://a-b.com', true],
    ['lua', 'a.b%-c', 'axb-c', true],
    ['lua', '(ab)*', 'abab', false],
    ['lua', 'a|b', 'a', false],
  ])('%s %s on %s', (dialect, source, text, expected) => {
    expect(matchesRegex(regex(source, dialect, 'full'), text)).toBe(expected);
  });

  test.each<[Dialect, string, string]>([
    ['re2', '(?=https).*', 'lookahead'],
    ['pcre', '^(?>a|ab)c$', 'atomic group'],
    ['java', 'https://.*+\\.com', 'possessive'],
    ['js', '^(a)\\1$', 'back reference'],
    ['re2', '(?<!x)a', 'lookbehind'],
    ['lua', '(%w)%1', 'back reference'],
    ['lua', '%b()', '%b'],
    ['lua', '%f[%w]a', '%f'],
    ['lua', '[a', 'class without an end'],
    ['python', '(?<!x+)a', 'no fixed length'],
    ['java', '(?<=x*)a', 'no fixed length'],
    ['js', '(?<=a\\b)-', 'lookbehind with a condition'],
    ['pcre', '(?P=name)', 'back reference'],
    ['pcre', '\\g{1}', 'back reference'],
    ['python', '(?(1)a|b)', 'condition'],
    ['pcre', '(*UTF8)a', 'control verb'],
    ['pcre', '(?&name)', '(?&n'],
    ['python', 'https://(?i)app', 'at the start'],
    ['python', '(?<name>a)', '(?<n'],
    ['java', 'a{,3}', 'count of nothing'],
    ['pcre', 'a{,3}', 'least number'],
    ['pcre', 'a{2}{3}', 'quantifier of a quantifier'],
    ['re2', 'a{1001}', 'RE2 refuses'],
    ['re2', '(?>a)', '(?>a'],
    ['re2', '\\u0041', '\\u'],
    ['pcre', '\\X', '\\X'],
    ['java', '(?i)\\p{Lu}', 'either case'],
    ['js', '^[a-c]$|\\u017f', 'other case'],
    ['pcre', '(?R)', '(?R)'],
    ['python', '\\p', '\\p'],
    ['js', '(a', 'Unterminated group'],
  ])('%s %s is named, not guessed', (dialect, source, name) => {
    expect(matchesRegex(regex(source, dialect, 'search', name === 'other case' ? 'iu' : ''), 'abc')).toEqual({ detail: expect.stringContaining(name) as string });
  });

  test('a possessive repeat that has nothing to give back is an ordinary one', () => {
    expect(matchesRegex(regex('https://[a-z]++\\.com', 'java', 'full'), 'https://abc.com')).toBe(true);
  });
});

test('answers are those of JavaScript itself', () => {
  const atom = fc.constantFrom('a', 'b', '.', '\\.', '-', ':', '[a-c]', '[^a]', '[.-]', '\\w', '\\d', '\\b', '\\B', '^', '$', '(?=a)', '(?!b)', '(?:a|b.)', '(a|ab)', '(?:a*b)', '(?:(?!ab).)', '(?:^|a)', '(?<=a)', '(?<!b)', '(?<=a|bc)', '(?<!^.a)', '(?=.*a)', '(?!.*(?<!a)b)');
  const piece = fc.tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0,2}', '*?')).map((parts) => parts.join(''));
  const source = fc.array(piece, { minLength: 1, maxLength: 6 }).chain((pieces) => fc.constantFrom(pieces.join(''), pieces.join('|'), `^(?:${pieces.join('')})$`));
  let held = 0;
  fc.assert(
    fc.property(source, fc.constantFrom('', 'i', 's', 'iu', 'v', 'y'), fc.stringMatching(/^[ab.:1-]{0,8}$/), (pattern, flags, text) => {
      let native: RegExp;
      try {
        native = new RegExp(pattern, flags);
      } catch {
        return;
      }
      held += 1;
      expect(matchesRegex(regex(pattern, 'js', 'search', flags), text)).toBe(native.test(text));
    }),
    { numRuns: 5000 },
  );
  expect(held).toBeGreaterThan(2000);
});

/** Steps that a pattern spends on a text, and its answer. */
function cost(source: string, text: string): { readonly steps: number; readonly answer: boolean } {
  const automaton = automatonOf(regex(source));
  if ('detail' in automaton) throw new Error(automaton.detail);
  const work = { left: 1_000_000 };
  let state = startOf(automaton, work);
  for (const char of text) state = step(automaton, state, char.charCodeAt(0), work);
  const answer = accepts(automaton, state, work);
  return { steps: 1_000_000 - work.left, answer };
}

describe('hostile patterns', () => {
  test.each([
    ['the same twice', '^https://(a|a)*$'],
    ['overlapping branches', '^https://([a-z]|[a-z0-9])+$'],
    ['optional in counts', '^https://(a?){16}(a?){16}(a?){16}$'],
    ['counts in counts', '^https://((a{0,8}){0,8}){0,4}$'],
    ['repeats in a row', '.*.*.*.*.*.*x$'],
    ['repeats of repeats', '^https://((a+)+)+$'],
  ])('%s: work grows with the text, not with the ways to match it', (_name, source) => {
    const once = cost(source, `https://${'a'.repeat(40)}!`);
    const twice = cost(source, `https://${'a'.repeat(80)}!`);
    expect([once.answer, twice.answer]).toEqual([false, false]);
    expect(twice.steps).toBeLessThan(once.steps * 3);
    expect(twice.steps).toBeLessThan(400_000);
  });

  test('what unfolds past the limit, or nests too deeply, stays open', () => {
    expect(matchesRegex(regex('^https://((a{0,16}){0,16}){0,16}$'), 'a')).toEqual({ detail: expect.stringContaining('unfold') as string });
    expect(matchesRegex(regex(`^https://(${Array.from({ length: 900 }, (_, index) => `host${index}`).join('|')})$`), 'https://host9')).toBe(true);
    expect(matchesRegex(regex('((a{1,50}){1,50}){1,50}'), 'a')).toEqual({ detail: expect.stringContaining('unfold') as string });
    expect(matchesRegex(regex('('.repeat(5000), 'pcre'), 'a')).toEqual({ detail: expect.stringContaining('nested') as string });
  });

  test('a glob of many stars is no different', () => {
    const glob = { s: 'glob', text: `https://${'*a'.repeat(30)}`, star: 'any-text', ignoreCase: false, ports: 'as-written', at } as const;
    expect(admits(glob, `https://${'a'.repeat(60)}!`, open)).toBe(false);
  });
});

describe('none is a proof', () => {
  test('a name under an ending that nobody thinks of is found', () => {
    expect(findAttacker(regex('^https://[a-z]{3}q[a-z]{2}\\.cloud$'), open)).toMatchObject({ how: 'register-domain', domain: expect.stringMatching(/^[a-z]{3}q[a-z]{2}\.cloud$/) as string });
  });

  test.each(['^https://(.*\\.)?example\\.com$', '^https://([a-z0-9-]+\\.)*example\\.com(:\\d+)?$', '^https?://localhost(:\\d+)?$', '^https://example.com$'])('%s has none', (source) => {
    expect(findAttacker(regex(source), open)).toBe('none');
  });

  test('names whose ending is no public suffix leave the question open', () => {
    expect(findAttacker(regex('^https://[a-z]+\\.[a-z]{9}corp$'), open)).toMatchObject({ reason: 'regex-too-complex' });
  });
});
