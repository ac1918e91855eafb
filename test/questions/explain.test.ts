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

describe('an explanation', () => {
  const chain = { 'nginx.conf': nginx(PASSES.replace('3000;', '3000;\n      proxy_hide_header Vary;\n      add_header Access-Control-Allow-Origin https://www.example.com always;')), 'a.js': LISTED };

  test('has every header with the place that set it, and those that a layer took away', async () => {
    const [{ worlds }] = explain(await surveyOf(chain), question(`GET ${ONE}/orders`), 'production') as [Explanation];
    const lineOf = (file: 'nginx.conf' | 'a.js', offset: number): string => chain[file].slice(chain[file].lastIndexOf('\n', offset) + 1, chain[file].indexOf('\n', offset)).trim();
    const told = worlds[0]!.response.headers.map(({ name, text, at, layer, gone }) => ({ name, text, layer: layer?.reader, line: at === undefined ? '' : lineOf(at.file as 'a.js', at.start), ...(gone === undefined ? {} : { gone: `${gone.how} by ${lineOf(gone.at.file as 'a.js', gone.at.start)}` }) }));
    const ofCors = LISTED.split('\n').find((line) => line.includes('cors({'))!;
    expect(told).toEqual([
      { name: 'access-control-allow-origin', text: APP, layer: 'express', line: ofCors },
      { name: 'access-control-allow-credentials', text: 'true', layer: 'express', line: ofCors },
      { name: 'access-control-allow-origin', text: 'https://www.example.com', layer: 'nginx', line: 'add_header Access-Control-Allow-Origin https://www.example.com always;' },
      { name: 'vary', text: 'Origin', layer: 'express', line: ofCors, gone: 'removed by proxy_hide_header Vary;' },
    ]);
  });

  test('has the layers on the way, why they are taken to be there, and the path that each is asked for', async () => {
    const files = { 'nginx.conf': nginx('    location /shop/ {\n      proxy_pass http://127.0.0.1:3000/;\n    }'), 'a.js': LISTED };
    const [{ worlds, certain }] = explain(await surveyOf(files), question(`GET ${ONE}/shop/orders`), 'production') as [Explanation];
    const { layers } = worlds[0]!.response;
    expect(layers.map(({ policy, request }) => [policy.reader, request.path])).toEqual([
      ['nginx', '/shop/orders'],
      ['express', '/orders'],
    ]);
    expect(layers[1]!.link!.evidence.length).toBeGreaterThan(0);
    expect(certain).toBe(layers[1]!.link!.certain);
  });

  test('where a setting decides, has both cases and what decides', async () => {
    const [{ verdict, worlds, gaps }] = explain(await surveyOf({ 'main.py': `import os\n${fastapi('allow_origins=os.environ["ORIGINS"].split(",")')}` }), question('GET /orders'), 'production') as [Explanation];
    expect(verdict).toMatchObject({ allowed: null, reason: 'undecided' });
    expect(worlds.map((world) => [world.verdict.allowed, world.assuming])).toEqual(expect.arrayContaining([[true, [expect.stringContaining('ORIGINS')]], [false, [expect.stringContaining('ORIGINS')]]]));
    expect(gaps).toContainEqual(expect.objectContaining({ reason: 'env-variable', message: expect.stringContaining('ORIGINS') as string }));
  });

  test('what out of view decides is named with the place that leads there', async () => {
    const text = nginx(`    location /fonts/ {\n      add_header Access-Control-Allow-Origin ${APP};\n      root /srv;\n    }\n    location / {\n      proxy_pass http://orders.internal:8080;\n    }`);
    const [{ worlds, gaps }] = explain(await surveyOf({ 'nginx.conf': text }), question(`GET ${ONE}/orders`), 'production') as [Explanation];
    expect(gaps).toEqual([{ reason: 'upstream', message: expect.stringContaining('orders.internal:8080') as string, at: expect.objectContaining({ file: 'nginx.conf' }) as object }]);
    expect(text.slice(gaps[0]!.at.start, gaps[0]!.at.end)).toContain('orders.internal');
    expect(worlds.map(({ verdict }) => verdict.allowed)).toEqual([false, true]);
  });

  test('what none of the cases depends on is not assumed', async () => {
    const files = { 'a.js': express(`app.use(cors({ origin: ['${APP}'], maxAge: process.env.AGE ? 60 : 600 }));\napp.get('/orders', (req, res) => res.json([]));`) };
    const [{ worlds }] = explain(await surveyOf(files), question('GET /orders'), 'production') as [Explanation];
    expect(worlds.map(({ assuming }) => assuming)).toEqual([[]]);
  });
});

describe('the layer that a URL means', () => {
  const two = { 'nginx.conf': `${nginx(`    add_header Access-Control-Allow-Origin ${APP};\n    location / {\n      root /srv;\n    }`)}`, 'b/main.py': fastapi('allow_origins=["*"]'), 'c/a.js': BY_HAND.replaceAll('/orders', '/invoices') };
  const titles = async (files: Texts, asked: string): Promise<readonly (string | undefined)[]> => explain(await surveyOf(files), question(asked), 'production').map(({ entry, fit }) => `${entry.policy.reader} ${fit.host} ${fit.path}`);

  test.each([
    ['its host', `GET ${ONE}/invoices`, ['nginx named rest']],
    ['its path', 'GET /invoices', ['express asked place']],
    ['a path below', 'GET /orders/1', ['starlette asked below']],
    ['a path that no text names: whoever may serve it', 'GET /nothing', ['starlette asked rest', 'nginx asked rest']],
    ['a port of this machine', 'GET http://localhost:3000/invoices', ['express named place']],
    ['a host that no file names', 'GET https://elsewhere.example/orders', ['starlette open place']],
  ])('is told by %s', async (_what, asked, expected) => {
    expect(await titles(two, asked)).toEqual(expect.arrayContaining(expected));
    expect((await titles(two, asked))[0]).toBe(expected[0]);
  });

  test('is none where every layer names another host', async () => {
    expect(await titles({ 'nginx.conf': two['nginx.conf'] }, 'GET https://elsewhere.example/')).toEqual([]);
    expect(await titles({}, 'GET /')).toEqual([]);
  });

  test('stands behind others where none of these leads to the place', async () => {
    const files = { 'nginx.conf': nginx('    location /cart {\n      proxy_pass http://127.0.0.1:3000;\n    }'), 'a.js': BY_HAND };
    expect(await titles(files, 'GET /orders')).toEqual(['express behind place']);
    expect((await titles({ ...files, 'nginx.conf': nginx(PASSES) }, 'GET /orders'))[0]).toBe('nginx asked place');
  });
});

describe('a change', () => {
  test('is told with what else it lets in', async () => {
    const surveyed = await surveyOf({ 'a.js': LISTED });
    const [explanation] = explain(surveyed, question('DELETE /orders'), 'production');
    const [fix] = mendingOf(surveyed, explanation!, 'production').fixes;
    expect(fix!.changes).toContain(`DELETE /orders from ${APP} with credentials: blocked → allowed`);
    expect(fix!.changes.join()).not.toMatch(/attacker|PATCH/);
  });

  test('where none can be written, says what would have to be sent, and by whom', async () => {
    const surveyed = await surveyOf({ 'nginx.conf': nginx(PASSES), 'a.js': BY_HAND });
    const [explanation] = explain(surveyed, question(`PUT ${ONE}/orders`, { credentials: 'include', headers: [['Authorization', 'x']] }), 'production');
    const { fixes, needed, withoutCredentials } = mendingOf(surveyed, explanation!, 'production');
    expect(fixes).toEqual([]);
    expect(withoutCredentials).toBe(false);
    expect(needed.map(({ of, headers, layer }) => [of, layer?.reader, headers])).toEqual([
      ['preflight', 'express', [['access-control-allow-origin', APP], ['access-control-allow-credentials', 'true'], ['access-control-allow-methods', 'PUT'], ['access-control-allow-headers', 'authorization']]],
      ['response', 'express', expect.arrayContaining([['access-control-allow-credentials', 'true']])],
    ]);
  });

  test('is not needed where the page gets through without credentials', async () => {
    const surveyed = await surveyOf({ 'a.js': ANY });
    const [explanation] = explain(surveyed, question('GET /orders', { credentials: 'include' }), 'production');
    expect(mendingOf(surveyed, explanation!, 'production')).toMatchObject({ fixes: [], withoutCredentials: true });
  });

  test('is never looked for where the page gets through, or nobody knows', async () => {
    for (const files of [{ 'a.js': LISTED }, { 'main.py': `import os\n${fastapi('allow_origins=os.environ["ORIGINS"].split(",")')}` }]) {
      const surveyed = await surveyOf(files);
      const [explanation] = explain(surveyed, question('GET /orders'), 'production');
      expect(mendingOf(surveyed, explanation!, 'production')).toEqual({ fixes: [], needed: [], withoutCredentials: false });
    }
  });

  test('never echoes the origin, and never lets in what nobody asked for', async () => {
    for (const { files, asks } of Object.values(rows)) {
      const surveyed = await surveyOf(files);
      const [explanation] = explain(surveyed, asks, 'production');
      for (const { edits, changes } of mendingOf(surveyed, explanation!, 'production').fixes) {
        expect(edits.map(({ text }) => text).join('\n')).not.toMatch(/\$http_origin|req\.(?:headers|get)|origin: true|\.\*/);
        expect(changes.filter((change) => change.includes('attacker.example') && change.endsWith('→ allowed'))).toEqual([]);
      }
    }
  });
});

describe('what else is worth knowing', () => {
  const remarks = async (files: Texts, asked: Question): Promise<ReturnType<typeof remarksOn>> => {
    const surveyed = await surveyOf(files);
    return remarksOn(surveyed, explain(surveyed, asked, 'production')[0]!, 'production');
  };

  test('any site gets the same', async () => {
    expect((await remarks({ 'a.js': ANY }, question('GET /orders'))).anySite).toBe(true);
    expect((await remarks({ 'a.js': LISTED }, question('GET /orders'))).anySite).toBe(false);
  });

  test('findings on the way of the request, and no others', async () => {
    const files = { 'a.js': express("app.use('/orders', cors({ origin: true, credentials: true }));\napp.get('/orders', (req, res) => res.json([]));"), 'b/main.py': fastapi('allow_origins=["null"]') };
    expect((await remarks(files, question('GET /orders'))).findings.map(({ ruleId, at }) => [ruleId, at.file])).toEqual([['no-reflected-origin', 'a.js']]);
  });

  test('findings of a layer that these layers together make good', async () => {
    const files = { 'nginx.conf': nginx(PASSES.replace('3000;', `3000;\n      proxy_hide_header Access-Control-Allow-Origin;\n      proxy_hide_header Access-Control-Allow-Credentials;\n      add_header Access-Control-Allow-Origin ${APP} always;`)), 'a.js': express("app.use(cors({ origin: true, credentials: true }));\napp.get('/orders', (req, res) => res.json([]));") };
    const { findings, neutralised } = await remarks(files, question(`GET ${ONE}/orders`));
    expect(neutralised.map(({ ruleId }) => ruleId)).toContain('no-reflected-origin');
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain('no-reflected-origin');
  });
});
