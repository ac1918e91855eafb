import { describe, expect, test } from 'vitest';
import kong from '../../src/readers/kong/index.js';
import { differencesFrom, fixtureDifferences, fixtures, gatewayCases, readYaml } from '../support/gateways.js';

describe('the cases of the reference', () => {
  const cases = gatewayCases('kong');

  test('are six', () => expect(cases.map(({ id }) => id)).toHaveLength(6));

  test.each(cases)('$id', ({ text, expect: { policy: expected } }) => {
    expect(kong.mayConcern.test(text)).toBe(true);
    const { policies, gaps, problems } = readYaml(kong, text);
    expect({ gaps, problems }).toEqual({ gaps: [], problems: [] });
    expect(policies).toHaveLength(1);
    expect(differencesFrom(expected, policies[0]!)).toEqual([]);
  });
});

describe('fixtures', () => {
  const all = fixtures('kong');

  test('are ten', () => expect(all).toHaveLength(10));

  test.each(all)('$name', (fixture) => {
    expect(kong.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, kong)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(kong, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
