import { describe, expect, test } from 'vitest';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import sails from '../../src/readers/sails/index.js';
import type { Environment } from '../../src/values/fact.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { readPrefixes } from '../support/prefixes.js';
import { holdRecorded, recorded } from '../support/recorded.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';
import { sailsSources } from '../support/sails-sources.js';

/** What the recorded app answered by itself. */
function actions({ request }: ObservedRow): Scenario {
  const { method, path } = request!;
  if (method === 'OPTIONS') return {};
  return { status: path === '/missing' ? 404 : path === '/boom' ? 500 : 200 };
}

/** An app of which nothing is read: CORS is off. */
const SILENT: Policy = { reader: 'sails', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options: 200 }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };

describe('recorded servers', () => {
  test('Sails 1: settings of all routes and of one', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(observed('javascript'), 'sails')) {
      const [first] = group;
      const { policies, gaps } = read(sails, sailsSources(first), 'config/security.js');
      expect(gaps).toEqual([]);
      expect(policies.length).toBeLessThan(2);
      for (const row of group) {
        const wrong = differences({ policy: policies[0] ?? SILENT, inner: [] }, row, { scenario: actions(row) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect({ held, failures: failures.slice(0, 10) }).toEqual({ held: 196, failures: [] });
  });

  test('programs of versions 1 and 0.12: routes, refusals, old names', () => {
    expect(holdRecorded(recorded('sails'), sails, SILENT)).toEqual({ held: 221, failures: [] });
  });
});

const A = { origin: 'https://app.example.com' };
const EVIL = { origin: 'https://evil.test' };

/** Status and CORS headers in each possible world; null for a text that is not known. */
function answers(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>>, environment: Environment = 'production'): readonly (readonly [number | null, Readonly<Record<string, string | null>>])[] {
  return evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) }, { environment }).map(({ response }) => [response.status, Object.fromEntries(response.headers.map(({ name, text }) => [name.replace('access-control-', ''), text]))]);
}

function only(files: Readonly<Record<string, string>>, file = Object.keys(files)[0]!): Policy {
  const { policies } = read(sails, files, file);
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const OPEN = `module.exports.security = {\n  csrf: false,\n  cors: { allRoutes: true, allowOrigins: '*' },\n};\n`;

describe('what real code does', () => {
  test('files of environments lie over the rest', () => {
    const files = { 'api/config/security.js': OPEN, 'api/config/env/production.js': `module.exports = {\n  security: { cors: { allowOrigins: ['${A.origin}'], allowCredentials: true } },\n};\n` };
    const policy = only(files);
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, {}]]);
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'GET', '/', EVIL, 'development')).toEqual([[200, { 'allow-origin': '*' }]]);
    expect(read(sails, files, 'api/config/security.js').covers).toEqual(['api/config/env/production.js']);
    expect(answers(only(files, 'api/config/env/production.js'), 'GET', '/', EVIL)).toEqual([[200, {}]]);
  });

  test('settings of one environment only', () => {
    const policy = only({ 'config/env/production.js': `module.exports = {\n  security: { cors: { allRoutes: true, allowOrigins: ['${A.origin}'] } },\n};\n` });
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin' }]]);
    expect(answers(policy, 'GET', '/', A, 'development')).toEqual([[200, {}]]);
  });

  test('routes of another file, with a list of its own', () => {
    const files = {
      'config/security.js': `module.exports.security = { cors: { allRoutes: false } };\n`,
      'config/routes.js': `const origins = require('../lib/origins');\nmodule.exports.routes = {\n  'GET /api/v1/me': 'UserController.me',\n  'POST /api/v1/login': { controller: 'user', action: 'login', cors: { allowOrigins: origins, allowCredentials: true } },\n};\n`,
      'lib/origins.js': `module.exports = ['${A.origin}'];\n`,
    };
    const policy = only(files);
    expect(answers(policy, 'POST', '/api/v1/login', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'GET', '/api/v1/me', A)).toEqual([[200, {}]]);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/api/v1/login', ['POST']], ['/', null]]);
    expect(read(sails, files, 'config/security.js').covers).toEqual(['config/routes.js']);
  });

  test('an environment variable with a default', () => {
    const policy = only({ 'config/security.js': `module.exports.security = { cors: { allRoutes: true, allowOrigins: process.env.ORIGINS ? process.env.ORIGINS.split(',') : '*' } };\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, { 'allow-origin': '*' }]);
  });

  test('settings that are not in view are never guessed', () => {
    const policy = only({ 'config/security.js': `module.exports.security = { cors: { allRoutes: true, allowOrigins: require('company-config').origins } };\n` });
    expect(answers(policy, 'GET', '/', EVIL).map(([, headers]) => headers['allow-origin'] ?? 'none').sort()).toEqual([EVIL.origin, 'none']);
  });

  test.each([
    ['a file elsewhere', { 'src/security.js': OPEN }],
    ['settings without CORS', { 'config/security.js': `// cors: see routes\nmodule.exports.security = { csrf: true };\n` }],
    ['the defaults, written out', { 'config/security.js': `module.exports.security = {\n  cors: { allRoutes: false, allowOrigins: '*', allowCredentials: false },\n};\n` }],
    ['options of another product', { 'config/cors.js': `const cors = require('cors');\nmodule.exports = cors({ origin: '*' });\n` }],
    ['a Laravel-like list', { 'config/cors.js': `export default { allowOrigins: ['*'] };\n` }],
  ])('%s is no policy', (_name, files) => {
    const { policies, gaps } = read(sails, files, Object.keys(files)[0]!);
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    expect(readPrefixes(sails, `${OPEN}module.exports.cors = { origin: [/x/, 'a,b'], credentials: process.env.X === '1' };\n`, 'config/security.js')).toBeGreaterThan(20);
  });
});
