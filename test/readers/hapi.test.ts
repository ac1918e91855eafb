import { describe, expect, test } from 'vitest';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import hapi from '../../src/readers/hapi/index.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hapiSource } from '../support/hapi-sources.js';
import { readPrefixes } from '../support/prefixes.js';
import { holdRecorded, recorded } from '../support/recorded.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

/** What the recorded handlers answered by themselves; without CORS there is no policy to say 404. */
function handlers({ request }: ObservedRow): Scenario {
  return { ...(request!.path === '/boom' ? { status: 500 } : {}), ...(request!.path === '/missing' ? { status: 404 } : {}) };
}

/** A server of which nothing is read. */
const SILENT: Policy = { reader: 'hapi', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options: 404 }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };

describe('recorded servers', () => {
  test('hapi 21: options of servers and routes, headers by hand', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(observed('javascript'), 'hapi')) {
      const [first] = group;
      const { policies, gaps } = read(hapi, { 'server.js': hapiSource(first), 'package.json': JSON.stringify({ dependencies: { '@hapi/hapi': '21.4.10' } }) }, 'server.js');
      expect(gaps).toEqual([]);
      expect(policies.length).toBeLessThan(2);
      for (const row of group) {
        const wrong = differences({ policy: policies[0] ?? SILENT, inner: [] }, row, { scenario: handlers(row) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect({ held, failures: failures.slice(0, 10) }).toEqual({ held: 504, failures: [] });
  });

  test('programs: settings over settings, routes, extensions', () => {
    expect(holdRecorded(recorded('hapi'), hapi, SILENT)).toEqual({ held: 230, failures: [] });
  });
});

const A = { origin: 'https://app.example.com' };
const EVIL = { origin: 'https://evil.test' };

/** Status and CORS headers in each possible world; null for a text that is not known. */
function answers(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>>): readonly (readonly [number | null, Readonly<Record<string, string | null>>])[] {
  return evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) }).map(({ response }) => [response.status, Object.fromEntries(response.headers.map(({ name, text }) => [name.replace('access-control-', ''), text]))]);
}

function only(files: Readonly<Record<string, string>>, file = Object.keys(files)[0]!): Policy {
  const { policies } = read(hapi, files, file);
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const ECHOED = { vary: 'origin', 'allow-origin': EVIL.origin, 'allow-credentials': 'true', 'expose-headers': 'WWW-Authenticate,Server-Authorization' };
const CORS = `cors: { origin: ['*'], credentials: true }`;

describe('what real code does', () => {
  test.each([
    ['server()', `import { server as createServer } from '@hapi/hapi';\nconst server = createServer({ port: 3000, routes: { ${CORS} } });\nserver.route({ method: 'GET', path: '/', handler: () => 1 });\n`],
    ['new Server()', `import * as Hapi from '@hapi/hapi';\nconst server: Hapi.Server = new Hapi.Server({ port: 3000, routes: { ${CORS} } });\nserver.route({ method: 'GET', path: '/', handler: () => 1 });\n`],
    ['the old name and connection()', `const Hapi = require('hapi');\nconst server = new Hapi.Server();\nserver.connection({ port: 3000, routes: { ${CORS} } });\nserver.route({ method: 'GET', path: '/', handler: function (request, reply) { reply('x'); } });\n`],
    ['a function that makes the server', `import Hapi from '@hapi/hapi';\nexport const createServer = async () => {\n  const server = Hapi.server({ port: process.env.PORT || 3000, host: 'localhost', routes: { ${CORS} } });\n  await server.register([plugin]);\n  return server;\n};\nconst plugin = { name: 'p', register: async (server: Hapi.Server) => { server.route({ method: 'GET', path: '/', handler: () => 1 }); } };\n`],
    ['a route of its own', `const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ port: 3000 });\nserver.route({ method: 'GET', path: '/', config: { ${CORS}, handler: () => 1 } });\n`],
    ['routes that others put on a server', `module.exports = [\n  { method: 'GET', path: '/', handler: () => 1, options: { auth: false, ${CORS} } },\n];\n`],
    ['a plugin that others register', `exports.plugin = {\n  name: 'api',\n  register: async function (server, options) {\n    server.route({ path: '/', method: 'GET', handler: () => 1, options: { ${CORS} } });\n  },\n};\n`],
    ['a class', `import { Server } from '@hapi/hapi';\nexport class App {\n  private server: Server;\n  constructor() {\n    this.server = new Server({ port: 3000, routes: { ${CORS} } });\n    this.server.route({ method: 'GET', path: '/', handler: () => 1 });\n  }\n}\n`],
  ])('%s', (_name, text) => {
    const policy = only({ 'src/server.ts': text });
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, ECHOED]]);
  });

  test('options, routes and plugins in other files', () => {
    const files = {
      'server.js': `const Hapi = require('@hapi/hapi');\nconst config = require('./config');\nconst server = Hapi.server({ port: 3001, routes: { cors: config.cors } });\nserver.route(require('./routes'));\nserver.register({ plugin: require('./plugins/api'), routes: { prefix: '/api' } });\n`,
      'config.js': `const base = { credentials: true };\nmodule.exports = { cors: { ...base, origin: ['${A.origin}'] } };\n`,
      'routes.js': `module.exports = [{ method: 'GET', path: '/', handler: () => 1 }];\n`,
      'plugins/api.js': `exports.plugin = { name: 'api', register: async (server) => { server.route({ method: 'POST', path: '/users', handler: (request) => request.payload }); } };\n`,
    };
    const policy = only(files);
    expect(answers(policy, 'GET', '/', A)[0]![1]['allow-origin']).toBe(A.origin);
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { vary: 'origin' }]]);
    expect(policy.probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])).toEqual([['/', ['GET', 'HEAD'], []], ['/api/users', ['POST'], ['content-type']]]);
    expect(policy.listens).toEqual([3001]);
  });

  test('an environment variable with a default', () => {
    const policy = only({ 'server.js': `const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ routes: { cors: { origin: process.env.ORIGINS ? process.env.ORIGINS.split(',') : ['*'], credentials: true } } });\nserver.route({ method: 'GET', path: '/', handler: () => 1 });\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, ECHOED]);
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, { vary: 'origin' }]);
  });

  test('CORS in development only', () => {
    const policy = only({ 'server.js': `const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ routes: { cors: process.env.NODE_ENV === 'development' } });\nserver.route({ method: 'GET', path: '/', handler: () => 1 });\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, {}]]);
    expect(evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(EVIL) }, { environment: 'development' })[0]!.response.headers.map(({ name }) => name)).toContain('access-control-allow-origin');
  });

  test('options that are not in view are never guessed', () => {
    const { policies } = read(hapi, { 'server.js': `const Hapi = require('@hapi/hapi');\nconst { cors } = require('company-config');\nconst server = Hapi.server({ routes: { cors } });\nserver.route({ method: 'GET', path: '/', handler: () => 1 });\n` }, 'server.js');
    expect(answers(policies[0]!, 'GET', '/', EVIL).length).toBeGreaterThan(1);
  });

  test('a CORS plugin that is not in view is a gap', () => {
    const { gaps } = read(hapi, { 'server.js': `const Hapi = require('@hapi/hapi');\nconst server = Hapi.server();\nserver.register({ plugin: require('hapi-cors'), options: { origins: ['*'] } });\n` }, 'server.js');
    expect(gaps.map(({ message }) => message)).toEqual(['This CORS plugin depends on the import of "hapi-cors".']);
  });

  test('a reply of hapi 16', () => {
    const policy = only({ 'server.js': `const Hapi = require('hapi');\nconst server = new Hapi.Server();\nserver.connection({ port: 1 });\nserver.route({ method: 'GET', path: '/', handler: (request, reply) => reply({}).header('Access-Control-Allow-Origin', request.headers.origin).vary('Origin') });\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin, vary: 'Origin' }]]);
  });

  test('who answers OPTIONS is not known in a file that is given the server', () => {
    const policy = only({ 'routes.js': `exports.plugin = { name: 'x', register: (server) => {\n  server.route({ method: 'PUT', path: '/x', handler: (request, h) => h.response(1).header('Access-Control-Allow-Origin', '*') });\n  server.route({ method: 'PUT', path: '/y', options: { cors: { origin: ['${A.origin}'] } }, handler: () => 1 });\n} };\n` });
    const preflight = { ...A, 'access-control-request-method': 'PUT' };
    expect(answers(policy, 'PUT', '/x', A)).toEqual([[200, { 'allow-origin': '*' }]]);
    expect(answers(policy, 'OPTIONS', '/x', preflight)).toEqual([[null, {}]]);
    expect(answers(policy, 'OPTIONS', '/y', preflight)[0]![1]['allow-origin']).toBe(A.origin);
  });

  test.each([
    ['a server without CORS', `const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ port: 3000 });\nserver.route({ method: 'GET', path: '/cors', handler: () => fetch('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }) });\n`],
    ['another table of paths', `export const menu = [{ path: '/', handler: 'x', cors: true }];\n`],
    ['routes with CORS off', `module.exports = [{ method: 'GET', path: '/', handler: () => 1, options: { cors: false } }];\n`],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(hapi, { 'a.js': text }, 'a.js');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    const text = `const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ routes: { cors: { origin: ['*.example.com', process.env.O], headers: [] } } });\nserver.ext('onPreResponse', (request, h) => { if (request.response.isBoom) return h.continue; request.response.header('vary', 'x'); return h.continue; });\nserver.route([{ method: '*', path: '/{p*}', options: { cors: true }, handler: (r, h) => h.response().code(204) }]);\n`;
    expect(readPrefixes(hapi, text, 'server.js')).toBeGreaterThan(20);
  });
});
