import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import fetchHandler from '../../src/readers/fetch-handler/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { fetchSource } from '../support/fetch-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

test('answers like the recorded handlers', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, 'fetch-Response')) {
    const { policies } = read(fetchHandler, { 'src/worker.js': fetchSource(group[0].options) }, 'src/worker.js');
    const [policy] = policies;
    expect(policies).toHaveLength(1);
    for (const row of group) {
      // `Headers` joins what is appended into one line; a browser joins the lines of a response all the same.
      const wrong = differences({ policy: policy!, inner: [] }, row, { unordered: ['access-control-allow-origin'] });
      if (wrong.length === 0) held++;
      else failures.push(`${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(112);
});

const ORIGIN = 'https://app.example.com';

/** What a page at `origin` gets, when that is certain: Access-Control-Allow-Origin, Vary and the status. */
function answer(files: Readonly<Record<string, string>>, request: { readonly method?: string; readonly origin?: string; readonly path?: string } = {}): string {
  const [file] = Object.keys(files);
  const { policies } = read(fetchHandler, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: request.path ?? '/', headers: [['origin', request.origin ?? ORIGIN]] });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${['access-control-allow-origin', 'vary'].map((name) => response.headers.filter((line) => line.name === name).map(({ text }) => text ?? '?').join(', ') || '-').join(' ')}`))].sort().join(' or ');
}

const STAR = "{ 'Access-Control-Allow-Origin': '*' }";

test.each([
  ['a module worker', `export default { async fetch(request, env, ctx) { return new Response('', { headers: ${STAR} }); } };`],
  ['a module worker in a variable', `const worker = { fetch(request) { return new Response('', { headers: ${STAR} }); } };\nexport default worker;`],
  ['satisfies', `export default { async fetch(request: Request): Promise<Response> { return new Response('', { headers: ${STAR} }); } } satisfies ExportedHandler<Env>;`],
  ['Deno.serve', `Deno.serve({ port: 8000 }, () => new Response('', { headers: ${STAR} }));`],
  ['Deno.serve with a named handler', `async function handler(req) { return new Response('', { headers: ${STAR} }); }\nDeno.serve(handler);`],
  ['serve of the Deno library', `import { serve } from 'https://deno.land/std@0.177.0/http/server.ts';\nserve(async (req) => new Response('', { headers: ${STAR} }), { port: 8000 });`],
  ['Bun.serve', `Bun.serve({ port: 3000, fetch(req) { return Response.json({}, { headers: ${STAR} }); } });`],
  ['serve of bun', `import { serve } from 'bun';\nserve({ fetch: () => new Response('', { headers: ${STAR} }) });`],
  ['a Bun server exported', `export default { port: 3000, fetch(req) { return new Response('', { headers: ${STAR} }); } };`],
  ['a service worker listener', `addEventListener('fetch', (event) => { event.respondWith(handle(event.request)); });\nasync function handle(request) { return new Response('', { headers: ${STAR} }); }`],
  ['self.addEventListener', `self.addEventListener('fetch', (event) => event.respondWith(new Response('', { headers: ${STAR} })));`],
  ['a function of Netlify', `export default async (req, context) => new Response('', { headers: ${STAR} });\nexport const config = { path: '/api' };`],
  ['Cloudflare Pages', `export const onRequest = async ({ request, env }) => new Response('', { headers: ${STAR} });`],
  ['Cloudflare Pages, GET only', `export async function onRequestGet(context) { return new Response('', { headers: ${STAR} }); }`],
  ['SvelteKit', `export async function GET({ request, url }) { return new Response('', { headers: ${STAR} }); }`],
  ['Remix', `export async function loader({ request }) { return Response.json({}, { headers: ${STAR} }); }`],
  ['Headers', `export default { fetch() { const headers = new Headers(); headers.set('Access-Control-Allow-Origin', '*'); return new Response('', { headers }); } };`],
  ['Headers of an object', `export default { fetch() { const headers = new Headers(${STAR}); return new Response('', { status: 200, headers }); } };`],
  ['pairs', "export default { fetch() { return new Response('', { headers: [['Access-Control-Allow-Origin', '*']] }); } };"],
  ['a response mended', "export default { fetch() { const response = new Response(''); response.headers.set('access-control-allow-origin', '*'); return response; } };"],
  ['a constant spread', `const corsHeaders = ${STAR};\nexport default { fetch() { return new Response('', { headers: { 'Content-Type': 'text/plain', ...corsHeaders } }); } };`],
  ['Object.assign', `const corsHeaders = ${STAR};\nexport default { fetch() { return new Response('', { headers: Object.assign({}, corsHeaders, { a: 'b' }) }); } };`],
  ['Object.entries', `const corsHeaders = ${STAR};\nexport default { fetch() { const response = new Response(''); Object.entries(corsHeaders).forEach(([name, value]) => response.headers.set(name, value)); return response; } };`],
  ['for of', `const corsHeaders = ${STAR};\nexport default { fetch() { const response = new Response(''); for (const [name, value] of Object.entries(corsHeaders)) response.headers.set(name, value); return response; } };`],
  ['a helper around the handler', "const withCors = (handler) => async (request) => { const response = await handler(request); response.headers.set('Access-Control-Allow-Origin', '*'); return response; };\nDeno.serve(withCors(async () => new Response('')));"],
  ['a helper around the response', `function withCors(response) { const headers = new Headers(response.headers); headers.set('Access-Control-Allow-Origin', '*'); return new Response(response.body, { status: response.status, statusText: response.statusText, headers }); }\nDeno.serve(() => withCors(new Response('')));`],
  ['a closure for JSON', `const json = (data, status = 200) => new Response(JSON.stringify(data), { status, headers: ${STAR} });\nexport default { fetch: () => json({}) };`],
  ['a promise', `export default { fetch(request) { return handle(request).then((response) => { response.headers.set('Access-Control-Allow-Origin', '*'); return response; }); } };\nasync function handle(request) { return new Response(''); }`],
  ['a handler given to a package', `import { withSentry } from '@sentry/cloudflare';\nexport default { fetch: withSentry(async (request) => new Response('', { headers: ${STAR} })) };`],
  ['a class', `class App { headers() { return ${STAR}; } async handle(request) { return new Response('', { headers: this.headers() }); } }\nconst app = new App();\nexport default { fetch: (request) => app.handle(request) };`],
  ['a worker that is a class', `import { WorkerEntrypoint } from 'cloudflare:workers';\nexport default class extends WorkerEntrypoint { async fetch(request) { return new Response('', { headers: this.cors() }); } cors() { return ${STAR}; } }`],
  ['a Durable Object', `export class Counter { constructor(state, env) { this.state = state; } async fetch(request: Request) { return new Response('', { headers: ${STAR} }); } }`],
  ['CommonJS', `module.exports = { default: { fetch() { return new Response('', { headers: ${STAR} }); } } };`],
])('follows %s', (_shape, text) => {
  expect(answer({ 'worker.ts': text })).toBe('200 * -');
});

describe('conditions', () => {
  const LIST = `const allowed = ['${ORIGIN}', 'https://admin.example.com'];\n`;
  test.each([
    ['an allowlist', `${LIST}export default { fetch(request) { const origin = request.headers.get('Origin'); const headers = new Headers(); if (allowed.includes(origin)) { headers.set('Access-Control-Allow-Origin', origin); headers.append('Vary', 'Origin'); } return new Response('', { headers }); } };`, `200 ${ORIGIN} Origin`, '200 - -'],
    ['a conditional spread', `${LIST}export default { fetch(request) { const origin = request.headers.get('Origin'); return new Response('', { headers: { Vary: 'Origin', ...(allowed.includes(origin) && { 'Access-Control-Allow-Origin': origin }) } }); } };`, `200 ${ORIGIN} Origin`, '200 - Origin'],
    ['the first of the list', `${LIST}const headersFor = (request) => { const origin = request.headers.get('Origin') ?? ''; return { 'Access-Control-Allow-Origin': allowed.includes(origin) ? origin : allowed[0], Vary: 'Origin' }; };\nexport default { fetch: (request) => new Response('', { headers: headersFor(request) }) };`, `200 ${ORIGIN} Origin`, `200 ${ORIGIN} Origin`],
    ['refused with a status', `${LIST}Deno.serve((request) => { const origin = request.headers.get('origin'); if (!allowed.includes(origin)) return new Response('no', { status: 403 }); return new Response('', { headers: { 'Access-Control-Allow-Origin': origin } }); });`, `200 ${ORIGIN} -`, '403 - -'],
    ['an echo', "Deno.serve((request) => new Response('', { headers: { 'Access-Control-Allow-Origin': request.headers.get('Origin') ?? '*' } }));", `200 ${ORIGIN} -`, '200 https://evil.test -'],
    ['what lies behind', "export default { async fetch(request) { const response = await fetch(request); const own = new Response(response.body, response); own.headers.set('Access-Control-Allow-Origin', '*'); return own; } };", '200 * -', '200 * -'],
    ['what lies behind, mended in place', "export default { async fetch(request) { let response = await fetch(request); response = new Response(response.body, response); response.headers.set('Access-Control-Allow-Origin', '*'); response.headers.append('Vary', 'Origin'); return response; } };", '200 * Origin', '200 * Origin'],
    ['a header deleted', "export default { async fetch(request) { const response = new Response('', { headers: { 'Access-Control-Allow-Origin': '*', Vary: 'Origin' } }); response.headers.delete('Vary'); return response; } };", '200 * -', '200 * -'],
  ])('%s', (_shape, text, served, refused) => {
    expect([answer({ 'worker.js': text }), answer({ 'worker.js': text }, { origin: 'https://evil.test' })]).toEqual([served, refused]);
  });

  test('by method', () => {
    const text = "export default { fetch(request) { if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { 'Access-Control-Allow-Origin': '*' } }); if (request.method !== 'POST') return new Response('no', { status: 405 }); return new Response(''); } };";
    expect(['OPTIONS', 'GET', 'POST'].map((method) => answer({ 'worker.js': text }, { method }))).toEqual(['204 * -', '405 - -', '200 - -']);
  });

  test('by path', () => {
    const text = "export default { fetch(request) { const url = new URL(request.url); if (url.pathname.startsWith('/public/')) return new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }); switch (url.pathname) { case '/one': return new Response('', { headers: { 'Access-Control-Allow-Origin': 'https://one.example' } }); default: return new Response('no', { status: 404 }); } } };";
    expect(['/public/a', '/one', '/two'].map((path) => answer({ 'worker.js': text }, { path }))).toEqual(['200 * -', '200 https://one.example -', '404 - -']);
  });

  test('by exported method: others get 405', () => {
    const text = "export const onRequestGet = () => new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } });\nexport const onRequestPost = () => new Response('');";
    expect(['GET', 'HEAD', 'POST', 'OPTIONS'].map((method) => answer({ 'functions/api.js': text }, { method }))).toEqual(['200 * -', '200 * -', '200 - -', '405 - -']);
  });

  test('headers are written as text where a value is missing', () => {
    const text = "export default { fetch(request) { return new Response('', { headers: { 'Access-Control-Allow-Origin': request.headers.get('Origin') } }); } };";
    const { policies } = read(fetchHandler, { 'worker.js': text }, 'worker.js');
    const [outcome] = evaluate({ policy: policies[0]!, inner: [] }, { method: 'GET', path: '/', headers: [] });
    expect(outcome!.response.headers.map(({ text: sent }) => sent)).toEqual(['null']);
  });
});

test('headers of another file are covered there', () => {
  const { policies, covers } = read(
    fetchHandler,
    { 'functions/hello/index.ts': "import { corsHeaders } from '../_shared/cors.ts';\nDeno.serve(async (req) => req.method === 'OPTIONS' ? new Response('ok', { headers: corsHeaders }) : new Response('', { headers: { ...corsHeaders } }));", 'functions/_shared/cors.ts': "export const corsHeaders = { 'Access-Control-Allow-Origin': '*' };" },
    'functions/hello/index.ts',
  );
  expect([policies.length, covers]).toEqual([1, ['functions/_shared/cors.ts']]);
});

test.each([
  ['an environment variable', "export default { fetch(request, env) { return new Response('', { headers: { 'Access-Control-Allow-Origin': env.ORIGIN } }); } };", '200 ? - or 200 undefined -'],
  ['an environment variable with a default', "export default { fetch(request, env) { return new Response('', { headers: { 'Access-Control-Allow-Origin': env.ORIGIN || '*' } }); } };", '200 * - or 200 ? -'],
  ['an import that is not in view', "import { corsHeaders } from '@acme/cors';\nexport default { fetch() { return new Response('', { headers: { 'Access-Control-Allow-Methods': 'GET', ...corsHeaders } }); } };", '200 ? -'],
  ['a check that is not in view', "import { isAllowed } from '@acme/cors';\nexport default { fetch(request) { const origin = request.headers.get('Origin'); return new Response('', { headers: isAllowed(origin) ? { 'Access-Control-Allow-Origin': origin } : {} }); } };", `200 - - or 200 ${ORIGIN} -`],
])('%s stays open', (_shape, text, expected) => {
  expect(answer({ 'worker.js': text })).toBe(expected);
});

test.each([
  ['request headers', "const response = await fetch('/x', { headers: { 'Access-Control-Allow-Origin': '*' } });\nexport default response;"],
  ['request headers in Headers', "const headers = new Headers();\nheaders.append('Access-Control-Allow-Origin', '*');\nexport async function load(): Promise<Response> { return fetch('/x', { headers }); }"],
  ['a handler that calls another server', "export default { async fetch(request) { const response = await fetch('https://api.example.com', { headers: { 'Access-Control-Allow-Origin': '*' } }); return new Response(await response.text()); } };"],
  ['a page', "export default async function Page() { const response = await fetch('/x', { mode: 'cors', headers: { 'Access-Control-Allow-Origin': '*' } }); return response.json(); }"],
  ['axios', "import axios from 'axios';\nexport default async () => { const response = await axios.get('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }); return response.data; };"],
  ['a Request', "export default async () => { const request = new Request('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }); const response = await fetch(request); return response; };"],
  ['a response that nobody sends', "const corsHeaders = { 'Access-Control-Allow-Origin': '*' };\nexport const makeResponse = () => new Response('', { headers: corsHeaders });"],
  ['routes of a router', "import { Elysia } from 'elysia';\nexport default new Elysia().get('/', () => new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }));"],
  ['a class of a client', "export class Client { async fetch(path) { return fetch(path, { headers: { 'Access-Control-Allow-Origin': '*' } }); } }"],
  ['a handler of h3', "export default defineEventHandler(() => new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }));"],
  ['a class of the same name', "class Response { constructor(body, options) {} }\nexport default { fetch() { return new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }); } };"],
])('%s: no policy', (_shape, text) => {
  expect(read(fetchHandler, { 'client.ts': text }, 'client.ts').policies).toEqual([]);
});

test('a broken file is no policy, and every prefix reads without a throw', () => {
  for (const { options } of grouped(rows, 'fetch-Response').map(([row]) => row)) expect(readPrefixes(fetchHandler, fetchSource(options), 'worker.js')).toBeGreaterThan(1);
});

describe('answers that refuse', () => {
  const echo = "return new Response('', { headers: { 'Access-Control-Allow-Origin': request.headers.get('Origin') } });";
  const handler = (body: string, before = ''): string => `${before}export default { async fetch(request, env) { const origin = request.headers.get('Origin'); const url = new URL(request.url); ${body} ${echo} } };`;

  test.each([
    ['bad input', "const id = url.searchParams.get('id'); if (!id) return new Response('no id', { status: 400 });"],
    ['a bad body', "const body = await request.json(); if (!body.name || !body.email) return new Response('', { status: 422 });"],
    ['a stranger to log in', "const user = await getUser(request); if (!user) return new Response('', { status: 401 });"],
    ['a setting that is missing', "if (!env.API_KEY) return new Response('', { status: 500 });"],
    ['what is not found', "const row = await env.DB.prepare('…').first(); if (row === null) return Response.json({}, { status: 404 });"],
    ['a thrown error', "if (!(await limiter.ok())) throw new Error('too many');"],
    ['bad input of listed origins', "if (origin === 'https://app.example.com' && !url.searchParams.get('id')) return new Response('', { status: 400 });"],
  ])('say nothing about the others: %s', (_shape, body) => {
    expect(answer({ 'worker.js': handler(body) }, { origin: 'https://evil.test' })).toBe('200 https://evil.test -');
  });

  test('nor do errors that are caught', () => {
    const text = `export default { async fetch(request, env) { try { const rows = await load(env); ${echo} } catch (error) { return new Response('', { status: 500 }); } } };`;
    expect(answer({ 'worker.js': text }, { origin: 'https://evil.test' })).toBe('200 https://evil.test -');
  });

  test.each([
    ['a check of the origin by its name', "if (!(await isAllowedOrigin(request))) return new Response('', { status: 403 });"],
    ['a check that is given the origin', "if (!(await verify(origin))) return new Response('', { status: 403 });"],
    ['a flag beside a check of the origin', "if (origin !== 'https://app.example.com' && !(await flags.enabled('open'))) return new Response('', { status: 403 });"],
    ['what is looked up for the origin', "const tenant = await env.DB.prepare('…').bind(origin).first(); if (!tenant) return new Response('', { status: 403 });"],
  ])('may be the check: %s', (_shape, body) => {
    expect(answer({ 'worker.js': handler(body) }, { origin: 'https://evil.test' })).toBe('200 https://evil.test - or 403 - -');
  });

  test('a check of the origin inside try may be what throws', () => {
    const text = `import { assertOrigin } from '@acme/cors';\nexport default { async fetch(request) { try { assertOrigin(request); ${echo} } catch (error) { return new Response('', { status: 403 }); } } };`;
    expect(answer({ 'worker.js': text }, { origin: 'https://evil.test' })).toBe('200 https://evil.test - or 403 - -');
  });

  test('what was asked before another refusal stays open', () => {
    const text = "const cors = { 'Access-Control-Allow-Origin': '*' };\nexport default { async fetch(request) { if (!(await limiter.ok())) return new Response('', { status: 429, headers: cors }); if (new URL(request.url).pathname === '/x') throw new Error('no'); return new Response('', { headers: cors }); } };";
    expect([answer({ 'worker.js': text }), answer({ 'worker.js': text }, { path: '/x' })]).toEqual(['200 * - or 429 * -', '429 * - or 500 - -']);
  });

  test('a refusal that carries the headers stays an answer', () => {
    const text = "const cors = { 'Access-Control-Allow-Origin': '*' };\nexport default { async fetch(request) { const body = await request.json(); if (!body.name) return new Response('', { status: 400, headers: cors }); return new Response('', { headers: cors }); } };";
    expect(answer({ 'worker.js': text })).toBe('200 * - or 400 * -');
  });
});

test.each([
  ['headers handed on one by one', "const own = new Headers({ 'Access-Control-Allow-Origin': '*' });\nexport default { fetch() { const response = new Response(''); own.forEach((value, name) => response.headers.set(name, value)); return response; } };"],
  ['headers of a module that is loaded inside try', "import { cors } from './cors';\nexport default { async fetch(request) { try { await work(request); return new Response('', { headers: cors }); } catch { return new Response('', { headers: cors }); } } };"],
])('%s', (_shape, text) => {
  expect(answer({ 'worker.ts': text, 'cors.ts': "export const cors = new Headers({ 'Access-Control-Allow-Origin': '*' });" })).toBe('200 * -');
});

test.each([
  ['functions/_middleware.ts', "export async function onRequest(context) { const response = await context.next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; }"],
  ['functions/_middleware.js', "const cors = async ({ next }) => { const response = await next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; };\nexport const onRequest = cors;"],
  ['src/middleware.ts', "export const onRequest = async (context, next) => { const response = await next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; };"],
  ['src/hooks.server.ts', "export const handle = async ({ event, resolve }) => { const response = await resolve(event); response.headers.append('Access-Control-Allow-Origin', '*'); return response; };"],
  ['netlify/edge-functions/cors.ts', "export default async (request, context) => { const response = await context.next(); response.headers.set('Access-Control-Allow-Origin', '*'); return response; };"],
])('middleware in %s: what the handlers behind answer gets the headers', (file, text) => {
  expect([answer({ [file]: text }), answer({ [file]: text }, { method: 'OPTIONS' })]).toEqual(['200 * -', 'null * -']);
});

test.each([
  ['a router', "import { router } from '@acme/router';\nexport default { async fetch(request, env) { const response = await router.handle(request, env); response.headers.set('Access-Control-Allow-Origin', '*'); return response; } };"],
  ['a helper of the file', "import app from '@acme/app';\nconst withCors = (response) => { response.headers.set('Access-Control-Allow-Origin', '*'); return response; };\nDeno.serve(async (request) => withCors(await app.fetch(request)));"],
  ['a copy', "import app from '@acme/app';\nDeno.serve(async (request) => { const own = await app.fetch(request); own.headers.set('Access-Control-Allow-Origin', '*'); return new Response(own.body, own); });"],
  ['a promise', "import { router } from '@acme/router';\nexport default { fetch: (request) => router.handle(request).then((response) => { response.headers.set('Access-Control-Allow-Origin', '*'); return response; }) };"],
])('headers set on a response that is not in view: %s', (_shape, text) => {
  expect(answer({ 'worker.js': text })).toMatch(/^(?:200|null) \* -$/);
});

test('routes of Bun, by path and method, and the ports of servers', () => {
  const text = `Bun.serve({ port: 3000, routes: { '/users/:id': { GET: () => new Response('', { headers: ${STAR} }), OPTIONS: () => new Response(null, { status: 204, headers: ${STAR} }) }, '/open/*': () => new Response('', { headers: ${STAR} }) }, fetch: () => new Response('no', { status: 404 }) });`;
  const { policies } = read(fetchHandler, { 'server.ts': text }, 'server.ts');
  const status = (index: number, method: string, path: string): string => evaluate({ policy: policies[index]!, inner: [] }, { method, path, headers: [] }).map(({ response }) => `${response.status} ${response.headers.length}`).join();
  expect(policies.map(({ probes, listens }) => [probes[0]!.path, probes[0]!.methods, listens])).toEqual([['/users/x', ['GET'], [3000]], ['/open/x', null, [3000]]]);
  expect([status(0, 'GET', '/users/1'), status(0, 'OPTIONS', '/users/1'), status(0, 'GET', '/users'), status(1, 'PUT', '/open/a/b')]).toEqual(['200 1', '204 1', '200 0', '200 1']);
});

test('SvelteKit: a hook answers preflights itself', () => {
  const text = "export async function handle({ event, resolve }) { if (event.request.method === 'OPTIONS') return new Response(null, { headers: { 'Access-Control-Allow-Origin': '*' } }); const response = await resolve(event); if (event.url.pathname.startsWith('/api')) response.headers.append('Access-Control-Allow-Origin', '*'); return response; }";
  const files = { 'src/hooks.server.js': text };
  expect([answer(files, { method: 'OPTIONS' }), answer(files, { path: '/api/x' }), answer(files, { path: '/x' })]).toEqual(['200 * -', '200 * -', '200 - -']);
});

test('large modules that are imported leave the handler its due', () => {
  const table = `export const table = [${Array.from({ length: 40_000 }, (_, index) => `[${index}, 'x']`).join(',')}];`;
  const text = "export default { async fetch() { const { table } = await import('./table'); const [first] = table; return new Response(String(first), { headers: { 'Access-Control-Allow-Origin': '*' } }); } };";
  expect(answer({ 'worker.ts': text, 'table.ts': table })).toBe('200 * -');
});

test('code that is too large to follow answers nobody knows how', () => {
  const statements = Array.from({ length: 30_000 }, (_, index) => `total += ${index};`).join('\n');
  expect(answer({ 'worker.js': `const cors = { 'Access-Control-Allow-Origin': '*' };\nexport default { fetch(request) { let total = 0; if (request.method === 'OPTIONS') return new Response('', { headers: cors });\n${statements}\nreturn new Response(String(total)); } };` })).toBe('200 ? -');
});

describe('Vary is added', () => {
  /** The text after the edit that the reader spells for the first header that it found. */
  function varied(text: string): string {
    const { unit, policies } = read(fetchHandler, { 'worker.js': text }, 'worker.js');
    const policy = policies[0]!;
    const at = policy.steps.flatMap(({ effects }) => effects).find(({ header }) => header === 'access-control-allow-origin')!.at;
    const edits = fetchHandler.write(unit, policy, { kind: 'add-vary', at });
    return 'declined' in edits ? edits.declined : applyEdits(text, edits);
  }
  const handler = (body: string): string => `export default {\n  fetch(request) {\n    const origin = request.headers.get('Origin');\n${body}  },\n};\n`;

  test.each([
    ['beside an entry', "    return new Response('', { headers: { 'Access-Control-Allow-Origin': origin } });\n", "    return new Response('', { headers: { 'Access-Control-Allow-Origin': origin, 'Vary': 'Origin' } });\n"],
    ['behind a call on Headers', "    const headers = new Headers();\n    headers.set('Access-Control-Allow-Origin', origin);\n    return new Response('', { headers });\n", "    const headers = new Headers();\n    headers.set('Access-Control-Allow-Origin', origin);\n    headers.append('Vary', 'Origin');\n    return new Response('', { headers });\n"],
    ['behind a call on a response', "    const response = new Response('');\n    response.headers.set('Access-Control-Allow-Origin', origin);\n    return response;\n", "    const response = new Response('');\n    response.headers.set('Access-Control-Allow-Origin', origin);\n    response.headers.append('Vary', 'Origin');\n    return response;\n"],
    ['behind an assignment', "    const headers = {};\n    headers['Access-Control-Allow-Origin'] = origin;\n    return new Response('', { headers });\n", "    const headers = {};\n    headers['Access-Control-Allow-Origin'] = origin;\n    headers['Vary'] = 'Origin';\n    return new Response('', { headers });\n"],
  ])('%s', (_place, before, after) => {
    expect(varied(handler(before))).toBe(handler(after));
  });

  test('but not over another one', () => {
    expect(varied(handler("    const headers = { Vary: 'Accept' };\n    headers['Access-Control-Allow-Origin'] = origin;\n    return new Response('', { headers });\n"))).toBe('another Vary would be lost');
  });
});
