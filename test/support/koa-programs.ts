import { print } from './express-sources.js';
import type { Picks } from './picks.js';

const ORIGINS = [`'*'`, `'https://app.example.com'`, `ctx.get('Origin')`, `ctx.headers.origin || '*'`, `(['https://app.example.com', 'https://admin.example.com'].includes(ctx.get('Origin')) ? ctx.get('Origin') : 'https://app.example.com')`] as const;
const PATHS = ['/data', '/api/data', '/boom', '/missing'] as const;

/** A middleware of a program: what it does before, around and after what is behind it. */
function middleware(from: Picks): string {
  const origin = from.pick(ORIGINS);
  const path = from.pick(PATHS);
  return from.pick<() => string>([
    () => `app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', ${origin}); await next(); });`,
    () => `app.use(async (ctx, next) => { await next(); ctx.set('Access-Control-Allow-Origin', ${origin}); });`,
    () => `app.use((ctx, next) => { ctx.vary('Origin'); ctx.set('Access-Control-Allow-Origin', ${origin}); if (ctx.method === 'OPTIONS') { ctx.status = 204; return; } return next(); });`,
    () => `app.use(async (ctx, next) => { if (ctx.method === 'OPTIONS') { ctx.set('Access-Control-Allow-Methods', 'GET, PUT'); ctx.body = ''; } else { await next(); } ctx.set({ 'Access-Control-Allow-Headers': 'Content-Type', 'Access-Control-Max-Age': 600 }); });`,
    () => `app.use(async (ctx, next) => { if (ctx.get('Origin').endsWith('.example.com')) { ctx.set('Access-Control-Allow-Origin', ctx.get('Origin')); ctx.set('Access-Control-Allow-Credentials', 'true'); } await next(); });`,
    () => `app.use(async (ctx, next) => { try { await next(); } catch (error) { ctx.status = error.status || 500; ctx.body = { message: error.message }; } });`,
    () => `app.use(async (ctx, next) => { try { await next(); } finally { ctx.set('Access-Control-Expose-Headers', 'X-Total'); } });`,
    () => `app.use(async (ctx, next) => { try { await next(); } catch (error) { ctx.set('Access-Control-Expose-Headers', 'X-Error'); if (ctx.path === '${path}') throw error; ctx.status = 400; } });`,
    () => `app.use(async (ctx, next) => { if (ctx.path === '${path}' && ctx.method === 'GET') ctx.throw(403, 'no'); await next(); });`,
    () => `app.use(async (ctx, next) => { await next(); if (ctx.path === '${path}') { ctx.status = 202; ctx.remove('Access-Control-Allow-Origin'); } });`,
    () => `app.use((ctx, next) => (ctx.path.startsWith('/api') ? cors(${options(from)})(ctx, next) : next()));`,
    () => `app.use(async (ctx, next) => { ctx.append('Vary', 'Accept'); await cors(${options(from)})(ctx, next); });`,
    () => `app.use(cors(${options(from)}));`,
    () => `app.use(cors(${options(from)}));`,
    () => `app.use((ctx, next) => next().then(() => { ctx.set('Access-Control-Allow-Credentials', 'true'); }));`,
    () => `app.use((ctx, next) => { if (ctx.path === '${path}') { ctx.body = 'here'; return; } return next(); });`,
  ])();
}

function options(from: Picks): string {
  const some = (key: string, values: readonly [unknown, ...unknown[]]): Record<string, unknown> => (from.chance(0.4) ? { [key]: from.pick(values) } : {});
  return print({
    ...some('origin', ['*', 'https://app.example.com', { $fn: `(ctx) => (ctx.get('Origin') === 'https://app.example.com' ? ctx.get('Origin') : '')` }, { $fn: `(ctx) => ctx.get('Origin')` }]),
    ...some('credentials', [true]),
    ...some('keepHeadersOnError', [false]),
    ...some('exposeHeaders', ['X-Total']),
  });
}

/** Routes of one router, with middleware of its own among them. */
function routes(from: Picks): string {
  const layer = (): string => {
    const path = from.pick(PATHS);
    const verb = from.pick(['get', 'get', 'post', 'put', 'all', 'options']);
    return from.pick<string>([
      `router.${verb}('${path}', (ctx) => { ctx.body = { ok: true }; });`,
      `router.${verb}('${path}', (ctx) => { ctx.body = { ok: true }; });`,
      `router.${verb}('${path}', cors(${options(from)}), (ctx) => { ctx.body = { ok: true }; });`,
      `router.${verb}('${path}', async (ctx, next) => { await next(); ctx.set('Access-Control-Allow-Origin', '*'); }, (ctx) => { ctx.status = 201; });`,
      `router.use(async (ctx, next) => { ctx.set('Access-Control-Max-Age', '5'); await next(); });`,
      `router.use('${path}', cors(${options(from)}));`,
    ]);
  };
  const layers = from.times(1, 4, layer).join('\n');
  const boom = from.chance(0.6) ? `router.get('/boom', () => { throw new Error('boom'); });` : '';
  return `const router = new Router(${from.chance(0.2) ? `{ prefix: '/api' }` : ''});\n${layers}\nrouter.get('/data', (ctx) => { ctx.body = 'data'; });\n${boom}\napp.use(router.routes())${from.chance(0.4) ? '.use(router.allowedMethods())' : ''};`;
}

/** A Koa program of middlewares in any order around some routes: what matters is which of them lies around which. */
export function koaProgram(from: Picks): string {
  return `const Koa = require('koa');
const Router = require('@koa/router');
const cors = require('@koa/cors');
const app = new Koa();
app.silent = true;
${from.times(1, 4, () => middleware(from)).join('\n')}
${routes(from)}
${from.times(0, 1, () => middleware(from)).join('\n')}
app.listen(3000);
`;
}

const FUNCTIONS = [
  `(ctx) => ctx.get('Origin')`,
  `(ctx) => (['https://app.example.com'].includes(ctx.get('Origin')) ? ctx.get('Origin') : false)`,
  `(ctx) => '*'`,
  `async (ctx) => ctx.get('Origin') || '*'`,
  `(ctx) => { if (ctx.path === '/data') return 'https://app.example.com'; }`,
  `(ctx) => { throw new Error('no'); }`,
  `(ctx) => ctx.get('Origin') === 'https://app.example.com'`,
  `(ctx) => ['https://app.example.com', 'https://admin.example.com']`,
] as const;

/** What `koa-cors` hands to its function is the request. */
const OF_REQUESTS = [
  `(request) => request.header.origin`,
  `(request) => (request.headers.origin === 'https://app.example.com' ? request.headers.origin : false)`,
  `(request) => '*'`,
  `(request) => { throw new Error('no'); }`,
  `(request) => request.get('Origin') || 'none'`,
] as const;

/** One of the packages that came before `@koa/cors`, or it, with options right and wrong. */
export function koaPackageProgram(from: Picks): string {
  const name = from.pick(['@koa/cors', 'koa2-cors', 'kcors', 'koa-cors']);
  const isFirst = name === 'koa-cors';
  const given = isFirst ? from.pick(OF_REQUESTS) : from.pick(FUNCTIONS);
  const some = (key: string, probability: number, values: readonly [unknown, ...unknown[]]): Record<string, unknown> => (from.chance(probability) ? { [key]: from.pick(values) } : {});
  const lists: readonly [unknown, ...unknown[]] = ['GET,PUT', ['GET', 'PUT'], [], '', ['X-A'], { $undefined: true }, false];
  const written = print({
    ...some('origin', 0.8, ['*', 'https://app.example.com', { $fn: given }, { $fn: given }, { $fn: given }, true, false, '', { $undefined: true }, ['https://app.example.com'], ['*'], { $regex: 'example\\.com$' }, 7]),
    ...some('credentials', 0.6, [true, true, false, 'true', 1, 0, { $undefined: true }, { $fn: `(ctx) => ctx.path === '/data'` }]),
    ...some(isFirst ? 'methods' : 'allowMethods', 0.4, lists),
    ...some(isFirst ? 'headers' : 'allowHeaders', 0.4, lists),
    ...some(isFirst ? 'expose' : 'exposeHeaders', 0.4, lists),
    ...some('maxAge', 0.5, [600, 0, '600', -1, { $undefined: true }]),
    ...some('keepHeadersOnError', 0.3, [true, false, { $undefined: true }]),
  });
  const cors = `cors(${from.chance(0.1) ? '' : written})`;
  return `const Koa = require('koa');
const convert = require('koa-convert');
const cors = require('${name}');
const app = new Koa();
app.silent = true;
app.use(${isFirst ? `convert(${cors})` : cors});
app.use((ctx) => {
  if (ctx.path === '/boom') throw new Error('boom');
  if (ctx.path === '/data') ctx.body = { ok: true };
});
app.listen(3000);
`;
}
