import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import koa from '../../src/readers/koa/index.js';
import type { Change } from '../../src/readers/reader.js';
import { applyEdits } from '../../src/text/edit.js';
import type { Span } from '../../src/text/span.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { feathersKoaSource, koaCorsOf, koaSource } from '../support/koa-sources.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

function recorded(row: ObservedRow): Policy {
  const [, cors, installed] = /cors (\d+\.\d+\.\d+) on koa (\d+\.\d+\.\d+)/.exec(row.version)!;
  const packages = { 'node_modules/koa': { version: installed }, [`node_modules/${koaCorsOf(row)}`]: { version: cors } };
  const { policies, gaps } = read(koa, { 'app.js': koaSource(row), 'package-lock.json': JSON.stringify({ packages }) }, 'app.js');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`koa ${installed} (package-lock.json), ${koaCorsOf(row)} ${cors} (package-lock.json)`);
  return policies[0]!;
}

test.each([['@koa/cors', 1904], ['koa2-cors', 560]])('%s: answers like the recorded servers', (framework, total) => {
  const { held, failures } = hold(grouped(rows, framework), (first) => {
    const policy = recorded(first);
    return () => policy;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(total);
});

test('Feathers on Koa: answers like the recorded servers', () => {
  const { held, failures } = hold(grouped(rows, '@feathersjs/koa cors'), (first) => {
    const { policies, gaps } = read(koa, { 'app.ts': feathersKoaSource(first) }, 'app.ts');
    expect([policies.length, gaps]).toEqual([1, []]);
    expect(policies[0]).toMatchObject({ title: 'Feathers app on Koa', version: '@feathersjs/koa 5 (no version found), @koa/cors 5 (no version found)', listens: [3030], probes: [{ path: '/data', methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'], requestHeaders: ['content-type'] }] });
    return () => policies[0]!;
  }, () => ({}));
  expect(failures).toEqual([]);
  expect(held).toBe(28);
});

test('services of Feathers that other files configure', () => {
  const { policies, gaps } = read(koa, {
    'src/app.ts': `import { feathers } from '@feathersjs/feathers';
import { koa, rest, bodyParser, errorHandler, cors } from '@feathersjs/koa';
import { services } from './services';
const app = koa(feathers());
app.use(cors({ origin: 'https://app.example.com' }));
app.use(errorHandler());
app.use(bodyParser());
app.configure(rest());
app.configure(services);
app.use(async (ctx, next) => { ctx.set('X-Powered-By', 'us'); await next(); });
`,
    'src/services/index.ts': `import { users } from './users';\nexport const services = (app) => { app.configure(users); };\n`,
    'src/services/users.ts': `export const path = 'users';\nexport const users = (app) => { app.use(path, new UserService(), { methods: ['find', 'get'] }); };\n`,
  }, 'src/app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.probes.map(({ path, methods }) => [path, methods])).toEqual([['/users', null]]);
  const granted = { 'allow-origin': 'https://app.example.com', vary: 'Origin' };
  expect([answer(policies[0]!, 'GET', '/users/7'), answer(policies[0]!, 'OPTIONS', '/users'), answer(policies[0]!, 'GET', '/none')]).toEqual([[200, granted], [405, { vary: 'Origin' }], [404, granted]]);
});

const HEAD = `const Koa = require('koa');\nconst Router = require('@koa/router');\nconst cors = require('@koa/cors');\nconst app = new Koa();\n`;
const ANSWER = `app.use((ctx) => { ctx.body = 1; });`;
const STAR = { 'allow-origin': '*' };

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(koa, { ...others, 'src/app.js': text }, 'src/app.js');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

/** The one answer to a request of https://app.example.com. */
function answer(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>> = A): readonly [number | null, Readonly<Record<string, string | null>>] {
  const all = answers(policy, method, path, headers);
  expect(all).toHaveLength(1);
  return all[0]!;
}

type Asked = readonly (readonly [method: string, path: string, status: number, headers: Readonly<Record<string, string>>])[];

function ask(body: string, asked: Asked): void {
  const policy = only(HEAD + body);
  expect(asked.map(([method, path]) => [method, path, ...answer(policy, method, path)])).toEqual(asked.map((row) => [...row]));
}

/** Asked of Koa 3.3.0 with @koa/router 15.7.0 themselves, as are all tables below. */
describe('routing', () => {
  const VARIES = { vary: 'Origin' };
  const OPEN = { ...STAR, ...VARIES };

  test.each<[string, Asked]>([
    [`app.use(cors()); const router = new Router(); router.get('/x', (ctx) => { ctx.body = 1; }); app.use(router.routes());`, [['GET', '/x', 200, OPEN], ['HEAD', '/x', 200, OPEN], ['GET', '/X/', 200, OPEN], ['PUT', '/x', 404, OPEN], ['OPTIONS', '/x', 404, VARIES]]],
    [`app.use(cors()); const router = new Router(); router.get('/x', (ctx) => { ctx.body = 1; }); app.use(router.routes()).use(router.allowedMethods());`, [['PUT', '/x', 405, OPEN], ['OPTIONS', '/x', 200, VARIES], ['OPTIONS', '/y', 404, VARIES]]],
    // What answers for all that is left says 404, but `allowedMethods()` has the last word.
    [`app.use(cors()); const router = new Router(); router.get('/x', (ctx) => { ctx.body = 1; }); app.use(router.routes()).use(router.allowedMethods()); app.use((ctx) => { ctx.status = 404; ctx.body = 'none'; });`, [['OPTIONS', '/x', 200, VARIES], ['GET', '/y', 404, OPEN]]],
    // Koa takes one middleware at a time.
    [`app.use(cors()); const router = new Router(); router.get('/x', (ctx) => { ctx.body = 1; }); app.use(router.routes(), router.allowedMethods());`, [['OPTIONS', '/x', 404, VARIES], ['GET', '/x', 200, OPEN]]],
    // Middleware of a router runs for matched routes only.
    [`const router = new Router({ prefix: '/api' }); router.use(cors()); router.get('/', (ctx) => { ctx.body = 1; }); router.options('/made', (ctx) => { ctx.status = 204; }); router.post('/made', (ctx) => { ctx.status = 201; }); app.use(router.routes());`, [['GET', '/api', 200, OPEN], ['POST', '/api/made', 201, OPEN], ['OPTIONS', '/api/made', 204, VARIES], ['OPTIONS', '/api', 404, {}], ['GET', '/api/none', 404, {}]]],
    [`const inner = new Router(); inner.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); await next(); }); inner.get('/x', (ctx) => { ctx.body = 1; }); const router = new Router(); router.use('/api', inner.routes(), inner.allowedMethods()); router.all('/x', (ctx) => { ctx.body = 2; }); app.use(router.routes());`, [['GET', '/api/x', 200, STAR], ['OPTIONS', '/x', 200, {}], ['GET', '/x', 200, {}], ['GET', '/api/y', 404, {}]]],
    [`const inner = new Router({ prefix: '/in' }); inner.get('/x', (ctx) => { ctx.body = 1; }); const router = new Router({ prefix: '/api' }); router.use(cors()); router.use(inner.routes()); app.use(router.routes());`, [['GET', '/api/in/x', 200, OPEN], ['GET', '/in/x', 404, {}]]],
    [`const router = new Router(); router.get('/a', (ctx) => { ctx.body = 1; }); router.use(cors()); router.get('/b', (ctx) => { ctx.body = 1; }); app.use(router.routes());`, [['GET', '/a', 200, {}], ['GET', '/b', 200, OPEN]]],
    [`const router = new Router(); router.get('/x', cors(), (ctx) => { ctx.body = 1; }); router.get('named', '/y', (ctx, next) => { ctx.set('access-control-allow-origin', '*'); return next(); }, (ctx) => { ctx.body = 1; }); router.get(['/p', '/q'], cors(), (ctx) => { ctx.body = 1; }); app.use(router.routes());`, [['GET', '/x', 200, OPEN], ['GET', '/y', 200, STAR], ['GET', '/q', 200, OPEN], ['OPTIONS', '/x', 404, {}]]],
    [`const mount = require('koa-mount'); const api = new Koa(); api.use(cors()); api.use((ctx) => { ctx.body = 1; }); app.use(mount('/api', api)); app.use((ctx) => { if (ctx.path === '/x') ctx.body = 1; });`, [['GET', '/api/y', 200, OPEN], ['OPTIONS', '/api', 200, VARIES], ['GET', '/x', 200, {}], ['GET', '/apix', 404, {}]]],
    [`const compose = require('koa-compose'); app.use(compose([async (ctx, next) => { await next(); ctx.append('Access-Control-Expose-Headers', 'X'); }, cors()])); ${ANSWER}`, [['GET', '/', 200, { ...OPEN, 'expose-headers': 'X' }]]],
    [`const route = require('koa-route'); app.use(cors()); app.use(route.get('/x', (ctx) => { ctx.body = 1; })); app.use(route.put('/api/:id', (ctx, id) => { ctx.body = id; }));`, [['GET', '/x', 200, OPEN], ['PUT', '/api/7', 200, OPEN], ['GET', '/api/7', 404, OPEN]]],
    [`const handler = cors(); app.use(async (ctx, next) => { if (ctx.path.startsWith('/api')) { await handler(ctx, next); } else { await next(); } }); ${ANSWER}`, [['GET', '/api/x', 200, OPEN], ['GET', '/x', 200, {}]]],
    // What stands behind a middleware that answers never runs.
    [`app.use((ctx) => { if (ctx.path === '/x') ctx.body = 1; }); app.use(cors());`, [['GET', '/x', 200, {}], ['OPTIONS', '/x', 200, {}], ['GET', '/y', 404, {}]]],
  ])('%s', ask);

  test('preflights of a log-in in front are refused', () => {
    ask(`app.use(require('koa-jwt')({ secret: 's' })); app.use(cors()); ${ANSWER}`, [['OPTIONS', '/', 401, {}]]);
    ask(`app.use(cors()); app.use(require('koa-jwt')({ secret: 's' })); ${ANSWER}`, [['GET', '/', 401, OPEN]]);
  });

  test('a log-in that is not in view leaves preflights open', () => {
    const policy = only(`${HEAD}app.use(require('./auth')()); app.use(cors()); ${ANSWER}`);
    expect(answers(policy, 'OPTIONS', '/', { ...A, 'access-control-request-method': 'PUT' }).map(([status]) => status).sort()).toEqual([204, 401]);
  });
});

describe('the way back', () => {
  const route = `const router = new Router(); router.get('/x', (ctx) => { ctx.body = 1; }); router.get('/boom', () => { throw new Error('x'); }); router.get('/no', (ctx) => { ctx.throw(403); }); app.use(router.routes());`;
  const open = `app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); await next(); });`;

  test.each<[string, string, Asked]>([
    ['what is set last stands', `app.use(async (ctx, next) => { await next(); ctx.set('Access-Control-Allow-Origin', 'https://b.example'); }); ${open} ${route}`, [['GET', '/x', 200, { 'allow-origin': 'https://b.example' }], ['GET', '/none', 404, { 'allow-origin': 'https://b.example' }]]],
    ['also over a package, whose preflights pass it too', `app.use(async (ctx, next) => { await next(); ctx.remove('Vary'); }); app.use(cors()); ${route}`, [['GET', '/x', 200, STAR], ['OPTIONS', '/x', 404, {}]]],
    ['a promise is waited for', `app.use((ctx, next) => next().then(() => { ctx.set('Access-Control-Allow-Origin', '*'); })); ${route}`, [['GET', '/x', 200, STAR]]],
    ['the status can be made then', `app.use(async (ctx, next) => { await next(); if (ctx.method === 'OPTIONS') { ctx.status = 200; ctx.set('Access-Control-Allow-Methods', 'PUT'); } }); ${open} ${route}`, [['OPTIONS', '/x', 200, { ...STAR, 'allow-methods': 'PUT' }], ['GET', '/x', 200, STAR]]],
    ['an error takes the headers', `${open} ${route}`, [['GET', '/boom', 500, {}], ['GET', '/no', 403, {}]]],
    ['but those of @koa/cors', `app.use(cors()); ${open} ${route}`, [['GET', '/boom', 500, { ...STAR, vary: 'Origin' }]]],
    ['of several, those of the outermost', `app.use(cors({ origin: 'https://b.example' })); app.use(cors({ exposeHeaders: 'X' })); ${route}`, [['GET', '/boom', 500, { 'allow-origin': 'https://b.example', 'expose-headers': 'X', vary: 'Origin' }], ['GET', '/x', 200, { ...STAR, 'expose-headers': 'X', vary: 'Origin' }]]],
    ['unless told otherwise', `app.use(cors({ keepHeadersOnError: false })); ${route}`, [['GET', '/boom', 500, {}]]],
    ['an error that is caught takes none', `app.use(async (ctx, next) => { try { await next(); } catch (error) { ctx.status = error.status || 500; ctx.body = 'failed'; } }); ${open} ${route}`, [['GET', '/boom', 500, STAR], ['GET', '/no', 403, STAR]]],
    ['also further in', `${open} app.use(async (ctx, next) => { try { await next(); } catch (error) { ctx.status = 418; } finally { ctx.set('Access-Control-Max-Age', '3'); } }); ${route}`, [['GET', '/boom', 418, { ...STAR, 'max-age': '3' }], ['GET', '/x', 200, { ...STAR, 'max-age': '3' }]]],
    ['one that is thrown again does', `${open} app.use(async (ctx, next) => { try { await next(); } catch (error) { ctx.set('Access-Control-Max-Age', '3'); throw error; } }); ${route}`, [['GET', '/boom', 500, {}]]],
  ])('%s', (_name, body, asked) => ask(body, asked));

  test('errors that are not in view take the headers, too', () => {
    expect([open, 'app.use(cors());', `app.use(async (ctx, next) => { try { await next(); } catch { ctx.status = 500; } }); ${open}`].map((body) => only(HEAD + body + route).survivesUncaught)).toEqual([false, true, true]);
  });
});

describe('what is written by hand', () => {
  const preflight = `if (ctx.method === 'OPTIONS') { ctx.status = 204; return; } await next();`;

  test.each<[string, string, Asked]>([
    ['an object of headers, lists', `app.use(async (ctx, next) => { ctx.set({ 'Access-Control-Allow-Origin': '*', 'access-control-max-age': 600 }); await next(); }); ${ANSWER}`, [['GET', '/', 200, { ...STAR, 'max-age': '600' }], ['OPTIONS', '/', 200, { ...STAR, 'max-age': '600' }]]],
    ['a body in place of a status', `app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); if (ctx.method === 'OPTIONS') ctx.body = null; else await next(); }); ${ANSWER}`, [['OPTIONS', '/', 204, STAR], ['GET', '/', 200, STAR]]],
    ['a choice of expressions', `app.use((ctx, next) => { ctx.set('Access-Control-Allow-Origin', ctx.get('origin') || '*'); return ctx.method === 'OPTIONS' ? (ctx.status = 204) : next(); }); ${ANSWER}`, [['OPTIONS', '/', 204, { 'allow-origin': A.origin }], ['GET', '/', 200, { 'allow-origin': A.origin }]]],
    ['a switch', `app.use(async (ctx, next) => { switch (ctx.method) { case 'OPTIONS': ctx.status = 200; break; default: await next(); } ctx.set('Access-Control-Allow-Origin', '*'); }); ${ANSWER}`, [['OPTIONS', '/', 200, STAR], ['GET', '/', 200, STAR]]],
    ['request and response', `app.use(async ({ request, response }, next) => { response.set('Access-Control-Allow-Origin', request.header['origin'] ?? ''); if (request.method === 'OPTIONS') { response.status = 204; return; } await next(); }); ${ANSWER}`, [['GET', '/', 200, { 'allow-origin': A.origin }], ['OPTIONS', '/', 204, { 'allow-origin': A.origin }]]],
    ["Node's own response", `app.use((ctx, next) => { ctx.res.setHeader('Access-Control-Allow-Origin', '*'); if (ctx.req.method === 'OPTIONS') { ctx.res.statusCode = 204; ctx.res.end(); ctx.respond = false; return; } return next(); }); ${ANSWER}`, [['OPTIONS', '/', 204, STAR], ['GET', '/', 200, STAR]]],
    ['a helper', `const open = (ctx) => { ctx.set('Access-Control-Allow-Origin', '*'); }; app.use(async (ctx, next) => { open(ctx); ${preflight} }); ${ANSWER}`, [['OPTIONS', '/', 204, STAR], ['GET', '/', 200, STAR]]],
    ['a function that makes it', `const make = ({ origin }) => async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', origin); ${preflight} }; app.use(make({ origin: '*' })); ${ANSWER}`, [['OPTIONS', '/', 204, STAR], ['GET', '/', 200, STAR]]],
    ['a class', `class Server { constructor() { app.use(this.cors.bind(this)); this.router = new Router(); this.router.get('/', this.root); app.use(this.router.routes()); } async cors(ctx, next) { ctx.set('Access-Control-Allow-Origin', '*'); ${preflight} } root(ctx) { ctx.body = 1; } }\nnew Server();`, [['OPTIONS', '/', 204, STAR], ['GET', '/', 200, STAR], ['GET', '/x', 404, STAR]]],
    ['an assertion', `app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); ctx.assert(ctx.get('x-key'), 401); await next(); }); ${ANSWER}`, [['GET', '/', 401, {}]]],
    ['a request without Origin fails', `app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', ctx.headers.origin); ${preflight} }); ${ANSWER}`, [['OPTIONS', '/', 204, { 'allow-origin': A.origin }]]],
  ])('%s', (_name, body, asked) => ask(body, asked));

  test.each([
    ['2.16.4', [200, { 'allow-origin': 'undefined' }]],
    ['3.3.0', [500, {}]],
  ])('a header that is missing: Koa %s', (version, expected) => {
    const policy = only(`${HEAD}app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', ctx.headers.origin); await next(); }); ${ANSWER}`, { 'package.json': JSON.stringify({ dependencies: { koa: version } }) });
    expect(answer(policy, 'GET', '/', {})).toEqual(expected);
    expect(policy.evidence).toMatchObject({ handWritten: true, canAddVary: true });
  });

  test.each<[string, string, Asked]>([
    ['generator functions of Koa 1', `app.use(function* (next) { this.set('Access-Control-Allow-Origin', this.get('Origin') || '*'); if (this.method === 'OPTIONS') { this.status = 204; return; } yield next; this.set('Access-Control-Expose-Headers', 'X'); }); app.use(function* () { this.body = 1; });`, [['OPTIONS', '/', 204, { 'allow-origin': A.origin }], ['GET', '/', 200, { 'allow-origin': A.origin, 'expose-headers': 'X' }]]],
    ['what TypeScript makes of async functions', `const __awaiter = function (thisArg, _arguments, P, generator) { return new (P || (P = Promise))(function (resolve, reject) { function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); } step((generator = generator.apply(thisArg, _arguments || [])).next()); }); };\napp.use((ctx, next) => __awaiter(this, void 0, void 0, function* () { ctx.set('Access-Control-Allow-Origin', '*'); yield next(); ctx.set('Access-Control-Expose-Headers', 'X'); }));\napp.use((ctx) => __awaiter(this, void 0, void 0, function* () { ctx.body = 1; }));`, [['GET', '/', 200, { ...STAR, 'expose-headers': 'X' }]]],
  ])('%s', (_name, body, asked) => ask(body, asked));
});

describe('packages', () => {
  test.each([
    ['@koa/cors', '5.0.0', '', '*'],
    ['@koa/cors', '4.0.0', '', EVIL.origin],
    ['@koa/cors', '3.4.0', '{ origin: "*", credentials: true }', '*'],
    ['@koa/cors', '3.4.1', '{ origin: "*", credentials: true }', EVIL.origin],
    ['kcors', '2.2.2', '', EVIL.origin],
    ['koa2-cors', '2.0.6', '', EVIL.origin],
    ['koa-cors', '0.0.16', '', EVIL.origin],
  ])('%s %s (%s)', (name, version, options, origin) => {
    const policy = only(`const Koa = require('koa');\nconst app = new Koa();\napp.use(require('koa-convert')(require('${name}')(${options})));\n${ANSWER}`, { 'package.json': JSON.stringify({ dependencies: { [name]: `^${version}` } }) });
    expect(answer(policy, 'GET', '/', EVIL)[1]['allow-origin']).toBe(origin);
    expect(policy.version).toBe(`koa 3 (no version found), ${name} ${version} (package.json)`);
  });

  test.each([['koa2-cors', 1], ['@koa/cors', 0]])('credentials: "true" is noted where %s ignores it', (name, count) => {
    const text = `const app = new (require('koa'))();\napp.use(require('${name}')({ origin: 'https://app.example.com', credentials: 'true' }));\n${ANSWER}`;
    expect(only(text).notes.map(({ id, at }) => [id, text.slice(at.start, at.end)])).toEqual(Array(count).fill(['credentials-ignored', "'true'"]));
  });

  test.each<[string, string, Readonly<Record<string, string>>, number, Readonly<Record<string, string>>]>([
    ['koa-cors', `{ origin: ['https://app.example.com'] }`, A, 500, {}],
    ['koa-cors', `{ origin: false }`, A, 404, {}],
    ['koa-cors', `{ origin: (request) => request.header.origin === 'https://app.example.com', methods: ['GET'], maxAge: 0 }`, A, 200, { 'allow-origin': 'true', 'allow-methods': 'GET', 'max-age': '0' }],
    ['koa-cors', `{ origin: '*', methods: '', expose: ['X'], headers: ['A', 'B'], credentials: true }`, EVIL, 200, { ...STAR, 'allow-methods': '', 'expose-headers': 'X', 'allow-headers': 'A,B', 'allow-credentials': 'true' }],
    ['koa2-cors', `{ origin: 'https://app.example.com', exposeHeaders: 'X' }`, A, 500, {}],
    ['koa2-cors', `{ origin: '*', credentials: true, exposeHeaders: [] }`, EVIL, 200, { ...STAR, vary: 'Origin', 'expose-headers': '' }],
    ['kcors', `{ origin: (ctx) => (ctx.get('Origin') === 'https://app.example.com' ? ctx.get('Origin') : ''), exposeHeaders: ['X', 'Y'] }`, A, 200, { 'allow-origin': A.origin, vary: 'Origin', 'expose-headers': 'X,Y' }],
  ])('%s(%s)', (name, options, headers, status, expected) => {
    const policy = only(`const app = new (require('koa'))();\napp.use(require('koa-convert')(require('${name}')(${options})));\n${ANSWER}`);
    expect(answer(policy, 'GET', '/', headers)).toEqual([status, expected]);
  });

  test('an origin function that throws', () => {
    const policy = only(`${HEAD}const list = ['https://app.example.com'];\napp.use(cors({ origin: (ctx) => { const origin = ctx.accept.headers.origin; if (!list.includes(origin)) return ctx.throw('no'); return origin; } }));\n${ANSWER}`);
    expect([answer(policy, 'GET', '/'), answer(policy, 'GET', '/', EVIL)]).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin' }], [500, {}]]);
  });

  test('without a version in view, the current ones are taken', () => {
    expect(answer(only(`${HEAD}app.use(cors());\n${ANSWER}`), 'GET', '/', EVIL)[1]['allow-origin']).toBe('*');
    expect(answer(only(`const app = new (require('koa'))();\napp.use(require('kcors')());\n${ANSWER}`), 'GET', '/', EVIL)[1]['allow-origin']).toBe(EVIL.origin);
  });
});

describe('options', () => {
  const files = { 'src/config.js': `exports.origin = 'https://app.example.com';\nexports.options = { origin: exports.origin, credentials: true };\n`, 'src/routes.js': `const Router = require('@koa/router');\nconst router = new Router();\nrouter.put('/x', (ctx) => { ctx.body = 1; });\nmodule.exports = router;\n`, 'src/cors.js': `module.exports = async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); await next(); };\n` };

  test('of other files, and spread', () => {
    const policy = only(`${HEAD}const { options } = require('./config');\napp.use(cors({ ...options, maxAge: 60 })); ${ANSWER}`, files);
    expect(answer(policy, 'GET', '/')[1]).toEqual({ 'allow-origin': A.origin, 'allow-credentials': 'true', vary: 'Origin' });
  });

  test('routes and middleware of other files, which are said to be read', () => {
    const { policies, covers } = read(koa, { ...files, 'src/app.js': `${HEAD}app.use(require('./cors'));\napp.use(require('./routes').routes());\n` }, 'src/app.js');
    expect(policies.map((policy) => [answer(policy, 'PUT', '/x'), answer(policy, 'PUT', '/y')])).toEqual([[[200, STAR], [404, STAR]]]);
    expect(covers).toEqual(['src/cors.js']);
  });

  test('of the environment, with a default', () => {
    const policy = only(`${HEAD}app.use(cors({ origin: process.env.ORIGIN || '*', credentials: true })); ${ANSWER}`);
    expect(answers(policy, 'GET', '/', EVIL).map(([, headers]) => headers['allow-origin']).sort()).toEqual([EVIL.origin, null]);
  });

  test.each([
    [`app.use(cors(require('./elsewhere')));`, 'options that are not in view'],
    [`const { allowed } = require('./elsewhere'); app.use(cors({ origin: allowed }));`, 'an origin that is not in view'],
    [`const { allowed } = require('./elsewhere'); app.use(cors({ origin: (ctx) => allowed(ctx.get('Origin')) && ctx.get('Origin') }));`, 'a function that is not in view'],
  ])('what is not known stays open: %s', (body) => {
    const all = answers(only(`${HEAD}${body} ${ANSWER}`), 'GET', '/', EVIL);
    expect(all.length > 1 || all[0]![1]['allow-origin'] === null).toBe(true);
  });

  test.each([
    [`module.exports = (app) => { app.use(async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); await next(); }); };`, 'an app that is handed in'],
    [`exports.open = async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); await next(); };`, 'a middleware'],
    [`export default (config, { strapi }) => async (ctx, next) => { ctx.set('Access-Control-Allow-Origin', '*'); await next(); };`, 'a function that makes one'],
    [`export const show = async (ctx) => { ctx.set('Access-Control-Allow-Origin', '*'); ctx.body = await find(ctx.params.id); };`, 'a handler'],
  ])('alone, a file is read as if it were used: %s', (text) => {
    expect(answer(only(text), 'GET', '/')[1]).toEqual(STAR);
  });

  test('CORS middleware that is not in view is a gap', () => {
    const { gaps } = read(koa, { 'app.js': `${HEAD}app.use(require('./middleware/cors'));\n${ANSWER}` }, 'app.js');
    expect(gaps).toMatchObject([{ reason: 'import-not-resolved' }]);
  });

  test('who is given the app may add more', () => {
    const { policies, gaps } = read(koa, { 'app.js': `${HEAD}app.use(cors());\nrequire('./setup-cors')(app);\n` }, 'app.js');
    expect(gaps).toHaveLength(1);
    expect(answer(policies[0]!, 'GET', '/')).toEqual([200, { ...STAR, vary: 'Origin' }]);
  });
});

function fixture(name: string): Policy {
  const text = readFileSync(new URL(`../../fixtures/readers/koa/${name}`, import.meta.url), 'utf8');
  const { policies, gaps } = read(koa, { [name]: text }, name);
  expect([policies.length, gaps]).toEqual([1, []]);
  return policies[0]!;
}

describe('fixtures', () => {
  test('an allowlist', () => {
    const policy = fixture('allowlist.js');
    expect(answer(policy, 'GET', '/api/items')).toEqual([200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]);
    expect(answer(policy, 'GET', '/api/items', EVIL)).toEqual([200, { vary: 'Origin' }]);
    expect(answer(policy, 'POST', '/api/items/7')).toEqual([401, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]);
    // A refused preflight is left to the router, which answers it without CORS headers.
    expect(answer(policy, 'OPTIONS', '/api/items', { ...EVIL, 'access-control-request-method': 'POST' })).toEqual([200, { vary: 'Origin' }]);
    expect(policy.listens).toEqual([4000]);
    expect(policy.probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])).toEqual([
      ['/api/items', ['GET', 'HEAD'], []],
      ['/api/items/1', ['POST'], ['content-type', 'authorization']],
    ]);
  });

  test('a class that writes headers', () => {
    const policy = fixture('hand-written.ts');
    const granted = { vary: 'Origin', 'allow-origin': A.origin, 'allow-credentials': 'true' };
    expect(answer(policy, 'GET', '/data')).toEqual([200, granted]);
    expect(answer(policy, 'OPTIONS', '/data')).toEqual([204, { ...granted, 'allow-methods': 'GET,PUT' }]);
    expect(answer(policy, 'GET', '/broken')).toEqual([500, granted]);
    expect(answer(policy, 'GET', '/data', EVIL)).toEqual([200, { vary: 'Origin' }]);
  });

  test('reflection in development is none in production', () => {
    const policy = fixture('development-only.ts');
    expect(answer(policy, 'GET', '/', EVIL)[1]).toEqual({ vary: 'Origin', 'allow-origin': 'https://app.example.com' });
    const development = evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(EVIL) }, { environment: 'development' });
    expect(development.map(({ response }) => response.headers.map(({ text }) => text))).toEqual([['Origin', EVIL.origin, 'true']]);
  });

  test('a middleware that other files use', () => {
    const policy = fixture('exported-middleware.js');
    const b = { origin: 'https://b.example' };
    expect(answer(policy, 'GET', '/', b)[1]).toEqual({ 'allow-origin': b.origin, vary: 'Origin' });
    expect(answer(policy, 'GET', '/', EVIL)[1]).toEqual({});
  });

  test('what unknown code decides stays open', () => {
    const all = answers(fixture('unknown-origins.js'), 'GET', '/', EVIL);
    expect(all.length > 1 || all[0]![1]['allow-origin'] === null).toBe(true);
  });

  test('middleware of a router', () => {
    const policy = fixture('router-only.js');
    expect(answer(policy, 'GET', '/api/items')).toEqual([200, { 'allow-origin': 'https://app.example.com', vary: 'Origin' }]);
    expect(answer(policy, 'OPTIONS', '/api/items/7', { ...A, 'access-control-request-method': 'PUT' })).toEqual([404, { 'expose-headers': 'X-Total' }]);
  });
});

test.each([
  [`app.listen(3001);`, [3001]],
  [`app.listen(process.env.PORT || 3002, () => console.log('up'));`, [3002]],
  [`require('http').createServer(app.callback()).listen(3003);`, [3003]],
  [`const { createServer } = require('node:http');\nconst server = createServer(app.callback());\nserver.listen('3004');`, [3004]],
  [`require('https').createServer({ key, cert }, app.callback()).listen(3005);`, [3005]],
  [`module.exports = app;`, []],
])('listens: %s', (served, listens) => {
  expect(only(`${HEAD}app.use(cors());\n${ANSWER}\n${served}\n`).listens).toEqual(listens);
});

describe('silence', () => {
  test.each([
    ['a client', `const axios = require('axios');\naxios.get('/', { headers: { 'Access-Control-Allow-Origin': '*' } });\nmodule.exports = require('koa');\n`],
    ['an app without CORS', `${HEAD}app.use(async (ctx, next) => { await next(); ctx.set('X-Response-Time', '1'); }); ${ANSWER}\napp.listen(3000);`],
    ['an option called cors', `const Koa = require('koa');\nconst cors = { origin: '*', credentials: true };\nnew Koa().use((ctx) => { ctx.body = cors; });\n`],
    ['documentation in a text', `const Koa = require('koa');\nconst app = new Koa();\napp.use((ctx) => { ctx.body = "ctx.set('Access-Control-Allow-Origin', '*')"; });\n`],
    ['a request in a test', `const app = require('./app');\nconst request = require('supertest');\nconst Koa = require('koa');\ntest('cors', async () => { const res = await request(app.callback()).get('/').set('Origin', 'https://evil.test'); expect(res.headers['access-control-allow-origin']).toBe('*'); });\n`],
  ])('%s', (_name, text) => {
    const { policies, gaps } = read(koa, { 'app.js': text }, 'app.js');
    expect([policies, gaps]).toEqual([[], []]);
  });
});

test('every prefix of a program can be read', () => {
  const text = `${HEAD}const router = new Router({ prefix: '/api' });\napp.use(cors({ origin: (ctx) => ctx.get('Origin'), ...options }));\nrouter.get('/x', async (ctx, next) => { try { await next(); } catch { ctx.status = 1; } });\napp.use(router.routes()).listen(1);\n`;
  expect(readPrefixes(koa, text, 'app.js')).toBeGreaterThan(10);
});

test.each<[string, string, string, (at: Span) => Change, string]>([
  ['adds Vary', `app.use(async (ctx, next) => {\n  ctx.set('Access-Control-Allow-Origin', ctx.get('Origin'));\n  await next();\n});\n`, `ctx.set('Access-Control-Allow-Origin', ctx.get('Origin'))`, (at) => ({ kind: 'add-vary', at }), `app.use(async (ctx, next) => {\n  ctx.set('Access-Control-Allow-Origin', ctx.get('Origin'));\n  ctx.vary('Origin');\n  await next();\n});\n`],
  ['drops an option', `app.use(cors({ origin: '*', credentials: true }));\n`, 'credentials: true', (at) => ({ kind: 'remove-header', at }), `app.use(cors({ origin: '*' }));\n`],
  ['drops a statement', `app.use((ctx, next) => {\n  ctx.set('Access-Control-Allow-Credentials', 'true');\n  return next();\n});\n`, `ctx.set('Access-Control-Allow-Credentials', 'true')`, (at) => ({ kind: 'remove-header', at }), `app.use((ctx, next) => {\n  return next();\n});\n`],
])('%s', (_name, body, what, change, expected) => {
  const { unit, policies } = read(koa, { 'app.js': HEAD + body }, 'app.js');
  const start = (HEAD + body).indexOf(what);
  const edits = koa.write(unit, policies[0]!, change({ file: 'app.js', start, end: start + what.length }));
  expect('declined' in edits ? edits : applyEdits(HEAD + body, edits)).toBe(HEAD + expected);
});
