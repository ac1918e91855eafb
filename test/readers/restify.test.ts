import { describe, expect, test } from 'vitest';
import { evaluate, type Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import restify from '../../src/readers/restify/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';
import { restifySource } from '../support/restify-sources.js';

const rows = observed('javascript');

describe('recorded servers', () => {
  function held(wiring: (text: string) => boolean, policies: number, scenario: (row: ObservedRow) => Scenario): ReturnType<typeof hold> {
    return hold(grouped(rows.filter((row) => wiring(row.wiring ?? '')), 'restify'), (first) => {
      const found = read(restify, { 'server.js': restifySource(first), 'package.json': '{ "dependencies": { "restify": "11.1.0" } }' }, 'server.js');
      expect(found.gaps).toEqual([]);
      expect(found.policies).toHaveLength(policies);
      return () => found.policies[0] ?? silent(405);
    }, scenario);
  }

  test('with a package, and by hand', () => {
    const found = held((wiring) => wiring !== 'no cors', 1, ({ request }) => ({ status: request!.path === '/boom' ? 500 : 200 }));
    expect(found).toEqual({ held: 252, failures: [] });
  });

  test('without CORS no policy is read, and nothing is sent', () => {
    const found = held((wiring) => wiring === 'no cors', 0, ({ response }) => ({ status: response.status }));
    expect(found).toEqual({ held: 28, failures: [] });
  });
});

const SERVER = `const restify = require('restify');\nconst corsMiddleware = require('restify-cors-middleware2');\nconst server = restify.createServer();\n`;
const ROUTE = `server.get('/data', (req, res, next) => { res.send({}); next(); });\nserver.listen(8080);\n`;
const ASKED = { 'access-control-request-method': 'GET' };
const VARY = 'origin,access-control-request-method,access-control-request-headers';
const EXPOSED = 'api-version,content-length,content-md5,content-type,date,request-id,response-time';

function only(body: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(restify, { ...others, 'server.js': SERVER + body }, 'server.js');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

describe('what real code does', () => {
  test('options in another file, under a condition, with a default', () => {
    const policy = only(`const { options } = require('./cors');\nconst cors = corsMiddleware({ ...options, credentials: true });\nserver.pre(cors.preflight);\nserver.use(cors.actual);\n${ROUTE}`, { 'cors.js': `module.exports.options = { origins: process.env.NODE_ENV === 'production' ? ['https://app.example.com'] : ['http://localhost:*'] };\n` });
    expect(answers(policy, 'GET', '/data', A)).toEqual([[200, { vary: VARY, 'allow-origin': A.origin, 'allow-credentials': 'true', 'expose-headers': EXPOSED }]]);
    expect(answers(policy, 'GET', '/data', EVIL)).toEqual([[200, { vary: VARY }]]);
    expect(answers(policy, 'OPTIONS', '/data', { ...EVIL, ...ASKED })[0]![0]).toBe(405);
    expect(policy.listens).toEqual([8080]);
  });

  test('both handlers in server.use: preflights never reach them', () => {
    const policy = only(`const cors = corsMiddleware({ origins: ['https://app.example.com'] });\nserver.use(cors.preflight);\nserver.use(cors.actual);\n${ROUTE}`);
    expect(answers(policy, 'OPTIONS', '/data', { ...A, ...ASKED })).toEqual([[405, {}]]);
  });

  test('npm cors before the routes are looked up', () => {
    const policy = only(`server.pre(require('cors')({ origin: 'https://app.example.com' }));\n${ROUTE}`);
    expect(answers(policy, 'OPTIONS', '/data', { ...A, ...ASKED })[0]).toMatchObject([204, { 'allow-origin': A.origin }]);
    expect(answers(policy, 'GET', '/other', A)).toEqual([[404, { 'allow-origin': A.origin, vary: 'Origin' }]]);
  });

  test('a header that is there gets a second line', () => {
    const policy = only(`server.pre((req, res, next) => { res.header('Access-Control-Allow-Origin', '*'); next(); });\nserver.use((req, res, next) => { res.header('Access-Control-Allow-Origin', '*'); next(); });\n${ROUTE}`);
    expect(evaluate({ policy, inner: [] }, { method: 'GET', path: '/data', headers: [] })[0]!.response.headers.map(({ text }) => text)).toEqual(['*', '*']);
  });

  test('preflights answered where restify reports a method that is not allowed', () => {
    const policy = only(`server.use((req, res, next) => { res.header('Access-Control-Allow-Origin', req.headers.origin); return next(); });
server.on('MethodNotAllowed', (req, res) => {
  if (req.method.toLowerCase() === 'options') {
    res.header('Access-Control-Allow-Origin', req.headers.origin);
    res.header('Access-Control-Allow-Headers', ['accept', 'x-token'].join(', '));
    return res.send(204);
  }
  return res.send(new restify.MethodNotAllowedError());
});
${ROUTE}`);
    expect(answers(policy, 'OPTIONS', '/data', { ...EVIL, ...ASKED })).toEqual([[204, { 'allow-origin': EVIL.origin, 'allow-headers': 'accept, x-token' }]]);
    expect(answers(policy, 'OPTIONS', '/other', { ...EVIL, ...ASKED })).toEqual([[404, {}]]);
  });

  test('the forerunner of the package', () => {
    const policy = only(`const cors = require('restify-cors-middleware')({ origins: ['https://app.example.com'] });\nserver.pre(cors.preflight);\nserver.use(cors.actual);\n${ROUTE}`);
    expect(answers(policy, 'GET', '/data', EVIL)).toEqual([[200, {}]]);
    expect(answers(policy, 'GET', '/data', A)[0]![1]).toMatchObject({ 'allow-origin': A.origin, vary: 'origin' });
  });

  test('credentials with a wildcard never start', () => {
    const policy = only(`const cors = corsMiddleware({ origins: ['*'], credentials: true });\nserver.pre(cors.preflight);\nserver.use(cors.actual);\n${ROUTE}`);
    expect(answers(policy, 'GET', '/data', A)).toEqual([[0, {}]]);
  });

  test('a class, a function that is given the server, routes with parameters', () => {
    const policy = only(`class Api {
  constructor() { this.server = restify.createServer(); this.middleware(); this.routes(); }
  middleware() { this.server.use((req, res, next) => { res.setHeader('Access-Control-Allow-Origin', '*'); next(); }); }
  routes() { this.server.get('/users/:id', (req, res, next) => { res.send({}); next(); }); }
}
new Api();
`);
    expect(policy.probes.map(({ path, methods }) => [path, methods])).toEqual([['/users/1', ['GET']]]);
    expect(answers(policy, 'GET', '/users/7', A)).toEqual([[200, { 'allow-origin': '*' }]]);
    expect(answers(policy, 'POST', '/users/7', A)).toEqual([[405, {}]]);
    const { policies } = read(restify, { 'a.js': `module.exports = function (server) { server.use(require('restify-cors-middleware2')({ origins: ['*'] }).actual); };\n` }, 'a.js');
    expect(policies.map((found) => answers(found, 'GET', '/', EVIL)[0]![1])).toMatchObject([{ 'allow-origin': EVIL.origin }]);
  });

  test('routes that are not in view leave preflights open', () => {
    const policy = only(`server.use((req, res, next) => { res.setHeader('Access-Control-Allow-Origin', '*'); next(); });\nrequire('company-routes')(server);\n`);
    expect(answers(policy, 'GET', '/data', A)).toEqual([[200, { 'allow-origin': '*' }]]);
    expect(answers(policy, 'OPTIONS', '/data', { ...A, ...ASKED }).map(([status]) => status)).toContain(405);
  });

  test('options that are not in view are never guessed', () => {
    const policy = only(`const cors = corsMiddleware(require('company-config').cors);\nserver.pre(cors.preflight);\nserver.use(cors.actual);\n${ROUTE}`);
    expect(answers(policy, 'GET', '/data', EVIL).length).toBeGreaterThan(1);
  });

  test.each([
    ['the CORS of version 4', 'server.use(restify.CORS());', /^This CORS middleware depends on restify\.CORS\(\), which restify 5 took away\.$/],
    ['middleware of somebody else', "server.use(require('company-cors')());", /^This CORS middleware depends on .*company-cors/],
  ])('is said: %s', (_name, body, message) => {
    const { gaps } = read(restify, { 'server.js': SERVER + body }, 'server.js');
    expect(gaps).toMatchObject([{ message: expect.stringMatching(message) as string }]);
  });

  test.each([
    ['a client', `const clients = require('restify-clients');\nconst client = clients.createJsonClient({ url: 'http://x', headers: { 'Access-Control-Allow-Origin': '*' } });\n`],
    ['a server without CORS', SERVER + ROUTE],
    ['a variable of that name', `${SERVER}const cors = { origins: ['*'] };\n${ROUTE}`],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(restify, { 'server.js': text }, 'server.js');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    const text = `${SERVER}const cors = corsMiddleware({ origins: [/example\\.com$/, 'https://*.a.example'], allowHeaders: ['x'] });\nserver.pre(cors.preflight);\nserver.opts('/x', (req, res, next) => { res.header('Access-Control-Allow-Origin', '*'); res.send(204); });\n`;
    expect(readPrefixes(restify, text, 'server.js')).toBeGreaterThan(5);
  });
});
