import { describe, expect, test } from 'vitest';
import cloudformation from '../../src/readers/cloudformation/index.js';
import { fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('cloudformation');

  test('are twelve', () => expect(all).toHaveLength(12));

  test.each(all)('$name', (fixture) => {
    expect(cloudformation.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, cloudformation)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(cloudformation, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
