import { describe, expect, test } from 'vitest';
import { holds } from '../../src/policy/holds.js';
import { casesOf, exactSetOf, guardOf, headerValueOf } from '../../src/policy/from-condition.js';
import { and, not, or, TRUE, type Condition } from '../../src/values/condition.js';
import { settingIsAbsent } from '../../src/values/fact.js';
import type { Value } from '../../src/values/value.js';
import { place } from '../support/policy.js';

const at = place();
const text = (value: string): Value => ({ kind: 'string', value, at });
const origin: Value = { kind: 'request', part: 'header', header: 'origin', at };
const method: Value = { kind: 'request', part: 'method', at };
const derived = (how: 'url-hostname' | 'url-host' | 'lower-case' | 'strip-trailing-slash', of: Value = origin): Value => ({ kind: 'derived', how, of, at });
const list = (...items: readonly string[]): Value => ({ kind: 'list', items: items.map(text), at });

/** Is the condition true for the origin (GET unless said)? A fact that is open reads `open`. */
function ask(condition: Condition, sent: string | undefined, verb = 'GET'): boolean | 'open' {
  const result = holds(guardOf(condition), { method: verb, path: '/', headers: sent === undefined ? [] : [['origin', sent]] }, () => undefined);
  return typeof result === 'boolean' ? result : 'open';
}

const A = 'https://app.example.com';
const equals = (left: Value, right: Value, ignoreCase = false): Condition => ({ c: 'equals', left, right, ignoreCase, at });
const affix = (c: 'starts-with' | 'ends-with' | 'contains', whole: Value, part: Value): Condition => ({ c, text: whole, part, ignoreCase: false, at });

describe('conditions about the origin', () => {
  test.each<[string, Condition, readonly string[], readonly (string | undefined)[]]>([
    ['equality, either way round', or(equals(origin, text(A)), equals(text('https://b.example'), origin)), [A, 'https://b.example'], ['https://c.example', undefined]],
    ['equality that ignores case', equals(derived('lower-case'), text(A)), [A], ['https://b.example']],
    ['membership', { c: 'member', item: origin, of: list(A), at }, [A], ['https://b.example', undefined]],
    ['keys of a record', { c: 'member', item: origin, of: { kind: 'record', entries: [{ key: A, value: text('1'), at }], at }, at }, [A], ['https://b.example']],
    ['presence', { c: 'present', value: origin, at }, [A], [undefined]],
    ['absence or membership', or(not({ c: 'present', value: origin, at }), equals(origin, text(A))), [A], ['https://b.example']],
    ['a suffix', affix('ends-with', origin, text('.example.com')), [A], ['https://example.org']],
    ['a prefix', affix('starts-with', origin, text('https://app')), [A], ['https://b.example']],
    ['a substring', affix('contains', origin, text('example')), [A], ['https://site.test']],
    ['a piece of a text', affix('contains', text(`${A},https://b.example`), origin), [A, 'https://app'], ['https://c.example']],
    ['the host name of its URL', equals(derived('url-hostname'), text('app.example.com')), [A, 'http://app.example.com:8080'], ['https://b.example', 'null']],
    ['the host with its port', affix('ends-with', derived('url-host'), text('.com:8080')), ['http://app.example.com:8080'], [A]],
    ['a pattern', { c: 'matches', text: origin, regex: { kind: 'regex', source: '^https:', flags: '', dialect: 'js', at }, use: 'search', at }, [A], ['http://app.example.com']],
    ['both', and({ c: 'member', item: origin, of: list(A, 'http://x.example'), at }, affix('starts-with', origin, text('https:'))), [A], ['http://x.example']],
  ])('%s', (_name, condition, yes, no) => {
    for (const sent of yes) expect([sent, ask(condition, sent)]).toEqual([sent, true]);
    for (const sent of no) expect([sent, ask(condition, sent)]).toEqual([sent, false]);
  });

  test('an unknown list is open, an unknown test too', () => {
    const env: Value = { kind: 'env', name: 'ORIGINS', at };
    expect(ask({ c: 'member', item: origin, of: env, at }, A)).toBe('open');
    expect(ask(affix('ends-with', origin, env), A)).toBe('open');
    expect(ask({ c: 'member', item: origin, of: { kind: 'list', items: [text(A)], rest: { kind: 'env', name: 'ORIGINS', at }, at }, at }, A)).toBe(true);
  });
});

test('methods', () => {
  const options = equals(method, text('OPTIONS'));
  expect([ask(options, A, 'OPTIONS'), ask(options, A, 'GET'), ask(not(options), A, 'GET')]).toEqual([true, false, true]);
  const listed: Condition = { c: 'member', item: method, of: list('PUT', 'DELETE'), at };
  expect([ask(listed, A, 'PUT'), ask(listed, A, 'GET')]).toEqual([true, false]);
});

test('an either is its cases, each under its guard', () => {
  const unset = settingIsAbsent('X', at);
  const value: Value = { kind: 'either', options: [{ when: { c: 'fact', fact: unset }, value: text('a') }, { when: not({ c: 'fact', fact: unset }), value: text('b') }], at };
  expect(casesOf(value).map((one) => (one.value.kind === 'string' ? one.value.value : ''))).toEqual(['a', 'b']);
  expect(casesOf(text('x'))).toEqual([{ when: { g: 'always' }, value: text('x') }]);
  expect(guardOf(TRUE)).toEqual({ g: 'always' });
});

test('the text of a header', () => {
  expect(headerValueOf(origin)).toMatchObject({ v: 'request-header', name: 'origin' });
  expect(headerValueOf({ kind: 'boolean', value: true, at })).toMatchObject({ v: 'literal', text: 'true' });
  expect(headerValueOf({ kind: 'concat', parts: [text('https://'), { kind: 'env', name: 'HOST', at }], at })).toMatchObject({ v: 'concat' });
  expect(headerValueOf(derived('url-hostname'))).toMatchObject({ v: 'unknown' });
  expect(headerValueOf(list(A))).toBeUndefined();
});

test('a single text is a list of one', () => {
  expect(exactSetOf(text(A), at)).toMatchObject({ s: 'exact', text: A });
});
