import { describe, expect, test } from 'vitest';
import openapi from '../../src/readers/openapi-aws/index.js';
import { fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('openapi-aws');

  test('are seven', () => expect(all).toHaveLength(7));

  test.each(all)('$name', (fixture) => {
    expect(openapi.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, openapi)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(openapi, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
