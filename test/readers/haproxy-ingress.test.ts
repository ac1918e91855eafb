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
  }, 30_000);
});

describe('changes', () => {
  const text = 'kind: Ingress # head\nmetadata:\n  annotations:\n    haproxy-ingress.github.io/cors-enable: "true"\n    haproxy-ingress.github.io/cors-allow-origin: \'https://a.example,https://b.example\' # ours\n    haproxy-ingress.github.io/cors-allow-credentials: "true" # cookies\n    haproxy-ingress.github.io/cors-allow-origin-regex: https://.*\\.c\\.example\n';
  const policy = readYaml(reader, text).policies[0]!;
  const leaf = (entry: string): Change['at'] => originLeaves(policy).find((candidate) => ('text' in candidate ? candidate.text : candidate.source) === entry)!.at;

  test.each<[string, Change, string, string]>([
    ['an origin is taken out', { kind: 'remove-entry', at: leaf('https://b.example') }, ',https://b.example', ''],
    ['an origin is respelled', { kind: 'replace-text', at: leaf('https://a.example'), text: 'https://A.example' }, 'https://a.example', 'https://A.example'],
    ['a pattern is closed', { kind: 'replace-pattern', at: leaf('https://.*\\.c\\.example'), source: '^https://[a-z]+\\.c\\.example$' }, 'https://.*\\.c\\.example', '^https://[a-z]+\\.c\\.example$'],
    ['credentials are switched off', { kind: 'remove-header', at: effectsOn(policy, 'access-control-allow-credentials')[0]!.effect.at }, 'credentials: "true"', 'credentials: "false"'],
  ])('%s', (_name, change, before, after) => {
    expect(text).toContain(before);
    expect(edited(reader, text, change)).toBe(text.replace(before, () => after));
  });

  test('a pattern with a blank would be two', () => {
    expect(edited(reader, text, { kind: 'replace-pattern', at: leaf('https://.*\\.c\\.example'), source: '^a b$' })).toMatch(/^declined: /);
  });
});

test('one entry that is refused discards the list, and everybody is let in', () => {
  const ingress = (origin: string): string => `kind: Ingress\nmetadata:\n  annotations:\n    haproxy-ingress.github.io/cors-enable: "true"\n    haproxy-ingress.github.io/cors-allow-origin: "${origin}"\n`;
  const noted = (origin: string): readonly string[] => readYaml(reader, ingress(origin)).policies[0]!.notes.map(({ id }) => id);
  // The controller's validator, v0.17: entries between commas, not trimmed.
  expect(['https://a.example/', 'a.example', 'https://a.example, https://b.example', 'null', 'https://a.example,'].map(noted)).toEqual(Array.from({ length: 5 }, () => ['invalid-value-opens']));
  expect(['*', 'https://a.example,*', 'app://a'].map(noted)).toEqual([[], [], []]);
});
