import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import h3 from '../../src/readers/h3/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { h3Source, nitroConfigSource } from '../support/h3-sources.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

function recorded(text: string, version: string): Policy {
  const installed = /h3 (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(h3, { 'app.ts': text, 'package-lock.json': JSON.stringify({ packages: { 'node_modules/h3': { version: installed } } }) }, 'app.ts');
  expect([policies.length, gaps]).toEqual([1, []]);
  expect(policies[0]!.version).toBe(`h3 ${installed} (package-lock.json)`);
  return policies[0]!;
}

describe('answers like the recorded servers', () => {
  test.each([['h3 handleCors', 1120], ['h3-handwritten', 28], ['h3 routeRules', 56]])('%s', (framework, total) => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(rows, framework)) {
      const policy = recorded(h3Source(group[0]), group[0].version);
      for (const row of group) {
        const wrong = differences({ policy, inner: [] }, row);
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(held).toBe(total);
  });

  test('rules of Nitro 2', () => {
    let held = 0;
    for (const group of grouped(rows, 'nitro routeRules (h3 v1 equivalent)')) {
      const { policies } = read(h3, { 'nitro.config.ts': nitroConfigSource(group[0]), 'package.json': '{"dependencies":{"nitropack":"^2.9.0"}}' }, 'nitro.config.ts');
      expect(policies).toHaveLength(1);
      // The rules stand in front of handlers, and the status is theirs.
      for (const row of group) if (differences({ policy: policies[0]!, inner: [] }, row, { scenario: { status: row.response.status } }).length === 0) held++;
    }
    expect(held).toBe(28);
  });
});

const ONE = { 'package.json': '{"dependencies":{"h3":"^1.15.0"}}' };
const TWO = { 'package.json': '{"dependencies":{"h3":"^2.0.0"}}' };
const NITRO = { 'package.json': '{"devDependencies":{"nitropack":"^2.11.0"}}' };
const A = { origin: 'https://app.example.com' };
const EVIL = { origin: 'https://evil.test' };
const PREFLIGHT = { 'access-control-request-method': 'PUT' };

function only(text: string, others: Readonly<Record<string, string>> = ONE, file = 'app.ts'): Policy {
  const { policies } = read(h3, { ...others, [file]: text }, file);
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

function sent(policy: Policy, from: Readonly<Record<string, string>>, path = '/'): readonly (string | null | undefined)[] {
  const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path, headers: Object.entries(from) });
  return [...new Set(outcomes.map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text))];
}

function guarded(options: string, before = ''): string {
  return `import { createApp, eventHandler, handleCors } from 'h3';\n${before}export const app = createApp();\napp.use(eventHandler((event) => { if (handleCors(event, ${options})) return; }));\napp.use('/a', eventHandler(() => 'x'));\n`;
}

describe('options', () => {
  const LIST = "['https://app.example.com']";
  test.each([
    ['in a variable', guarded('options', `const options = { origin: ${LIST} };\n`)],
    ['with a spread', guarded('{ ...base, credentials: true }', `const base = { origin: ${LIST} };\n`)],
    ['of another file', guarded('cors', "import { cors } from './cors';\n")],
    ['typed', guarded('options as H3CorsOptions', `import type { H3CorsOptions } from 'h3';\nconst options = { origin: ${LIST} } satisfies H3CorsOptions;\n`)],
  ])('%s', (_how, text) => {
    const policy = only(text, { ...ONE, 'cors.ts': `export const cors = { origin: ${LIST} };\n` });
    expect([sent(policy, A), sent(policy, EVIL)]).toEqual([[A.origin], [undefined]]);
  });

  test('an environment variable stays open, and its default is known', () => {
    const policy = only(guarded("{ origin: process.env.ORIGIN || 'https://app.example.com' }"));
    expect(new Set(sent(policy, EVIL))).toEqual(new Set(['https://app.example.com', null]));
  });

  test.each(['import.meta.dev', 'import.meta.env.DEV', "process.env.NODE_ENV === 'development'"])('%s counts in development only', (flag) => {
    const policy = only(guarded(`{ origin: ${flag} ? '*' : ['https://app.example.com'] }`));
    expect([sent(policy, A), sent(policy, EVIL)]).toEqual([[A.origin], [undefined]]);
    const [outcome] = evaluate({ policy, inner: [] }, { method: 'GET', path: '/a', headers: Object.entries(EVIL) }, { environment: 'development' });
    expect(outcome!.response.headers.map(({ text }) => text)).toEqual(['*']);
  });

  test('from elsewhere are not guessed', () => {
    expect(sent(only(guarded('useRuntimeConfig().cors')), EVIL)).toEqual([null]);
  });
});

describe('version', () => {
  const text = `import { eventHandler, handleCors } from 'h3';\nexport default defineEventHandler((event) => { const done = handleCors(event, { origin: 'https://app.example.com' }); if (done !== false) return done; });\n`;
  test.each([
    ['{"dependencies":{"h3":"1.8.0"}}', 'h3 1.8.0 (package.json)', '*'],
    ['{"dependencies":{"h3":"^2.0.0"}}', 'h3 2.0.0 (package.json)', undefined],
    ['{"dependencies":{"nuxt":"^3.12.0"}}', 'h3 1 (nuxt 3.12.0, package.json)', '*'],
    ['{"dependencies":{"nitro":"^3.0.0"}}', 'h3 2 (nitro 3.0.0, package.json)', undefined],
    ['{}', 'h3 1 (no version found)', '*'],
  ])('%s', (manifest, version, withoutOrigin) => {
    const policy = only(text, { 'package.json': manifest }, 'server/middleware/cors.ts');
    expect([policy.version, sent(policy, {})]).toEqual([version, [withoutOrigin]]);
  });
});

describe('files that Nitro serves', () => {
  const handler = `export default defineEventHandler((event) => { setResponseHeader(event, 'Access-Control-Allow-Origin', '*'); return { ok: true }; });\n`;
  test.each([
    ['server/api/users/[id].get.ts', '/api/users/1', ['GET']],
    ['server/api/index.post.ts', '/api', ['POST']],
    ['server/routes/feed.ts', '/feed', null],
    ['server/routes/docs/[...slug].ts', '/docs/x', null],
    ['server/api/(admin)/things.delete.js', '/api/things', ['DELETE']],
    ['api/hello.ts', '/api/hello', null],
  ])('%s', (file, path, methods) => {
    const policy = only(handler, NITRO, file);
    expect(policy.probes).toMatchObject([{ path, methods }]);
    expect(policy.layer).toBe('route-handler');
    const method = methods?.[0] ?? 'GET';
    expect(answer(policy, method, path, A)).toEqual([200, { 'allow-origin': '*' }]);
    expect(answer(policy, method, '/elsewhere', A)[1]).toEqual({});
  });

  test('middleware sees all requests, and what becomes of them is not known', () => {
    const policy = only(`export default defineEventHandler((event) => {
  setResponseHeaders(event, { 'Access-Control-Allow-Origin': 'https://app.example.com', 'Access-Control-Allow-Methods': 'PUT' });
  if (event.method === 'OPTIONS') { event.node.res.statusCode = 204; return 'ok'; }
});\n`, NITRO, 'server/middleware/cors.ts');
    expect(answer(policy, 'OPTIONS', '/api/x', { ...A, ...PREFLIGHT })).toEqual([204, { 'allow-origin': 'https://app.example.com', 'allow-methods': 'PUT' }]);
    expect(policy.behind.options).toBeNull();
  });

  test('middleware that tells paths apart is asked about them', () => {
    const policy = only("export default defineEventHandler((event) => { if (!event.path.startsWith('/api/')) return; setHeader(event, 'Access-Control-Allow-Origin', '*'); });\n", NITRO, 'server/middleware/cors.ts');
    expect(policy.probes.map(({ path }) => path)).toEqual(['/', '/api/x']);
    expect([sent(policy, EVIL, '/api/x'), sent(policy, EVIL, '/page')]).toEqual([['*'], [undefined]]);
  });

  test('a plugin that hooks into every request', () => {
    const policy = only(`export default defineNitroPlugin((nitroApp) => {\n  nitroApp.hooks.hook('request', (event) => {\n    setHeader(event, 'Access-Control-Allow-Origin', getHeader(event, 'origin') || '*');\n  });\n});\n`, NITRO, 'server/plugins/cors.ts');
    expect(answer(policy, 'GET', '/', EVIL)).toEqual([200, { 'allow-origin': EVIL.origin }]);
  });

  test('a wrapper around handlers', () => {
    const policy = only(`import { withCors } from '../utils/with-cors';\nexport default withCors(async () => ({ ok: true }));\n`, {
      ...NITRO,
      'server/utils/with-cors.ts': `export const withCors = (handler) => defineEventHandler(async (event) => { if (handleCors(event, { origin: ['https://app.example.com'] })) return; return handler(event); });\n`,
    }, 'server/api/x.ts');
    expect([sent(policy, A, '/api/x'), sent(policy, EVIL, '/api/x')]).toEqual([[A.origin], [undefined]]);
  });

  test('a helper that takes the event', () => {
    const policy = only(`export function allowAll(event: H3Event) {\n  setResponseHeader(event, 'Access-Control-Allow-Origin', '*');\n}\n`, NITRO, 'server/utils/cors.ts');
    expect(sent(policy, EVIL)).toEqual(['*']);
  });
});

describe('what Nitro makes known by itself', () => {
  const cors = `const allowed = ['https://app.example.com'];\nexport function setCors(event) {\n  const origin = getRequestHeader(event, 'origin');\n  if (isKnown(origin)) setResponseHeader(event, 'Access-Control-Allow-Origin', origin);\n}\nexport const isKnown = (origin) => allowed.includes(origin);\n`;
  test.each([
    ['a function of server/utils', 'export default defineEventHandler((event) => { setCors(event); return {}; });\n'],
    ['a file by its alias', "import { setCors } from '~~/server/utils/cors';\nexport default defineEventHandler((event) => { setCors(event); return {}; });\n"],
    ['a file by the alias of the source folder', "import { setCors as open } from '@/utils/cors';\nexport default defineEventHandler((event) => { open(event); return {}; });\n"],
  ])('%s', (_what, text) => {
    const files = { ...NITRO, 'nitro.config.ts': "export default defineNitroConfig({ srcDir: 'server' });\n", 'server/utils/cors.ts': cors, 'server/routes/prices.ts': text };
    const { policies, covers } = read(h3, files, 'server/routes/prices.ts');
    expect(policies).toHaveLength(1);
    expect([sent(policies[0]!, A, '/prices'), sent(policies[0]!, EVIL, '/prices')]).toEqual([[A.origin], [undefined]]);
    expect(covers).toEqual(['server/utils/cors.ts']);
  });

  test('the runtime configuration: what is written, and the environment variable that replaces it', () => {
    const handler = "export default defineEventHandler((event) => { const { cors } = useRuntimeConfig(event); if (handleCors(event, { origin: cors.allowedOrigin.split(',') })) return; return {}; });\n";
    const config = "export default defineNuxtConfig({ runtimeConfig: { cors: { allowedOrigin: 'https://app.example.com' } } });\n";
    const policy = only(handler, { 'package.json': '{"dependencies":{"nuxt":"^3.12.0"}}', 'nuxt.config.ts': config }, 'server/api/prices.ts');
    const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/api/prices', headers: Object.entries(A) });
    const assumed = outcomes.flatMap((outcome) => [...outcome.assumed.values()]);
    expect(new Set(assumed.map(({ fact }) => fact.detail))).toEqual(new Set(['whether NUXT_CORS_ALLOWED_ORIGIN is set', 'the value of NUXT_CORS_ALLOWED_ORIGIN']));
    expect(new Set(sent(policy, A, '/api/prices'))).toEqual(new Set([A.origin, undefined]));
    expect(sent(only(handler, { ...NITRO, 'nitro.config.ts': 'export default defineNitroConfig({});\n' }, 'server/api/prices.ts'), A, '/api/prices')).toEqual([null]);
  });

  test('a name that no file exports stays unknown', () => {
    const policy = only("export default defineEventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', originFor(event)); return {}; });\n", NITRO, 'server/routes/prices.ts');
    expect(sent(policy, A, '/prices')).toEqual([null]);
  });
});

// Built and asked with nitropack 2.13.6.
describe('a Nitro project', () => {
  const plain = 'export default defineEventHandler(() => ({}));\n';
  const PROJECT = {
    ...NITRO,
    'nitro.config.ts': "export default defineNitroConfig({ srcDir: 'server', routeRules: { '/api/**': { cors: true } } });\n",
    'server/api/all.ts': plain,
    'server/api/items/[id].put.ts': plain,
    'server/routes/docs/[...slug].get.ts': plain,
  };
  const STARS = { 'allow-origin': '*', 'allow-methods': '*', 'allow-headers': '*', 'max-age': '0' };

  test('rules set headers, and what no file serves is refused', () => {
    const policy = only(PROJECT['nitro.config.ts'], PROJECT, 'nitro.config.ts');
    expect(answer(policy, 'OPTIONS', '/api/items/1', { ...A, ...PREFLIGHT })).toEqual([405, STARS]);
    expect(answer(policy, 'PUT', '/api/items/1', A)).toEqual([200, STARS]);
    expect(answer(policy, 'HEAD', '/docs/a', A)).toEqual([405, {}]);
    expect(answer(policy, 'GET', '/docs', A)[0]).toBe(404);
    expect(answer(policy, 'GET', '/api', A)).toEqual([404, STARS]);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/api/all', null], ['/api/items/1', ['PUT']], ['/docs/x', ['GET']]]);
  });

  const own = "export default defineEventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return {}; });\n";
  test('a file with a method leaves OPTIONS to others', () => {
    expect(answer(only(own, PROJECT, 'server/api/items/[id].put.ts'), 'OPTIONS', '/api/items/1', { ...A, ...PREFLIGHT })).toEqual([405, {}]);
    const beside = { ...PROJECT, 'server/api/items/[id].options.ts': plain };
    expect(evaluate({ policy: only(own, beside, 'server/api/items/[id].put.ts'), inner: [] }, { method: 'OPTIONS', path: '/api/items/1', headers: [] })[0]!.response.status).toBeNull();
  });

  test.each([
    ['other middleware', { 'server/middleware/log.ts': plain }],
    ['a plugin', { 'server/plugins/cors.ts': plain }],
    ['a catch-all', { 'server/routes/[...].ts': plain }],
    ['the renderer of Nuxt', { 'nuxt.config.ts': 'export default {};' }],
  ])('%s may answer', (_who, more) => {
    const policy = only(own, { ...PROJECT, ...more }, 'server/api/items/[id].put.ts');
    expect(evaluate({ policy, inner: [] }, { method: 'OPTIONS', path: '/api/items/1', headers: [] })[0]!.response.status).toBeNull();
  });
});

describe('rules in configurations', () => {
  test('of Nuxt, below nitro, in one environment only', () => {
    const policy = only(`export default defineNuxtConfig({
  routeRules: { '/api/**': { cors: true } },
  nitro: { routeRules: { '/feed': { headers: { 'Access-Control-Allow-Origin': 'https://app.example.com' } } } },
  $development: { routeRules: { '/dev': { cors: true } } },
});\n`, { 'package.json': '{"dependencies":{"nuxt":"^3.12.0"}}' }, 'nuxt.config.ts');
    expect([sent(policy, EVIL, '/api'), sent(policy, EVIL, '/api/x/y'), sent(policy, EVIL, '/feed'), sent(policy, EVIL, '/apix'), sent(policy, EVIL, '/dev')]).toEqual([['*'], ['*'], ['https://app.example.com'], [undefined], [undefined]]);
  });

  test.each([
    ['vite.config.ts', "import { defineConfig } from 'vite';\nimport { nitro } from 'nitro/vite';\nexport default defineConfig({ plugins: [nitro()], nitro: { routeRules: { '/api/**': { cors: true } } } });\n", ['*', 'access-control-expose-headers']],
    ['app.config.ts', "import { defineConfig } from '@solidjs/start/config';\nexport default defineConfig({ server: { routeRules: { '/api/**': { cors: true } } } });\n", ['*', 'access-control-allow-methods']],
  ])('in %s', (file, text, [origin, header]) => {
    const policy = only(text, { 'package.json': '{}' }, file);
    const [outcome] = evaluate({ policy, inner: [] }, { method: 'GET', path: '/api/x', headers: Object.entries(A) });
    expect(outcome!.response.headers.map(({ name }) => name)).toContain(header);
    expect(sent(policy, A, '/api/x')).toEqual([origin]);
  });

  test('options of Nitro 2 mean no more than true, and headers beside them win', () => {
    const policy = only(`export default defineNitroConfig({ routeRules: { '/a/**': { cors: { origin: ['https://app.example.com'] } }, '/a/b': { headers: { 'access-control-allow-origin': 'https://b.example' } } } });\n`, NITRO, 'nitro.config.ts');
    expect([sent(policy, EVIL, '/a/x'), sent(policy, EVIL, '/a/b')]).toEqual([['*'], ['https://b.example']]);
  });

  test('of Nitro 3 answer preflights by their options', () => {
    const policy = only(`import { defineConfig } from 'nitro';\nexport default defineConfig({ routeRules: { '/api/**': { cors: { origin: ['https://app.example.com'] } } } });\n`, { 'package.json': '{"dependencies":{"nitro":"^3.0.0"}}' }, 'nitro.config.ts');
    expect([sent(policy, A, '/api/x'), sent(policy, EVIL, '/api/x')]).toEqual([[A.origin], [undefined]]);
    expect(answer(policy, 'OPTIONS', '/api/x', { ...A, ...PREFLIGHT })[0]).toBe(204);
  });

  test('headers and rules from elsewhere are not guessed', () => {
    const policy = only(`import { headers } from 'elsewhere';\nexport default defineNitroConfig({ routeRules: { '/a': { headers: { ...headers } }, '/b': { cors: process.env.OPEN === 'yes' } } });\n`, NITRO, 'nitro.config.ts');
    expect([sent(policy, EVIL, '/a'), new Set(sent(policy, EVIL, '/b'))]).toEqual([[null], new Set(['*', undefined])]);
    const { policies, gaps } = read(h3, { ...NITRO, 'nitro.config.ts': "import { routeRules } from 'elsewhere';\nexport default defineNitroConfig({ routeRules });\n" }, 'nitro.config.ts');
    expect([policies.length, gaps.map(({ message }) => message)]).toEqual([0, ['These route rules depend on routeRules of "elsewhere".']]);
  });

  // As its middleware is written in nuxt-security 2.5.1.
  test.each([
    ["{ origin: '*', credentials: true }", '/x', EVIL, { 'allow-origin': '*', 'allow-credentials': 'true' }],
    ["{ origin: 'https://app.example.com' }", '/x', A, { 'allow-origin': A.origin, vary: 'origin' }],
    ["{ origin: 'https://app.example.com' }", '/x', EVIL, {}],
    ["{ origin: 'example\\\\.com', useRegExp: true }", '/x', { origin: 'https://evilexample.com.test' }, { 'allow-origin': 'https://evilexample.com.test', vary: 'origin' }],
    ["{ origin: '*' }", '/closed/x', EVIL, {}],
    ["{ origin: '*' }", '/own', A, { 'allow-origin': A.origin, vary: 'origin' }],
    ["{ origin: '*' }", '/own', EVIL, {}],
  ])('nuxt-security with %s answers %s for %o', (corsHandler, path, from, headers) => {
    const policy = only(`export default defineNuxtConfig({
  modules: ['@nuxt/ui', 'nuxt-security'],
  security: { corsHandler: ${corsHandler} },
  routeRules: { '/closed/**': { security: { corsHandler: false } }, '/own': { security: { corsHandler: { origin: ['https://app.example.com'] } } } },
});\n`, { 'package.json': '{"dependencies":{"nuxt":"^3.12.0"}}' }, 'nuxt.config.ts');
    expect(answer(policy, 'GET', path, from)[1]).toEqual(headers);
    if (path === '/x') expect(answer(policy, 'OPTIONS', path, { ...from, ...PREFLIGHT })[0]).toBe(204);
  });

  test.each([
    ['nuxt-security', "modules: ['nuxt-security'], security: { corsHandler: { origin: 'https://app.example.com' } }"],
    ['rules', "routeRules: { '/api/**': { cors: true } }"],
  ])('a configuration of Nuxt without a version is read as that of Nuxt 4, which has h3 1: %s', (_, settings) => {
    expect(only(`export default defineNuxtConfig({ ${settings} });\n`, {}, 'nuxt.config.ts').version).toBe('h3 1 (no version found)');
  });

  test('nuxt-security means nothing where the module is not there', () => {
    expect(read(h3, { ...NITRO, 'nuxt.config.ts': "export default defineNuxtConfig({ security: { corsHandler: { origin: '*' } } });\n" }, 'nuxt.config.ts').policies).toEqual([]);
  });

  test('h3 2 does not start with credentials for any origin', () => {
    const policy = only(`import { H3 } from 'h3';\nimport { routeRules } from 'h3/rules';\nexport const app = new H3().use(routeRules({ '/**': { cors: { credentials: true } } }));\n`, TWO);
    expect(answer(policy, 'GET', '/', A)[0]).toBe(0);
  });
});

// Each of these was run with the package itself (h3 1.15.11, 2.0.8).
describe('apps', () => {
  test('version 1 takes prefixes by their letters, and finds the narrowest route', () => {
    const policy = only(`import { createApp, createRouter, eventHandler, setHeader } from 'h3';
export const app = createApp();
app.use('/api', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); }));
const router = createRouter();
router.get('/users/:id', eventHandler(() => 'one'));
router.get('/users/me', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', 'https://app.example.com'); return 'me'; }));
router.use('/files/**', eventHandler(() => 'file'), ['get', 'put']);
app.use('/api', router);
`);
    expect(answer(policy, 'GET', '/apix', A)).toEqual([404, { 'allow-origin': '*' }]);
    expect(answer(policy, 'GET', '/api/users/7', A)).toEqual([200, { 'allow-origin': '*' }]);
    expect(answer(policy, 'GET', '/api/users/me', A)).toEqual([200, { 'allow-origin': 'https://app.example.com' }]);
    expect(answer(policy, 'HEAD', '/api/users/me', A)[0]).toBe(404);
    expect(answer(policy, 'PUT', '/api/files/a/b', A)[0]).toBe(200);
    expect(answer(policy, 'PUT', '/api/files', A)[0]).toBe(404);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/api/users/1', ['GET']], ['/api/users/me', ['GET']], ['/api/files/x', ['GET', 'PUT']], ['/api', null]]);
  });

  test('version 2 runs middleware first, serves HEAD by GET, and loses hand-set headers on errors', () => {
    const policy = only(`import { H3, HTTPError } from 'h3';
export const app = new H3();
app.get('/a', () => { throw new HTTPError({ status: 403 }); });
app.get('/b', () => 'b');
app.use('/api/**', (event) => { event.res.headers.set('Access-Control-Allow-Credentials', 'true'); });
app.use((event) => { event.res.headers.set('Access-Control-Allow-Origin', '*'); });
`, TWO);
    expect(answer(policy, 'GET', '/a', A)).toEqual([403, {}]);
    expect(answer(policy, 'HEAD', '/b', A)).toEqual([200, { 'allow-origin': '*' }]);
    expect(answer(policy, 'GET', '/missing', A)).toEqual([404, {}]);
  });

  test('a result of handleCors that is not returned answers nobody in version 2', () => {
    const policy = only(`import { H3, handleCors } from 'h3';\nexport const app = new H3();\napp.use((event) => { handleCors(event, { origin: '*' }); });\napp.put('/a', () => 'x');\n`, TWO);
    expect(answer(policy, 'OPTIONS', '/a', { ...A, ...PREFLIGHT })).toEqual([404, { 'allow-origin': '*', 'allow-methods': '*', vary: 'access-control-request-headers' }]);
  });

  test('one that is returned answers everybody', () => {
    const one = only(`import { createApp, eventHandler, handleCors } from 'h3';\nexport const app = createApp();\napp.use(eventHandler((event) => handleCors(event, { origin: '*' })));\n`);
    expect(answer(one, 'GET', '/anywhere', A)).toEqual([200, { 'allow-origin': '*' }]);
  });

  test('two calls of version 1 send two values', () => {
    const policy = only(guarded("{ origin: '*' }").replace("() => 'x'", "(event) => { handleCors(event, { origin: 'https://app.example.com' }); return 'x'; }"));
    const [outcome] = evaluate({ policy, inner: [] }, { method: 'GET', path: '/a', headers: Object.entries(A) });
    expect(outcome!.response.headers.filter(({ name }) => name === 'access-control-allow-origin').map(({ text }) => text)).toEqual(['*', 'https://app.example.com']);
  });

  test("the request's own origin in a list lets everybody in", () => {
    const policy = only(guarded("{ origin: [event.headers.get('origin')], credentials: true }"));
    expect(answer(policy, 'GET', '/a', EVIL)[1]).toEqual({ 'allow-origin': EVIL.origin, vary: 'origin', 'allow-credentials': 'true' });
    expect(answer(policy, 'GET', '/a')[1]).toEqual({ 'allow-origin': '*', 'allow-credentials': 'true' });
  });

  test('nobody awaits an origin function: its promise lets everybody in', () => {
    expect(sent(only(guarded('{ origin: async (origin) => allowed.includes(origin) }', "const allowed = ['https://app.example.com'];\n")), EVIL)).toEqual([EVIL.origin]);
  });

  test('npm cors as a node middleware', () => {
    const policy = only(`import cors from 'cors';\nimport { createApp, eventHandler, fromNodeMiddleware } from 'h3';\nexport const app = createApp();\napp.use(fromNodeMiddleware(cors({ origin: 'https://app.example.com' })));\napp.use('/a', eventHandler(() => 'x'));\n`);
    expect(answer(policy, 'GET', '/a', EVIL)).toEqual([200, { 'allow-origin': 'https://app.example.com', vary: 'Origin' }]);
  });

  test('a missing header stops version 1 and is sent as text by version 2', () => {
    const text = (make: string): string => `import { ${make}, getHeader, setHeader } from 'h3';\nexport const app = ${make === 'H3' ? 'new H3()' : 'createApp()'};\napp.use('/a', (event) => { setHeader(event, 'Access-Control-Allow-Origin', getHeader(event, 'origin')); return 'x'; });\n`;
    expect(answer(only(text('createApp')), 'GET', '/a')[0]).toBe(500);
    expect(answer(only(text('H3'), TWO), 'GET', '/a')).toEqual([200, { 'allow-origin': 'undefined' }]);
  });

  test('what a server behind answers is not known', () => {
    const policy = only("export default defineEventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return sendProxy(event, 'https://api.example'); });\n", NITRO, 'server/api/[...].ts');
    expect(answer(policy, 'OPTIONS', '/api/x', A)).toEqual([null, { 'allow-origin': '*' }]);
  });

  test('plugins, and ports', () => {
    const policy = only(`import { definePlugin, H3, handleCors, serve } from 'h3';\nconst open = definePlugin((h3) => { h3.use((event) => { const answer = handleCors(event, { origin: '*' }); if (answer !== false) return answer; }); });\nconst app = new H3();\napp.register(open());\napp.get('/a', () => 'x');\nserve(app, { port: 8080 });\n`, TWO);
    expect([sent(policy, EVIL), policy.listens]).toEqual([['*'], [8080]]);
    expect(only(`${guarded("{ origin: '*' }", "import { createServer } from 'node:http';\nimport { toNodeListener } from 'h3';\n")}createServer(toNodeListener(app)).listen(process.env.PORT || 3001);\n`).listens).toEqual([3001]);
  });

  test('a function that other files give the app', () => {
    const policy = only(`import { eventHandler, handleCors, type App } from 'h3';\nexport function setUp(app: App) {\n  app.use(eventHandler((event) => { if (handleCors(event, { origin: '*' })) return; }));\n}\n`);
    expect(sent(policy, EVIL)).toEqual(['*']);
  });
});

describe('silence', () => {
  test.each([
    ['a client of h3-js', 'app.ts', "import { latLngToCell } from 'h3-js';\nexport const cell = latLngToCell(1, 2, 3);\n"],
    ['a handler without headers', 'server/api/x.ts', 'export default defineEventHandler(() => ({ ok: true }));\n'],
    ['a client of an API', 'server/api/proxy.ts', "export default defineEventHandler(async () => $fetch('https://api.example', { headers: { 'Access-Control-Allow-Origin': '*' } }));\n"],
    ['a configuration without rules', 'nuxt.config.ts', "export default defineNuxtConfig({ modules: ['@nuxt/ui'], routeRules: { '/': { prerender: true } } });\n"],
    ['an unrelated cors', 'app.ts', "import { createApp, eventHandler } from 'h3';\nconst cors = { origin: '*' };\nexport const app = createApp();\napp.use(eventHandler(() => cors));\n"],
    ['a page', 'pages/index.ts', "const eventHandler = (event: Event) => { console.log(event); };\nexport default eventHandler;\n"],
  ])('%s', (_what, file, text) => {
    const { policies, gaps } = read(h3, { ...ONE, [file]: text }, file);
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('a broken file', () => {
    expect(readPrefixes(h3, `${guarded('{ origin: [/x$/], credentials: true }')}const = ;`, 'app.ts')).toBeGreaterThan(1);
  });
});
