import { describe, expect, test } from 'vitest';
import { lint } from '../../src/engine.js';
import { rules } from '../../src/generated/registries.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { globPath } from '../../src/middleware/static-headers/globs.js';
import { linted } from '../support/static-hosts.js';
import { soon } from '../support/soon.js';

const at = { file: 'f', start: 0, end: 0 };

describe('globs of Firebase', () => {
  // https://github.com/isaacs/minimatch, version 6
  test.each([
    ['**', ['/', '/a', '/a/b'], ['/.hidden', '/a/.b/c']],
    ['/*', ['/a', '/a/'], ['/', '/a/b', '/.a']],
    ['**/*.json', ['/a.json', '/b/c/a.json'], ['/a.jsonx', '/a.json/b']],
    ['/a/**', ['/a/', '/a/b/c'], ['/a', '/ab']],
    ['/a/**/b', ['/a/b', '/a/x/y/b'], ['/a/bb']],
    ['**/*.@(js|css)', ['/x.js', '/y/x.css'], ['/x.jscss']],
    ['*.{js,css}', ['/x.js', '/x.css'], ['/x.ts', '/y/x.js']],
    ['/?(a)b', ['/b', '/ab'], ['/aab']],
    ['/+(a|b)', ['/a', '/abba'], ['/', '/c']],
    ['/[!ab]c', ['/xc'], ['/ac', '/bc', '/c']],
    ['/a\\*b', ['/a*b'], ['/axb']],
  ])('%s', (glob, fitting, others) => {
    const place = globPath(glob, at);
    expect(fitting.filter((path) => place.matches(path) !== true)).toEqual([]);
    expect(others.filter((path) => place.matches(path) !== false)).toEqual([]);
    expect(place.matches(place.sample)).toBe(true);
  });

  test.each(['!a', '**/!(a).js', '/{1..9}', '/@(a', `/${'a'.repeat(2_000)}`, `/${'*a'.repeat(100)}`])('%# is not followed', (glob) => {
    expect(globPath(glob, at).matches('/a')).toBeUndefined();
  });
});

const strict = new Map(Object.keys(rules).map((id) => [id, { severity: 'error', options: {} }] as const));
const check = (files: Readonly<Record<string, string>>): ReturnType<typeof lint> => lint(Object.keys(files), filesFrom(files), { rules: strict, strict: true, environment: 'production', trustedOrigins: [], inlineConfig: true });

describe('files that merely look alike', () => {
  const cors = { key: 'Access-Control-Allow-Origin', value: '*' };
  const credentials = { key: 'Access-Control-Allow-Credentials', value: 'true' };
  test.each([
    ['package.json', JSON.stringify({ headers: [{ source: '/(.*)', headers: [cors, credentials] }] })],
    ['serve.json', JSON.stringify({ headers: [{ source: '**', headers: [cors, credentials] }] })],
    ['vercel.json', JSON.stringify({ redirects: [{ source: '/a', destination: '/Access-Control-Allow-Origin' }] })],
    ['vercel.json', JSON.stringify({ headers: [{ source: '/a', headers: [{ key: 'X-Frame-Options', value: 'Access-Control-Allow-Origin' }] }] })],
    ['firebase.json', JSON.stringify({ emulators: { hosting: { port: 5000 } }, 'Access-Control-Allow-Origin': '*' })],
    ['staticwebapp.config.json', JSON.stringify({ navigationFallback: { rewrite: '/access-control-allow-origin.html' }, routes: [{ route: '/*' }] })],
    ['netlify.toml', '[build.environment]\n  HEADERS = "Access-Control-Allow-Origin: *"\n[[headers]]\n  for = "/*"\n  [headers.values]\n    X = "1"\n'],
    ['other.toml', '[[headers]]\n  for = "/*"\n  [headers.values]\n    Access-Control-Allow-Origin = "*"\n    Access-Control-Allow-Credentials = "true"\n'],
    ['_headers', '# Access-Control-Allow-Origin: *\n/*\n  X-Frame-Options: DENY\n'],
    ['render.yaml', 'services:\n  - type: web\n    runtime: node\n    envVars:\n      - key: ACCESS-CONTROL-ALLOW-ORIGIN\n        value: "*"\n'],
    ['customHttp.yml', 'customHeaders: []\n# Access-Control-Allow-Origin\n'],
  ])('%s %#', async (file, text) => {
    const { findings, gaps, policies } = await check({ [file]: text });
    expect([findings, gaps, policies]).toEqual([[], [], []]);
  });
});

describe('bad input', () => {
  const rule = '{ "source": "/a/(.*)", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }';

  test.each([
    ['vercel.json', '{ "headers": [{ "source": 5, "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }] }'],
    ['vercel.json', '{ "headers": { "Access-Control-Allow-Origin": "*" } }'],
    ['vercel.json', '{ "headers": [5, null, { "source": "/(", "headers": [{ "key": "Access-Control-Allow-Origin" }, { "key": 1, "value": "*" }] }] }'],
    ['vercel.json', '{ "routes": [{ "src": "/((a", "headers": { "Access-Control-Allow-Origin": "*" } }, { "src": 4 }, "x"] }'],
    ['firebase.json', '{ "hosting": [[], 5, { "headers": [{ "regex": "(", "headers": [{ "key": "Access-Control-Allow-Origin", "value": true }] }] }] }'],
    ['staticwebapp.config.json', '{ "globalHeaders": ["Access-Control-Allow-Origin"], "routes": { "route": "/*" } }'],
    ['customHttp.yml', 'customHeaders:\n  - pattern: [a]\n    headers:\n      - key: Access-Control-Allow-Origin\n        value: {a: b}\n'],
    ['render.yaml', 'services:\n  - headers:\n      - path: 5\n        name: Access-Control-Allow-Origin\n        value:\n'],
    ['netlify.toml', '[[headers]]\nfor = 5\n[headers.values]\nAccess-Control-Allow-Origin = [1, "a"]\n'],
    ['_headers', '//[\n  Access-Control-Allow-Origin: *\nhttps://\n  Access-Control-Allow-Origin: *\n'],
  ])('%s %# is read without a throw, and every prefix of it', async (file, text) => {
    for (let end = 0; end <= text.length; end += 1) {
      const { policies, gaps } = await linted({ [file]: text.slice(0, end) }, file);
      for (const place of [...policies, ...gaps].map((one) => one.at)) expect(place.end).toBeLessThanOrEqual(end);
    }
  });

  test('more rules than a person writes are a gap', async () => {
    const { policies, gaps } = await linted({ 'vercel.json': `{ "headers": [${Array.from({ length: 500 }, () => rule).join(',\n')}] }` }, 'vercel.json');
    expect([policies.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['budget']]);
  });

  test.each([
    ['vercel.json', (routes: string): string => `{ "routes": [${routes}] }`, '{ "src": "/a", "headers": { "Access-Control-Allow-Origin": "*" }, "continue": true }'],
    ['staticwebapp.config.json', (routes: string): string => `{ "routes": [${routes}] }`, '{ "route": "/a", "methods": ["PUT"], "headers": { "Access-Control-Allow-Origin": "*" } }'],
  ])('routes past the limit of %s are a gap', async (file, around, route) => {
    const { policies, gaps } = await linted({ [file]: around(Array.from({ length: 500 }, () => route).join()) }, file);
    expect([policies.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['budget']]);
  });

  test('an alias bomb is a gap, at once', async () => {
    const bomb = `a: &a {key: Access-Control-Allow-Origin, value: '*'}\nb: &b [${'*a,'.repeat(300)}]\nc: &c {pattern: '/*', headers: *b}\ncustomHeaders: [${'*c,'.repeat(300)}]\n`;
    await linted({ 'customHttp.yml': 'customHeaders: # access-control-' }, 'customHttp.yml');
    const { gaps } = await soon(0.1, () => linted({ 'customHttp.yml': bomb }, 'customHttp.yml'));
    expect(gaps.map(({ reason }) => reason)).toContain('budget');
  });

  test.each([
    ['vercel.json', `{ "headers": [${Array.from({ length: 15_000 }, (_unused, index) => rule.replace('/a/', `/a${index}/`)).join(',\n')}] }`],
    ['_headers', Array.from({ length: 15_000 }, (_unused, index) => `/a${index}/*\n  Access-Control-Allow-Origin: *\n`).join('')],
    ['vercel.json', `{ "headers": [{ "source": "/${'(a'.repeat(400_000)}", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }] }`],
    ['vercel.json', `{ "headers": [{ "source": "/${'(a+)+'.repeat(20)}b", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }, { "source": "/${'a'.repeat(60)}", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }] }`],
    ['firebase.json', `{ "hosting": { "headers": [{ "source": "${'**/'.repeat(300)}", "headers": [{ "key": "Access-Control-Allow-Origin", "value": "*" }] }] } }`],
  ])('a long or hostile %s %# takes no time', async (file, text) => {
    await soon(3, () => linted({ [file]: text }, file));
  });
});

test('a fix in `_headers` takes its line and nothing else', async () => {
  const text = '# Fonts\r\n/fonts/*\r\n  Access-Control-Allow-Origin: *\r\n  Access-Control-Allow-Credentials: true\r\n\r\n/x\r\n  Access-Control-Allow-Origin: https://app.example.com/\r\n';
  const { findings } = await check({ '_headers': text });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['no-wildcard-with-credentials', 'origin-never-matches']);
  const edits = findings.flatMap(({ suggestions }) => suggestions.slice(0, 1).flatMap((one) => one.edits));
  expect(applyEdits(text, edits)).toBe('# Fonts\r\n/fonts/*\r\n  Access-Control-Allow-Origin: *\r\n\r\n/x\r\n  Access-Control-Allow-Origin: https://app.example.com\r\n');
});
