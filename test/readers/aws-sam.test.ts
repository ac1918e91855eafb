import { describe, expect, test } from 'vitest';
import sam from '../../src/readers/aws-sam/index.js';
import { fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('aws-sam');

  test('are eleven', () => expect(all).toHaveLength(11));

  test.each(all)('$name', (fixture) => {
    expect(sam.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, sam)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(sam, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
