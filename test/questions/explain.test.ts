import { describe, expect, test } from 'vitest';
import { survey, type Survey } from '../../src/engine.js';
import { layerReadersFor } from '../../src/engine-loading.js';
import { explain } from '../../src/questions/explain.js';
import type { Explanation, Question } from '../../src/questions/explanation.js';
import { mendingOf } from '../../src/questions/mend.js';
import { remarksOn } from '../../src/questions/remarks.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { optionsOf } from '../support/lint.js';

type Texts = Readonly<Record<string, string>>;

const APP = 'https://app.example.com';

async function surveyOf(texts: Texts): Promise<Survey> {
  const paths = Object.keys(texts).sort();
  return survey(paths, filesFrom(texts), { ...optionsOf(), beside: paths.filter((path) => layerReadersFor(path, texts[path]!).length > 0) });
}

function question(asked: string, more: Partial<Question> = {}): Question {
  const [method = 'GET', url = '/'] = asked.split(' ');
  return { origin: APP, method, url, headers: [], credentials: 'omit', ...more };
}

/** `blocked: preflight-acao-missing at CORS check`, the last check and the layers of the first case. */
function summary({ verdict, worlds }: Explanation): string {
  const word = verdict.allowed === null ? 'undecided' : verdict.allowed ? 'allowed' : 'blocked';
  const last = worlds[0]!.checks.at(-1)!;
  return verdict.allowed === false ? `${word}: ${verdict.reason} (${last.of} ${last.check})` : word;
}

const express = (body: string): string => `import cors from 'cors';\nimport express from 'express';\nconst app = express();\n${body}\napp.listen(3000);\n`;
const LISTED = express(`app.use(cors({ origin: ['${APP}'], credentials: true, methods: ['GET', 'PUT'], allowedHeaders: ['Content-Type'] }));\napp.get('/orders', (req, res) => res.json([]));\napp.put('/orders', (req, res) => res.json({}));`);
const ANY = express("app.use(cors());\napp.get('/orders', (req, res) => res.json([]));");
const BY_HAND = express(`app.get('/orders', (req, res) => {\n  res.set('Access-Control-Allow-Origin', '${APP}');\n  res.json([]);\n});`);
const fastapi = (settings: string): string => `from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, ${settings})\n\n@app.get("/orders")\ndef orders():\n    return []\n`;
const nginx = (location: string, name = 'api.example.com'): string => `events {}\nhttp {\n  server {\n    listen 80;\n    server_name ${name};\n${location}\n  }\n}\n`;
const PASSES = '    location / {\n      proxy_pass http://127.0.0.1:3000;\n    }';

interface Row {
  readonly files: Texts;
  readonly asks: Question;
  readonly gets: string;
  /** Titles of the fixes that are tried and let it through. */
  readonly fixes?: readonly string[];
}

const ONE = 'https://api.example.com';

const rows: Readonly<Record<string, Row>> = {
  // The cors package answers every OPTIONS with 204, and lists what it is told (its README, "Configuration options").
  'a listed origin reads': { files: { 'a.js': LISTED }, asks: question('GET /orders'), gets: 'allowed' },
  'a listed origin reads with its cookies': { files: { 'a.js': LISTED }, asks: question('GET /orders', { credentials: 'include' }), gets: 'allowed' },
  'a listed method is granted': { files: { 'a.js': LISTED }, asks: question('PUT /orders', { headers: [['Content-Type', 'application/json']] }), gets: 'allowed' },
  'a method that is not listed': { files: { 'a.js': LISTED }, asks: question('DELETE /orders'), gets: 'blocked: preflight-method-not-allowed (preflight allow-methods)', fixes: ['Allow DELETE'] },
  'a header that is not listed': { files: { 'a.js': LISTED }, asks: question('PUT /orders', { headers: [['X-Request-Id', '1']] }), gets: 'blocked: preflight-header-not-allowed (preflight allow-headers)', fixes: ['Allow X-Request-Id'] },
  'Authorization that is not listed': { files: { 'a.js': LISTED }, asks: question('GET /orders', { headers: [['Authorization', 'Bearer x']] }), gets: 'blocked: preflight-authorization-not-listed (preflight allow-authorization)', fixes: ['Allow Authorization'] },
  'a method and a header that are not listed': { files: { 'a.js': LISTED }, asks: question('DELETE /orders', { headers: [['X-A', '1'], ['X-B', '2']] }), gets: 'blocked: preflight-method-not-allowed (preflight allow-methods)', fixes: ['Allow DELETE; Allow X-A, X-B'] },
  'an origin that is not listed': { files: { 'a.js': LISTED }, asks: question('GET /orders', { origin: 'https://admin.example.com' }), gets: 'blocked: acao-missing (response allow-origin)', fixes: ['Let in https://admin.example.com too'] },
  'an origin of another scheme': { files: { 'a.js': LISTED }, asks: question('GET /orders', { origin: 'http://app.example.com' }), gets: 'blocked: acao-missing (response allow-origin)', fixes: ['Let in http://app.example.com too'] },
  'null is never offered': { files: { 'a.js': LISTED }, asks: question('GET /orders', { origin: 'null' }), gets: 'blocked: acao-missing (response allow-origin)', fixes: [] },
  'any site reads what is for everybody': { files: { 'a.js': ANY }, asks: question('GET /orders'), gets: 'allowed' },
  // Fetch, CORS check 4: with credentials `*` is not the origin.
  '* with credentials': { files: { 'a.js': express("app.use(cors({ origin: '*', credentials: true }));\napp.get('/orders', (req, res) => res.json([]));") }, asks: question('GET /orders', { credentials: 'include' }), gets: 'blocked: acao-wildcard-credentials (response allow-origin)', fixes: [`Let in ${APP} alone, in the place of every site`] },
  '* and no credentials allowed': { files: { 'a.js': ANY }, asks: question('GET /orders', { credentials: 'include' }), gets: 'blocked: acao-wildcard-credentials (response allow-origin)', fixes: [] },
  'credentials that nobody allows': { files: { 'a.js': BY_HAND }, asks: question('GET /orders', { credentials: 'include' }), gets: 'blocked: acac-not-true (response allow-credentials)', fixes: [] },
  // Express answers OPTIONS of a route by itself, with 200 and Allow, and no CORS headers.
  'a preflight that nobody answers': { files: { 'a.js': BY_HAND }, asks: question('GET /orders', { headers: [['X-A', '1']] }), gets: 'blocked: preflight-acao-missing (preflight allow-origin)' },
  'an origin with a slash': { files: { 'a.js': BY_HAND.replace(`'${APP}'`, `'${APP}/'`) }, asks: question('GET /orders'), gets: 'blocked: acao-mismatch (response allow-origin)', fixes: [`Write ${APP}`] },
  'a safelisted content type asks nothing first': { files: { 'a.js': BY_HAND }, asks: question('GET /orders', { headers: [['Accept', 'text/html']] }), gets: 'allowed' },
  // Starlette answers a preflight that it does not grant with 400 (middleware/cors.py, `preflight_response`).
  'Starlette and a method that is not listed': { files: { 'main.py': fastapi(`allow_origins=["${APP}"], allow_methods=["GET"]`) }, asks: question('PUT /orders'), gets: 'blocked: preflight-status-not-ok (preflight ok-status)', fixes: ['Allow PUT'] },
  'Starlette and an origin that is not listed': { files: { 'main.py': fastapi(`allow_origins=["${APP}"], allow_methods=["GET"]`) }, asks: question('GET /orders', { origin: 'https://b.example.com' }), gets: 'blocked: acao-missing (response allow-origin)', fixes: ['Let in https://b.example.com too'] },
  'Starlette lets in whom it lists': { files: { 'main.py': fastapi(`allow_origins=["${APP}"], allow_credentials=True`) }, asks: question('GET /orders', { credentials: 'include' }), gets: 'allowed' },
  'a setting decides': { files: { 'main.py': `import os\n${fastapi('allow_origins=os.environ["ORIGINS"].split(",")')}` }, asks: question('GET /orders'), gets: 'undecided' },
  // nginx: two `add_header` of two layers are two lines (ngx_http_headers_module appends).
  'two layers send the origin': {
    files: { 'nginx.conf': nginx(PASSES.replace('3000;', `3000;\n      add_header Access-Control-Allow-Origin ${APP} always;`)), 'a.js': BY_HAND },
    asks: question(`GET http://api.example.com/orders`, { origin: 'http://app.example.com' }),
    gets: 'blocked: acao-mismatch (response allow-origin)',
    fixes: [],
  },
  'two layers send the origin of the page': {
    files: { 'nginx.conf': nginx(PASSES.replace('3000;', `3000;\n      add_header Access-Control-Allow-Origin ${APP} always;`)), 'a.js': BY_HAND },
    asks: question(`GET ${ONE}/orders`),
    gets: 'blocked: acao-mismatch (response allow-origin)',
    fixes: ['Leave Access-Control-Allow-Origin to the layer behind', 'Hide Access-Control-Allow-Origin of the layer behind', 'Leave Access-Control-Allow-Origin to the layer in front'],
  },
  'a proxy that passes on what the application sends': { files: { 'nginx.conf': nginx(PASSES), 'a.js': LISTED }, asks: question(`GET ${ONE}/orders`), gets: 'allowed' },
  'a proxy that strips the header': {
    files: { 'nginx.conf': nginx(PASSES.replace('3000;', '3000;\n      proxy_hide_header Access-Control-Allow-Origin;')), 'a.js': BY_HAND },
    asks: question(`GET ${ONE}/orders`),
    gets: 'blocked: acao-missing (response allow-origin)',
    fixes: ['Let Access-Control-Allow-Origin of the layer behind through'],
  },
  'a proxy that rewrites the path': { files: { 'nginx.conf': nginx('    location /shop/ {\n      proxy_pass http://127.0.0.1:3000/;\n    }'), 'a.js': BY_HAND }, asks: question(`GET ${ONE}/shop/orders`), gets: 'allowed' },
  'a proxy that answers preflights itself': {
    files: { 'nginx.conf': nginx(`    location / {\n      if ($request_method = OPTIONS) {\n        add_header Access-Control-Allow-Origin ${APP};\n        add_header Access-Control-Allow-Methods PUT;\n        return 204;\n      }\n      proxy_pass http://127.0.0.1:3000;\n    }`), 'a.js': LISTED },
    asks: question(`PUT ${ONE}/orders`),
    gets: 'allowed',
  },
  'a proxy whose preflights lack the header': {
    files: { 'nginx.conf': nginx(`    location / {\n      if ($request_method = OPTIONS) {\n        return 204;\n      }\n      proxy_pass http://127.0.0.1:3000;\n    }`), 'a.js': LISTED },
    asks: question(`PUT ${ONE}/orders`),
    gets: 'blocked: preflight-acao-missing (preflight allow-origin)',
  },
  // Without `always` nginx sends add_header with 200, 201, 204, 206, 301, 302, 303, 304, 307 and 308 alone.
  'an error without always': { files: { 'nginx.conf': nginx(`    location /orders {\n      add_header Access-Control-Allow-Origin ${APP};\n      return 403;\n    }`) }, asks: question(`GET ${ONE}/orders`), gets: 'blocked: acao-missing (response allow-origin)', fixes: ['Send Access-Control-Allow-Origin with every status'] },
  'a location with headers of its own': {
    files: { 'nginx.conf': nginx(`    add_header Access-Control-Allow-Origin ${APP};\n    location /fonts/ {\n      root /srv;\n      add_header Cache-Control public;\n    }`) },
    asks: question(`GET ${ONE}/fonts/a.woff2`),
    gets: 'blocked: acao-missing (response allow-origin)',
    fixes: ['Repeat the CORS headers in this block'],
  },
  'what answers is not in view, and the headers are there': { files: { 'nginx.conf': nginx(`    location / {\n      add_header Access-Control-Allow-Origin ${APP};\n      proxy_pass http://orders.internal:8080;\n    }`) }, asks: question(`GET ${ONE}/orders`), gets: 'allowed' },
  'what answers is not in view, and nobody in view sends the header': {
    files: { 'nginx.conf': nginx(`    location /fonts/ {\n      add_header Access-Control-Allow-Origin ${APP};\n      root /srv;\n    }\n    location / {\n      proxy_pass http://orders.internal:8080;\n    }`) },
    asks: question(`GET ${ONE}/orders`),
    gets: 'undecided',
  },
  'the page’s own origin': { files: { 'nginx.conf': nginx(PASSES, 'app.example.com'), 'a.js': BY_HAND }, asks: question(`GET ${APP}/orders`), gets: 'allowed' },
  // Mixed Content: a secure page does not fetch plain http.
  'plain http from a secure page': { files: { 'nginx.conf': nginx(PASSES), 'a.js': LISTED }, asks: question('GET http://api.example.com/orders'), gets: 'blocked: mixed-content (request reachable-url)', fixes: [] },
  'a method that fetch refuses': { files: { 'a.js': LISTED }, asks: question('TRACE /orders'), gets: 'blocked: forbidden-method (request usable-method)', fixes: [] },
  'a port of this machine': { files: { 'a.js': LISTED }, asks: question('GET http://localhost:3000/orders', { origin: 'http://localhost:5173' }), gets: 'blocked: acao-missing (response allow-origin)' },
};

describe('what becomes of a request', () => {
  test.each(Object.entries(rows))('%s', async (_what, { files, asks, gets, fixes }) => {
    const surveyed = await surveyOf(files);
    const [explanation] = explain(surveyed, asks, 'production');
    expect(summary(explanation!)).toBe(gets);
    const mending = mendingOf(surveyed, explanation!, 'production');
    if (fixes !== undefined) expect(mending.fixes.map(({ title }) => title)).toEqual(fixes);
    // Every change that is offered is held against its text: with it the page gets through.
    for (const { edits } of mending.fixes) {
      const mended = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, applyEdits(text, edits.filter(({ file }) => file === path))]));
      const [after] = explain(await surveyOf(mended), asks, 'production');
      expect(after!.verdict.allowed).toBe(true);
    }
    if (gets.startsWith('blocked')) expect(mending.needed.length > 0).toBe(!/mixed-content|forbidden-method/.test(gets));
  });

  test('there are enough of them', () => expect(Object.keys(rows).length).toBeGreaterThanOrEqual(30));
});
