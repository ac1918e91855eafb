import { describe, expect, test } from 'vitest';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import fastify from '../../src/readers/fastify/index.js';
import { read } from '../support/estree.js';
import { fastifySource } from '../support/fastify-sources.js';
import { grouped } from '../support/grouped.js';
import { readPrefixes } from '../support/prefixes.js';
import { holdRecorded, recorded } from '../support/recorded.js';
import { differences, observed, type ObservedRow } from '../support/observed.js';

/** What the recorded handlers answered by themselves. */
function handlers({ request }: ObservedRow): Scenario {
  return request!.path === '/boom' ? { status: 500 } : {};
}

function manifest(version: string): string {
  const [, cors, product] = /@fastify\/cors (\S+) on fastify (\S+)/.exec(version)!;
  return JSON.stringify({ dependencies: { '@fastify/cors': cors, fastify: product } });
}

/** An app of which nothing is read. */
const SILENT: Policy = { reader: 'fastify', title: '', layer: 'app-middleware', at: { file: '', start: 0, end: 0 }, steps: [], behind: { options: 404 }, probes: [], survivesUncaught: true, listens: [], evidence: { handWritten: false, canAddVary: false, readsCookies: 'no', noStore: false }, notes: [] };

describe('recorded servers', () => {
  test('@fastify/cors 11 and 8, and hand-written hooks', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(observed('javascript'), '@fastify/cors')) {
      const [first] = group;
      const { policies, gaps } = read(fastify, { 'app.js': fastifySource(first), 'package.json': manifest(first.version) }, 'app.js');
      expect(gaps).toEqual([]);
      expect(policies).toHaveLength(1);
      for (const row of group) {
        const wrong = differences({ policy: policies[0]!, inner: [] }, row, { scenario: handlers(row) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${row.wiring} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect({ held, failures: failures.slice(0, 10) }).toEqual({ held: 2184, failures: [] });
  });

  test('programs: plugins, hooks, routes and what ends the start', () => {
    expect(holdRecorded(recorded('fastify'), fastify, SILENT)).toEqual({ held: 1542, failures: [] });
  });
});

const A = { origin: 'https://app.example.com' };
const EVIL = { origin: 'https://evil.test' };

/** Status and CORS headers in each possible world; null for a text that is not known. */
function answers(policy: Policy, method: string, path: string, headers: Readonly<Record<string, string>>): readonly (readonly [number | null, Readonly<Record<string, string | null>>])[] {
  return evaluate({ policy, inner: [] }, { method, path, headers: Object.entries(headers) }).map(({ response }) => [response.status, Object.fromEntries(response.headers.map(({ name, text }) => [name.replace('access-control-', ''), text]))]);
}

function only(files: Readonly<Record<string, string>>, file = Object.keys(files)[0]!): Policy {
  const { policies } = read(fastify, files, file);
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const ECHOED = { 'allow-origin': EVIL.origin, vary: 'Origin', 'allow-credentials': 'true' };

describe('a hook that a file only hands out', () => {
  const MANIFEST = JSON.stringify({ dependencies: { fastify: '^5.2.0' } });

  // As Fastify 5 answers where it is added for `onRequest`.
  test('works on every request', () => {
    const policy = only({ 'allow.js': "module.exports = async (request, reply) => {\n  reply.header('Access-Control-Allow-Origin', request.headers.origin);\n  reply.header('Access-Control-Allow-Credentials', 'true');\n};\n", 'package.json': MANIFEST });
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin, 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'OPTIONS', '/', { ...EVIL, 'access-control-request-method': 'PUT' })).toEqual([[null, { 'allow-origin': EVIL.origin, 'allow-credentials': 'true' }]]);
  });

  test('answers preflights, with a callback and made by a function', () => {
    const hook = "(request, reply, done) => {\n  reply.header('Access-Control-Allow-Origin', 'https://app.example.com').header('Vary', 'Origin');\n  if (request.method === 'OPTIONS') return reply.code(204).send();\n  done();\n}";
    for (const text of [`exports.cors = ${hook};\n`, `module.exports = () => ${hook};\n`]) {
      const policy = only({ 'allow.js': text, 'package.json': MANIFEST });
      expect(answers(policy, 'OPTIONS', '/', { ...A, 'access-control-request-method': 'PUT' })).toEqual([[204, { 'allow-origin': A.origin, vary: 'Origin' }]]);
    }
  });

  test('is none of Fastify where nothing says that Fastify is there', () => {
    const text = "module.exports = async (request, reply) => {\n  reply.header('Access-Control-Allow-Origin', '*');\n};\n";
    expect(read(fastify, { 'allow.js': text, 'package.json': '{}' }, 'allow.js').policies).toEqual([]);
    expect(read(fastify, { 'allow.js': text, 'package.json': MANIFEST }, 'allow.js').policies).toHaveLength(1);
  });

  // At which path a handler answers is not in view.
  test.each(['return [];', 'return await find();', 'reply.send([]);', 'return reply.code(200).send([]);', 'await reply.redirect(\'/\');'])('is no handler, which ends with %s', (answer) => {
    const text = `exports.list = async (request, reply) => {\n  reply.header('Access-Control-Allow-Origin', '*');\n  if (request.method === 'OPTIONS') return reply.code(204).send();\n  ${answer}\n};\n`;
    expect(read(fastify, { 'orders.js': text, 'package.json': MANIFEST }, 'orders.js').policies).toEqual([]);
    expect(read(fastify, { 'orders.js': text.replace(answer, ''), 'package.json': MANIFEST }, 'orders.js').policies).toHaveLength(1);
  });

  test('is one hook where an application in the same file adds it', () => {
    const { policies } = read(fastify, { 'app.js': "const app = require('fastify')();\nconst allow = async (request, reply) => {\n  reply.header('Access-Control-Allow-Origin', '*');\n};\napp.addHook('onRequest', allow);\nmodule.exports = { app, allow };\n", 'package.json': MANIFEST }, 'app.js');
    expect(policies.map(({ at }) => at.start)).toEqual([12]);
  });
});

describe('what real code does', () => {
  test.each([
    ['require in the call', `const fastify = require('fastify')({ logger: true });\nfastify.register(require('@fastify/cors'), { origin: true, credentials: true });\n`],
    ['the old name', `const fastify = require('fastify')();\nfastify.register(require('fastify-cors'), { origin: true, credentials: true });\n`],
    ['a namespace', `import * as fastifyCors from '@fastify/cors';\nimport * as Fastify from 'fastify';\nconst app = Fastify.fastify();\napp.register(fastifyCors, { origin: true, credentials: true });\n`],
    ['a named export', `import { fastifyCors } from '@fastify/cors';\nimport { fastify } from 'fastify';\nconst app = fastify();\napp.register(fastifyCors, { origin: true, credentials: true });\n`],
    ['import()', `import fastify from 'fastify';\nconst app = fastify();\nawait app.register(import('@fastify/cors'), { origin: true, credentials: true });\n`],
    ['a chain', `import fastify from 'fastify';\nimport helmet from '@fastify/helmet';\nimport cors, { type FastifyCorsOptions } from '@fastify/cors';\nconst options: FastifyCorsOptions = { origin: true, credentials: true };\nfastify().withTypeProvider<Z>().register(helmet).register(cors as any, options);\n`],
    ['a function that builds the app', `import Fastify, { type FastifyInstance } from 'fastify';\nimport cors from '@fastify/cors';\nexport async function build(opts = {}): Promise<FastifyInstance> {\n  const server = Fastify(opts);\n  await server.register(cors, { origin: true, credentials: true });\n  return server;\n}\n`],
    ['a class', `import Fastify, { FastifyInstance } from 'fastify';\nimport cors from '@fastify/cors';\nexport class Server {\n  private readonly app: FastifyInstance = Fastify();\n  constructor() {\n    this.setUp();\n  }\n  private setUp() {\n    this.app.register(cors, { origin: true, credentials: true });\n  }\n}\n`],
    ['a plugin of fastify-cli', `'use strict';\nconst fp = require('fastify-plugin');\nconst cors = require('@fastify/cors');\nmodule.exports = fp(async function (fastify, opts) {\n  fastify.register(cors, { origin: true, credentials: true });\n});\n`],
    ['a typed plugin', `import cors from '@fastify/cors';\nimport type { FastifyPluginAsync } from 'fastify';\nimport fp from 'fastify-plugin';\nconst plugin: FastifyPluginAsync = async (fastify) => {\n  await fastify.register(cors, { origin: true, credentials: true });\n};\nexport default fp(plugin, { name: 'cors' });\n`],
    ['a plugin with a callback', `module.exports = function (fastify, opts, done) {\n  fastify.register(require('@fastify/cors'), { origin: true, credentials: true });\n  done();\n};\n`],
    ['a helper', `import cors from '@fastify/cors';\nimport type { FastifyInstance } from 'fastify';\nexport async function registerPlugins(app: FastifyInstance) {\n  await app.register(cors, { origin: true, credentials: true });\n}\n`],
    ['a callback that lets all in', `import fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = fastify();\napp.register(cors, {\n  credentials: true,\n  origin: (origin, cb) => {\n    const hostname = new URL(origin ?? '').hostname;\n    if (hostname === 'localhost') {\n      cb(null, true);\n      return;\n    }\n    cb(null, true);\n  },\n});\n`],
    ['Nest on Fastify', `import { NestFactory } from '@nestjs/core';\nimport { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';\nimport fastifyCors from '@fastify/cors';\nasync function bootstrap() {\n  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());\n  await app.register(fastifyCors as any, { origin: true, credentials: true });\n  await app.listen(3000, '0.0.0.0');\n}\nbootstrap();\n`],
  ])('%s', (_name, text) => {
    const policy = only({ 'src/app.ts': text });
    for (const [, headers] of answers(policy, 'GET', '/', EVIL)) expect(headers).toEqual(ECHOED);
  });

  test('options and allowlist in other files', () => {
    const policy = only({
      'src/app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nimport { corsOptions } from './config/cors';\nimport routes from './routes';\nconst app = Fastify();\napp.register(cors, corsOptions);\napp.register(routes, { prefix: '/api' });\napp.listen({ port: Number(process.env.PORT) || 8080 });\n`,
      'src/config/cors.ts': `import { allowed } from './allowed';\nconst base = { credentials: true };\nexport const corsOptions = { ...base, origin: allowed };\n`,
      'src/config/allowed.ts': `export const allowed = ['https://app.example.com'];\n`,
      'src/routes.ts': `export default async function routes(fastify) {\n  fastify.get('/users/:id', async (request) => request.headers.authorization);\n  fastify.post('/users', async (request) => request.body);\n}\n`,
    });
    expect(answers(policy, 'GET', '/api/users/1', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'GET', '/api/users/1', EVIL)).toEqual([[200, { vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(policy.probes.map(({ path, methods, requestHeaders }) => [path, methods, requestHeaders])).toEqual([['/api/users/1', ['GET', 'HEAD'], ['authorization']], ['/api/users', ['POST'], ['content-type']]]);
    expect(policy.listens).toEqual([8080]);
  });

  test('files of plugins are read with the app that registers them', () => {
    const files = {
      'app.ts': `import Fastify from 'fastify';\nimport corsPlugin from './plugins/cors';\nconst app = Fastify();\napp.register(corsPlugin);\napp.get('/x', async () => 1);\n`,
      'plugins/cors.ts': `import fp from 'fastify-plugin';\nimport cors from '@fastify/cors';\nexport default fp(async (fastify) => { await fastify.register(cors, { origin: true, credentials: true }); });\n`,
    };
    expect(answers(only(files), 'GET', '/x', EVIL)).toEqual([[200, ECHOED]]);
    expect(read(fastify, files, 'app.ts').covers).toEqual(['plugins/cors.ts']);
    expect(answers(only(files, 'plugins/cors.ts'), 'GET', '/x', EVIL)).toEqual([[200, ECHOED]]);
  });

  test('a plugin without fastify-plugin keeps CORS to itself', () => {
    const policy = only({ 'app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\nconst withCors = async (child) => { await child.register(cors, { origin: '${A.origin}' }); };\napp.register(withCors);\napp.get('/x', async () => 1);\n` });
    expect(answers(policy, 'GET', '/x', A)).toEqual([[200, {}]]);
    expect(answers(policy, 'OPTIONS', '/x', { ...A, 'access-control-request-method': 'GET' })[0]![0]).toBe(204);
  });

  test('an environment variable with a default', () => {
    const policy = only({ 'app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\napp.register(cors, { origin: process.env.ORIGIN || '*', credentials: true });\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, { 'allow-origin': '*', 'allow-credentials': 'true' }]);
  });

  test('a variable that is not set fails every request', () => {
    const policy = only({ 'app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\napp.register(cors, { origin: process.env.ORIGIN });\n` });
    expect(answers(policy, 'GET', '/', A)).toContainEqual([500, { vary: 'Origin' }]);
  });

  test('only in development', () => {
    const policy = only({ 'app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\nif (process.env.NODE_ENV !== 'production') app.register(cors, { origin: true });\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, {}]]);
    expect(evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: Object.entries(EVIL) }, { environment: 'development' })[0]!.response.headers.map(({ text }) => text)).toEqual(['Origin', EVIL.origin]);
  });

  test('options that are not in view are never guessed', () => {
    const policy = only({ 'app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nimport { corsOptions } from 'company-config';\nconst app = Fastify();\napp.register(cors, corsOptions);\n` });
    for (const [, headers] of answers(policy, 'GET', '/', EVIL)) expect(headers['allow-origin'] ?? null).toBeNull();
  });

  test('a CORS plugin that is not in view is a gap', () => {
    const { policies, gaps } = read(fastify, { 'app.ts': `import Fastify from 'fastify';\nimport companyCors from 'company-cors';\nconst app = Fastify();\napp.register(companyCors);\napp.get('/x', async () => 1);\n` }, 'app.ts');
    expect([policies.length, gaps.map(({ message }) => message)]).toEqual([0, ['This CORS plugin depends on the import of "company-cors".']]);
  });

  test('what a text sends as its payload is not seen by hooks of objects', () => {
    const policy = only({ 'app.ts': `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\napp.register(cors, { origin: '*', hook: 'preSerialization' });\napp.get('/x', load);\n` });
    expect(answers(policy, 'GET', '/x', A)).toEqual([[200, { 'allow-origin': '*' }], [200, {}]]);
  });

  test('npm cors through @fastify/middie', () => {
    const policy = only({ 'app.js': `const app = require('fastify')();\nawait app.register(require('@fastify/middie'));\napp.use(require('cors')({ origin: true, credentials: true }));\napp.get('/x', async () => 1);\n` });
    expect(answers(policy, 'GET', '/x', EVIL)).toEqual([[200, ECHOED]]);
    expect(answers(policy, 'OPTIONS', '/x', EVIL)[0]![0]).toBe(204);
  });

  test('a log-in that is not in view may refuse; the preflight is answered before it', () => {
    const policy = only({ 'app.js': `const app = require('fastify')();\napp.register(require('@fastify/cors'), { origin: '${A.origin}' });\napp.register(require('@fastify/jwt'), { secret: 'x' });\napp.addHook('onRequest', app.authenticate);\napp.get('/x', async () => 1);\n` });
    expect(answers(policy, 'OPTIONS', '/x', { ...A, 'access-control-request-method': 'GET' }).map(([status]) => status)).toEqual([204]);
    expect(answers(policy, 'GET', '/x', A).map(([status]) => status).sort()).toEqual([200, 401]);
  });

  test.each([
    ['a Fastify app without CORS', `import Fastify from 'fastify';\nconst app = Fastify();\napp.get('/cors', async () => fetch('https://x.example', { mode: 'cors', headers: { 'Access-Control-Allow-Origin': '*' } }));\n`],
    ["a client's variable", `import { FastifyInstance } from 'fastify';\nconst cors = { origin: '*' };\nexport const settings = { cors };\n`],
    ['a test of the answer', `import { build } from './app';\nimport type { FastifyInstance } from 'fastify';\ntest('cors', async () => {\n  const app: FastifyInstance = await build();\n  const response = await app.inject({ method: 'GET', url: '/' });\n  expect(response.headers['access-control-allow-origin']).toBe('*');\n});\n`],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(fastify, { 'a.ts': text }, 'a.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('who answers OPTIONS is not known in a file that is given the app', () => {
    const policy = only({ 'routes.js': `module.exports = async function (fastify) {\n  fastify.put('/x', async (request, reply) => { reply.header('Access-Control-Allow-Origin', '*'); return 1; });\n};\n` });
    expect(answers(policy, 'PUT', '/x', A)).toEqual([[200, { 'allow-origin': '*' }]]);
    expect(answers(policy, 'OPTIONS', '/x', A)).toEqual([[null, {}]]);
    expect(answers(policy, 'GET', '/other', A)).toEqual([[200, {}]]);
  });

  test('Vary is not written over', () => {
    const text = (vary: string): string => `const app = require('fastify')();\napp.addHook('onRequest', async (request, reply) => {${vary}\n  reply.header('Access-Control-Allow-Origin', request.headers.origin);\n});\napp.get('/x', async () => 1);\n`;
    const edit = (source: string): unknown => {
      const { unit, policies } = read(fastify, { 'app.js': source }, 'app.js');
      return fastify.write(unit, policies[0]!, { kind: 'add-vary', at: policies[0]!.steps.flatMap(({ effects }) => effects).find(({ header }) => header === 'access-control-allow-origin')!.at });
    };
    expect(edit(text(''))).toMatchObject([{ text: expect.stringContaining("reply.header('Vary', 'Origin');") as unknown }]);
    expect(edit(text(" reply.header('Vary', 'Accept');"))).toEqual({ declined: 'other code sets Vary' });
  });

  test('every prefix reads', () => {
    const text = `import Fastify from 'fastify';\nimport cors from '@fastify/cors';\nconst app = Fastify();\napp.register(cors, { origin: [/example\\.com$/], delegator: (req, cb) => cb(null, { origin: req.headers.origin }) });\napp.addHook('onSend', (q, r, p, done) => { r.raw.setHeader('Vary', 'x'); done(null, p); });\napp.register(async (f) => { f.get('/a/:id(^\\\\d+)', { config: { cors: false } }, () => 1); }, { prefix: '/v1' });\n`;
    expect(readPrefixes(fastify, text, 'app.ts')).toBeGreaterThan(20);
  });
});
