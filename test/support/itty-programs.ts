import type { Program } from './h3-programs.js';

const PROGRAMS: readonly (readonly [title: string, paths: readonly string[], source: string])[] = [
  ['none', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors();
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['star cred', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*', credentials: true });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['null', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: null });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['false', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: false, credentials: true });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['regex', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: /example\\.com/ });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['list null', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['null', 'https://app.example.com'], credentials: true, exposeHeaders: ['a', 'b'], allowHeaders: [] });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['function bool', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: (o) => o === 'https://app.example.com' });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['async', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: async (o) => o });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['texts', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ allowMethods: 'GET', allowHeaders: 'x', exposeHeaders: '', maxAge: 0 });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['no methods', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ allowMethods: null, origin: undefined, credentials: false });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => ({ x: 1 })).put('/a', () => json({ x: 1 }, { headers: { 'access-control-allow-origin': 'https://own.example' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['then', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['https://app.example.com'], credentials: true });
const r = IttyRouter();
r.all('*', preflight).get('/a', () => 'x').all('*', () => error(404));
serve({ fetch: (request) => r.fetch(request).then(json).catch(error).then(corsify), port: 3000, overrideGlobalObjects: false });
`],
  ['then request', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['https://app.example.com'], credentials: true });
const r = Router();
r.all('*', preflight).get('/a', () => 'x').all('*', () => error(404));
serve({ fetch: (request) => r.fetch(request).then(json).catch(error).then((response) => corsify(response, request)), port: 3000, overrideGlobalObjects: false });
`],
  ['preflight only', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*' });
const router = AutoRouter({ before: [preflight] });
router.get('/a', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['corsify only', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*' });
const router = AutoRouter({ finally: [corsify] });
router.get('/a', () => 'x').get('/b', () => { throw new Error('x'); });
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['router', ['/a', '/b', '/c'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*' });
const router = Router({ before: [preflight], catch: error, finally: [json, corsify] });
router.get('/a', () => ({ x: 1 })).get('/c', () => { throw new Error('x'); }).all('*', () => error(404));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['router bare', ['/a', '/b', '/c'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*' });
const router = Router({ before: [preflight], finally: [json, corsify] });
router.get('/a', () => ({ x: 1 })).get('/c', () => { throw new Error('x'); });
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['nested', ['/api/a', '/api/b', '/c'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*' });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
const api = Router({ base: '/api' });
api.get('/a', () => ({ x: 1 }));
router.all('/api/*', api.fetch).get('/c', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['params', ['/u/1', '/u/1/p', '/f/a/b', '/u'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors({ origin: '*' });
const router = AutoRouter({ before: [preflight] });
const h = (o) => () => new Response('x', { headers: { 'access-control-allow-origin': o } });
router.get('/u/:id', h('https://id.example')).get('/u/:id/p?', h('https://p.example')).get('/f/*', h('https://f.example'));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['hand', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors();
const router = AutoRouter({ finally: [(response) => { response.headers.set('Access-Control-Allow-Origin', '*'); return response; }] });
router.options('*', () => new Response(null, { status: 204, headers: { 'Access-Control-Allow-Methods': 'GET' } })).get('/a', () => ({}));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['middleware', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status } from 'itty-router';
const { preflight, corsify } = cors();
const router = AutoRouter();
router.all('*', (request) => { if (request.method === 'OPTIONS') return new Response(null, { headers: { 'Access-Control-Allow-Origin': request.headers.get('origin') } }); }).get('/a', () => json({}, { headers: { 'Access-Control-Allow-Origin': '*' } }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['throw', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors();
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => { throw new StatusError(403, 'x'); }).get('/b', () => error(401, 'no'));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['status', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors({ origin: 'https://app.example.com' });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => status(204)).get('/b', () => text('x', { status: 201 }));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['auth before', ['/a'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors();
const auth = (request) => { if (!request.headers.get('authorization')) return error(401); };
const router = AutoRouter({ before: [auth, preflight], finally: [corsify] });
router.get('/a', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['auth after', ['/a'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors();
const auth = (request) => { if (!request.headers.get('authorization')) return error(401); };
const router = AutoRouter({ before: [preflight, withParams], finally: [corsify] });
router.get('/a', auth, () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['format', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors();
const router = AutoRouter({ before: [preflight], finally: [corsify], missing: () => error(404, 'none'), format: text });
router.get('/a', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['base', ['/api/a', '/a'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const router = Router({ base: '/api', finally: [json] });
router.get('/a', () => new Response('x', { headers: { 'access-control-allow-origin': '*' } })).all('*', () => error(404));
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['finally fn', ['/a', '/b'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['https://app.example.com'] });
const router = AutoRouter({ before: [preflight], finally: [(response, request) => corsify(response, request)] });
router.get('/a', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['await', ['/a', '/b'], `import { Router, cors, error, json } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['https://app.example.com'], credentials: true });
const router = Router();
router.all('*', preflight).get('/a', () => ({ x: 1 })).all('*', () => error(404));
serve({ async fetch(request, env) { const response = await router.fetch(request, env).then(json).catch(error); return corsify(response, request); }, port: 3000, overrideGlobalObjects: false });
`],
  ['headers fn', ['/a', '/b'], `import { Router, error, json } from 'itty-router';
const router = Router();
const corsHeaders = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, PUT' };
router.options('*', () => new Response(null, { status: 204, headers: corsHeaders })).get('/a', () => json({ x: 1 }, { headers: corsHeaders })).all('*', () => error(404));
serve({ fetch: (request) => router.fetch(request).then(json).catch(error), port: 3000, overrideGlobalObjects: false });
`],
  ['handlers', ['/a', '/b'], `import { Router, error, json } from 'itty-router';
const withCors = (response) => { response.headers.set('Access-Control-Allow-Origin', '*'); return response; };
const router = Router();
router.get('/a', () => withCors(json({ x: 1 }))).get('/b', (request) => { const r = new Response('x'); r.headers.set('Access-Control-Allow-Origin', request.headers.get('Origin')); return r; }).all('*', () => error(404));
serve({ fetch: (request) => router.fetch(request), port: 3000, overrideGlobalObjects: false });
`],
  ['origin fn', ['/a'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const allowed = ['https://app.example.com'];
const { preflight, corsify } = cors({ origin: (origin) => (allowed.includes(origin) ? origin : allowed[0]), credentials: true });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['ends with', ['/a'], `import { AutoRouter, Router, IttyRouter, cors, error, json, text, status, withContent, withParams, StatusError, html } from 'itty-router';
const { preflight, corsify } = cors({ origin: (origin) => { if (origin?.endsWith('example.com')) return origin; }, allowHeaders: ['x-a'], maxAge: '60' });
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.get('/a', () => 'x');
serve({ fetch: router.fetch, port: 3000, overrideGlobalObjects: false });
`],
  ['catch last', ['/a', '/b'], `import { Router, cors, error, json } from 'itty-router';
const { preflight, corsify } = cors();
const router = Router();
router.all('*', preflight).get('/a', () => { throw new Error('x'); }).all('*', () => error(404));
serve({ fetch: (request) => router.fetch(request).then(json).then(corsify).catch(error), port: 3000, overrideGlobalObjects: false });
`],
  ['promise finally', ['/a', '/b'], `import { Router, cors, error, json } from 'itty-router';
const { preflight, corsify } = cors();
const router = Router();
router.options('*', preflight).get('/a', () => 'x').all('*', () => error(404));
serve({ fetch: (request, ...args) => router.fetch(request, ...args).then(json).catch(error).finally((r) => corsify(r, request)), port: 3000, overrideGlobalObjects: false });
`],
];

/** Programs of itty-router 6 in which its functions meet as people write them, served by Node. */
export const ittyPrograms: readonly Program[] = PROGRAMS.map(([title, paths, source]) => ({ title, paths, source: `import { serve } from '@hono/node-server';\n${source}` }));
