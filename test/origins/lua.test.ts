import { expect, test } from 'vitest';
import { weaknessOf } from '../../src/origins/attacker.js';
import { translate } from '../../src/origins/dialect.js';
import { admits } from '../../src/origins/membership.js';
import type { RegexSet } from '../../src/origins/origin-set.js';

const setOf = (source: string): RegexSet => ({ s: 'regex', source, flags: '', dialect: 'lua', use: 'search', subject: 'origin', at: { file: 'nginx.conf', start: 0, end: 0 } });

const PATTERNS = ['^https://[%w-]+%.example%.com$', 'https?://app%.example%.com', '^https://%a+.-%.example', '[^%s]+%.com', '^https://[]a-c.]+$', 'a-b', '-', '^-', '%-%d*', '(%w+)%.(com)', '()x', '^$', 'a$b', 'a^b', '%$', '[%.%-]x', 'example{2}', 'a|b', '%W', '\\'];
const TEXTS = ['', 'https://app.example.com', 'http://app.example.com', 'https://app.example.com.attacker.example', 'https://a]c.b', 'aab', 'b', '-', '--7', 'x', 'a$b', 'a^b', '$', '.x', '-x', 'example{2}', 'a|b', 'a', '\\', 'https://ab\n.example'];

test('the spelling in JavaScript admits what the pattern of Lua admits', () => {
  for (const source of PATTERNS) {
    const translated = translate(source, '', 'lua');
    if ('detail' in translated) throw new Error(`${source}: ${translated.detail}`);
    const pattern = new RegExp(translated.source, translated.flags);
    for (const text of TEXTS) expect([source, text, pattern.test(text)]).toEqual([source, text, admits(setOf(source), text, () => undefined)]);
  }
});

test.each([['%b()', /%b/], ['%f[%w]', /%f/], ['(a)%1', /back reference/], ['[a', /class/], ['(a', /group/]])('%s is named, not translated', (source, why) => {
  expect(translate(source, '', 'lua')).toEqual({ detail: expect.stringMatching(why) as unknown });
});

test('a pattern without an end lets a stranger in, and is mended in the words of Lua', () => {
  expect(weaknessOf(setOf('^https://[%w-]+%.example%.com'))).toMatchObject({ kind: 'unanchored', side: 'end', repaired: '^https://[%w-]+%.example%.com$' });
  expect(weaknessOf(setOf('^https://[%w-]+%.example%.com$'))).toBeUndefined();
  // Lua has no groups that repeat: what a bare host was to mean is the author's to write.
  expect(weaknessOf(setOf('example%.com'))).toMatchObject({ kind: 'unanchored' });
  expect(weaknessOf(setOf('example%.com'))?.repaired).toBeUndefined();
});
