import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { effectsOn } from '../../src/policy/views.js';
import tyk from '../../src/readers/tyk/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answer, edited, fixtureDifferences, fixtures, lines, preflightHeaders, readYaml } from '../support/gateways.js';
import { optionsOf } from '../support/lint.js';
import { soon } from '../support/soon.js';

describe('fixtures', () => {
  const all = fixtures('tyk');

  test('are eight', () => expect(all).toHaveLength(8));

  test.each(all)('$name', (fixture) => {
    expect(tyk.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, tyk)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(tyk, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

const api = (cors: string): string => `{"name": "a", "proxy": {"listen_path": "/"}, "CORS": ${cors}}`;

describe('the release by its image', () => {
  const statuses = (tag: string, cors: string): readonly unknown[] => {
    const { unit } = yaml.parse(new SourceText('api.json', api(cors)), filesFrom({ 'compose.yaml': `services:\n  tyk:\n    image: docker.tyk.io/tyk-gateway/tyk-gateway:${tag}\n` }));
    return [...tyk.read(unit!)].flatMap((reading) => {
      if (reading.kind !== 'policy') return [];
      const preflight = answer(reading.policy, 'OPTIONS', preflightHeaders('https://a.example'));
      const plain = answer(reading.policy, 'OPTIONS', { origin: 'https://a.example' });
      return [preflight.status, lines(preflight, 'access-control-allow-origin').length, plain.status];
    });
  };
  const cors = '{"enable": true, "allowed_methods": ["PUT"], "allowed_headers": ["*"]}';
  const passing = '{"enable": true, "allowed_methods": ["PUT"], "allowed_headers": ["*"], "options_passthrough": true}';

  // rs/cors by `go.mod` of each release; where the handler stands by `gateway/api_loader.go`.
  test.each([
    ['v5.0.0', cors, [200, 1, null]],
    ['v5.3.6', cors, [204, 1, null]],
    ['v5.8.5', cors, [204, 1, null]],
    ['v5.8.6', cors, [204, 1, 200]],
    ['v5.9.2', cors, [204, 1, null]],
    ['v5.10.0', cors, [204, 1, 200]],
    ['v5.9.2', passing, [null, 1, null]],
    ['v5.10.0', passing, [null, 0, null]],
  ])('%s with %s', (tag, settings, expected) => expect(statuses(tag, settings)).toEqual(expected));
});

test('what the upstream sends gives way to what Tyk has sent, one header at a time', () => {
  const { policies } = readYaml(tyk, api('{"enable": true, "allowed_origins": ["https://a.example"]}'));
  const of = (origin: string): readonly unknown[] => ['access-control-allow-origin', 'access-control-expose-headers', 'vary'].map((name) => lines(answer(policies[0]!, 'GET', { origin }, undefined, [['Access-Control-Allow-Origin', '*'], ['Access-Control-Expose-Headers', 'ETag'], ['Vary', 'Accept']]), name));
  expect(of('https://a.example')).toEqual([['https://a.example'], ['ETag'], ['Accept', 'Origin']]);
  expect(of('https://stranger.test')).toEqual([['*'], ['ETag'], ['Accept', 'Origin']]);
});

test('keys count in any case, as Go reads JSON', () => {
  const { policies } = readYaml(tyk, '{"name": "a", "proxy": {"listen_path": "/"}, "cors": {"Enable": true, "Allowed_Origins": ["https://a.example"]}}');
  expect(policies.map((policy) => lines(answer(policy, 'GET', { origin: 'https://a.example' }), 'access-control-allow-origin'))).toEqual([['https://a.example']]);
});

describe('changes', () => {
  const text = 'openapi: 3.0.3\nx-tyk-api-gateway:\n  middleware:\n    global:\n      cors:\n        enabled: true\n        allowedOrigins: [https://a.example/, https://b.example] # ours\n        allowCredentials: true\n        optionsPassthrough: true\n';
  const spot = (piece: string): { file: string; start: number; end: number } => ({ file: 'file.yaml', start: text.indexOf(piece), end: text.indexOf(piece) + piece.length });

  test('an entry gets another text', () => expect(edited(tyk, text, { kind: 'replace-text', at: spot('https://a.example/'), text: 'https://a.example' })).toBe(text.replace('a.example/', 'a.example')));
  test('an entry is taken out', () => expect(edited(tyk, text, { kind: 'remove-entry', at: spot('https://b.example') })).toBe(text.replace(', https://b.example', '')));
  test('credentials are switched off', () => {
    const { policies } = readYaml(tyk, text);
    const at = effectsOn(policies[0]!, 'access-control-allow-credentials')[0]!.effect.at;
    expect(edited(tyk, text, { kind: 'remove-header', at })).toBe(text.replace('allowCredentials: true', 'allowCredentials: false'));
  });
  test('OPTIONS is no more let through', () => {
    const { policies } = readYaml(tyk, text);
    expect(edited(tyk, text, { kind: 'answer-options', at: policies[0]!.probes[0]!.at, path: '/' })).toBe(text.replace('Passthrough: true', 'Passthrough: false'));
  });
});

describe('silence', () => {
  test.each([
    ['{"openapi": "3.0.3", "paths": {"/a": {"options": {"responses": {"204": {"headers": {"Access-Control-Allow-Origin": {}}}}}}}, "x-tyk-api-gateway": {"server": {"listenPath": {"value": "/a"}}}}'],
    ['{"CORS": {"enable": true, "allowed_origins": ["*"], "allow_credentials": true}}'],
    ['apiVersion: v1\nkind: ConfigMap\ndata:\n  CORS: "*"\n  listen_path: /\n'],
    ['apiVersion: tyk.tyk.io/v1alpha1\nkind: SecurityPolicy\nspec:\n  CORS: {enable: true}\n'],
  ])('%s', (text) => {
    const { policies, gaps } = readYaml(tyk, text);
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test('hostile texts are judged in time', async () => {
  const many = `[${Array.from({ length: 300 }, (_unused, index) => `{"name": "a${index}", "proxy": {"listen_path": "/a${index}/"}, "CORS": {"enable": true, "allowed_origins": ["https://a${index}.example"]}}`).join(',')}]`;
  const deep = api(`{"enable": true, "allowed_origins": ${'['.repeat(150)}${']'.repeat(150)}}`);
  for (const [text, most] of [[many, 4], [deep, 0.5]] as const) await soon(most, () => lint(['api.json'], filesFrom({ 'api.json': text }), optionsOf()));
});
