import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import fetchHandler from '../../src/readers/fetch-handler/index.js';
import hono from '../../src/readers/hono/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { honoSource } from '../support/hono-sources.js';
import { observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

function recorded(text: string, version: string): Policy {
  const installed = /hono (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(hono, { 'app.ts': text, 'package-lock.json': JSON.stringify({ packages: { 'node_modules/hono': { version: installed } } }) }, 'app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`hono ${installed} (package-lock.json)`);
  return policies[0]!;
}

test.each([['hono/cors', 3364], ['hono-handwritten', 56]])('%s: answers like the recorded servers', (framework, total) => {
  const { held, failures } = hold(grouped(rows, framework), (first) => {
    const policy = recorded(honoSource(first), first.version);
    return () => policy;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(total);
});

const HEAD = `import { Hono } from 'hono';\nimport { cors } from 'hono/cors';\nimport { every, except } from 'hono/combine';\nimport { env } from 'hono/adapter';\n`;
const LIST = `{ origin: ['https://app.example.com'] }`;

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(hono, { ...others, 'src/app.ts': text }, 'src/app.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

/** The one answer to a request of https://app.example.com. */
function answer(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>> = A): readonly [number | null, Readonly<Record<string, string | null>>] {
  const all = answers(policy, method, path, headers);
  expect(all).toHaveLength(1);
  return all[0]!;
}

/** Asked of Hono 4.13.19 itself. */
describe('routing', () => {
  const STAR = { 'allow-origin': '*' };
  const ECHO = { 'allow-origin': A.origin, vary: 'Origin' };

  test.each<[string, readonly (readonly [method: string, path: string, status: number, headers: Readonly<Record<string, string>>])[]]>([
    [`const app = new Hono(); app.use('/api/*', cors()); app.get('/api/x', (c) => c.text('')); app.get('/x', (c) => c.text(''));`, [['GET', '/api/x', 200, STAR], ['GET', '/x', 200, {}], ['GET', '/api', 404, STAR], ['OPTIONS', '/x', 404, {}]]],
    [`const app = new Hono(); app.use('/api', cors()); app.get('/api/x', (c) => c.text(''));`, [['GET', '/api/x', 200, {}], ['GET', '/api', 404, STAR]]],
    [`const app = new Hono(); app.use('/api*', cors()); app.get('/api/x', (c) => c.text(''));`, [['GET', '/api/x', 200, STAR], ['GET', '/apix', 404, STAR]]],
    [`const app = new Hono(); app.use('/:any/x', cors()); app.get('/:a{[a-z]+}/:b?', (c) => c.text(''));`, [['GET', '/api/x', 200, STAR], ['GET', '/api', 200, {}], ['GET', '/7', 404, {}]]],
    [`const app = new Hono(); app.get('/x', (c) => c.text('')); app.use('*', cors()); app.get('/y', (c) => c.text(''));`, [['GET', '/x', 200, {}], ['GET', '/y', 200, STAR]]],
    [`const app = new Hono(); app.get('/x', cors(), (c) => c.text(''));`, [['GET', '/x', 200, STAR], ['OPTIONS', '/x', 404, {}]]],
    [`const app = new Hono().get('/x', cors(), (c) => c.text('')).post((c) => c.text(''));`, [['POST', '/x', 200, {}], ['POST', '/', 404, {}]]],
    [`const app = new Hono().basePath('/api'); app.use('*', cors()); app.get('/x', (c) => c.text(''));`, [['GET', '/api/x', 200, STAR], ['GET', '/x', 404, {}]]],
    [`const app = new Hono(); const api = app.basePath('/api'); api.use('*', cors()); api.get('/x', (c) => c.text('')); app.get('/x', (c) => c.text(''));`, [['GET', '/api/x', 200, STAR], ['GET', '/x', 200, {}]]],
    [`const sub = new Hono(); sub.use(cors()); sub.get('/x', (c) => c.text('')); const app = new Hono(); app.route('/api', sub); app.get('/x', (c) => c.text(''));`, [['GET', '/api/x', 200, STAR], ['GET', '/x', 200, {}]]],
    [`const sub = new Hono(); const app = new Hono(); app.use(cors(${LIST})); app.route('/api', sub); sub.get('/x', (c) => c.text('')); app.get('/y', (c) => c.text(''));`, [['GET', '/api/x', 404, ECHO], ['GET', '/y', 200, ECHO]]],
    [`const app = new Hono(); app.on(['GET', 'POST'], ['/x', '/y'], cors(), (c) => c.text(''));`, [['POST', '/y', 200, STAR], ['PUT', '/y', 404, {}]]],
    [`const app = new Hono(); app.use('*', every(cors(${LIST}))); app.get('/x', (c) => c.text(''));`, [['GET', '/x', 200, ECHO]]],
    [`const app = new Hono(); app.use('*', except('/admin/*', cors())); app.get('/x', (c) => c.text('')); app.get('/admin/x', (c) => c.text(''));`, [['GET', '/x', 200, STAR], ['GET', '/admin/x', 200, {}]]],
    [`const app = new Hono(); app.use('*', (c, next) => cors(${LIST})(c, next)); app.get('/x', (c) => c.text(''));`, [['GET', '/x', 200, ECHO]]],
    [`function create(options) { const app = new Hono(); app.use(cors(options)); return app; } const app = create(${LIST}); app.get('/x', (c) => c.text(''));`, [['GET', '/x', 200, ECHO]]],
    [`const app = new Hono(); for (const path of ['/a/*', '/b']) app.use(path, cors()); app.get('/b', (c) => c.text(''));`, [['GET', '/b', 200, STAR], ['GET', '/a/x', 404, STAR], ['GET', '/c', 404, {}]]],
    [`const app = new Hono(); app.use('*', cors({ origin: undefined })); app.get('/x', (c) => c.text(''));`, [['GET', '/x', 500, {}]]],
  ])('%s', (body, asked) => {
    const policy = only(HEAD + body);
    expect(asked.map(([method, path]) => [method, path, ...answer(policy, method, path)])).toEqual(asked.map((row) => [...row]));
  });
});

/** Asked of Hono 4.13.19 itself. */
describe('what is written by hand', () => {
  const STAR = { 'allow-origin': '*' };
  const before = `const app = new Hono(); app.use('*', async (c, next) => { c.header('Access-Control-Allow-Origin', '*'); await next(); });`;
  const after = `const app = new Hono(); app.use('*', async (c, next) => { await next(); c.header('Access-Control-Allow-Origin', '*'); });`;
  const own = `'Access-Control-Allow-Origin': 'https://b.example'`;

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['what c.header() set aside goes into the responses of c.json()', `${before} app.get('/', (c) => c.json({}));`, STAR],
    ['which may replace it', `${before} app.get('/', (c) => c.json({}, 200, { ${own} }));`, { 'allow-origin': 'https://b.example' }],
    ['but not into a Response of the handler', `${before} app.get('/', () => new Response(''));`, {}],
    ['where the handler has its own', `${before} app.get('/', () => new Response('', { headers: { ${own} } }));`, { 'allow-origin': 'https://b.example' }],
    ['what stands on c.res goes over a Response of the handler', `const app = new Hono(); app.use('*', async (c, next) => { c.res.headers.set('Access-Control-Allow-Origin', '*'); await next(); }); app.get('/', () => new Response('', { headers: { ${own} } }));`, STAR],
    ['what is set when the handler is done stands last', `${after} app.get('/', (c) => { c.header('Access-Control-Allow-Origin', 'https://b.example'); return c.text(''); });`, STAR],
    ['over any response', `${after} app.get('/', () => new Response('', { headers: { ${own} } }));`, STAR],
    ['over what the one inside sets when the handler is done', `const app = new Hono(); app.use(async (c, next) => { await next(); c.header('Access-Control-Allow-Origin', '*'); }); app.use(async (c, next) => { await next(); c.header('Access-Control-Allow-Origin', 'https://b.example'); }); app.get('/', (c) => c.text(''));`, STAR],
    ['over cors() behind it', `const app = new Hono(); app.use(async (c, next) => { await next(); c.header('Access-Control-Allow-Origin', '*'); }); app.use(cors({ origin: 'https://b.example' })); app.get('/', (c) => c.text(''));`, { ...STAR, vary: 'Origin' }],
    ['and may take headers away', `const app = new Hono(); app.use(async (c, next) => { await next(); c.res.headers.delete('Access-Control-Allow-Credentials'); }); app.use(cors({ credentials: true })); app.get('/', (c) => c.text(''));`, STAR],
    ['undefined takes a header away', `const app = new Hono(); app.use(async (c, next) => { c.header('Access-Control-Allow-Origin', '*'); await next(); }); app.get('/', (c) => { c.header('Access-Control-Allow-Origin', c.req.header('x-origin')); return c.text(''); });`, {}],
    ['a response in place of the other', `const app = new Hono(); app.use(async (c, next) => { await next(); c.res = new Response(c.res.body, { headers: { 'Access-Control-Allow-Origin': '*' } }); }); app.get('/', (c) => c.text(''));`, STAR],
    ['a Response with the headers of c.res has what was set aside', `${before} app.get('/', (c) => new Response('', { headers: c.res.headers }));`, STAR],
    ['with a copy of them', `${before} app.get('/', (c) => new Response('', { headers: new Headers(c.res.headers) }));`, STAR],
    ['and one like c.res', `${before} app.get('/', (c) => new Response('', c.res));`, STAR],
    ['from middleware that answers', `const app = new Hono(); app.use('*', async (c, next) => { c.header('Access-Control-Allow-Origin', '*'); if (c.req.method === 'GET') return new Response(null, { headers: c.res.headers }); await next(); });`, STAR],
    ['Headers that are filled first', `const app = new Hono(); app.get('/', (c) => { const headers = new Headers(); headers.set('Access-Control-Allow-Origin', c.req.header('Origin') || '*'); headers.append('Vary', 'Origin'); return new Response('', { headers }); });`, { 'allow-origin': A.origin, vary: 'Origin' }],
    ['a helper', `const json = (c, data) => { c.header('Access-Control-Allow-Origin', '*'); return c.json(data); }; const app = new Hono(); app.get('/', (c) => json(c, {}));`, STAR],
    ['entries of an object', `const app = new Hono(); app.get('/', (c) => { for (const [name, value] of Object.entries({ 'Access-Control-Allow-Origin': '*' })) c.header(name, value); return c.text(''); });`, STAR],
  ])('%s', (_name, body, headers) => {
    expect(answer(only(HEAD + body), 'GET', '/')).toEqual([200, headers]);
  });

  test('paths that code compares are asked about', () => {
    const policy = only(`${HEAD}const app = new Hono(); app.use(cors({ origin: (o, c) => c.req.path.startsWith('/public/') || c.req.path === '/news' ? o : null })); app.get('/news', (c) => c.text('')); app.get('/x', (c) => c.text(''));`);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/news', ['GET', 'HEAD']], ['/x', ['GET', 'HEAD']], ['/public/x', null]]);
    expect(answer(policy, 'GET', '/public/x', EVIL)[1]).toMatchObject({ 'allow-origin': EVIL.origin });
    expect(answer(policy, 'GET', '/x', EVIL)[1]).toEqual({ vary: 'Origin' });
  });

  test('headers of a request that has none: c.req.header() gives undefined, Headers give null', () => {
    const policy = (value: string): Policy => only(`${HEAD}const app = new Hono(); app.use(async (c, next) => { c.res.headers.set('Access-Control-Allow-Origin', ${value}); await next(); }); app.get('/', (c) => c.text(''));`);
    expect(answer(policy(`c.req.header('origin')`), 'GET', '/', {})[1]).toEqual({ 'allow-origin': 'undefined' });
    expect(answer(policy(`c.req.raw.headers.get('origin')`), 'GET', '/', {})[1]).toEqual({ 'allow-origin': 'null' });
  });

  test('a log-in in front refuses preflights', () => {
    const policy = only(`${HEAD}import { bearerAuth } from 'hono/bearer-auth';\nconst app = new Hono(); app.use('/admin/*', bearerAuth({ token: 't' })); app.use('*', cors()); app.put('/admin/x', (c) => c.text(''));`);
    expect(answer(policy, 'OPTIONS', '/admin/x')).toEqual([401, {}]);
    expect(answer(policy, 'OPTIONS', '/x')[0]).toBe(204);
    expect(policy.probes).toMatchObject([{ path: '/admin/x', methods: ['PUT'], requestHeaders: ['authorization'] }]);
  });
});

describe('options', () => {
  const files = {
    'src/config.ts': `export const origins = ['https://app.example.com'];\nexport default { origin: origins, credentials: true };\n`,
    'src/sub.ts': `import { Hono } from 'hono';\nimport { cors } from 'hono/cors';\nexport const sub = new Hono();\nsub.use(cors({ origin: 'https://app.example.com' }));\nsub.get('/x', (c) => c.text(''));\n`,
  };

  test('of other files, and spread', () => {
    const policy = only(`${HEAD}import options from './config';\nconst app = new Hono(); app.use(cors({ ...options, maxAge: 60 })); app.get('/', (c) => c.text(''));`, files);
    expect(answer(policy, 'GET', '/')[1]).toEqual({ 'allow-origin': A.origin, 'allow-credentials': 'true', vary: 'Origin' });
    expect(answer(policy, 'GET', '/', EVIL)[1]).toEqual({ 'allow-credentials': 'true', vary: 'Origin' });
    expect(answer(policy, 'OPTIONS', '/')[1]).toMatchObject({ 'max-age': '60' });
  });

  test('an app of another file, which is said to be read', () => {
    const { policies, covers } = read(hono, { ...files, 'src/app.ts': `${HEAD}import { sub } from './sub.js';\nconst app = new Hono(); app.route('/api', sub); export default app;` }, 'src/app.ts');
    expect(policies.map((policy) => answer(policy, 'GET', '/api/x')[1])).toEqual([{ 'allow-origin': A.origin, vary: 'Origin' }]);
    expect(covers).toEqual(['src/sub.ts']);
  });

  test.each([
    ['bindings of a Worker', 'c.env.ORIGIN'],
    ['the environment of Node', 'process.env.ORIGIN'],
    ['env() of hono/adapter', 'env<{ ORIGIN?: string }>(c).ORIGIN'],
  ])('%s with a default', (_name, written) => {
    const policy = only(`${HEAD}const app = new Hono(); app.use('*', (c, next) => cors({ origin: ${written} ?? '*' })(c, next)); app.get('/', (c) => c.text(''));`);
    expect(answers(policy, 'GET', '/', EVIL).map(([, headers]) => headers['allow-origin'] ?? 'none').sort()).toEqual(['*', EVIL.origin, 'none']);
  });

  test.each([
    [`import { options } from './elsewhere'; const app = new Hono(); app.use(cors(options));`, 'options that are not in view'],
    [`import { origins } from './elsewhere'; const app = new Hono(); app.use(cors({ origin: origins }));`, 'origins that are not in view'],
    [`import { allowed } from './elsewhere'; const app = new Hono(); app.use(cors({ origin: (o) => allowed(o) ? o : null }));`, 'a function that is not in view'],
  ])('what is not known stays open: %s', (body) => {
    const all = answers(only(`${HEAD}${body} app.get('/', (c) => c.text(''));`), 'GET', '/', EVIL);
    expect(all.length > 1 || all[0]![1]['allow-origin'] === null).toBe(true);
  });

  test.each([
    ['a middleware', `export const withCors: MiddlewareHandler = async (c, next) => { await next(); c.header('Access-Control-Allow-Origin', '*'); };`, [['*']]],
    ['a function that makes one', `export function withCors(origin: string) { return async (c: Context, next: Next) => { await next(); c.header('Access-Control-Allow-Origin', '*'); }; }`, [['*']]],
    ['cors() of a function', `export default () => cors({ origin: '*' });`, [['*']]],
    ['several of an object', `export const makeCors = () => ({ open: cors(), closed: cors({ origin: 'https://app.example.com' }) });`, [['*'], [undefined]]],
    ['another function', `export const add = (a: number, b: number) => a + b;`, []],
  ])('%s that other files use', (_name, body, sent) => {
    const { policies } = read(hono, { 'app.ts': `${HEAD}import type { Context, MiddlewareHandler, Next } from 'hono';\n${body}` }, 'app.ts');
    expect(policies.map((policy) => answers(policy, 'GET', '/', EVIL).map(([, headers]) => headers['allow-origin']))).toEqual(sent);
  });

  test('middleware is no handler of requests', () => {
    const text = `import type { Context, Next } from 'hono';\nexport default async function (c: Context, next: Next) { if (c.req.method === 'OPTIONS') return new Response(null, { headers: { 'Access-Control-Allow-Origin': '*' } }); await next(); }\n`;
    expect([hono, fetchHandler].map((reader) => read(reader, { 'cors.ts': text }, 'cors.ts').policies.length)).toEqual([1, 0]);
  });

  test('CORS middleware that is not in view is a gap', () => {
    const { gaps } = read(hono, { 'app.ts': `import { Hono } from 'hono';\nimport { corsMiddleware } from './middleware/cors';\nconst app = new Hono();\napp.use(corsMiddleware);\n` }, 'app.ts');
    expect(gaps).toMatchObject([{ reason: 'import-not-resolved' }]);
  });
});

describe('runtimes', () => {
  test.each([
    [`import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 3001 });`, [3001]],
    [`export default { port: Number(process.env.PORT ?? 3002), fetch: app.fetch };`, [3002]],
    [`Bun.serve({ fetch: app.fetch, port: 3003 });`, [3003]],
    [`Deno.serve({ port: 3004 }, app.fetch);`, [3004]],
    [`export default app;`, []],
    [`import { handle } from 'hono/vercel';\nexport const GET = handle(app);\nexport const OPTIONS = handle(app);`, []],
    [`import { handle } from 'hono/aws-lambda';\nexport const handler = handle(app);`, []],
    [`app.fire();`, []],
  ])('%s', (served, listens) => {
    const policy = only(`${HEAD}const app = new Hono();\napp.use(cors());\napp.get('/', (c) => c.text(''));\n${served}\n`);
    expect(policy.listens).toEqual(listens);
    expect(answer(policy, 'GET', '/nowhere')).toEqual([404, { 'allow-origin': '*' }]);
  });

  test.each(['npm:hono', 'npm:hono@4.6.3', 'jsr:@hono/hono', '@hono/hono', 'https://deno.land/x/hono@v4.1.0/mod.ts', 'https://esm.sh/hono@4'])('imported as %s', (specifier) => {
    const policy = only(`import { Hono } from '${specifier}';\nimport { cors } from '${specifier.replace('/mod.ts', '')}/${specifier.startsWith('https://deno') ? 'middleware.ts' : 'cors'}';\nconst app = new Hono();\napp.use(cors());\nDeno.serve(app.fetch);\n`);
    expect(answer(policy, 'GET', '/')[1]).toEqual({ 'allow-origin': '*' });
  });
});

test('the version that an import names decides', () => {
  const policy = (version: string): Policy => only(`import { Hono } from 'npm:hono@${version}';\nimport { cors } from 'npm:hono@${version}/cors';\nconst app = new Hono();\napp.use(cors({ origin: '*', credentials: true }));\napp.get('/', (c) => c.text(''));\nDeno.serve(app.fetch);\n`);
  expect(['4.12.8', '^4.12.24', '4.12.25'].map((version) => [policy(version).version, answer(policy(version), 'GET', '/', EVIL)[1]['allow-origin']])).toEqual([
    ['hono 4.12.8 (import)', '*'],
    ['hono 4.12.24 (import)', EVIL.origin],
    ['hono 4.12.25 (import)', '*'],
  ]);
});

describe('silence', () => {
  test.each([
    ['a client', `import { hc } from 'hono/client';\nconst client = hc('/', { headers: { 'Access-Control-Allow-Origin': '*' } });\nawait fetch('/', { headers: { 'Access-Control-Allow-Origin': '*' } });\n`],
    ['a request in a test', `import { Hono } from 'hono';\nconst app = new Hono();\napp.get('/', (c) => c.text(''));\nawait app.request('/', { headers: { 'Access-Control-Allow-Origin': '*', Origin: 'https://evil.test' } });\n`],
    ['an option called cors', `import { Hono } from 'hono';\nconst cors = { origin: '*', credentials: true };\nconst app = new Hono();\napp.get('/', (c) => c.json(cors));\n`],
    ['documentation in a text', `import { Hono } from 'hono';\nconst help = "app.use(cors({ origin: '*' })) sets Access-Control-Allow-Origin";\nconst app = new Hono();\napp.get('/', (c) => c.text(help));\n`],
    ['headers of the request to another server', `import { Hono } from 'hono';\nconst app = new Hono();\napp.get('/', async (c) => c.json(await (await fetch('https://x.example', { headers: { 'Access-Control-Allow-Origin': '*' } })).json()));\n`],
  ])('%s', (_name, text) => {
    const { policies, gaps } = read(hono, { 'app.ts': text }, 'app.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });
});

/** As Hono 4.13.19 answers where it is used for every path. */
test('middleware that a file hands out without a word about Hono, where the manifest has one', () => {
  const text = "export const allow = async (c, next) => {\n  await next();\n  c.header('Access-Control-Allow-Origin', c.req.header('origin'));\n};\n";
  const policies = (manifest: object): readonly Policy[] => read(hono, { 'allow.js': text, 'package.json': JSON.stringify(manifest) }, 'allow.js').policies;
  expect(policies({ dependencies: { hono: '^4.0.0' } }).map((policy) => answer(policy, 'GET', '/', EVIL)[1])).toEqual([{ 'allow-origin': EVIL.origin }]);
  expect(policies({ dependencies: { elysia: '^1.0.0' } })).toEqual([]);
});

test('every prefix of a program can be read', () => {
  const text = `${HEAD}const app = new Hono().basePath('/api');\napp.use('*', cors({ origin: (o, c) => (o.endsWith('.example.com') ? o : null) }));\napp.get('/x', (c) => { c.header('Vary', 'Origin'); return new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }); });\nexport default { fetch: app.fetch, port: 1 };\n`;
  expect(readPrefixes(hono, text, 'app.ts')).toBeGreaterThan(10);
});
