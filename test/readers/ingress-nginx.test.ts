import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/policy/change.js';
import { effectsOn, originLeaves } from '../../src/policy/views.js';
import ingressNginx from '../../src/readers/ingress-nginx/index.js';
import { answer, edited, fixtureDifferences, fixtures, lines, outcomes, preflightHeaders, readYaml } from '../support/gateways.js';
import { gatewayCases } from '../support/gateway-cases.js';

test('a template that may switch CORS off has both answers', () => {
  const { text } = gatewayCases().find(({ id }) => id === 'ingress-nginx-helm-template')!;
  const { policies } = readYaml(ingressNginx, text);
  const worlds = outcomes(policies[0]!, 'OPTIONS', preflightHeaders('https://a.example'));
  // Off, the upstream answers, in an unknown way; on, 204 with credentials and an origin that nobody here knows.
  const told = worlds.map(({ response }) => [response.status, response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text, response.headers.find(({ name }) => name === 'access-control-allow-credentials')?.text]);
  expect(told).toHaveLength(2);
  expect(told).toEqual(expect.arrayContaining([[null, undefined, undefined], [204, null, 'true']]));
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

describe('values of cors-allow-origin', () => {
  const ingress = (origin: string): string => `kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: ${JSON.stringify(origin)}\n`;
  const star = ['*'];
  // Section 2.1 of the reference for gateways, for versions from 1.13 on.
  test.each<[string, string, readonly string[]]>([
    ['*', 'https://stranger.test', star],
    ['*, https://a.example', 'https://stranger.test', star],
    ['https://a.example/', 'https://stranger.test', star],
    ['https://a.example/path', 'https://stranger.test', star],
    ['https://a_b.example', 'https://stranger.test', star],
    ['https://.*\\.a\\.example', 'https://stranger.test', star],
    ['', 'https://stranger.test', star],
    ['https://a.example,', 'https://stranger.test', []],
    ['https://a.example, ,https://b.example', 'https://b.example', ['https://b.example']],
    ['a.example', 'https://a.example', []],
    ['https://*.a.example', 'https://b-1.a.example', ['https://b-1.a.example']],
    ['https://*.a.example', 'https://a.example', []],
    ['https://*.a.example', 'https://c.b.a.example', []],
    ['https://a.example:8443', 'https://a.example', []],
    ['capacitor://localhost', 'capacitor://localhost', ['capacitor://localhost']],
    ['null,https://a.example', 'null', ['null']],
  ])('%j and %s', (value, origin, allowed) => {
    const { policies } = readYaml(ingressNginx, ingress(value));
    expect(lines(answer(policies[0]!, 'GET', { origin }), 'access-control-allow-origin')).toEqual(allowed);
    const opened = allowed === star && value !== '*';
    expect(policies[0]!.notes.map(({ id }) => id)).toEqual(opened ? ['invalid-value-opens'] : []);
  });

  test('the upstream is overruled for origins that match, and heard for others', () => {
    const { policies } = readYaml(ingressNginx, ingress('https://a.example'));
    const upstream = [['Access-Control-Allow-Origin', 'https://upstream.example'], ['Access-Control-Expose-Headers', 'X-Up']] as const;
    const matched = answer(policies[0]!, 'GET', { origin: 'https://a.example' }, undefined, upstream);
    expect([lines(matched, 'access-control-allow-origin'), lines(matched, 'access-control-expose-headers'), lines(matched, 'vary')]).toEqual([['https://a.example'], ['X-Up'], []]);
    expect(lines(answer(policies[0]!, 'GET', { origin: 'https://stranger.test' }, undefined, upstream), 'access-control-allow-origin')).toEqual(['https://upstream.example']);
  });

  // Go's strconv.ParseBool; what it refuses leaves the default, `true`.
  test.each([['false', []], ['0', []], ['F', []], ['no', ['true']], ['', ['true']], ['True', ['true']]])('cors-allow-credentials %j', (value, sent) => {
    const { policies } = readYaml(ingressNginx, `${ingress('https://a.example')}    nginx.ingress.kubernetes.io/cors-allow-credentials: "${value}"\n`);
    expect(lines(answer(policies[0]!, 'GET', { origin: 'https://a.example' }), 'access-control-allow-credentials')).toEqual(sent);
  });
});

describe('changes', () => {
  const head = 'kind: Ingress # head\nmetadata:\n  annotations:\n';
  const enable = '    nginx.ingress.kubernetes.io/enable-cors: "true" # on\n';
  const list = '    nginx.ingress.kubernetes.io/cors-allow-origin: \'null, http://A.example:80 , https://b.example\' # ours\n';
  const text = head + enable + list;
  const { policies: [policy] } = readYaml(ingressNginx, text);
  const leaf = (entry: string): Change['at'] => originLeaves(policy!).find((candidate) => 'text' in candidate && candidate.text === entry)!.at;
  const credentials = (of: string): Change => ({ kind: 'drop-credentials', at: effectsOn(readYaml(ingressNginx, of).policies[0]!, 'access-control-allow-credentials')[0]!.effect.at });

  test.each<[string, Change, string, string]>([
    ['an origin is respelled in its place', { kind: 'replace-text', at: leaf('http://A.example:80'), text: 'http://a.example' }, 'http://A.example:80', 'http://a.example'],
    ['the first origin is taken out', { kind: 'remove-entry', at: leaf('null') }, 'null, http', 'http'],
    ['the last origin is taken out', { kind: 'remove-entry', at: leaf('https://b.example') }, ' , https://b.example', ''],
    ['credentials are switched off by a new line', credentials(text), enable, `${enable}    nginx.ingress.kubernetes.io/cors-allow-credentials: "false"\n`],
  ])('%s', (_name, change, before, after) => {
    expect(text).toContain(before);
    expect(edited(ingressNginx, text, change)).toBe(text.replace(before, () => after));
  });

  test.each([
    [`${text}    nginx.ingress.kubernetes.io/cors-allow-credentials: 'true' # cookies\n`, "'true'", "'false'"],
    ['{"kind": "Ingress", "metadata": {"annotations": {"nginx.ingress.kubernetes.io/enable-cors": "true"}}}', 'enable-cors": "true"', 'enable-cors": "true", "nginx.ingress.kubernetes.io/cors-allow-credentials": "false"'],
    ['a:\n  nginx.ingress.kubernetes.io/enable-cors: true\n  nginx.ingress.kubernetes.io/cors-allow-credentials: true\n', 'credentials: true', 'credentials: false'],
  ])('credentials are switched off in %j', (of, before, after) => {
    expect(of).toContain(before);
    expect(edited(ingressNginx, of, credentials(of))).toBe(of.replace(before, () => after));
  });

  test('a patch inside a block of text is changed in its place', () => {
    const patch = 'kind: Kustomization\npatches:\n  - patch: |-\n      kind: Ingress\n      metadata:\n        annotations:\n          nginx.ingress.kubernetes.io/enable-cors: "true"\n';
    expect(edited(ingressNginx, patch, credentials(patch))).toBe(`${patch}          nginx.ingress.kubernetes.io/cors-allow-credentials: "false"\n`);
  });

  test.each([
    ['the only origin stays', `${head}${enable}    nginx.ingress.kubernetes.io/cors-allow-origin: "null"\n`],
    ['anchored annotations are not touched', 'x: &x\n  nginx.ingress.kubernetes.io/enable-cors: "true"\n  nginx.ingress.kubernetes.io/cors-allow-origin: "null,https://a.example"\ny: *x\n'],
  ])('%s', (_name, of) => {
    const at = originLeaves(readYaml(ingressNginx, of).policies[0]!)[0]!.at;
    expect(edited(ingressNginx, of, { kind: 'remove-entry', at })).toMatch(/^declined: /);
  });
});
