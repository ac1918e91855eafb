import { describe, expect, test } from 'vitest';
import { evaluate, type Outcome } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import elysia from '../../src/readers/elysia/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { elysiaSource } from '../support/elysia-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

/** The client that recorded the rows sent these of its own accord, and their names come back. */
function asSent(row: ObservedRow): ObservedRow {
  const request = row.request!;
  const own = [['connection', 'keep-alive'], ['host', 'localhost'], ...(request.headers.some(([name]) => name === 'content-type') ? [['content-length', '2'] as const] : [])] as const;
  return { ...row, request: { ...request, headers: [...request.headers, ...own] } };
}

const rows = observed('javascript').filter(({ framework }) => framework === '@elysiajs/cors').map(asSent);

function recorded(text: string): Policy {
  const { policies, gaps } = read(elysia, { 'app.ts': text, 'package.json': JSON.stringify({ dependencies: { elysia: '1.4.30', '@elysiajs/cors': '1.4.2' } }) }, 'app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]).toMatchObject({ version: 'elysia 1.4.30 (package.json), @elysiajs/cors 1.4.2 (package.json)', listens: [3000] });
  return policies[0]!;
}

test('@elysiajs/cors: answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(rows, '@elysiajs/cors'), (first) => {
    const policy = recorded(elysiaSource(first));
    return () => policy;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(420);
});

const HEAD = `import { Elysia } from 'elysia';\nimport { cors } from '@elysiajs/cors';\n`;

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(elysia, { ...others, 'src/app.ts': text }, 'src/app.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

/** The one answer to a request of https://app.example.com. */
function answer(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>> = A): readonly [number | null, Readonly<Record<string, string | null>>] {
  const all = answers(policy, method, path, headers);
  expect(all).toHaveLength(1);
  return all[0]!;
}

const NARROW = `{ origin: 'https://app.example.com', methods: false, allowedHeaders: 'x-a', exposeHeaders: 'x-b', credentials: false }`;
const NARROWED = { 'allow-origin': A.origin, 'allow-headers': 'x-a', 'expose-headers': 'x-b', vary: 'Origin' };
const STAR = { 'allow-origin': '*' };
const HOOK = `({ set }) => { set.headers['access-control-allow-origin'] = '*'; }`;

/** Asked of Elysia 1.4.30 itself. */
describe('lifecycle', () => {
  test.each<[string, readonly (readonly [method: string, path: string, status: number, headers: Readonly<Record<string, string>>])[]]>([
    [`new Elysia().get('/x', () => 'x').use(cors(${NARROW}))`, [['GET', '/x', 200, NARROWED], ['GET', '/nope', 404, NARROWED]]],
    [`new Elysia().use(new Elysia({ prefix: '/api' }).use(cors(${NARROW})).get('/x', () => 'y')).get('/x', () => 'x')`, [['GET', '/api/x', 200, NARROWED], ['GET', '/x', 200, NARROWED]]],
    [`new Elysia().group('/api', (app) => app.use(cors(${NARROW})).get('/x', () => 'y')).get('/x', () => 'x')`, [['GET', '/x', 200, { 'allow-origin': A.origin, vary: 'Origin' }]]],
    [`new Elysia().get('/', () => 'w').onBeforeHandle(${HOOK}).get('/x', () => 'x')`, [['GET', '/', 200, {}], ['GET', '/x', 200, STAR], ['GET', '/nope', 404, {}], ['OPTIONS', '/x', 404, {}]]],
    // A route without hooks of its own shares the list of the app, if there is one yet.
    [`new Elysia().onBeforeHandle(() => {}).get('/', () => 'w').onBeforeHandle(${HOOK}).get('/x', () => 'x')`, [['GET', '/', 200, STAR], ['GET', '/x', 200, STAR]]],
    [`new Elysia().onBeforeHandle(() => {}).get('/', () => 'w').use(new Elysia().onBeforeHandle(() => {}).get('/y', () => 'y')).onBeforeHandle(${HOOK}).get('/x', () => 'x')`, [['GET', '/', 200, {}], ['GET', '/x', 200, STAR]]],
    [`new Elysia().onBeforeHandle(() => 'early').onAfterHandle(${HOOK}).get('/x', () => 'x')`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().onBeforeHandle(({ set }) => { set.headers['access-control-allow-origin'] = 'b'; }).derive(({ set }) => { set.headers['access-control-allow-origin'] = 'a'; return {}; }).get('/x', () => 'x')`, [['GET', '/x', 200, { 'allow-origin': 'b' }]]],
    [`new Elysia().group('/api', (app) => app.onBeforeHandle(${HOOK}).get('/x', () => 'y')).get('/x', () => 'x')`, [['GET', '/api/x', 200, STAR], ['GET', '/x', 200, {}]]],
    [`new Elysia().guard({ beforeHandle: ${HOOK} }, (app) => app.get('/x', () => 'y')).get('/y', () => 'x')`, [['GET', '/x', 200, STAR], ['GET', '/y', 200, {}]]],
    [`new Elysia().guard({ beforeHandle: ${HOOK} }).get('/x', () => 'x')`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().use(new Elysia().onBeforeHandle(${HOOK}).get('/y', () => 'y')).get('/x', () => 'x')`, [['GET', '/x', 200, {}], ['GET', '/y', 200, STAR]]],
    [`new Elysia().use(new Elysia().onBeforeHandle({ as: 'global' }, ${HOOK})).get('/x', () => 'x')`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().use(new Elysia().onBeforeHandle(${HOOK}).as('scoped')).get('/x', () => 'x')`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().use((app) => app.onBeforeHandle(${HOOK})).get('/x', () => 'x')`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().derive(({ set }) => { set.headers['access-control-allow-origin'] = '*'; return {}; }).get('/x', () => 'x')`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().onRequest(${HOOK}).get('/x', () => { throw new Error('a'); })`, [['GET', '/x', 500, STAR], ['GET', '/nope', 404, STAR]]],
    [`new Elysia().onRequest(({ set, request }) => { set.headers['access-control-allow-origin'] = '*'; if (request.method === 'OPTIONS') return new Response(null, { status: 204 }); }).get('/x', () => 'x')`, [['OPTIONS', '/x', 204, STAR], ['GET', '/x', 200, STAR]]],
    [`new Elysia().get('/x', () => 'x', { beforeHandle: [${HOOK}] }).get('/y', () => 'y')`, [['GET', '/x', 200, STAR], ['GET', '/y', 200, {}]]],
    [`new Elysia().onAfterHandle(${HOOK}).get('/x', ({ set }) => { set.headers['access-control-allow-origin'] = 'a'; return 'x'; })`, [['GET', '/x', 200, STAR]]],
    [`new Elysia().use(cors({ origin: 'https://b.example' })).use(cors({ origin: '*', ${NARROW.slice(NARROW.indexOf('methods'))})).get('/x', () => 'x').get('/y', 'y')`, [['GET', '/y', 200, { 'allow-origin': '*', 'allow-credentials': 'true', 'allow-methods': 'GET', 'allow-headers': 'x-a', 'expose-headers': 'x-b', vary: '*' }], ['GET', '/x', 200, { 'allow-origin': '*', 'allow-credentials': 'true', 'allow-methods': 'GET', 'allow-headers': 'origin', 'expose-headers': 'origin', vary: '*' }]]],
  ])('%s', (app, asked) => {
    const policy = only(`${HEAD}${app}.listen(3000);`);
    expect(asked.map(([method, path]) => [method, path, ...answer(policy, method, path)])).toEqual(asked.map((row) => [...row]));
  });

  test('static paths come first, then parameters, stars and routes for every method; of two equal routes the later stands', () => {
    const route = (verb: string, path: string, text: string): string => `.${verb}('${path}', ({ set }) => { set.headers['access-control-allow-origin'] = '${text}'; return ''; })`;
    const policy = only(`${HEAD}new Elysia()${route('get', '/*', 'star')}${route('get', '/:id', 'parameter')}${route('all', '/x', 'all')}${route('get', '/x', 'first')}${route('get', '/x', 'later')}${route('get', '/y/:id?', 'optional')}${route('get', '/b/*', 'below')}${route('get', '/:a/:b', 'two')};`);
    const sent = (method: string, path: string): string | null | undefined => answer(policy, method, path)[1]['allow-origin'];
    expect([sent('GET', '/x'), sent('GET', '/x/'), sent('POST', '/x'), sent('GET', '/z'), sent('GET', '/a/b/c'), sent('GET', '/y'), sent('GET', '/y/1'), sent('GET', '/b/1'), sent('GET', '/c/1')]).toEqual(['later', 'later', 'all', 'parameter', 'star', 'optional', 'optional', 'below', 'two']);
  });
});

/** Asked of Elysia 1.4.30 itself. */
describe('what is written by hand', () => {
  test.each<[string, string, readonly string[]]>([
    ['headers of a Response go over those of set', `.use(cors(${NARROW})).get('/', () => new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }))`, ['*']],
    ['a static Response too', `.use(cors(${NARROW})).get('/', new Response('', { headers: { 'access-control-allow-origin': 'zz' } }))`, ['zz']],
    ['another spelling is another entry', `.use(cors(${NARROW})).get('/', ({ set }) => { set.headers['Access-Control-Allow-Origin'] = '*'; return ''; })`, [A.origin, '*']],
    ['in either order', `.onRequest(({ set }) => { set.headers['Access-Control-Allow-Origin'] = '*'; }).use(cors(${NARROW})).get('/', () => '')`, ['*', A.origin]],
    ['over a Response one entry is left', `.use(cors(${NARROW})).get('/', ({ set }) => { set.headers['Access-Control-Allow-Origin'] = '*'; return new Response(''); })`, ['*']],
    ['the same spelling is the same entry', `.use(cors(${NARROW})).get('/', ({ set }) => { set.headers['access-control-allow-origin'] = '*'; return ''; })`, ['*']],
    ['Object.assign', `.get('/', ({ set }) => { Object.assign(set.headers, { 'Access-Control-Allow-Origin': '*' }); return ''; })`, ['*']],
    ['a whole object', `.get('/', ({ set }) => { set.headers = { 'Access-Control-Allow-Origin': '*' }; return ''; })`, ['*']],
    ['app.headers()', `.headers({ 'Access-Control-Allow-Origin': '*' }).get('/', () => '')`, ['*']],
    ['app.headers() in another spelling', `.headers({ 'Access-Control-Allow-Origin': '*' }).use(cors(${NARROW})).get('/', () => '')`, ['*', A.origin]],
    ['a header of the Request that is missing is null', `.get('/', ({ set, request }) => { set.headers['access-control-allow-origin'] = request.headers.get('x-b'); return ''; })`, ['null']],
    ['one of the plain object is undefined', `.get('/', ({ set, headers }) => { set.headers['access-control-allow-origin'] = headers['x-b']; return ''; })`, ['undefined']],
    ['through the context', `.get('/', (context) => { context.set.headers['access-control-allow-origin'] = '*'; return ''; })`, ['*']],
  ])('%s', (_name, calls, values) => {
    const policy = only(`${HEAD}new Elysia()${calls}.listen(3000);`);
    const [{ response }] = evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(A) }) as [Outcome];
    expect(response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text)).toEqual(values);
  });

  test('status() and set.status', () => {
    const policy = only(`${HEAD}new Elysia().use(cors()).get('/a', ({ status }) => status(418, 'x')).get('/b', ({ set }) => { set.status = 202; return 'x'; }).get('/c', ({ set }) => { set.status = 202; return new Response(''); });`);
    expect(['/a', '/b', '/c'].map((path) => answer(policy, 'GET', path)[0])).toEqual([418, 202, 202]);
  });
});

/** What the published packages do (read from their sources). */
describe('versions of @elysiajs/cors', () => {
  const sent = (version: string, options: string, origin: string, method = 'GET'): Readonly<Record<string, string | null>> =>
    answer(only(`${HEAD}new Elysia().use(cors(${options})).get('/', () => '');`, { 'package.json': JSON.stringify({ dependencies: { '@elysiajs/cors': version } }) }), method, '/', { origin })[1];
  const admits = (version: string, entry: string, origin: string): boolean => 'allow-origin' in sent(version, `{ origin: '${entry}' }`, origin);

  test.each([
    ['1.4.2', 'https://app.example.com', [true, false, false]],
    ['1.4.2', 'app.example.com', [true, true, false]],
    ['1.3.1', 'https://app.example.com', [false, false, false]],
    ['1.3.1', 'app.example.com', [true, true, false]],
    ['1.3.0', 'https://app.example.com', [true, false, false]],
    ['1.3.0', 'app.example.com', [true, true, true]],
    ['1.1.1', 'app.example.com', [true, true, true]],
  ])('%s, %s', (version, entry, admitted) => {
    expect(['https://app.example.com', 'http://app.example.com', 'https://app.example.com.evil.test'].map((origin) => admits(version, entry, origin))).toEqual(admitted);
  });

  test('before 1.0.5 everything was `*`, with credentials', () => {
    expect(sent('1.0.2', '', EVIL.origin)).toMatchObject({ 'allow-origin': '*', 'allow-credentials': 'true', 'allow-methods': '*', 'allow-headers': '*', 'expose-headers': '*' });
    expect(sent('1.0.5', '', EVIL.origin)).toMatchObject({ 'allow-origin': EVIL.origin, 'allow-credentials': 'true', 'allow-methods': 'GET' });
  });

  test('before 1.4.1 a preflight is first an ordinary request', () => {
    expect(sent('1.4.0', '', A.origin, 'OPTIONS')).toMatchObject({ 'allow-methods': 'OPTIONS', 'max-age': '5' });
    expect(sent('1.4.1', '', A.origin, 'OPTIONS')).not.toHaveProperty('allow-methods');
  });
});

describe('options', () => {
  const files = { 'src/config/cors.ts': `export const origins = ['https://app.example.com'];\nexport default { origin: origins, methods: ['GET', 'PUT'] };\n` };

  test('of other files, and spread', () => {
    const policy = only(`${HEAD}import options from './config/cors';\nnew Elysia().use(cors({ ...options, maxAge: 60 })).get('/', () => '');`, files);
    expect(answer(policy, 'OPTIONS', '/', { ...A, 'access-control-request-method': 'PUT' })).toMatchObject([204, { 'allow-origin': A.origin, 'allow-methods': 'GET, PUT', 'max-age': '60' }]);
    expect(answer(policy, 'GET', '/', EVIL)[1]).not.toHaveProperty('allow-origin');
  });

  test('an origin that may not be set is the default then', () => {
    const policy = only(`${HEAD}new Elysia().use(cors({ origin: process.env.CORS_ORIGIN })).get('/', () => '');`);
    expect(new Set(answers(policy, 'GET', '/', EVIL).map(([, headers]) => headers['allow-origin']))).toEqual(new Set([EVIL.origin, undefined]));
  });

  test.each([
    [`import { options } from './elsewhere'; new Elysia().use(cors(options))`, 'options that are not in view'],
    [`import { origins } from './elsewhere'; new Elysia().use(cors({ origin: origins }))`, 'origins that are not in view'],
    [`import { allowed } from './elsewhere'; new Elysia().use(cors({ origin: (request) => allowed(request) }))`, 'a function that is not in view'],
  ])('what is not known stays open: %s', (app) => {
    const all = answers(only(`${HEAD}${app}.get('/', () => '');`), 'GET', '/', EVIL);
    expect(all.length > 1 || all[0]![1]['allow-origin'] === null).toBe(true);
  });

  test('credentials in a form that the plugin ignores are noted', () => {
    const text = `${HEAD}new Elysia().use(cors({ origin: 'https://app.example.com', credentials: 'true' })).get('/', () => '');`;
    expect(only(text).notes.map(({ id, at }) => [id, text.slice(at.start, at.end)])).toEqual([['credentials-ignored', "'true'"]]);
  });

  test('a plugin that other files use', () => {
    const policy = only(`import { cors } from '@elysiajs/cors';\nexport const plugin = cors(${NARROW});\n`);
    expect(answer(policy, 'GET', '/')).toEqual([200, NARROWED]);
  });

  test('a function that other files give their app to', () => {
    const { policies } = read(elysia, { 'cors.ts': `export function withCors(app: any): any {\n  return app.onRequest(({ set }: any) => { set.headers['access-control-allow-origin'] = '*'; });\n}\n` }, 'cors.ts');
    expect(policies.map((policy) => answer(policy, 'GET', '/', EVIL)[1])).toEqual([STAR]);
  });

  test.each([`adapter ? { adapter } : {}`, `{ adapter, ...options }`, `options`])('what is not known among the options of an app is no prefix: %s', (given) => {
    const policy = only(`${HEAD}import { adapter, options } from './elsewhere';\nnew Elysia(${given}).use(cors(${NARROW})).get('/x', () => '');`);
    expect(answer(policy, 'GET', '/x')).toEqual([200, NARROWED]);
  });

  test('a CORS plugin that is not in view is a gap', () => {
    const { gaps } = read(elysia, { 'app.ts': `import { Elysia } from 'elysia';\nimport { corsPlugin } from './plugins/cors';\nnew Elysia().use(corsPlugin).get('/', () => '').listen(3000);\n` }, 'app.ts');
    expect(gaps).toMatchObject([{ reason: 'import-not-resolved' }]);
  });

  test('a plugin of another file, which is said to be read', () => {
    const { policies, covers } = read(elysia, { 'src/cors.ts': `import { Elysia } from 'elysia';\nimport { cors } from '@elysiajs/cors';\nexport const plugin = new Elysia().use(cors({ origin: 'https://app.example.com' }));\n`, 'src/app.ts': `import { Elysia } from 'elysia';\nimport { plugin } from './cors';\nexport default new Elysia().use(plugin).get('/', () => '');\n` }, 'src/app.ts');
    expect(policies.map((policy) => answer(policy, 'GET', '/')[1]['allow-origin'])).toEqual([A.origin]);
    expect(covers).toEqual(['src/cors.ts']);
  });
});

describe('silence', () => {
  test.each([
    ['a client', `import { treaty } from '@elysiajs/eden';\nimport { Elysia } from 'elysia';\nconst app = new Elysia().get('/', () => '');\nconst api = treaty(app, { headers: { 'Access-Control-Allow-Origin': '*' } });\n`],
    ['a request in a test', `import { Elysia } from 'elysia';\nconst app = new Elysia().get('/', () => '');\nawait app.handle(new Request('http://localhost/', { headers: { 'Access-Control-Allow-Origin': '*', Origin: 'https://evil.test' } }));\n`],
    ['a variable called cors', `import { Elysia } from 'elysia';\nconst cors = { origin: true, credentials: true };\nnew Elysia().get('/', () => cors).listen(3000);\n`],
    ['documentation in a text', `import { Elysia } from 'elysia';\nnew Elysia().get('/help', () => "app.use(cors()) sets Access-Control-Allow-Origin: *").listen(3000);\n`],
    ['headers of the request to another server', `import { Elysia } from 'elysia';\nnew Elysia().get('/', async () => (await fetch('https://x.example', { headers: { 'Access-Control-Allow-Origin': '*' } })).json()).listen(3000);\n`],
  ])('%s', (_name, text) => {
    const { policies, gaps } = read(elysia, { 'app.ts': text }, 'app.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test('every prefix of a program can be read', () => {
  const text = `${HEAD}new Elysia({ prefix: '/api' })\n  .use(cors({ origin: ({ headers }) => headers.get('origin') === 'https://app.example.com' }))\n  .group('/v1', (app) => app.get('/x', ({ set }) => { set.headers['vary'] = 'Origin'; return new Response('', { headers: { 'Access-Control-Allow-Origin': '*' } }); }))\n  .listen({ port: 1 });\n`;
  expect(readPrefixes(elysia, text, 'app.ts')).toBeGreaterThan(10);
});
