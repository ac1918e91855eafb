import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import express from '../../src/readers/express/index.js';
import type { Change, Declined } from '../../src/readers/reader.js';
import { applyEdits } from '../../src/text/edit.js';
import type { Span } from '../../src/text/span.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { read } from '../support/estree.js';
import { expressCorsSource, expressHandWrittenSource } from '../support/express-sources.js';

const rows = observed('javascript');

/** The policy of each recorded configuration, read from source text that spells it. */
function groups(framework: string): Map<string, ObservedRow[]> {
  const found = new Map<string, ObservedRow[]>();
  for (const row of rows.filter((candidate) => candidate.framework === framework)) {
    const key = JSON.stringify([row.version, row.options, row.wiring]);
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

function policyOf(text: string, version: string): Policy {
  const major = /express (\d+\.\d+\.\d+)/.exec(version)![1]!;
  const { policies, gaps } = read(express, { 'app.js': text, 'package.json': JSON.stringify({ dependencies: { express: major, cors: '2.8.6' } }) }, 'app.js');
  expect(gaps).toEqual([]);
  return policies[0] ?? expect.fail(`no policy in\n${text}`);
}

/** A `/g` pattern remembers where it stopped: rows whose answer comes from an earlier request. */
function answeredFromMemory(group: readonly ObservedRow[]): Set<ObservedRow> {
  const { origin } = group[0]!.options as { origin?: { $regex?: string; flags?: string } };
  if (origin?.$regex === undefined || !/[gy]/.test(origin.flags ?? '')) return new Set();
  const stateful = new RegExp(origin.$regex, origin.flags);
  return new Set(group.filter((row) => {
    const text = row.request!.headers.find(([name]) => name === 'origin')?.[1] ?? 'undefined';
    return stateful.test(text) !== new RegExp(origin.$regex!).test(text);
  }));
}

describe.each([['express+cors', expressCorsSource, 2128, 10], ['express-handwritten', expressHandWrittenSource, 504, 0]] as const)('%s', (framework, sourceOf, total, outsideMemory) => {
  test('answers like the recorded servers', () => {
    let held = 0;
    const failures: string[] = [];
    const left: ObservedRow[] = [];
    for (const group of groups(framework).values()) {
      const [first] = group;
      const policy = policyOf(sourceOf(first!), first!.version);
      const fromMemory = answeredFromMemory(group);
      for (const row of group) {
        if (fromMemory.has(row)) {
          left.push(row);
          continue;
        }
        const wrong = differences({ policy, inner: [] }, row);
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect([held, left.length]).toEqual([total - outsideMemory, outsideMemory]);
  });
});

const APP = `const express = require('express');\nconst cors = require('cors');\nconst app = express();\n`;

/** Status and CORS headers of an answer that needs no assumption. */
function answer(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>> = {}): [number | null, Record<string, string | null>] {
  const outcomes = evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) });
  expect(outcomes.map(({ assumed }) => [...assumed.keys()])).toEqual([[]]);
  const { response } = outcomes[0]!;
  return [response.status, Object.fromEntries(response.headers.map(({ name, text }) => [name.replace('access-control-', ''), text]))];
}

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(express, { ...others, 'app.js': text }, 'app.js');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

function fixture(name: string): Policy {
  const text = readFileSync(new URL(`../../fixtures/readers/express/${name}`, import.meta.url), 'utf8');
  const { policies, gaps } = read(express, { [name]: text }, name);
  expect([policies.length, gaps]).toEqual([1, []]);
  return policies[0]!;
}

const A = { origin: 'https://app.example.com' };
const EVIL = { origin: 'https://evil.test' };

describe('fixtures', () => {
  test('an allowlist in a callback', () => {
    const policy = fixture('allowlist-callback.js');
    expect(answer(policy, 'GET', '/', A)).toEqual([200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]);
    expect(answer(policy, 'GET', '/', EVIL)).toEqual([500, {}]);
    expect(answer(policy, 'POST', '/items/7', EVIL)[0]).toBe(500);
    expect(answer(policy, 'GET', '/nowhere', A)[0]).toBe(404);
    expect(policy.listens).toEqual([5000]);
    expect(policy.probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])).toEqual([
      ['/', ['GET', 'HEAD'], []],
      ['/items/1', ['POST'], ['content-type', 'authorization']],
    ]);
  });

  test('a class with its options in a field', () => {
    const policy = fixture('class-with-config.ts');
    const shop = { origin: 'https://shop.example.com' };
    expect(answer(policy, 'GET', '/status', shop)[1]).toEqual({ 'allow-origin': shop.origin, vary: 'Origin', 'allow-credentials': 'true' });
    expect(answer(policy, 'OPTIONS', '/status', EVIL)).toEqual([204, { vary: 'Access-Control-Request-Headers', 'allow-credentials': 'true', 'allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE', 'max-age': '600' }]);
  });

  test('reflection in development is none in production', () => {
    const policy = fixture('development-only.ts');
    expect(answer(policy, 'GET', '/data', EVIL)).toEqual([200, { vary: 'Origin' }]);
    const development = evaluate({ policy, inner: [] }, { method: 'GET', path: '/data', headers: Object.entries(EVIL) }, { environment: 'development' });
    expect(development[0]!.response.headers.map(({ text }) => text)).toEqual([EVIL.origin, 'Origin', 'true']);
  });

  test('a middleware that other files use', () => {
    const policy = fixture('exported-middleware.js');
    const a = { origin: 'https://a.example' };
    expect(answer(policy, 'GET', '/', a)[1]).toEqual({ 'allow-origin': a.origin });
    expect(answer(policy, 'OPTIONS', '/', a)).toEqual([204, { 'allow-origin': a.origin }]);
    expect(answer(policy, 'OPTIONS', '/', EVIL)).toEqual([204, {}]);
  });

  test('what unknown code decides stays open', () => {
    const policy = fixture('unknown-origins.js');
    const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/data', headers: Object.entries(EVIL) });
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]!.response.headers.map(({ name, text, fact }) => [name, text, fact?.detail])).toEqual([
      ['access-control-allow-origin', null, 'the call of isTrusted'],
      ['vary', null, 'the call of isTrusted'],
    ]);
  });
});

describe('routing', () => {
  test('a mounted router answers OPTIONS of its own routes; others go on', () => {
    const policy = only(`${APP}const router = express.Router();\nrouter.get('/list', cors(), (req, res) => res.json([]));\napp.use('/api', router);\napp.use(cors({ origin: 'https://app.example.com' }));\n`);
    expect(answer(policy, 'OPTIONS', '/api/list', A)).toEqual([200, {}]);
    expect(answer(policy, 'OPTIONS', '/api/other', A)[0]).toBe(204);
    expect(answer(policy, 'GET', '/API/list/', A)).toEqual([200, { 'allow-origin': '*' }]);
    expect(answer(policy, 'GET', '/apix/list', A)).toEqual([404, { 'allow-origin': 'https://app.example.com', vary: 'Origin' }]);
  });

  test('routes of a chain', () => {
    const policy = only(`${APP}app.route('/a').all(cors()).get((req, res) => res.end()).post((req, res) => res.end());\n`);
    expect(answer(policy, 'OPTIONS', '/a', A)[0]).toBe(204);
    expect(policy.probes).toMatchObject([{ path: '/a', methods: null }]);
  });

  test.each([
    ['4.18.2', "'*'", 204],
    ['5.1.0', "'/{*all}'", 204],
    ['5.1.0', "'*'", 0],
    ['5.1.0', "'/(.*)'", 0],
  ])('Express %s, path %s: status %i', (version, path, status) => {
    const policy = only(`${APP}app.options(${path}, cors());\n`, { 'package.json': JSON.stringify({ dependencies: { express: `^${version}` } }) });
    expect(answer(policy, 'OPTIONS', '/any/where', A)[0]).toBe(status);
    expect(policy.version).toBe(`express ${version} (package.json), cors 2.8 (no version found)`);
  });

  test('the lock file knows better than the range', () => {
    const policy = only(`${APP}app.use(cors());\n`, { 'package.json': '{"dependencies":{"cors":"^2.8.0"}}', 'package-lock.json': '{"packages":{"node_modules/cors":{"version":"2.8.5"}}}' });
    expect(policy.version).toContain('cors 2.8.5 (package-lock.json)');
  });

  test('a log-in in front that is not in view leaves preflights open', () => {
    const policy = only(`${APP}const auth = require('my-auth');\napp.use(auth());\napp.use(cors());\napp.get('/', (req, res) => res.end());\n`);
    const outcomes = evaluate({ policy, inner: [] }, { method: 'OPTIONS', path: '/', headers: Object.entries(A) });
    expect(outcomes.map(({ response }) => response.status).sort()).toEqual([204, 401]);
  });

  test('a visible log-in in front refuses preflights', () => {
    const policy = only(`${APP}app.use((req, res, next) => { if (!req.headers.authorization) return res.sendStatus(401); next(); });\napp.use(cors());\napp.get('/', (req, res) => res.end());\n`);
    expect(answer(policy, 'OPTIONS', '/', A)).toEqual([401, {}]);
    expect(answer(policy, 'GET', '/', { ...A, authorization: 'x' })[0]).toBe(200);
    expect(policy.probes[0]!.requestHeaders).toEqual(['authorization']);
  });
});

describe('other files', () => {
  const files = {
    'src/index.ts': `import express from 'express';\nimport { setUp } from './set-up.js';\nconst app = express();\nsetUp(app);\napp.use('/api', require('./routes'));\napp.listen(3000);\n`,
    'src/set-up.ts': `import type { Express } from 'express';\nimport cors from 'cors';\nimport { origins } from './config';\nexport function setUp(app: Express) { app.use(cors({ origin: origins })); }\n`,
    'src/config/index.ts': `export const origins = ['https://app.example.com'];\n`,
    'src/routes.js': `const { Router } = require('express');\nconst router = Router();\nrouter.put('/thing', (req, res) => res.json(req.body));\nmodule.exports = router;\n`,
  };

  test('are followed, and said to be read', () => {
    const { policies, covers } = read(express, files, 'src/index.ts');
    expect(policies).toHaveLength(1);
    expect(answer(policies[0]!, 'PUT', '/api/thing', A)[1]).toEqual({ 'allow-origin': A.origin, vary: 'Origin' });
    expect(answer(policies[0]!, 'PUT', '/api/thing', EVIL)[1]).toEqual({ vary: 'Origin' });
    expect(covers).toEqual(['src/set-up.ts']);
  });

  test('alone, a function that is given the app is read as if it got one', () => {
    const { policies } = read(express, files, 'src/set-up.ts');
    expect(answer(policies[0]!, 'GET', '/', A)[1]).toEqual({ 'allow-origin': A.origin, vary: 'Origin' });
  });

  test('a CORS middleware that is not in view is a gap', () => {
    const { policies, gaps } = read(express, { 'app.js': `const express = require('express');\nconst app = express();\napp.use(require('./middleware/cors'));\n` }, 'app.js');
    expect(gaps).toMatchObject([{ reason: 'import-not-resolved' }]);
    expect(policies[0]!.steps[0]!.effects[0]!.value).toMatchObject({ v: 'unknown' });
  });
});

describe('a function that makes routers', () => {
  const ROUTERS = `${APP}function make(origin) { const router = express.Router(); router.use(cors({ origin })); router.get('/x', require('./handler')); return router; }\n`;

  test('which of them is mounted where may not be clear', () => {
    const { policies, gaps } = read(express, { 'app.js': `${ROUTERS}const a = make('https://app.example.com');\nconst b = make('*');\napp.use('/a', a);\napp.use('/b', b);\n` }, 'app.js');
    expect(policies.flatMap(({ steps }) => steps.flatMap(({ effects }) => effects))).toEqual([]);
    expect(gaps.map(({ message }) => message)).toContain('This router is made more than once, each time with another CORS: which of them is mounted here could not be followed.');
  });

  test('those that are alike need no telling apart', () => {
    const policy = only(`${ROUTERS}const [a, b] = ['/a', '/b'].map(() => make('*'));\napp.use('/a', a);\napp.use('/b', b);\n`);
    expect(['/a/x', '/b/x'].map((path) => answer(policy, 'GET', path, EVIL)[1]['allow-origin'])).toEqual(['*', '*']);
  });

  test('an app that is made more than once is as many', () => {
    const { policies } = read(express, { 'app.js': `const express = require('express');\nconst cors = require('cors');\nfunction make(origin) { const app = express(); app.use(cors({ origin })); return app; }\nmake('*').listen(1);\nmake('https://app.example.com').listen(2);\nmake('*').listen(3);\n` }, 'app.js');
    expect(policies.map((policy) => answer(policy, 'GET', '/', EVIL)[1]['allow-origin'])).toEqual(['*', 'https://app.example.com', '*']);
  });
});

test('credentials in a form that npm cors ignores are noted', () => {
  const text = `${APP}app.use(cors({ origin: 'https://app.example.com', credentials: 'true' }));\n`;
  const { notes } = only(text);
  expect(notes.map(({ id, at }) => [id, text.slice(at.start, at.end)])).toEqual([['credentials-ignored', "'true'"]]);
});

describe('edits', () => {
  function edit(text: string, what: string, change: (at: Span) => Change): string | Declined {
    const { unit, policies } = read(express, { 'app.js': text }, 'app.js');
    const start = text.indexOf(what);
    const edits = express.write(unit, policies[0]!, change({ file: 'app.js', start, end: start + what.length }));
    return 'declined' in edits ? edits : applyEdits(text, edits);
  }
  const header = "res.header('Access-Control-Allow-Origin', req.headers.origin)";

  test.each<[string, string, string, (at: Span) => Change, string]>([
    ['adds Vary after the statement', `${APP}app.use((req, res, next) => {\n\t${header};\n\tnext();\n});`.replaceAll('\n', '\r\n'), header, (at) => ({ kind: 'add-vary', at }), `${APP}app.use((req, res, next) => {\n\t${header};\n\tres.vary('Origin');\n\tnext();\n});`.replaceAll('\n', '\r\n')],
    ['adds Vary before a statement that sends', `app.get('/', (req, res) => {\n  ${header}.json({});\n});\n`, header, (at) => ({ kind: 'add-vary', at }), `app.get('/', (req, res) => {\n  res.vary('Origin');\n  ${header}.json({});\n});\n`],
    ['adds Vary before the choice, for refused origins too', `app.use((req, res, next) => {\n  if (list.includes(req.headers.origin)) {\n    ${header};\n  }\n  next();\n});`, header, (at) => ({ kind: 'add-vary', at }), `app.use((req, res, next) => {\n  res.vary('Origin');\n  if (list.includes(req.headers.origin)) {\n    ${header};\n  }\n  next();\n});`],
    ['replaces a pattern', `${APP}app.use(cors({ origin: /example.com/ }));`, '/example.com/', (at) => ({ kind: 'replace-pattern', at, source: '^https://example\\.com$' }), `${APP}app.use(cors({ origin: /^https:\\/\\/example\\.com$/ }));`],
    ['replaces a text', `${APP}app.use(cors({ origin: 'https://a.example/' }));`, "'https://a.example/'", (at) => ({ kind: 'replace-text', at, text: 'https://a.example' }), `${APP}app.use(cors({ origin: 'https://a.example' }));`],
    ['removes an entry', `${APP}app.use(cors({ origin: ['null', 'https://a.example'] }));`, "'null'", (at) => ({ kind: 'remove-entry', at }), `${APP}app.use(cors({ origin: ['https://a.example'] }));`],
    ['removes the last entry', `${APP}app.use(cors({ origin: ['https://a.example', 'null'] }));`, "'null'", (at) => ({ kind: 'remove-entry', at }), `${APP}app.use(cors({ origin: ['https://a.example'] }));`],
    ['drops an option', `${APP}app.use(cors({ origin: '*', credentials: true }));`, 'credentials: true', (at) => ({ kind: 'remove-header', at }), `${APP}app.use(cors({ origin: '*' }));`],
    ['drops a statement', `app.use((q, res, n) => {\n  res.set('Access-Control-Allow-Credentials', 'true');\n  n();\n});`, "res.set('Access-Control-Allow-Credentials', 'true')", (at) => ({ kind: 'remove-header', at }), 'app.use((q, res, n) => {\n  n();\n});'],
  ])('%s', (_name, text, what, change, expected) => {
    expect(edit(text.startsWith('const') ? text : APP + text, what, change)).toBe(expected.startsWith('const') ? expected : APP + expected);
  });

  test.each<[string, string, string, (at: Span) => Change]>([
    ['a comment beside the entry', `${APP}app.use(cors({ origin: ['null', /* why */ 'https://a.example'] }));`, "'null'", (at) => ({ kind: 'remove-entry', at })],
    ['a name that is not there yet', `${APP}app.use((req, response, next) => { if (req.headers.origin) { const res = response; ${header}; } next(); });`, header, (at) => ({ kind: 'add-vary', at })],
    ['an arrow without a block', `${APP}app.get('/', (req, res) => ${header}.end());`, header, (at) => ({ kind: 'add-vary', at })],
    ['a change that Express cannot spell', `${APP}app.use(cors());`, 'cors()', (at) => ({ kind: 'answer-options', at, path: '/' })],
  ])('declines %s', (_name, text, what, change) => {
    expect(edit(text, what, change)).toHaveProperty('declined');
  });
});

/** Checks on the request's origin `o` as they are written in the wild; what each lets in is what JavaScript says. */
describe('predicates', () => {
  const declarations = `const list = ['https://app.example.com', 'http://localhost:3000']; const text = 'https://app.example.com,https://b.example.com'; const map = { 'https://app.example.com': true }; const set = new Set(list);`;
  const candidates = [undefined, 'null', 'https://app.example.com', 'https://b.example.com', 'https://app.example.co', 'http://app.example.com', 'https://app.example.com:8443', 'https://app.example.com.evil.test', 'https://evilexample.com', 'https://appXexample.com', 'http://localhost:3000', 'http://localhost:30001'];

  test.each([
    'list.includes(o)',
    'list.indexOf(o) !== -1',
    'list.indexOf(o) > -1',
    'list.indexOf(o) >= 0',
    '~list.indexOf(o)',
    '!list.indexOf(o)',
    'list.indexOf(o)',
    'set.has(o)',
    'list.some((x) => x === o)',
    'list.find((x) => x === o)',
    'list.filter((x) => x === o).length > 0 || list.every((x) => o !== x) === false',
    'list.some((x) => o && o.startsWith(x))',
    'list.some((x) => !!o && o.includes(x))',
    'o in map',
    'map[o]',
    "o === 'https://app.example.com' || o === 'null'",
    '!o || list.includes(o)',
    'o && text.includes(o)',
    'o && text.indexOf(o) !== -1',
    "o && text.split(',').includes(o)",
    "o && o.includes('example.com')",
    "o && o.indexOf('example.com') !== -1",
    "o && o.endsWith('example.com')",
    "o?.endsWith('.example.com')",
    "o && o.startsWith('http://localhost:')",
    '/^https:\\/\\/[a-z]+\\.example\\.com$/.test(o)',
    '/example.com/i.test(o)',
    'o && o.match(/example\\.com$/)',
    'o && o.match(/example\\.com$/) !== null',
    'o && o.search(/example/) >= 0',
    "new RegExp('^https://(app|b)\\\\.example\\\\.com$').test(o)",
    "o && o !== 'null' && new URL(o).hostname.endsWith('.example.com')",
    "o && o !== 'null' && new URL(o).host === 'app.example.com'",
    "o && o !== 'null' && ['app.example.com'].includes(new URL(o).hostname)",
    "o && o !== 'null' && new URL(o).origin === list[0]",
    "o && o.toLowerCase() === 'https://app.example.com'",
    "o && list.includes(o.replace(/\\/$/, ''))",
    "(() => { switch (o) { case 'https://app.example.com': return true; default: return false; } })()",
    "(() => { for (const x of list) { if (x === o) return true; } return false; })()",
    "(() => { for (let i = 0; i < list.length; i++) { if (list[i] === o) return true; } return false; })()",
    "(() => { let ok = false; list.forEach((x) => { if (x === o) ok = true; }); return ok; })()",
    "(() => { try { return new URL(o).hostname === 'app.example.com'; } catch { return false; } })()",
  ])('%s', (predicate) => {
    const real = new Function('o', `${declarations} return ${predicate};`) as (o: string | undefined) => unknown;
    const policy = only(`${APP}${declarations}\napp.use(cors({ origin: (o, cb) => { if (${predicate}) cb(null, true); else cb(null, false); } }));\napp.get('/', (req, res) => res.end());\n`);
    for (const origin of candidates) {
      const [, headers] = answer(policy, 'GET', '/', origin === undefined ? {} : { origin });
      expect([origin, 'vary' in headers]).toEqual([origin, Boolean(real(origin))]);
    }
  });

  test.each([
    ["const allowed = process.env.ALLOWED; app.use(cors({ origin: (o, cb) => cb(null, allowed.includes(o)) }));", 'a piece of a text that is not known'],
    ["const { ok } = require('./elsewhere'); app.use(cors({ origin: (o, cb) => { if (ok(o)) cb(null, true); else cb(null, false); } }));", 'a function that is not in view'],
    ["app.use(cors({ origin: (o, cb) => db.find(o, (error, row) => cb(error, row !== null)) }));", 'a database'],
  ])('what is not known stays open: %s', (body) => {
    const policy = only(`${APP}${body}\n`);
    const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(EVIL) });
    const sent = outcomes.map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin'));
    expect(outcomes.length > 1 || sent[0]?.text === null).toBe(true);
  });
});

test.each([
  ["import { corsMiddleware } from './missing.js';", 'corsMiddleware', 'corsMiddleware of "./missing.js"'],
  ["import { corsMiddleware as shared } from './missing.js';", 'shared', 'corsMiddleware of "./missing.js"'],
  ["import { CorsPolicy } from '@acme/http';", 'CorsPolicy', 'CorsPolicy of "@acme/http"'],
  ["import { logged } from './missing.js';", 'logged', undefined],
])('what %s says of CORS is out of view', (line, name, what) => {
  const { gaps } = read(express, { 'app.js': `import express from 'express';\n${line}\nconst app = express();\napp.use(${name});\napp.get('/', (req, res) => res.json({}));\n` }, 'app.js');
  expect(gaps.map(({ message }) => message)).toEqual(what === undefined ? [] : [`This CORS middleware depends on ${what}.`]);
});
