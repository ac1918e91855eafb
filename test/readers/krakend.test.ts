import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { effectsOn } from '../../src/policy/views.js';
import krakend from '../../src/readers/krakend/index.js';
import toml from '../../src/syntax/toml/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { answer, edited, fixtureDifferences, fixtures, lines, preflightHeaders, readYaml } from '../support/gateways.js';
import { optionsOf } from '../support/lint.js';
import { soon } from '../support/soon.js';

describe('fixtures', () => {
  const all = fixtures('krakend');

  test('are twelve', () => expect(all).toHaveLength(12));

  test.each(all)('$name', (fixture) => {
    expect(krakend.mayConcern.test(fixture.text)).toBe(true);
    expect(fixtureDifferences(fixture, krakend)).toEqual([]);
  });

  test.each(all)('every prefix of $name is read without a throw', ({ text, name }) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = readYaml(krakend, text.slice(0, end), name);
      for (const { at } of [...policies, ...gaps]) expect(at.end).toBeLessThanOrEqual(end);
    }
  });
});

const service = (cors: string, endpoints = '[]'): string => `{"version": 3, "endpoints": ${endpoints}, "extra_config": {"security/cors": ${cors}}}`;

describe('origins of browsers against what is written', () => {
  // As the documentation of rs/cors says it: one `*` for any characters, the whole without case, a lone `*` for all.
  test.each([
    ['["https://a.example"]', 'https://a.example', 'https://a.example'],
    ['["https://A.example"]', 'https://a.example', 'https://a.example'],
    ['["https://a.example/"]', 'https://a.example', undefined],
    ['["https://*.a.example"]', 'https://x.y.a.example', 'https://x.y.a.example'],
    ['["https://*.a.example"]', 'https://a.example', undefined],
    ['["https://*.A.example"]', 'https://x.a.example', 'https://x.a.example'],
    ['["https://a.example*"]', 'https://a.example.stranger.test', 'https://a.example.stranger.test'],
    ['["*a.example"]', 'http://stranger-a.example', 'http://stranger-a.example'],
    ['["https://*.*.example"]', 'https://x.a.example', undefined],
    ['["https://b.example", "*"]', 'https://stranger.test', '*'],
    ['[]', 'https://stranger.test', '*'],
    ['["null"]', 'null', 'null'],
  ])('%s and %s', (origins, origin, allowed) => {
    const { policies } = readYaml(krakend, service(`{"allow_origins": ${origins}, "allow_credentials": true}`));
    const response = answer(policies[0]!, 'GET', { origin });
    expect(lines(response, 'access-control-allow-origin')).toEqual(allowed === undefined ? [] : [allowed]);
    expect(lines(response, 'access-control-allow-credentials')).toEqual(allowed === undefined ? [] : ['true']);
    expect(lines(response, 'vary')).toEqual(['Origin']);
  });
});

describe('durations of Go', () => {
  test.each([['1h30m', ['5400']], ['90s', ['90']], ['1500ms', ['1']], ['0s', []], ['-5m', ['0']], ['2.5h', ['9000']], ['600', []]])('%s', (written, sent) => {
    const { policies } = readYaml(krakend, service(`{"max_age": "${written}", "allow_methods": ["PUT"]}`));
    expect(lines(answer(policies[0]!, 'OPTIONS', preflightHeaders('https://a.example')), 'access-control-max-age')).toEqual(sent);
  });
});

describe('the release by its image', () => {
  const read = (image: string): readonly { readonly status: number | null; readonly methods: readonly (string | null)[]; readonly version: string | undefined }[] => {
    const text = service('{"allow_methods": ["put"], "allow_headers": ["*"]}');
    const { unit } = yaml.parse(new SourceText('gateway/krakend.json', text), filesFrom({ 'docker-compose.yml': `services:\n  gateway:\n    image: "${image}"\n` }));
    return [...krakend.read(unit!)].flatMap((reading) => {
      if (reading.kind !== 'policy') return [];
      const response = answer(reading.policy, 'OPTIONS', preflightHeaders('https://a.example'));
      return [{ status: response.status, methods: lines(response, 'access-control-allow-methods'), version: reading.policy.version }];
    });
  };

  // rs/cors 1.6 to 1.11 by the `go.mod` of each release.
  test.each([
    ['devopsfaith/krakend:2.1', 200, ['PUT'], 'KrakenD 2.1 (docker-compose.yml)'],
    ['krakend:2.4.1', 204, ['PUT'], 'KrakenD 2.4.1 (docker-compose.yml)'],
    ['krakend/krakend-ee:2.6.1', 204, [], 'KrakenD 2.6.1 (docker-compose.yml)'],
    ['krakend:2', 204, [], 'KrakenD in its newest release (docker-compose.yml)'],
    ['nginx:1.27', 204, [], 'KrakenD ≥ 2.10.1 assumed (no version found)'],
  ])('%s', (image, status, methods, version) => expect(read(image)).toEqual([{ status, methods, version }]));
});

describe('what a backend sends', () => {
  const endpoints = (more: string): string => `[{"endpoint": "/raw", ${more} "backend": [{"url_pattern": "/raw", "host": ["http://127.0.0.1:3000"]}]}]`;
  const of = (more: string): readonly (string | null)[] => {
    const { policies } = readYaml(krakend, service('{"allow_origins": ["https://a.example"]}', endpoints(more)));
    return lines(answer(policies[0]!, 'GET', { origin: 'https://a.example' }, undefined, [['Access-Control-Allow-Origin', '*']]), 'access-control-allow-origin');
  };

  test('is dropped where the response is made anew', () => expect(of('')).toEqual(['https://a.example']));
  test('stands beside where the endpoint is raw', () => expect(of('"output_encoding": "no-op",')).toEqual(['https://a.example', '*']));

  test('is found in an application of the repository that the endpoint leads to', async () => {
    const app = "import express from 'express';\nconst app = express();\napp.use((req, res, next) => {\n  res.setHeader('Access-Control-Allow-Origin', '*');\n  next();\n});\napp.get('/raw', (req, res) => res.json({}));\napp.listen(3000);\n";
    const files = { 'krakend.json': service('{"allow_origins": ["https://a.example"]}', endpoints('"output_encoding": "no-op",')), 'app.js': app };
    const { findings } = await lint(Object.keys(files), filesFrom(files), optionsOf());
    expect(findings.map(({ ruleId, at }) => [ruleId, at.file])).toContainEqual(['duplicate-cors-layers', 'krakend.json']);
  });
});

describe('changes', () => {
  const text = '{\n  "version": 3,\n  "endpoints": [],\n  "extra_config": {\n    "security/cors": {\n      "allow_origins": ["https://a.example/", "https://b.example"],\n      "allow_credentials": true\n    }\n  }\n}\n';
  const spot = (piece: string): { file: string; start: number; end: number } => ({ file: 'file.yaml', start: text.indexOf(piece), end: text.indexOf(piece) + piece.length });

  test('an entry gets another text in its quotes', () => expect(edited(krakend, text, { kind: 'replace-text', at: spot('"https://a.example/"'), text: 'https://a.example' })).toBe(text.replace('a.example/', 'a.example')));
  test('an entry is taken out', () => expect(edited(krakend, text, { kind: 'remove-entry', at: spot('"https://a.example/"') })).toBe(text.replace('"https://a.example/", ', '')));
  test('credentials are switched off', () => {
    const { policies } = readYaml(krakend, text);
    const at = effectsOn(policies[0]!, 'access-control-allow-credentials')[0]!.effect.at;
    expect(edited(krakend, text, { kind: 'remove-header', at })).toBe(text.replace('true', 'false'));
  });
  test('what a template writes is left alone', () => {
    const templated = text.replace('true', '{{ .cookies }}');
    const { policies } = readYaml(krakend, templated);
    const at = effectsOn(policies[0]!, 'access-control-allow-credentials')[0]!.effect.at;
    expect(edited(krakend, templated, { kind: 'remove-header', at })).toMatch(/^declined/);
  });
});

describe('krakend.toml', () => {
  const text = '# KrakenD\nversion = 3\n\n[[endpoints]]\nendpoint = "/items"\nmethod = "PUT"\n\n[extra_config."security/cors"]\nallow_origins = ["https://*.shop.example"]\nallow_methods = ["PUT"]\nallow_credentials = true\nmax_age = "10m"\n';
  const read = (source: string): ReturnType<typeof readYaml> => {
    const { unit, problems } = toml.parse(new SourceText('krakend.toml', source), filesFrom({}));
    const readings = [...krakend.read(unit!)];
    return { policies: readings.flatMap((one) => (one.kind === 'policy' ? [one.policy] : [])), gaps: readings.flatMap((one) => (one.kind === 'gap' ? [one.gap] : [])), problems, unit: unit! };
  };

  test('says what krakend.json says', () => {
    const { policies, gaps, problems } = read(text);
    expect([gaps, problems]).toEqual([[], []]);
    const response = answer(policies[0]!, 'OPTIONS', preflightHeaders('https://eu.shop.example'));
    expect([response.status, lines(response, 'access-control-allow-origin'), lines(response, 'access-control-max-age')]).toEqual([204, ['https://eu.shop.example'], ['600']]);
    expect(policies[0]!.probes).toEqual([expect.objectContaining({ path: '/items', methods: ['PUT'] })]);
  });

  test('is changed in its own syntax', () => {
    const { policies, unit } = read(text);
    const at = effectsOn(policies[0]!, 'access-control-allow-credentials')[0]!.effect.at;
    const edits = krakend.write({ ...unit, files: filesFrom({}) }, policies[0]!, { kind: 'remove-header', at });
    expect('declined' in edits ? edits.declined : applyEdits(text, edits)).toBe(text.replace('true', 'false'));
  });
});

describe('silence', () => {
  test.each([
    ['{"version": 3, "endpoints": [{"endpoint": "/docs/security/cors"}]}'],
    ['{"version": 3, "endpoints": [], "extra_config": {"router": {"auto_options": true}}}'],
    ['openapi: 3.0.3\npaths:\n  /security/cors:\n    get: {}\n'],
  ])('%s', (text) => {
    const { policies, gaps } = readYaml(krakend, text);
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test('hostile texts are judged in time', async () => {
  const many = service('{"allow_origins": ["https://a.example"]}', `[${Array.from({ length: 8000 }, (_unused, index) => `{"endpoint": "/p${index}/{id}", "method": "PUT"}`).join(',')}]`);
  const deep = service(`{"allow_origins": ${'['.repeat(100)}${']'.repeat(100)}}`);
  const bomb = `a: &a ["*", "*"]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nversion: 3\nendpoints: []\nextra_config: {security/cors: {allow_origins: *e}}\n`;
  for (const [text, most] of [[many, 3], [deep, 0.5], [bomb, 0.5]] as const) await soon(most, () => lint(['krakend.json'], filesFrom({ 'krakend.json': text }), optionsOf()));
});
