import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import reader from '../../src/readers/haproxy-ingress/index.js';
import { edited, fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('haproxy-ingress');

  test('are 7', () => expect(all).toHaveLength(7));

  test.each(all)('$name', (fixture) => {
    expect(reader.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, reader)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(reader, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
