import { describe, expect, test } from 'vitest';
import ingressNginx from '../../src/readers/ingress-nginx/index.js';
import { differencesFrom, fixtureDifferences, fixtures, gatewayCases, outcomes, preflightHeaders, readYaml } from '../support/gateways.js';

describe('the cases of the reference', () => {
  const cases = gatewayCases('ingress-nginx');
  const gapOnly = new Map([
    ['ingress-nginx-not-enabled', /no effect here: `nginx\.ingress\.kubernetes\.io\/enable-cors: "true"` is not set/],
    ['ingress-nginx-configmap-ignored', /ConfigMap has no/],
    // The nginx text inside an annotation is read by nobody yet.
    ['ingress-nginx-snippet-reflect', /the nginx text in `configuration-snippet` was not read/],
  ]);
  const undecided = 'ingress-nginx-helm-template';

  test('are ten: six are policies, one is undecided, three are gaps', () => {
    expect(cases).toHaveLength(10);
    expect(cases.filter(({ id }) => gapOnly.has(id))).toHaveLength(3);
  });

  test.each(cases.filter(({ id }) => !gapOnly.has(id) && id !== undecided))('$id', ({ text, expect: { policy: expected } }) => {
    expect(ingressNginx.mayConcern.test(text)).toBe(true);
    const { policies, gaps, problems } = readYaml(ingressNginx, text);
    expect({ gaps, problems }).toEqual({ gaps: [], problems: [] });
    expect(policies).toHaveLength(1);
    expect(differencesFrom(expected, policies[0]!)).toEqual([]);
  });

  test.each(cases.filter(({ id }) => gapOnly.has(id)))('$id', ({ id, text }) => {
    expect(ingressNginx.mayConcern.test(text)).toBe(true);
    const { policies, gaps } = readYaml(ingressNginx, text);
    expect(policies).toEqual([]);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { message } of gaps) expect(message).toMatch(gapOnly.get(id)!);
  });

  test(undecided, () => {
    const { text } = cases.find(({ id }) => id === undecided)!;
    const { policies, gaps, problems } = readYaml(ingressNginx, text);
    expect({ gaps, problems }).toEqual({ gaps: [], problems: [] });
    expect(policies).toHaveLength(1);
    const worlds = outcomes(policies[0]!, 'OPTIONS', preflightHeaders('https://a.example'));
    // Off, the upstream answers, in an unknown way; on, 204 with credentials and an origin that nobody here knows.
    expect(worlds.map(({ response }) => [response.status, response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text, response.headers.find(({ name }) => name === 'access-control-allow-credentials')?.text])).toEqual(
      expect.arrayContaining([
        [null, undefined, undefined],
        [204, null, 'true'],
      ]),
    );
    expect(worlds).toHaveLength(2);
  });
});

describe('fixtures', () => {
  const all = fixtures('ingress-nginx');

  test('are nine', () => expect(all).toHaveLength(9));

  test.each(all)('$name', (fixture) => {
    expect(ingressNginx.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, ingressNginx)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(ingressNginx, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});
