import { expect, test } from 'vitest';
import { exact } from '../../src/origins/origin-set.js';
import { canonicalOrigin, isSerializableOrigin, whyNever, type Flaw } from '../../src/origins/serialization.js';

test.each(['null', 'https://app.example.com', 'http://localhost:3000', 'https://xn--bcher-kva.example', 'http://[::1]:3000', 'https://app.example.com.', 'chrome-extension://abcdef', 'https://a_b.example.com', 'http://127.0.0.1:8080'])('%s can be sent', (text) => {
  expect(isSerializableOrigin(text)).toBe(true);
  expect(canonicalOrigin(text)).toBeUndefined();
});

test.each<[string, Flaw, string | undefined]>([
  ['app.example.com', 'missing-scheme', 'https://app.example.com'],
  ['localhost:3000', 'missing-scheme', 'http://localhost:3000'],
  ['https://app.example.com/', 'trailing-slash', 'https://app.example.com'],
  ['https://app.example.com/login', 'path', 'https://app.example.com'],
  ['https://App.example.com', 'upper-case', 'https://app.example.com'],
  ['https://app.example.com:443', 'default-port', 'https://app.example.com'],
  ['http://app.example.com:80', 'default-port', 'http://app.example.com'],
  ['https://app.example.com:0', 'bad-port', undefined],
  ['https://app.example.com:70000', 'bad-port', undefined],
  ['https://user@app.example.com', 'user-info', 'https://app.example.com'],
  ['https://bücher.example', 'non-ascii', 'https://xn--bcher-kva.example'],
  ['http://[0:0:0:0:0:0:0:1]:3000', 'ipv6', 'http://[::1]:3000'],
  ['file:///home', 'file', undefined],
  ["'https://app.example.com'", 'quoted', 'https://app.example.com'],
  [' https://app.example.com', 'whitespace', 'https://app.example.com'],
  [': https://app.example.com', 'colon-in-front', 'https://app.example.com'],
  [': *', 'colon-in-front', undefined],
  ['https://*.example.com', 'glob', undefined],
  ['https://a.example, https://b.example', 'several-origins', undefined],
  ['https://${HOST}', 'placeholder', undefined],
  ['', 'empty', undefined],
])('%s: %s', (text, flaw, origin) => {
  expect(canonicalOrigin(text)).toEqual({ origin, flaw });
});

const at = { file: 'x', start: 0, end: 1 };

test('comparisons that normalise make an entry match after all', () => {
  expect(whyNever(exact('https://App.example.com/', at, ['ignore-case', 'strip-trailing-slash']))).toBeUndefined();
  expect(whyNever(exact('https://app.example.com/', at))).toBe('trailing-slash');
  expect(whyNever(exact('https://app.example.com:443', at, ['drop-default-port']))).toBeUndefined();
  expect(whyNever(exact('*', at))).toBe('wildcard-in-list');
});
