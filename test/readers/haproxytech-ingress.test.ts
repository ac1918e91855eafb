import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import reader from '../../src/readers/haproxytech-ingress/index.js';
import { edited, fixtureDifferences, fixtures, readYaml } from '../support/gateways.js';

describe('fixtures', () => {
  const all = fixtures('haproxytech-ingress');

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
  }, 30_000);
});

describe('changes', () => {
  const text = 'kind: Ingress # head\nmetadata:\n  annotations:\n    haproxy.org/cors-enable: "true"\n    haproxy.org/cors-allow-origin: "https://app.example.com" # ours\n    haproxy.org/cors-allow-credentials: \'true\'\n';
  const policy = readYaml(reader, text).policies[0]!;
  const pattern = originLeaves(policy)[0]!.at;

  test.each<[string, Change, string, string]>([
    ['a plain origin becomes a closed pattern, in its quotes', { kind: 'replace-pattern', at: pattern, source: '^https://app\\.example\\.com$' }, '"https://app.example.com"', '"^https://app\\\\.example\\\\.com$"'],
    ['credentials are switched off', { kind: 'remove-header', at: effectsOn(policy, 'access-control-allow-credentials')[0]!.effect.at }, "'true'", "'false'"],
  ])('%s', (_name, change, before, after) => {
    expect(text).toContain(before);
    expect(edited(reader, text, change)).toBe(text.replace(before, () => after));
  });
});
