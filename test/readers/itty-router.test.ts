import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import itty from '../../src/readers/itty-router/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { ittySource } from '../support/itty-sources.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

function recorded(text: string, version: string): Policy {
  const installed = /itty-router (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(itty, { 'worker.ts': text, 'package-lock.json': JSON.stringify({ packages: { 'node_modules/itty-router': { version: installed } } }) }, 'worker.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`itty-router ${installed} (package-lock.json)`);
  return policies[0]!;
}

describe('answers like the recorded servers', () => {
  test.each([['itty-router cors', 616], ['itty-router createCors', 112]])('%s', (framework, total) => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(rows, framework)) {
      const policy = recorded(ittySource(group[0]), group[0].version);
      for (const row of group) {
        const wrong = differences({ policy, inner: [] }, row);
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(held).toBe(total);
  });
});

const FOUR = { 'package.json': '{"dependencies":{"itty-router":"^4.2.2"}}' };
const FIVE = { 'package.json': '{"dependencies":{"itty-router":"^5.0.0"}}' };
const SIX = { 'package.json': '{"dependencies":{"itty-router":"^6.0.0"}}' };
const A = { origin: 'https://app.example.com' };
const EVIL = { origin: 'https://evil.test' };
const PREFLIGHT = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };

function only(text: string, others: Readonly<Record<string, string>> = FIVE): Policy {
  const { policies } = read(itty, { ...others, 'worker.ts': text }, 'worker.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

/** Status and CORS headers of an answer that needs no assumption. */
function answer(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>> = {}): [number | null, Record<string, string | null>] {
  const outcomes = evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) });
  expect(outcomes.map(({ assumed }) => [...assumed.keys()])).toEqual([[]]);
  const { response } = outcomes[0]!;
  return [response.status, Object.fromEntries(response.headers.map(({ name, text }) => [name.replace('access-control-', ''), text]))];
}

function sent(policy: Policy, from: Readonly<Record<string, string>>): readonly (string | null | undefined)[] {
  const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/a', headers: Object.entries(from) });
  return [...new Set(outcomes.map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text))];
}

function app(options: string, before = ''): string {
  return `import { AutoRouter, cors } from 'itty-router';\n${before}const { preflight, corsify } = cors(${options});\nconst router = AutoRouter({ before: [preflight], finally: [corsify] });\nrouter.get('/a', () => ({ x: 1 }));\nexport default router;\n`;
}

describe('options', () => {
  const LIST = "['https://app.example.com']";
  test.each([
    ['in a variable', app('options', `const options = { origin: ${LIST} };\n`)],
    ['with a spread', app('{ ...base, credentials: true }', `const base = { origin: ${LIST} };\n`)],
    ['of another file', app('options', "import { options } from './options';\n")],
    ['of a function', app(`{ origin: (origin) => (allowed.includes(origin) ? origin : undefined) }`, `const allowed = ${LIST};\n`)],
  ])('%s', (_how, text) => {
    const policy = only(text, { ...FIVE, 'options.ts': `export const options = { origin: ${LIST} };\n` });
    expect([sent(policy, A), sent(policy, EVIL)]).toEqual([[A.origin], [undefined]]);
  });

  test('an environment variable stays open, and its default is known', () => {
    expect(new Set(sent(only(app("{ origin: process.env.ORIGIN || 'https://app.example.com' }")), EVIL))).toEqual(new Set(['https://app.example.com', null]));
  });

  test('from elsewhere are not guessed', () => {
    expect(sent(only(app('settings().cors', "import { settings } from 'elsewhere';\n")), EVIL)).toEqual([null]);
  });
});

// Each of these was run with the packages themselves (itty-router 4.2.2, 5.0.24, 6.0.0).
describe('mounting', () => {
  test('corsify in a chain of promises is not told the request: a list admits nobody', () => {
    const policy = only(`import { cors, error, json, Router } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['https://app.example.com'], credentials: true });
const router = Router();
router.all('*', preflight).get('/a', () => 'x').all('*', () => error(404));
export default { fetch: (request) => router.fetch(request).then(json).catch(error).then(corsify) };
`);
    expect(answer(policy, 'GET', '/a', A)).toEqual([200, { 'allow-credentials': 'true' }]);
    expect(answer(policy, 'OPTIONS', '/a', { ...A, ...PREFLIGHT })[1]).toMatchObject({ 'allow-origin': A.origin });
  });

  test('corsify that is called with the request', () => {
    const policy = only(`import { cors, error, json, Router } from 'itty-router';
const { preflight, corsify } = cors({ origin: ['https://app.example.com'] });
const router = Router();
router.all('*', preflight).get('/a', () => 'x').all('*', () => error(404));
export default { async fetch(request, env) { const response = await router.fetch(request, env).then(json).catch(error); return corsify(response, request); } };
`);
    expect([sent(policy, A), sent(policy, EVIL)]).toEqual([[A.origin], [undefined]]);
    expect(answer(policy, 'GET', '/missing', A)).toEqual([404, { 'allow-origin': A.origin }]);
  });

  test('preflight without corsify: what follows is not readable', () => {
    const policy = only("import { AutoRouter, cors } from 'itty-router';\nconst { preflight } = cors();\nexport default AutoRouter({ before: [preflight] }).get('/a', () => 'x');\n");
    expect(answer(policy, 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([204, { 'allow-methods': '*', 'allow-headers': 'content-type', 'allow-origin': '*' }]);
    expect(answer(policy, 'GET', '/a', A)).toEqual([200, {}]);
  });

  test('corsify without preflight: OPTIONS finds no route', () => {
    const text = "import { AutoRouter, cors } from 'itty-router';\nconst { corsify } = cors();\nexport default AutoRouter({ finally: [corsify] }).get('/a', () => 'x');\n";
    expect(answer(only(text), 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([404, { 'allow-origin': '*' }]);
    // Version 6 forgets the status.
    expect(answer(only(text, SIX), 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([200, { 'allow-methods': '*', 'allow-origin': '*' }]);
  });

  test('corsify leaves responses alone that say who may read them', () => {
    const policy = only(app("{ origin: '*', credentials: true }").replace('() => ({ x: 1 })', "() => new Response('x', { status: 202, headers: { 'Access-Control-Allow-Origin': 'https://own.example' } })"));
    expect(answer(policy, 'GET', '/a', EVIL)).toEqual([202, { 'allow-origin': 'https://own.example' }]);
  });

  test('what is missing: a response of the author, or of what runs in the end', () => {
    const routed = (make: string): Policy => only(`import { AutoRouter, cors, error, json, Router } from 'itty-router';\nconst { preflight, corsify } = cors();\nexport default ${make}.get('/a', () => 'x');\n`);
    expect(answer(routed("AutoRouter({ finally: [corsify], missing: () => new Response(null, { status: 410 }) })"), 'GET', '/b', A)).toEqual([410, { 'allow-origin': '*' }]);
    expect(answer(routed('Router({ catch: error, finally: [(response) => response ?? error(404), json, corsify] })'), 'GET', '/b', A)).toEqual([404, { 'allow-origin': '*' }]);
  });

  test('a log-in in front of preflight refuses it', () => {
    const policy = only("import { AutoRouter, cors, error } from 'itty-router';\nconst { preflight, corsify } = cors();\nconst auth = (request) => { if (!request.headers.get('Authorization')) return error(401); };\nexport default AutoRouter({ before: [auth, preflight], finally: [corsify] }).get('/a', () => 'x');\n");
    expect(answer(policy, 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([401, { 'allow-origin': '*' }]);
  });

  test('an error that is caught after corsify is not readable', () => {
    const chain = (order: string): string => `import { cors, error, json, Router } from 'itty-router';\nconst { preflight, corsify } = cors();\nconst router = Router();\nrouter.all('*', preflight).get('/a', () => { throw new Error('x'); });\nexport default { fetch: (request) => router.fetch(request)${order} };\n`;
    expect(answer(only(chain('.then(json).then(corsify).catch(error)')), 'GET', '/a', A)).toEqual([500, {}]);
    expect(answer(only(chain('.then(json).catch(error).then(corsify)')), 'GET', '/a', A)).toEqual([500, { 'allow-origin': '*' }]);
  });

  test('finally of a promise hands nothing on: corsify throws for every request', () => {
    const chain = (last: string): string => `import { cors, error, json, Router } from 'itty-router';\nconst { preflight, corsify } = cors();\nconst router = Router();\nrouter.options('*', preflight).get('/a', () => 'x');\nexport default { fetch: (request) => router.fetch(request).then(json).catch(error).finally(${last}) };\n`;
    for (const last of ['corsify', '(response) => corsify(response, request)']) expect(answer(only(chain(last)), 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([500, {}]);
  });

  test('what is truthy is sent as it stands', () => {
    expect(answer(only(app('{ credentials: 1 }')), 'GET', '/a')[1]).toEqual({ 'allow-credentials': '1' });
    expect(answer(only(app("{ allowMethods: 'GET', exposeHeaders: ['a', 'b'], allowHeaders: [], maxAge: 0 }")), 'OPTIONS', '/a', { ...A, ...PREFLIGHT })[1]).toEqual({ 'allow-origin': '*', 'allow-methods': 'GET', 'expose-headers': 'a,b' });
  });

  test('version 4: preflight looks at the origin, and any piece of a text is one', () => {
    const text = (options: string, mount: string): string => `import { createCors, error, json, Router } from 'itty-router';\nconst { preflight, corsify } = createCors(${options});\nconst router = Router();\nrouter${mount}.get('/a', () => 'x').all('*', () => error(404));\nexport default { fetch: (request) => router.handle(request).then(json).catch(error).then(corsify) };\n`;
    expect(answer(only(text('', ''), FOUR), 'GET', '/a', A)).toEqual([200, { 'allow-methods': 'GET' }]);
    const piece = only(text("{ origins: 'https://app.example.com' }", ".all('*', preflight)"), FOUR);
    expect(sent(piece, { origin: 'https://app.example.co' })).toEqual(['https://app.example.co']);
    expect(only(text('', '')).version).toBe('itty-router 5.0.0 (package.json)');
  });
});

describe('routers', () => {
  test('routes, parameters and routers inside others', () => {
    const policy = only(`import { AutoRouter, cors, Router } from 'itty-router';
const { preflight, corsify } = cors({ origin: 'https://app.example.com' });
const api = Router({ base: '/api' });
api.put('/users/:id', async (request) => { const body = await request.json(); return body; }).get('/files/*', () => 'file');
const router = AutoRouter({ before: [preflight], finally: [corsify] });
router.all('/api/*', api.fetch).get('/', () => 'home');
export default { ...router };
`);
    expect(answer(policy, 'PUT', '/api/users/7', EVIL)).toEqual([200, { 'allow-origin': 'https://app.example.com' }]);
    expect(answer(policy, 'GET', '/api/users/7', EVIL)[0]).toBe(404);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/api/users/1', ['PUT']], ['/api/files/x', ['GET']], ['/', ['GET']]]);
  });

  test('hand-written headers', () => {
    const policy = only(`import { Router, error, json } from 'itty-router';
const corsHeaders = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, PUT' };
const router = Router();
router.options('*', () => new Response(null, { status: 204, headers: corsHeaders })).get('/a', (request) => { const response = json({ x: 1 }); response.headers.set('Access-Control-Allow-Origin', request.headers.get('Origin')); return response; }).all('*', () => error(404));
export default { fetch: (request) => router.fetch(request).then(json).catch(error) };
`);
    expect(answer(policy, 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([204, { 'allow-origin': '*', 'allow-methods': 'GET, PUT' }]);
    expect(answer(policy, 'GET', '/a', EVIL)).toEqual([200, { 'allow-origin': EVIL.origin }]);
    expect(answer(policy, 'GET', '/a')[1]).toEqual({ 'allow-origin': 'null' });
    expect(policy.evidence.handWritten).toBe(true);
  });

  test('a service worker that listens to fetch', () => {
    const policy = only("import { createCors } from 'itty-cors';\nimport { Router } from 'itty-router';\nconst { preflight, corsify } = createCors({ origins: ['*'] });\nconst router = Router();\nrouter.all('*', preflight).get('/a', () => new Response('x'));\naddEventListener('fetch', (event) => event.respondWith(router.handle(event.request).then(corsify)));\n", FOUR);
    expect(answer(policy, 'GET', '/a', EVIL)).toEqual([200, { 'allow-methods': 'GET', 'allow-origin': EVIL.origin }]);
  });

  test.each([
    ['Bun', 'Bun.serve({ fetch: (request) => router.fetch(request).then(json).then(corsify), port: 8080 });'],
    ['Deno', 'Deno.serve({ port: 8080 }, (request) => router.fetch(request).then(json).then(corsify));'],
    ['Node', "serve({ fetch: (request) => router.fetch(request).then(json).then(corsify), port: 8080 });"],
  ])('a server of %s', (_runtime, serve) => {
    const policy = only(`import { serve } from '@hono/node-server';\nimport { cors, json, Router } from 'itty-router';\nconst { preflight, corsify } = cors();\nconst router = Router();\nrouter.all('*', preflight).get('/a', () => 'x');\n${serve}\n`);
    expect([answer(policy, 'GET', '/a', A), policy.listens]).toEqual([[200, { 'allow-origin': '*' }], [8080]]);
  });

  test('routes that are not in view leave the rest open', () => {
    const policy = only("import { Router, cors, json } from 'itty-router';\nimport { addRoutes } from 'elsewhere';\nconst { preflight, corsify } = cors();\nexport const router = Router({ before: [preflight], finally: [json, corsify] });\naddRoutes(router);\n");
    expect(answer(policy, 'GET', '/unseen', A)).toEqual([200, { 'allow-origin': '*' }]);
  });
});

describe('silence', () => {
  test.each([
    ['a router without CORS', "import { AutoRouter } from 'itty-router';\nexport default AutoRouter().get('/a', () => 'x');\n"],
    ['a client', "import { fetcher } from 'itty-fetcher';\nexport const api = fetcher({ headers: { 'Access-Control-Allow-Origin': '*' } });\n"],
    ['cors that is not mounted', "import { AutoRouter } from 'itty-router';\nconst cors = { origin: '*' };\nexport default AutoRouter().get('/a', () => cors);\n"],
  ])('%s', (_what, text) => {
    const { policies, gaps } = read(itty, { ...FIVE, 'worker.ts': text }, 'worker.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('a broken file', () => {
    expect(readPrefixes(itty, `${app('{ origin: [/x$/], credentials: true }')}const = ;`, 'worker.ts')).toBeGreaterThan(1);
  });
});
