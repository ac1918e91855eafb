import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import express from '../../src/readers/express/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { apolloExpressSource, feathersExpressSource, polkaSource } from '../support/on-express-sources.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');
/** What stood behind answered as it was recorded; OPTIONS is what the policies themselves say. */
const asRecorded = ({ request, response }: ObservedRow): Scenario => (request!.method === 'OPTIONS' ? {} : { status: response.status });

function unset(options: unknown): boolean {
  return typeof options === 'object' && options !== null && '$none' in options;
}

describe('frameworks on Express answer like the recorded servers', () => {
  test.each([
    ['polka+cors', polkaSource, 112],
    ['@feathersjs/express cors', feathersExpressSource, 56],
    ['@apollo/server + express', apolloExpressSource, 28],
  ])('%s', (framework, sourceOf, total) => {
    const found = hold(grouped(rows.filter(({ options }) => !unset(options)), framework), (first) => {
      const { policies, gaps } = read(express, { 'app.js': sourceOf(first), 'package.json': '{ "dependencies": { "cors": "2.8.6" } }' }, 'app.js');
      expect(gaps).toEqual([]);
      expect(policies).toHaveLength(1);
      return () => policies[0]!;
    }, asRecorded);
    expect(found).toEqual({ held: total, failures: [] });
  });

  test('Apollo Server without CORS: no policy is read, and nothing is sent', () => {
    const found = hold(grouped(rows.filter(({ options }) => unset(options)), '@apollo/server + express'), (first) => {
      expect(read(express, { 'app.js': apolloExpressSource(first) }, 'app.js')).toMatchObject({ policies: [], gaps: [] });
      return () => silent(404);
    }, ({ response }) => ({ status: response.status }));
    expect(found).toEqual({ held: 28, failures: [] });
  });
});

function only(text: string): Policy {
  const { policies } = read(express, { 'app.ts': text }, 'app.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

const ASKED = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };

describe('Polka', () => {
  test('middleware runs before the routes, wherever it stands', () => {
    const policy = only(`import polka from 'polka';\nimport cors from 'cors';\nconst app = polka();\napp.get('/data', (req, res) => res.end());\napp.use(cors({ origin: 'https://app.example.com' }));\napp.listen(3000);\n`);
    expect(policy).toMatchObject({ title: 'Polka app', listens: [3000], version: 'polka 0.5 (no version found), cors 2.8 (no version found)' });
    expect(answers(policy, 'GET', '/data', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin' }]]);
  });

  test('nobody answers OPTIONS for a route, nor HEAD for GET', () => {
    const policy = only(`const app = require('polka')();\napp.use((req, res, next) => { res.setHeader('Access-Control-Allow-Origin', '*'); next(); });\napp.get('/data', (req, res) => res.end());\n`);
    expect(answers(policy, 'OPTIONS', '/data', { ...A, ...ASKED })).toEqual([[404, { 'allow-origin': '*' }]]);
    expect(answers(policy, 'HEAD', '/data', A)).toEqual([[404, { 'allow-origin': '*' }]]);
  });
});

describe('Feathers', () => {
  test('a generated app: names imported one by one, services in other files', () => {
    const policy = only(`import { feathers } from '@feathersjs/feathers';
import express, { rest, json, urlencoded, cors, serveStatic, notFound, errorHandler } from '@feathersjs/express';
import { services } from './services/index';
const app: Application = express(feathers());
app.use(cors());
app.use(json());
app.configure(rest());
app.configure(services);
app.use(notFound());
app.use(errorHandler());
export { app };
`);
    expect(policy.title).toBe('Feathers app');
    expect(answers(policy, 'OPTIONS', '/messages', { ...A, ...ASKED })[0]).toMatchObject([204, { 'allow-origin': '*' }]);
    expect(answers(policy, 'GET', '/messages', A)).toEqual([[200, { 'allow-origin': '*' }]]);
  });
});

describe('Apollo Server on Express', () => {
  const apollo = (body: string): string => `const { ApolloServer } = require('apollo-server-express');\nconst app = require('express')();\nasync function start() {\n  const server = new ApolloServer({ typeDefs, resolvers });\n  await server.start();\n  ${body}\n}\nstart();\n`;

  test.each([
    ['by default', 'server.applyMiddleware({ app });', '/graphql', '*'],
    ['with true', "server.applyMiddleware({ app, path: '/api', cors: true });", '/api', '*'],
    ['with options', "server.applyMiddleware({ app, cors: { origin: 'https://app.example.com' } });", '/graphql', 'https://app.example.com'],
    ['as middleware', "app.use(server.getMiddleware({ path: '/x', cors: { origin: 'https://app.example.com' } }));", '/x', 'https://app.example.com'],
  ])('npm cors %s', (_name, body, path, origin) => {
    const policy = only(apollo(body));
    expect(policy.probes.map((probe) => [probe.path, probe.methods, probe.requestHeaders])).toEqual([[path, ['GET', 'POST'], ['content-type']]]);
    expect(answers(policy, 'OPTIONS', path, { ...A, ...ASKED })[0]).toMatchObject([204, { 'allow-origin': origin, 'allow-headers': 'content-type' }]);
    expect(answers(policy, 'GET', `${path}x`, A)[0]![1]).toEqual({});
  });

  test('cors: false leaves it to the app, whose cors() it replaces otherwise', () => {
    const both = (cors: string): Policy => only(apollo(`app.use(require('cors')({ origin: 'https://app.example.com', credentials: true }));\n  server.applyMiddleware({ app, cors: ${cors} });`));
    expect(answers(both('false'), 'POST', '/graphql', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    // The app's own cors() answers preflights; on other answers Apollo's `*` is written over its origin.
    expect(answers(both('undefined'), 'POST', '/graphql', A)).toEqual([[200, { 'allow-origin': '*', vary: 'Origin', 'allow-credentials': 'true' }]]);
  });

  test('options that are not in view are never guessed', () => {
    const policy = only(apollo("server.applyMiddleware({ app, cors: require('company-config').cors });"));
    for (const [, headers] of answers(policy, 'POST', '/graphql', EVIL)) expect(headers['allow-origin'] ?? null).toBeNull();
  });
});

test("tRPC's adapter writes its own Vary over that of cors()", () => {
  const policy = only(`import * as trpcExpress from '@trpc/server/adapters/express';
import express from 'express';
import cors from 'cors';
const app = express();
app.use(cors({ origin: ['https://app.example.com', 'https://b.example.com'] }));
app.use('/trpc', trpcExpress.createExpressMiddleware({ router: appRouter, createContext }));
`);
  expect(answers(policy, 'GET', '/trpc/list', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'trpc-accept, accept' }]]);
  expect(answers(policy, 'OPTIONS', '/trpc/list', { ...A, ...ASKED })[0]).toMatchObject([204, { 'allow-origin': A.origin }]);
});

describe('http-proxy-middleware', () => {
  const proxied = (body: string): string => `const { createProxyMiddleware } = require('http-proxy-middleware');\nconst cors = require('cors');\nconst app = require('express')();\n${body}\n`;

  // As http-proxy-middleware 3.0 answered, with a server behind it that sends no headers of CORS.
  test.each([
    ['a hook of version 3', "app.use('/api', createProxyMiddleware({ target, on: { proxyRes: (proxyRes, req) => { proxyRes.headers['Access-Control-Allow-Origin'] = req.headers.origin || '*'; } } }));", { 'allow-origin': EVIL.origin }],
    ['a hook of version 2', "app.use(createProxyMiddleware('/api', { target, onProxyRes(proxyRes) { proxyRes.headers['access-control-allow-origin'] = '*'; } }));", { 'allow-origin': '*' }],
    ['cors() in front', "app.use(cors());\napp.use('/api', createProxyMiddleware({ target }));", { 'allow-origin': '*' }],
    ['cors() in front, and what stands behind kept from sending its own', "app.use(cors());\napp.use('/api', createProxyMiddleware({ target, on: { proxyRes: (proxyRes) => { delete proxyRes.headers['access-control-allow-origin']; } } }));", { 'allow-origin': '*' }],
  ])('%s', (_name, body, headers) => {
    expect(answers(only(proxied(body)), 'GET', '/api/x', EVIL)).toEqual([[200, headers]]);
  });

  test('OPTIONS is for what stands behind to answer', () => {
    const policy = only(proxied("app.use('/api', createProxyMiddleware({ target, on: { proxyRes: (proxyRes) => { proxyRes.headers['Access-Control-Allow-Origin'] = '*'; } } }));"));
    expect(answers(policy, 'OPTIONS', '/api/x', { ...A, ...ASKED })).toEqual([[null, { 'allow-origin': '*' }]]);
  });

  test('the proxy of a development server is no policy', () => {
    const text = `const { createProxyMiddleware } = require('http-proxy-middleware');\nmodule.exports = function (app) {\n  app.use('/api', createProxyMiddleware({ target, onProxyRes: (proxyRes) => { proxyRes.headers['Access-Control-Allow-Origin'] = '*'; } }));\n};\n`;
    expect(read(express, { 'src/setupProxy.js': text }, 'src/setupProxy.js')).toMatchObject({ policies: [], gaps: [] });
  });
});

test('every prefix reads', () => {
  expect(readPrefixes(express, polkaSource({ options: { origin: true } }), 'app.js')).toBeGreaterThan(3);
  expect(readPrefixes(express, `const { ApolloServer } = require('apollo-server-express');\nnew ApolloServer({}).applyMiddleware({ app: require('express')(), cors: [1 ? true : false] });\n`, 'app.js')).toBeGreaterThan(3);
});
