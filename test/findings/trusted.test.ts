import { describe, expect, test } from 'vitest';
import { admits } from '../../src/origins/membership.js';
import { trustedSet } from '../../src/findings/trusted.js';

const trusts = (texts: readonly string[], origin: string): boolean => admits(trustedSet(texts), origin, () => undefined) === true;

describe('trusted origins', () => {
  test.each<[string, string, boolean]>([
    ['https://app.example.com', 'https://app.example.com', true],
    ['https://app.example.com', 'https://app.example.com:8443', false],
    ['https://app.example.com', 'https://app.example.com.attacker.test', false],
    ['https://*.example.com', 'https://a.b.example.com', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://attackerexample.com', false],
    ['http://localhost:*', 'http://localhost:5173', true],
    ['http://localhost:*', 'http://localhost', false],
    ['null', 'null', true],
  ])('%s: %s %s', (text, origin, expected) => {
    expect(trusts([text], origin)).toBe(expected);
  });

  test('none and several', () => {
    expect(trusts([], 'https://a.example')).toBe(false);
    expect(trusts(['https://a.example', 'https://b.example'], 'https://b.example')).toBe(true);
  });
});
