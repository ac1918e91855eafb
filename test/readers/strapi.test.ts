import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import strapi from '../../src/readers/strapi/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';
import { strapiSource } from '../support/strapi-sources.js';

const FILE = 'config/middlewares.ts';

function policyOf(text: string, others: Readonly<Record<string, string>> = {}, file = FILE): Policy {
  const { policies, gaps } = read(strapi, { ...others, [file]: text }, file);
  expect([policies.length, gaps]).toEqual([1, []]);
  return policies[0]!;
}

test('answers like the recorded servers', () => {
  const { held, failures } = hold(
    grouped(observed('javascript'), 'strapi::cors'),
    (first) => {
      const installed = /@strapi\/core (\d+\.\d+\.\d+)/.exec(first.version)![1]!;
      const policy = policyOf(strapiSource(first), { 'package-lock.json': JSON.stringify({ packages: { 'node_modules/@strapi/strapi': { version: installed } } }) });
      expect(policy.version).toBe(`Strapi ${installed} (package-lock.json)`);
      return () => policy;
    },
    // What stood behind: a route, nothing, and a route that throws.
    ({ request, response }) => (request!.path === '/boom' ? { uncaught: true } : { status: response.status }),
  );
  expect(failures).toEqual([]);
  expect(held).toBe(336);
});

const list = (config: string): string => `export default [\n  'strapi::errors',\n  { name: 'strapi::cors', config: ${config} },\n  'strapi::router',\n];\n`;
const LIST = `{ origin: ['https://app.example.com'], credentials: true }`;

/** What a page of the origin is told by GET. */
function told(policy: Policy, origin: string): readonly (string | null)[] {
  return answers(policy, 'GET', '/', { origin }).map(([, headers]) => ('allow-origin' in headers ? headers['allow-origin']! : 'none')).sort();
}

/** Asked of the middleware of each version, on @koa/cors as it asks for. */
describe('versions', () => {
  const [app, evil] = [A.origin, EVIL.origin];

  test.each<[version: string, config: string, app: string, evil: string]>([
    ['5.54.0', `{ origin: ['*'] }`, app, evil],
    ['5.19.0', `{ origin: ['*'] }`, 'none', 'none'],
    ['4.25.0', `{ origin: ['*'] }`, 'none', 'none'],
    ['4.15.5', `{ origin: ['*'] }`, app, evil],
    ['5.54.0', `{ origin: '${A.origin}' }`, app, 'none'],
    ['5.19.0', `{ origin: '${A.origin}' }`, app, app],
    ['4.25.0', `{ origin: '${A.origin}' }`, app, app],
    ['5.19.0', `{ origin: '${A.origin}, https://b.example' }`, app, 'none'],
    ['4.25.0', `{ origin: '${A.origin}, https://b.example' }`, `${A.origin}, https://b.example`, `${A.origin}, https://b.example`],
    ['5.54.0', `{ origin: undefined }`, app, evil],
    ['5.54.0', `{ origin: '*', credentials: false }`, app, evil],
    ['5.19.0', `{ origin: '*', credentials: false }`, '*', '*'],
    ['4.15.5', `{ origin: '*', credentials: false }`, '*', '*'],
    ['4.1.0', `{ origin: '*' }`, '*', '*'],
    ['4.25.0', `{ origin: true }`, 'true', 'true'],
    ['4.25.0', `{ origin: undefined }`, 'none', 'none'],
    ['4.10.0', `{ origin: undefined }`, app, evil],
    ['5.54.0', `{ origin: (ctx) => (ctx.get('Origin').endsWith('.example.com') ? ctx.get('Origin') : '') }`, app, 'none'],
  ])('Strapi %s, %s', (version, config, forApp, forEvil) => {
    const policy = policyOf(list(config), { 'package.json': JSON.stringify({ dependencies: { '@strapi/strapi': version } }) });
    expect([told(policy, app), told(policy, evil)]).toEqual([[forApp], [forEvil]]);
  });

  test.each([['4.15.5', `['${A.origin}']`], ['5.19.0', 'undefined'], ['5.54.0', '/example/'], ['5.54.0', 'true']])('Strapi %s throws for %s', (version, origin) => {
    const policy = policyOf(list(`{ origin: ${origin} }`), { 'package.json': JSON.stringify({ dependencies: { '@strapi/strapi': version } }) });
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[500, { vary: 'Origin' }]]);
  });

  test('until 4.14, defaults fill short lists', () => {
    const [filled, plain] = ['4.10.0', '5.54.0'].map((version) => policyOf(list(`{ origin: ['${A.origin}'], headers: ['X-A', 'X-B'], maxAge: undefined }`), { 'package.json': JSON.stringify({ dependencies: { '@strapi/strapi': version } }) }));
    const preflight = (policy: Policy): unknown => answers(policy, 'OPTIONS', '/', { ...A, 'access-control-request-method': 'PUT' })[0]![1];
    expect(preflight(filled!)).toMatchObject({ 'allow-headers': 'X-A,X-B,Origin,Accept', 'max-age': '31536000' });
    expect(preflight(plain!)).not.toHaveProperty('max-age');
  });

  test('ctx.throw in an origin function answers with its status', () => {
    const policy = policyOf(list(`{ origin: (ctx) => { if (ctx.get('Origin') !== '${A.origin}') return ctx.throw(403); return '${A.origin}'; } }`));
    expect([A, EVIL].map((from) => answers(policy, 'GET', '/', from)[0]![0])).toEqual([200, 403]);
  });

  test('a bare name opens to any origin, with credentials', () => {
    const policy = policyOf(`module.exports = ['strapi::logger', 'strapi::cors'];\n`, {}, 'config/middlewares.js');
    expect(answers(policy, 'GET', '/', EVIL)[0]![1]).toEqual({ 'allow-origin': EVIL.origin, 'allow-credentials': 'true', vary: 'Origin' });
    expect(policy).toMatchObject({ version: 'Strapi 5 (no version found)', survivesUncaught: false, listens: [1337] });
  });

  test('version 3 has settings', () => {
    const third = (cors: string): string => `module.exports = ({ env }) => ({ settings: { cors: ${cors} } });\n`;
    const policy = policyOf(third(`{ enabled: true, origin: ['${A.origin}'] }`), {}, 'config/middleware.js');
    expect(told(policy, A.origin)).toEqual([A.origin]);
    expect(answers(policy, 'GET', '/', EVIL)[0]![0]).toBe(500);
    expect(policy.version).toBe('Strapi 3.6 (no version found)');
    expect(read(strapi, { 'config/middleware.js': third(`{ enabled: false, origin: ['*'] }`) }, 'config/middleware.js').policies).toEqual([]);
    expect(read(strapi, { 'src/middleware.js': third(`{ origin: ['*'] }`) }, 'src/middleware.js').policies).toEqual([]);
  });
});

describe('environments', () => {
  const own = { 'config/env/production/middlewares.ts': list(LIST) };

  test('the file of an environment replaces the common one there', () => {
    const common = policyOf(`export default ['strapi::cors'];\n`, own);
    const environment = (policy: Policy, name: 'production' | 'development'): boolean[] => evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(A) }, { environment: name }).map(({ response }) => response.headers.length > 0);
    expect([environment(common, 'production'), environment(common, 'development')]).toEqual([[false], [true]]);
    const production = policyOf(own['config/env/production/middlewares.ts'], {}, 'config/env/production/middlewares.ts');
    expect([environment(production, 'production'), environment(production, 'development')]).toEqual([[true], [false]]);
    expect(told(production, EVIL.origin)).toEqual(['none']);
  });

  test('one for development says nothing about production', () => {
    const policy = policyOf(list(LIST), { 'config/env/development/middlewares.js': `module.exports = ['strapi::cors'];` });
    expect(told(policy, A.origin)).toEqual([A.origin]);
  });

  test.each([
    [`env('CORS_ORIGIN', '*')`, [EVIL.origin, EVIL.origin, 'none']],
    [`env.array('CORS_ORIGINS')`, [EVIL.origin, EVIL.origin, 'none']],
    [`env.array('CORS_ORIGINS', ['${A.origin}'])`, [EVIL.origin, 'none', 'none']],
    [`[env('FRONTEND_URL', '${A.origin}'), 'https://b.example']`, [EVIL.origin, 'none', 'none']],
  ])('%s', (origin, expected) => {
    const policy = policyOf(`export default ({ env }) => [\n  'strapi::errors',\n  { name: 'strapi::cors', config: { origin: ${origin} } },\n];\n`);
    expect(told(policy, EVIL.origin)).toEqual([...expected].sort());
  });

  test('the port of the server', () => {
    expect(policyOf(list(LIST), { 'config/server.ts': `export default ({ env }) => ({ host: env('HOST', '0.0.0.0'), port: env.int('PORT', 1338) });` }).listens).toEqual([1338]);
  });
});

test('options of another file are followed, and those that are not in view stay open', () => {
  const policy = policyOf(`import cors from './cors';\nexport default ['strapi::errors', { name: 'strapi::cors', config: { ...cors, maxAge: 60 } }];\n`, { 'config/cors.ts': `export default ${LIST};\n` });
  expect([told(policy, A.origin), told(policy, EVIL.origin), policy.survivesUncaught]).toEqual([[A.origin], ['none'], true]);
  const { policies, gaps } = read(strapi, { [FILE]: `import { cors } from 'elsewhere';\nexport default [{ name: 'strapi::cors', config: cors }];\n` }, FILE);
  expect(gaps).toMatchObject([{ reason: 'import-not-resolved' }]);
  expect(told(policies[0]!, EVIL.origin)).toContain(null);
});

test.each([
  ['a list without it', `export default ['strapi::errors', 'strapi::security'];\n// 'strapi::cors'\n`],
  ['a comment', `// 'strapi::cors' lets everybody in\nexport default [];\n`],
  ['documentation in a text', `export const help = "add 'strapi::cors' to config/middlewares";\n`],
])('silence: %s', (_name, text) => {
  expect(read(strapi, { [FILE]: text }, FILE)).toMatchObject({ policies: [], gaps: [] });
});

test('every prefix of a file can be read', () => {
  expect(readPrefixes(strapi, `export default ({ env }) => [\n  'strapi::errors',\n  { name: 'strapi::cors', config: { origin: env.array('X', ['*']), credentials: env.bool('Y') } },\n];\n`, FILE)).toBeGreaterThan(3);
});

test.each([
  [`export default ['strapi::cors'];\n`, `'strapi::cors'`, `export default [{ name: 'strapi::cors', config: { credentials: false } }];\n`],
  [`export default [{ name: 'strapi::cors' }];\n`, `name: 'strapi::cors'`, `export default [{ name: 'strapi::cors', config: { credentials: false } }];\n`],
  [`export default [\n  {\n    name: 'strapi::cors',\n    config: {\n      origin: '*',\n    },\n  },\n];\n`, `name: 'strapi::cors'`, `export default [\n  {\n    name: 'strapi::cors',\n    config: {\n      origin: '*',\n      credentials: false,\n    },\n  },\n];\n`],
  [`export default [{ name: 'strapi::cors', config: { origin: '*', credentials: true } }];\n`, `credentials: true`, `export default [{ name: 'strapi::cors', config: { origin: '*' } }];\n`],
])('credentials are turned off: %s', (text, what, expected) => {
  const { unit, policies } = read(strapi, { [FILE]: text }, FILE);
  const start = text.indexOf(what);
  const edits = strapi.write(unit, policies[0]!, { kind: 'remove-header', at: { file: FILE, start, end: start + what.length } });
  expect('declined' in edits ? edits : applyEdits(text, edits)).toBe(expected);
});
