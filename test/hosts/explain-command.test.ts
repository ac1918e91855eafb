import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Folder, runIn, type Answer } from '../support/cli.js';

const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/schemas/explain-1.json'), 'utf8')) as object);

const folder = new Folder('explain');

const APP = 'https://app.example.com';
const NGINX = `events {}\nhttp {\n  server {\n    listen 80;\n    server_name api.example.com;\n    location / {\n      proxy_pass http://127.0.0.1:3000;\n      proxy_hide_header Vary;\n    }\n    location /fonts/ {\n      root /srv;\n      add_header Access-Control-Allow-Origin *;\n    }\n  }\n}\n`;
const APPLICATION = `import cors from 'cors';\nimport express from 'express';\nconst app = express();\napp.use(cors({ origin: ['${APP}'], credentials: true, methods: ['GET', 'PUT'] }));\napp.get('/orders', (req, res) => res.json([]));\napp.listen(3000);\n`;
const OPEN = "import os\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=os.environ['ORIGINS'].split(','))\n\n@app.get('/open')\ndef read():\n    return []\n";

async function explained(...argv: readonly string[]): Promise<Answer> {
  folder.write({ 'nginx.conf': NGINX, 'app.js': APPLICATION, 'open/main.py': OPEN });
  return runIn(folder.path, ['explain', ...argv]);
}

const JSON_QUESTIONS: readonly (readonly [what: string, argv: readonly string[], allowed: boolean | null])[] = [
  ['a request that gets through', ['--origin', APP, '--url', 'https://api.example.com/orders', '--credentials', 'include'], true],
  ['one that a change lets through', ['--origin', APP, '--url', 'https://api.example.com/orders', '--method', 'DELETE', '--header', 'X-A: 1'], false],
  ['one that depends on a setting', ['--origin', APP, '--url', '/open'], null],
  ['one that nothing lets through', ['--origin', APP, '--url', 'http://api.example.com/orders'], false],
  ['one that is answered out of view', ['--origin', 'null', '--url', 'https://api.example.com/fonts/a.woff2', '--credentials', 'include'], false],
];

describe('JSON', () => {
  test.each(JSON_QUESTIONS)('%s is what the schema says', async (_what, argv, allowed) => {
    const { code, out, err } = await explained(...argv, '--format', 'json');
    expect(err).toBe('');
    const told = JSON.parse(out) as { exchange: { verdict: { allowed: boolean | null }; steps: readonly { ok: boolean | null }[] }; cases: readonly unknown[]; gaps: readonly unknown[] };
    expect(valid(told), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true);
    expect(told.exchange.verdict.allowed).toBe(allowed);
    expect(code).toBe(allowed === true ? 0 : 1);
    expect(told.gaps.length > 0).toBe(allowed === null);
    expect(told.cases.length > 1).toBe(allowed === null);
    if (allowed !== null) expect(told.exchange.steps.every(({ ok }) => ok === true)).toBe(allowed);
  });

  test('the schema refuses what is no explanation', () => {
    expect(valid({ version: 1 })).toBe(false);
    expect(valid({ version: 2 })).toBe(false);
  });

  test('names the chain, the lines of headers, and edits that can be applied', async () => {
    const told = JSON.parse((await explained('--origin', APP, '--url', 'https://api.example.com/orders', '--method', 'DELETE', '-f', 'json')).out) as Record<'chain' | 'exchange' | 'fix', unknown>;
    expect(told).toMatchObject({
      chain: [
        { kind: 'proxy', file: 'nginx.conf', loc: { start: { line: 3 } }, path: '/orders' },
        { kind: 'app-middleware', file: 'app.js', certain: true },
      ],
      exchange: { preflight: { request: { method: 'OPTIONS' }, response: { status: 204, headers: expect.arrayContaining([expect.objectContaining({ name: 'access-control-allow-methods', value: 'GET,PUT', file: 'app.js' })]) as unknown, removed: expect.arrayContaining([expect.objectContaining({ name: 'vary', value: 'Origin', how: 'removed', by: expect.objectContaining({ file: 'nginx.conf' }) as unknown })]) as unknown } } },
      fix: { title: 'Allow DELETE', layer: { file: 'app.js' }, edits: [{ file: 'app.js' }] },
    });
  });
});

describe('text', () => {
  test('tells the way, the messages, the checks and the change, within the width that there is', async () => {
    const { out } = await explained('--origin', APP, '--url', 'https://api.example.com/orders', '--method', 'DELETE');
    expect(out).toMatch(/^DELETE https:\/\/api\.example\.com\/orders from https:\/\/app\.example\.com without credentials\n\nblocked: Access-Control-Allow-Methods does not name the method/);
    const headings = out.split('\n').filter((line) => /^[A-Z]/.test(line)).slice(1);
    expect(headings).toEqual(['Layers', 'Preflight', 'What the browser checks', 'Smallest change that lets it through', 'Worth knowing']);
    // What hides Vary lets caches mix up the answers: found of this chain.
    expect(out).toMatch(/Worth knowing\n[^]*cors-lint\/vary-/);
    expect(out).toMatch(/Access-Control-Allow-Methods: GET,PUT +Express app \(app\.js:4\)/);
    expect(out).toMatch(/✕ Vary: [^\n]*removed by nginx server/);
    expect(out).toMatch(/\+ 4 \|.*'DELETE'/);
    expect(out.split('\n').filter((line) => line.length > 100 && !line.includes(' | '))).toEqual([]);
  });

  test('has no colours in a pipe, and has them where they are asked for', async () => {
    const argv = ['--origin', APP, '--url', '/open'];
    expect((await explained(...argv)).out).not.toContain('\u001b');
    expect((await explained(...argv, '--color', 'always')).out).toContain('\u001b[');
  });

  test('of undecided ones shows every case', async () => {
    const { out, code } = await explained('--origin', APP, '--url', '/open');
    expect(code).toBe(1);
    expect(out).toMatch(/^undecided: /m);
    expect(out).toMatch(/^Case 1: /m);
    expect(out).toMatch(/^Case 2: /m);
    expect(out).toContain('api.example stands for that');
  });

  test('what a linted file says cannot act on the terminal', async () => {
    folder.write({ 'app.js': APPLICATION.replace("'/orders'", "'/orders'").replace(`'${APP}'`, `'${APP}', 'https://x.example\u001b[31m'`) });
    expect((await runIn(folder.path, ['explain', '--origin', 'https://x.example', '--url', '/orders'])).out).not.toContain('\u001b');
  });
});

describe('a page', () => {
  test('loads nothing, names every part, and escapes what files and flags say', async () => {
    const { out } = await explained('--origin', APP, '--url', 'https://api.example.com/orders', '--method', 'DELETE', '--header', 'X-A: <script>alert(1)</script>', '--format', 'html');
    expect(out).toMatch(/^<!doctype html>/);
    expect(out).not.toMatch(/<script|src=|@import|url\(/);
    expect(out).toContain('&lt;script&gt;');
    const [ids, labels] = [/ id="([^"]+)"/g, /aria-labelledby="([^"]+)"/g].map((pattern) => [...out.matchAll(pattern)].map(([, id]) => id));
    expect(new Set(ids).size).toBe(ids!.length);
    expect(labels!.filter((label) => !ids!.includes(label))).toEqual([]);
    expect([...out.matchAll(/<h(\d)/g)].map(([, level]) => Number(level)).every((level, index, all) => index === 0 || level <= all[index - 1]! + 1)).toBe(true);
    for (const text of ['Allow DELETE', 'blocked', 'app.js:4', 'CORS-preflight fetch']) expect(out).toContain(text);
  });

  test('is written to a file', async () => {
    const { out, code } = await explained('--origin', APP, '--url', '/open', '-f', 'html', '-o', 'page.html');
    expect([out, code]).toEqual(['', 1]);
    expect(readFileSync(folder.at('page.html'), 'utf8')).toMatch(/Case 2/);
  });
});

describe('usage', () => {
  test.each([
    ['no origin', ['--url', '/'], /--origin: say which page asks/],
    ['no URL', ['--origin', APP], /--url: say what the page asks for/],
    ['an origin with a path', ['--origin', `${APP}/`, '--url', '/'], /browsers send https:\/\/app\.example\.com for/],
    ['an origin without a scheme', ['--origin', 'app.example.com', '--url', '/'], /expected a scheme and a host/],
    ['a URL of another kind', ['--origin', APP, '--url', 'ftp://a.example/'], /expected a URL of http or https/],
    ['a URL that is none', ['--origin', APP, '--url', 'https://'], /--url: /],
    ['a method that is no name', ['--origin', APP, '--url', '/', '--method', 'GET /'], /--method: "GET \/" is no name/],
    ['a header that is no name', ['--origin', APP, '--url', '/', '--header', 'a b: c'], /--header: expected a name/],
    ['a mode that there is not', ['--origin', APP, '--url', '/', '--credentials', 'same-origin'], /--credentials: expected omit, include/],
    ['a format that there is not', ['--origin', APP, '--url', '/', '-f', 'xml'], /--format: expected text, json, html/],
    ['an unknown flag', ['--origins', APP], /unknown option --origins, did you mean --origin|unknown option --origins.*--origin/],
  ])('%s', async (_what, argv, message) => {
    const { code, out, err } = await explained(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a URL that no layer serves names the places that were looked at', async () => {
    folder.write({ 'nginx.conf': NGINX.replace('location / {', 'location /api/ {') });
    const { code, err } = await runIn(folder.path, ['explain', '--origin', APP, '--url', 'https://elsewhere.example/']);
    expect(code).toBe(2);
    expect(err).toMatch(/nothing here serves https:\/\/elsewhere\.example\/; these places were looked at:\n.*api\.example\.com\/fonts\//s);
    expect((await runIn(folder.path, ['explain', '--origin', APP, '--url', '/', '--no-config', 'nginx.conf'])).code).not.toBe(2);
  });

  test('help names every flag', async () => {
    const { code, out } = await explained('--help');
    expect(code).toBe(0);
    for (const flag of ['origin', 'url', 'method', 'header', 'credentials', 'format', 'output-file', 'env']) expect(out).toContain(`--${flag}`);
  });
});
