import { describe, expect, test } from 'vitest';
import { siteCases, siteDifferences } from '../support/static-hosts.js';

describe('what the host documents', () => {
  const all = siteCases('firebase');

  test('are three', () => expect(all).toHaveLength(3));

  test.each(all)('$name', async (one) => {
    expect(await siteDifferences(one, 'firebase')).toEqual([]);
  });
});
