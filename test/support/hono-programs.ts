import { print } from './express-sources.js';
import type { Picks } from './picks.js';

const ORIGINS = [`'*'`, `'https://app.example.com'`, `c.req.header('Origin')`, `c.req.header('Origin') ?? '*'`, `(['https://app.example.com', 'https://admin.example.com'].includes(c.req.header('Origin') ?? '') ? c.req.header('Origin') : 'https://app.example.com')`] as const;
const PLACES = ['', '', `'/api/*', `, `'/data', `, `'/:any', `] as const;
const PATHS = ['/data', '/api/data', '/:id', '/api/*', '/api/:id?'] as const;

/** Something that is written on the response, by the context or on what it holds. */
function write(from: Picks, onResponse: boolean): string {
  const origin = from.pick(ORIGINS);
  if (!onResponse) return from.pick([`c.header('Access-Control-Allow-Origin', ${origin});`, `c.header('Access-Control-Allow-Credentials', 'true');`, `c.header('Vary', 'Origin', { append: true });`, `c.header('Access-Control-Expose-Headers', 'X-Total');`]);
  return from.pick([`c.header('Access-Control-Allow-Origin', ${origin});`, `c.res.headers.set('Access-Control-Allow-Origin', 'https://admin.example.com');`, `c.res.headers.append('Vary', 'Origin');`, `c.res.headers.delete('Access-Control-Allow-Credentials');`, `c.res.headers.set('Access-Control-Max-Age', '5');`]);
}

function condition(from: Picks): string {
  return from.pick([`c.req.method === 'OPTIONS'`, `c.req.header('Origin') === 'https://app.example.com'`, `c.req.path.startsWith('/api')`, `!c.req.header('Origin')`, `(c.req.header('Origin') ?? '').endsWith('.example.com')`]);
}

function response(from: Picks): string {
  return from.pick([`c.json({})`, `c.text('here')`, `c.body(null, 204)`, `c.json({}, 202, { 'Access-Control-Allow-Origin': 'https://admin.example.com' })`, `c.json({}, { status: 201, headers: { 'Access-Control-Allow-Credentials': 'true' } })`, `c.newResponse('here', 200, { 'Access-Control-Expose-Headers': 'X-Own' })`]);
}

function options(from: Picks): string {
  const some = (key: string, values: readonly [unknown, ...unknown[]]): Record<string, unknown> => (from.chance(0.4) ? { [key]: from.pick(values) } : {});
  return print({
    ...some('origin', ['*', 'https://app.example.com', ['https://app.example.com', 'https://admin.example.com'], { $fn: `(origin) => origin` }, { $fn: `(origin, c) => (c.req.method === 'GET' ? origin : null)` }]),
    ...some('credentials', [true]),
    ...some('exposeHeaders', [['X-Total']]),
    ...some('allowMethods', [['GET', 'PUT']]),
  });
}

/** A layer of an app or of one that is mounted. */
function layer(from: Picks, app: string): string {
  const handler = (): string =>
    from.pick<() => string>([
      () => `(c) => ${response(from)}`,
      () => `(c) => { ${write(from, false)} return ${response(from)}; }`,
      () => `async (c) => { if (${condition(from)}) return ${response(from)}; ${write(from, false)} return ${response(from)}; }`,
      () => `() => new Response('own', { status: 203, headers: { 'Access-Control-Allow-Origin': '*', 'X-Own': '1' } })`,
      () => `() => { throw new Error('boom'); }`,
    ])();
  const place = from.pick(PLACES);
  const path = from.pick(PATHS);
  return from.pick<() => string>([
    () => `${app}.use(${place}cors(${options(from)}));`,
    () => `${app}.use(${place}async (c, next) => { ${write(from, from.chance(0.3))} await next(); });`,
    () => `${app}.use(${place}async (c, next) => { await next(); ${write(from, true)} });`,
    () => `${app}.use(${place}async (c, next) => { if (${condition(from)}) ${write(from, from.chance(0.3))} await next(); if (${condition(from)}) ${write(from, true)} });`,
    () => `${app}.use(${place}async (c, next) => { if (${condition(from)}) return ${response(from)}; await next(); });`,
    () => `${app}.use(${place}(c, next) => cors(${options(from)})(c, next));`,
    () => `${app}.${from.pick(['get', 'get', 'post', 'all', 'options'])}('${path}', ${handler()});`,
    () => `${app}.get('${path}', ${handler()});`,
    () => `${app}.get('${path}', cors(${options(from)}), ${handler()});`,
  ])();
}

/** A program of middleware, routes and a mounted app, in any order. */
export function honoProgram(from: Picks): string {
  const layers = from.times(2, 6, () => layer(from, 'app'));
  const inner = from.chance(0.4) ? [`const inner = new Hono();`, ...from.times(1, 3, () => layer(from, 'inner')), `app.route('${from.pick(['/', '/api'])}', inner);`] : [];
  const all = from.chance(0.5) ? [...inner, ...layers] : [...layers, ...inner];
  return `import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { serve } from '@hono/node-server';
const app = new Hono();
${from.chance(0.4) ? `app.use(cors({ origin: 'https://app.example.com', credentials: true }));\n` : ''}${all.join('\n')}
app.get('/last', (c) => c.text('last'));
serve({ fetch: app.fetch, port: 3000 });
`;
}
