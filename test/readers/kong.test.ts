import { describe, expect, test } from 'vitest';
import kong from '../../src/readers/kong/index.js';
import { differencesFrom, gatewayCases, readYaml } from '../support/gateways.js';

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
