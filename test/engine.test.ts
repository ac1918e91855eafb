import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Config } from '../src/config/config.js';
import { preset, resolve } from '../src/config/resolve.js';
import { lint, Run, type LintResult } from '../src/engine.js';
import { exchanges } from '../src/findings/exchange.js';
import { rules } from '../src/generated/registries.js';
import { scriptLanguage, scriptReaders } from '../src/generated/script-readers.js';
import { link } from '../src/layers/link.js';
import type { Change } from '../src/policy/change.js';
import type { Language } from '../src/syntax/language.js';
import { applyEdits } from '../src/text/edit.js';
import { filesFrom, type Files } from '../src/text/files.js';
import { SourceText } from '../src/text/source-text.js';
import { filesUnder, optionsOf, pathsUnder } from './support/lint.js';

const shop = join(import.meta.dirname, '../fixtures/showcase');
const placed = (result: LintResult, files: Files): string[] => result.findings.map(({ at, ruleId }) => `${at.file}:${new SourceText(at.file, files.read(at.file)!).positionAt(at.start).line} ${ruleId}`);

describe('the shop', () => {
  const files = filesUnder(shop);
  const result = lint(pathsUnder(shop), files, optionsOf());

  test('every service is found wrong where its README says so', async () => {
    expect(placed(await result, files)).toEqual([
      'edge/conf.d/shop.conf:12 header-dropped-by-inheritance',
      'edge/conf.d/shop.conf:24 duplicate-cors-layers',
      'edge/conf.d/shop.conf:25 duplicate-cors-layers',
      'gateway/kong.yml:15 origin-match-unanchored',
      'k8s/ingress.yaml:6 no-wildcard-with-credentials',
      'orders/src/main/java/shop/orders/CorsConfig.java:17 no-reflected-origin',
      'orders/src/main/java/shop/orders/InvoiceController.java:10 origin-never-matches',
      'recommendations/app/main.py:9 no-permissive-fallback',
      'storefront-api/src/config/origins.js:4 regex-unescaped-dot',
      'storefront-api/src/config/origins.js:7 origin-match-unanchored',
      'storefront-api/src/server.js:40 vary-origin-missing',
    ]);
  });

  test('every finding has a witness that gives the same verdict when it is put again', async () => {
    const { findings, policies } = await result;
    const layering = link(policies);
    for (const { ruleId, witness, policy } of findings) {
      expect(witness, ruleId).toBeDefined();
      if (witness!.stored !== undefined) continue;
      const judged = policies.find((candidate) => candidate.at.file === policy.at.file && candidate.at.start === policy.at.start && candidate.title === policy.title)!;
      const standings = [...layering.entriesTo(judged).map(({ deployment }) => deployment), layering.deploymentOf(judged), ...(rules[ruleId]!.layers === 'composed' ? [] : [{ policy: judged, inner: [] }])];
      const again = standings.flatMap((layers) => exchanges(layers, witness!.request, 'production').filter((exchange) => exchange.assuming.join() === witness!.assuming.join()));
      expect(again.map(({ verdict }) => verdict), ruleId).toContainEqual(witness!.verdict);
    }
  });

  test('automatic fixes mend what they say; applied once, nothing is left of them', async () => {
    const { findings } = await result;
    const fixes = findings.flatMap(({ fix }) => fix ?? []);
    expect(fixes.length).toBeGreaterThan(0);
    const texts = Object.fromEntries(pathsUnder(shop).map((path) => [path, files.read(path)!]));
    for (const { edits } of fixes) for (const edit of edits) texts[edit.file] = applyEdits(texts[edit.file]!, [edit]);
    const again = await lint(Object.keys(texts), filesFrom(texts), optionsOf());
    expect(again.findings.flatMap(({ fix }) => fix ?? [])).toEqual([]);
    expect(again.findings).toHaveLength(findings.length - fixes.length);
  });

  test('findings survive JSON, and their fingerprints do not depend on what stands elsewhere', async () => {
    const texts = Object.fromEntries(pathsUnder(shop).map((path) => [path, files.read(path)!]));
    const moved = { ...texts, 'gateway/kong.yml': `# moved\n${texts['gateway/kong.yml']}` };
    const prints = async (given: Record<string, string>): Promise<string[]> => (await lint(Object.keys(given), filesFrom(given), optionsOf())).findings.map(({ fingerprint }) => fingerprint);
    expect(await prints(moved)).toEqual(await prints(texts));
    const { findings } = await result;
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
  });
});

describe('bad input', () => {
  const good = { 'app.js': "const app = require('express')(); const cors = require('cors');\napp.use(cors({ origin: true, credentials: true }));\napp.get('/', (q, s) => s.end());\n" };
  const run = (more: Record<string, string>): Promise<LintResult> => lint([...Object.keys(good), ...Object.keys(more)], filesFrom({ ...good, ...more }), optionsOf());

  test.each<[string, string, string]>([
    ['half-written JavaScript', 'half.js', "const cors = require('cors'); app.use(cors({ origin: "],
    ['half-written Python', 'half.py', 'from fastapi.middleware.cors import CORSMiddleware\napp.add_middleware(CORSMiddleware, allow_origins=["*"'],
    ['half-written nginx', 'half.conf', 'server { add_header Access-Control-Allow-Origin *;'],
    ['half-written YAML', 'half.yml', '_format_version: "3.0"\nplugins:\n- name: cors\n  config: {origins: ["*"'],
    ['an unquoted star', 'star.yml', '_format_version: "3.0"\nplugins:\n- name: cors\n  config:\n    origins:\n    - *\n'],
  ])('%s is one parse error, and the rest is linted', async (_name, path, text) => {
    const { findings } = await run({ [path]: text });
    const errors = findings.filter(({ ruleId }) => ruleId === 'parse-error');
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors.map(({ at }) => at.file))).toEqual(new Set([path]));
    expect(findings.some(({ ruleId, at }) => ruleId === 'no-reflected-origin' && at.file === 'app.js')).toBe(true);
  });

  test.each<[string, string, string]>([
    ['aliases that explode', 'bomb.yml', `_format_version: "3.0"\nplugins:\n- name: cors\n  config: {origins: ["https://a.example"]}\na0: &a0 [x]\n${Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(',')}]`).join('\n')}\n`],
    ['a template', 'values.yml', '_format_version: "3.0"\nplugins:\n- name: cors\n  config:\n    origins: {{ .Values.origins | toYaml }}\n    credentials: true\n'],
    ['nested brackets', 'deep.js', `const cors = require('cors'); const x = ${'['.repeat(2000)}${']'.repeat(2000)};`],
    ['binary text', 'binary.conf', `access-control-\0\x01\ufffd${'\0'.repeat(500)}`],
  ])('%s ends and costs nothing else', async (_name, path, text) => {
    const { findings } = await run({ [path]: text });
    expect(findings.some(({ ruleId, at }) => ruleId === 'no-reflected-origin' && at.file === 'app.js')).toBe(true);
    expect(findings.filter(({ at, ruleId }) => at.file === path && ruleId !== 'parse-error')).toEqual([]);
  });
});

describe('comments', () => {
  const text = (comment: string): string => `const app = require('express')(); const cors = require('cors');\n${comment}\napp.use(cors({ origin: true, credentials: true }));\napp.get('/', (q, s) => s.end());\n`;
  const run = async (comment: string, inlineConfig = true): Promise<LintResult> => lint(['app.js'], filesFrom({ 'app.js': text(comment) }), { ...optionsOf(), inlineConfig });

  test('silence a finding, unless they are not honoured', async () => {
    const comment = '// cors-lint-disable-next-line no-reflected-origin -- public by design';
    expect((await run(comment)).findings).toEqual([]);
    expect((await run(comment, false)).findings).toHaveLength(1);
  });

  test('that silence nothing are told', async () => {
    const { unusedDisables } = await run('// cors-lint-disable-next-line no-null-origin');
    expect(unusedDisables).toHaveLength(1);
  });
});

test('what cannot be decided is a gap, not silence', async () => {
  const { findings, gaps } = await lint(['app.js'], filesFrom({ 'app.js': "const app = require('express')(); const cors = require('cors');\napp.use(cors({ origin: process.env.ORIGINS.split(','), credentials: true }));\napp.get('/', (q, s) => s.end());\n" }), optionsOf());
  expect(findings).toEqual([]);
  expect(gaps).toMatchObject([{ reason: 'env-variable', at: { file: 'app.js' } }]);
});

describe('what the user says is theirs', () => {
  const lintApp = async (origin: string, given: Partial<ReturnType<typeof optionsOf>>): Promise<string[]> => {
    const text = `const app = require('express')();\napp.use(require('cors')({ origin: ${origin}, credentials: true }));\napp.get('/', (req, res) => res.json({}));\n`;
    const options = { ...optionsOf(), ...given };
    return (await lint(['app.js'], filesFrom({ 'app.js': text }), options)).findings.map(({ ruleId }) => ruleId).filter((id) => id !== 'vary-origin-missing');
  };
  const glued = '/example\\.com$/';

  test('an origin that only a pattern of trusted origins admits is nobody else\'s', async () => {
    expect(await lintApp(glued, {})).toEqual(['origin-match-unanchored']);
    expect(await lintApp(glued, { trustedOrigins: ['https://*.other.example'] })).toEqual(['origin-match-unanchored']);
    expect(await lintApp(glued, { trustedOrigins: ['*example.com'] })).toEqual([]);
  });

  test('trust in one origin does not hide that everybody is let in', async () => {
    expect(await lintApp('true', { trustedOrigins: ['https://app.example.com'] })).toEqual(['no-reflected-origin']);
  });

  test('`null` where it is trusted, and in the environments that a rule was told of', async () => {
    const allowed = (environment: string): Partial<ReturnType<typeof optionsOf>> => ({ environment, rules: new Map([...optionsOf().rules, ['no-null-origin', { severity: 'error', options: { allowInEnv: ['preview'] } }]]) });
    expect(await lintApp("['null']", {})).toEqual(['no-null-origin']);
    expect(await lintApp("['null']", { trustedOrigins: ['null'] })).toEqual([]);
    expect(await lintApp("['null']", allowed('preview'))).toEqual([]);
    expect(await lintApp("['null']", allowed('production'))).toEqual(['no-null-origin']);
  });

  test('a configuration reaches the rules: their options, and what is trusted in one environment alone', async () => {
    const configured = (config: Config, file = 'app.js'): Partial<ReturnType<typeof optionsOf>> => {
      const { rules: chosen, environment, trustedOrigins } = resolve([preset('cors-lint:recommended', Object.entries(rules).map(([id, rule]) => ({ id, class: rule.class, set: rule.set }))), { config, folder: '', strict: false, source: 'test' }], file);
      return { environment, trustedOrigins, rules: new Map([...chosen].map(([id, { options }]) => [id, { severity: 'error', options }])) };
    };
    const previews = '/^https:\\/\\/[a-z0-9-]+\\.vercel\\.app$/';
    expect(await lintApp(previews, configured({}))).toEqual(['no-origin-anyone-can-host']);
    expect(await lintApp(previews, configured({ rules: { 'no-origin-anyone-can-host': ['error', { reserved: ['https://*.vercel.app'] }] } }))).toEqual([]);
    expect(await lintApp("['http://shop.example.com']", configured({}))).toEqual(['no-insecure-origin']);
    const local = { environments: { qa: { files: ['*.qa.js'] } }, trustedOrigins: [{ env: 'qa', origins: ['http://shop.example.com'] }] };
    expect(await lintApp("['http://shop.example.com']", configured(local))).toEqual(['no-insecure-origin']);
    expect(await lintApp("['http://shop.example.com']", configured(local, 'app.qa.js'))).toEqual([]);
    expect(await lintApp("['capacitor://localhost']", configured({}))).toEqual([]);
    expect(await lintApp("['capacitor://localhost']", configured({ rules: { 'no-insecure-origin': ['error', { schemes: ['capacitor'] }] } }))).toEqual(['no-insecure-origin']);
  });
});

test('a suggestion that names origins is offered only if its text lets them in', async () => {
  const text = "const app = require('express')();\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
  const start = text.indexOf('true');
  await scriptLanguage.load();
  const offered = (written: string): readonly string[] => {
    const express = { ...scriptReaders['express']!, write: (_unit: unknown, _policy: unknown, { kind }: Change) => (kind === 'allow-only' ? [{ file: 'a.js', start, end: start + 4, text: written }] : { declined: 'not asked' }) };
    const run = new Run({ languages: new Map([['estree', scriptLanguage as Language<unknown>]]), readers: new Map([['express', express]]) }, filesFrom({ 'a.js': text }), optionsOf());
    run.read(['a.js']);
    return run.lint().findings.flatMap(({ suggestions }) => suggestions.map(({ title }) => title)).filter((title) => title.startsWith('Let in'));
  };
  expect(offered("['https://app.example.com']")).toHaveLength(1);
  expect(offered('[]')).toEqual([]);
  expect(offered("['https://other.example.com']")).toEqual([]);
});

test('strictness asks for more: a Max-Age that nobody wrote', async () => {
  const text = "const app = require('express')();\napp.use(require('cors')({ origin: 'https://app.example.com' }));\napp.get('/orders', (req, res) => res.json([]));\n";
  const told = async (strict: boolean): Promise<string[]> => (await lint(['app.js'], filesFrom({ 'app.js': text }), { ...optionsOf(), strict })).findings.map(({ ruleId, messageId }) => `${ruleId} ${messageId}`);
  expect(await told(false)).toEqual([]);
  expect(await told(true)).toContain('max-age-ineffective absent');
});

test('changes of one large policy are tried within bounds: what is left waits for the next run', async () => {
  const routes = Array.from({ length: 40 }, (_one, index) => `app.get('/r${index}', cors({ origin: /https:\\/\\/a${index}.example\\.com/, credentials: true }), (req, res) => res.json({}));`);
  const text = `const cors = require('cors');\nconst app = require('express')();\n${routes.join('\n')}\n`;
  const { findings } = await lint(['app.js'], filesFrom({ 'app.js': text }), optionsOf());
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(Array(40).fill('origin-match-unanchored'));
  const fixes = findings.filter(({ fix }) => fix !== undefined).length;
  expect(fixes).toBeGreaterThan(0);
  expect(fixes).toBeLessThan(40);
});

test('a bare asterisk in YAML is told once a file, and quotes mend every one', async () => {
  const text = 'metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: "true"\n    nginx.ingress.kubernetes.io/cors-allow-origin: * # all\n    nginx.ingress.kubernetes.io/cors-allow-headers: *\nkind: Ingress\n';
  const files = filesFrom({ 'a.yaml': text, 'b.yaml': `${text}b: [\n` });
  const broken = (await lint(['a.yaml', 'b.yaml'], files, optionsOf())).findings.filter(({ ruleId }) => ruleId === 'parse-error');
  expect(broken.map(({ at, fix }) => [at.file, fix?.title])).toEqual([['a.yaml', 'Quote the asterisk'], ['b.yaml', 'Quote the asterisk']]);
  expect(applyEdits(text, broken[0]!.fix!.edits)).toBe(text.replaceAll(': *', ': "*"'));
});

test('where nobody wants suggestions they are not tried, and the fixes are the same', async () => {
  const text = 'server {\n  location /api {\n    add_header Access-Control-Allow-Origin $http_origin always;\n    add_header Access-Control-Allow-Credentials true always;\n  }\n}\n';
  const of = (suggestions: boolean): ReturnType<typeof lint> => lint(['nginx.conf'], filesFrom({ 'nginx.conf': text }), { ...optionsOf(), suggestions });
  const [all, fixed] = [await of(true), await of(false)];
  expect(all.fixes.suggested).toBeGreaterThan(0);
  expect([fixed.fixes.suggested, fixed.fixes.automatic]).toEqual([0, all.fixes.automatic]);
  expect(fixed.findings).toEqual(all.findings.map((finding) => ({ ...finding, suggestions: [] })));
});
