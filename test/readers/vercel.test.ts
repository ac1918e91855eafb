import { describe, expect, test } from 'vitest';
import { siteCases, siteDifferences } from '../support/static-hosts.js';

describe('what the host documents', () => {
  const all = siteCases('vercel');

  test('are five', () => expect(all).toHaveLength(5));

  test.each(all)('$name', async (one) => {
    expect(await siteDifferences(one, 'vercel')).toEqual([]);
  });
});
