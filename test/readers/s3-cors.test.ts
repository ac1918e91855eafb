import { describe, expect, test } from 'vitest';
import s3 from '../../src/readers/s3-cors/index.js';
import { fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('s3-cors');

  test('are five', () => expect(all).toHaveLength(5));

  test.each(all)('$name', (fixture) => {
    expect(s3.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, s3)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(s3, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

test.each([
  ['AWS as documented in 2026', '[{ "AllowedOrigins": ["https://a.example.com"], "AllowedMethods": ["GET"] }]'],
  ['Google as documented in 2026', '[{ "origin": ["https://a.example.com"], "method": ["GET"] }]'],
])('%s', (version, text) => {
  expect(readYaml(s3, text, 'cors.json').policies.map((policy) => policy.version)).toEqual([version]);
});
