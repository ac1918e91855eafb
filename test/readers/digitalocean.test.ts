import { describe, expect, test } from 'vitest';
import { siteCases, siteDifferences } from '../support/static-hosts.js';

describe('what the host documents', () => {
  const all = siteCases('digitalocean');

  test('are four', () => expect(all).toHaveLength(4));

  test.each(all)('$name', async (one) => {
    expect(await siteDifferences(one, 'digitalocean')).toEqual([]);
  });
});
