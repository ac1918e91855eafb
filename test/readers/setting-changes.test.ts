import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { languageOf, load } from '../../src/engine-loading.js';
import { spelled } from '../../src/fixes/spell.js';
import type { Change } from '../../src/policy/change.js';
import { effectsOn } from '../../src/policy/views.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import type { Span } from '../../src/text/span.js';
import { optionsOf } from '../support/lint.js';

/** The text after a change at the place that sends a header, as the engine lets it be spelled. */
async function changed(file: string, text: string, header: string, asked: (at: Span, value: Span) => Change): Promise<string> {
  const { policies } = await lint([file], filesFrom({ [file]: text }), optionsOf());
  const policy = policies.find((one) => effectsOn(one, header).length > 0)!;
  const { effect } = effectsOn(policy, header)[0]!;
  const { readers, languages } = await load([{ id: policy.reader, language: file.endsWith('.toml') ? 'toml' : 'yaml', cors: true, isByName: false }]);
  const reader = readers.get(policy.reader)!;
  const { unit } = languages.get(languageOf(reader.language, file)!)!.parse(new SourceText(file, text), filesFrom({ [file]: text }));
  const edits = spelled(reader, unit, policy, asked(effect.at, effect.value.at));
  return 'declined' in edits ? `declined: ${edits.declined}` : applyEdits(text, edits);
}

const kong = (config: string): string => `_format_version: "3.0"\nplugins:\n  - name: cors\n    config:\n${config}`;
const METHODS = 'access-control-allow-methods';
const ORIGIN = 'access-control-allow-origin';

describe('lists', () => {
  const edit = (remove: readonly string[], add: readonly string[]) => (at: Span): Change => ({ kind: 'edit-list', at, remove, add });

  test('between brackets', async () => {
    expect(await changed('kong.yml', kong("      methods: [GET, 'TRACE']\n"), METHODS, edit(['TRACE'], ['PUT']))).toBe(kong("      methods: [GET, 'PUT']\n"));
    expect(await changed('kong.yml', kong('      methods: [GET, POST]\n'), METHODS, edit([], ['PUT', 'DELETE']))).toBe(kong('      methods: [GET, POST, PUT, DELETE]\n'));
  });

  test('on lines of their own, comments stay', async () => {
    expect(await changed('kong.yml', kong('      methods:\n        - GET\n        - TRACE\n        - POST # orders\n'), METHODS, edit(['TRACE'], ['PUT']))).toBe(kong('      methods:\n        - GET\n        - POST # orders\n        - PUT\n'));
  });

  test('of which all goes', async () => {
    expect(await changed('kong.yml', kong('      methods: [TRACE, CONNECT]\n'), METHODS, edit(['TRACE', 'CONNECT'], ['GET']))).toBe(kong('      methods: [GET]\n'));
  });

  test('in one text', async () => {
    const annotated = (methods: string): string => `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: orders\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-methods: "${methods}"\n`;
    expect(await changed('ingress.yaml', annotated('GET, POST'), METHODS, edit([], ['PUT']))).toBe(annotated('GET, POST, PUT'));
  });

  test('of rs/cors, which are asked for', async () => {
    const krakend = (methods: string): string => `{ "version": 3, "extra_config": { "security/cors": { "allow_origins": ["https://a.example"], "allow_methods": [${methods}] } } }\n`;
    expect(await changed('krakend.json', krakend('"GET"'), METHODS, edit([], ['PUT']))).toBe(krakend('"GET", "PUT"'));
  });
});

describe('numbers stay numbers, and durations have a unit', () => {
  const day = (_at: Span, at: Span): Change => ({ kind: 'replace-text', at, text: '86400' });

  test.each([
    ['kong.yml', kong('      origins: [https://a.example]\n      max_age: 1728000 # days\n'), '1728000', '86400'],
    ['krakend.json', '{ "version": 3, "extra_config": { "security/cors": { "allow_origins": ["https://a.example"], "max_age": "480h" } } }\n', '480h', '86400s'],
  ])('%s', async (file, text, before, after) => {
    expect(await changed(file, text, 'access-control-max-age', day)).toBe(text.replace(before, after));
  });
});

describe('settings that go', () => {
  const gone = (at: Span): Change => ({ kind: 'remove-header', at });

  test('a list with its key, a switch by its word', async () => {
    expect(await changed('kong.yml', kong('      origins: [https://a.example]\n      exposed_headers: [Set-Cookie]\n'), 'access-control-expose-headers', gone)).toBe(kong('      origins: [https://a.example]\n'));
    expect(await changed('kong.yml', kong('      origins: [https://a.example]\n      credentials: true\n'), 'access-control-allow-credentials', gone)).toBe(kong('      origins: [https://a.example]\n      credentials: false\n'));
  });

  test('what nobody wrote stays', async () => {
    expect(await changed('kong.yml', kong('      origins: [https://a.example]\n'), METHODS, gone)).toBe('declined: other headers are sent from there too');
  });
});

describe('these origins alone', () => {
  const only = (...origins: readonly string[]) => (at: Span): Change => ({ kind: 'allow-only', at, origins });

  test('in a list', async () => {
    expect(await changed('kong.yml', kong("      origins: ['*']\n"), ORIGIN, only('https://a.example', 'https://b.example'))).toBe(kong("      origins: ['https://a.example', 'https://b.example']\n"));
  });

  test('every site, without credentials', async () => {
    expect(await changed('kong.yml', kong("      origins: ['^https://.*$']\n      credentials: true\n"), ORIGIN, only('*'))).toBe(kong("      origins: ['*']\n      credentials: false\n"));
  });

  test('a matcher of another kind becomes one of whole texts', async () => {
    const service = (matcher: string): string => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: shop }\nspec:\n  hosts: [shop.example]\n  http:\n    - corsPolicy:\n        allowOrigins:\n          - ${matcher}\n      route:\n        - destination: { host: shop }\n`;
    expect(await changed('virtualservice.yaml', service("regex: '.*'"), ORIGIN, only('https://a.example'))).toBe(service("exact: 'https://a.example'"));
  });
});

describe('names', () => {
  const right = (at: Span): Change => ({ kind: 'rename-header', at, header: ORIGIN });

  test.each([
    ['vercel.json', '{ "headers": [{ "source": "/api/(.*)", "headers": [{ "key": "Access-Control-Allow-Origins", "value": "https://a.example" }] }] }\n'],
    ['netlify.toml', '[[headers]]\n  for = "/*"\n  [headers.values]\n    Access-Control-Allow-Origins = "https://a.example"\n'],
    ['dynamic.yml', 'http:\n  middlewares:\n    c:\n      headers:\n        customResponseHeaders:\n          Access-Control-Allow-Origins: "https://a.example"\n'],
  ])('%s', async (file, text) => {
    expect(await changed(file, text, 'access-control-allow-origins', right)).toBe(text.replace('Allow-Origins', 'Allow-Origin'));
  });
});
