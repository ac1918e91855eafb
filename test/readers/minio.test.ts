import { describe, expect, test } from 'vitest';
import minio from '../../src/readers/minio/index.js';
import { fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('minio');

  test('are four', () => expect(all).toHaveLength(4));

  test.each(all)('$name', (fixture) => {
    expect(minio.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, minio)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(minio, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
