import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import lambda from '../../src/readers/lambda/index.js';
import { middySource } from '../support/lambda-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const recorded = [
  ['majors 5 and 6', observed('javascript'), 616],
  // Versions 2.5.7, 3.6.2, 4.7.0 and 7.9.2, driven in the same way.
  ['majors 2, 3, 4 and 7', observed('middy'), 264],
] as const;

test.each(recorded)('@middy/http-cors answers as recorded: %s', (_majors, rows, total) => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(rows, '@middy/http-cors')) {
    const [{ options, version }] = group;
    const files = { 'src/handler.ts': middySource(options), 'package.json': JSON.stringify({ dependencies: { '@middy/http-cors': version.replace('@middy/http-cors ', '') } }) };
    const { policies } = read(lambda, files, 'src/handler.ts');
    for (const row of group) {
      // Recorded without the rest of middy: what is thrown has the status 500, behind API Gateway 502. Whether OPTIONS reaches a function that refuses it is the gateway's choice.
      const thrown = row.request!.path === '/boom';
      const wrong = policies.length === 0 ? (row.response.headers.some(([name]) => /^access-control-|^vary$/.test(name)) ? ['no policy'] : []) : differences({ policy: policies[0]!, inner: [] }, row, { ignoreStatus: thrown, scenario: { status: row.response.status } });
      if (wrong.length === 0) held++;
      else failures.push(`${row.version} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(total);
});

const ORIGIN = 'https://app.example.com';

/** What a page at `origin` gets in each case that the function leaves open: the status, Access-Control-Allow-Origin and Vary. */
function answer(files: Readonly<Record<string, string>>, request: { readonly method?: string; readonly origin?: string; readonly path?: string } = {}): string {
  const [file] = Object.keys(files);
  const { policies } = read(lambda, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: request.path ?? '/', headers: [['origin', request.origin ?? ORIGIN]] });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${['access-control-allow-origin', 'vary'].map((name) => response.headers.filter((line) => line.name === name).map(({ text }) => text ?? '?').join(', ') || '-').join(' ')}`))].sort().join(' or ');
}

const STAR = "{ 'Access-Control-Allow-Origin': '*' }";

test.each([
  ['an exported handler', `export const handler = async (event) => ({ statusCode: 200, headers: ${STAR}, body: '' });`],
  ['a typed handler', `import type { APIGatewayProxyHandler } from 'aws-lambda';\nexport const handler: APIGatewayProxyHandler = async (event) => { return { statusCode: 200, headers: ${STAR}, body: JSON.stringify({}) }; };`],
  ['exports.handler', `exports.handler = async function (event, context) { const response = { statusCode: 200, headers: ${STAR}, body: '' }; return response; };`],
  ['module.exports.hello', `'use strict';\nmodule.exports.hello = async (event) => ({ statusCode: 200, headers: ${STAR} });`],
  ['module.exports', `module.exports = { create: async (event) => ({ statusCode: 200, headers: ${STAR} }) };`],
  ['the callback', `exports.handler = (event, context, callback) => { callback(null, { statusCode: 200, headers: ${STAR} }); };`],
  ['a returned callback', `module.exports.create = (event, context, callback) => { return callback(null, { statusCode: 200, headers: ${STAR} }); };`],
  ['context.succeed', `exports.handler = (event, context) => context.succeed({ statusCode: 200, headers: ${STAR} });`],
  ['context.done', `exports.handler = (event, context) => context.done(null, { statusCode: 200, headers: ${STAR} });`],
  ['a helper', `const respond = (statusCode, body) => ({ statusCode, headers: ${STAR}, body: JSON.stringify(body) });\nexport const handler = async () => respond(200, {});`],
  ['a constant spread', `const headers = { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' };\nexport const handler = async () => ({ statusCode: 200, headers: { ...headers }, body: '' });`],
  ['a header assigned', "export const handler = async () => { const response = { statusCode: 200, headers: {} }; response.headers['Access-Control-Allow-Origin'] = '*'; return response; };"],
  ['multiValueHeaders', "export const handler = async () => ({ statusCode: 200, multiValueHeaders: { 'Access-Control-Allow-Origin': ['*'] } });"],
  ['a handler given to a package', `import * as Sentry from '@sentry/serverless';\nexport const handler = Sentry.AWSLambda.wrapHandler(async () => ({ statusCode: 200, headers: ${STAR} }));`],
  ['a handler exported twice', `export const handler = async () => ({ statusCode: 200, headers: ${STAR} });\nexport default handler;`],
  ['a status as text', `export const handler = async () => ({ statusCode: '200', headers: ${STAR} });`],
  ['middy around a function', "import middy from '@middy/core';\nimport cors from '@middy/http-cors';\nconst base = async () => ({ statusCode: 200, body: '' });\nexport const handler = middy(base).use(cors({ origin: '*' }));"],
  ['middy in CommonJS', "const middy = require('@middy/core');\nconst cors = require('@middy/http-cors');\nmodule.exports.handler = middy(async () => ({ statusCode: 200 })).use(cors({ origin: '*' }));"],
  ['a list of middleware', "import middy from '@middy/core';\nimport cors from '@middy/http-cors';\nimport json from '@middy/http-json-body-parser';\nexport const handler = middy(async () => ({ statusCode: 200 })).use([json(), cors({ origin: '*' })]);"],
  ['a helper around middy', "import middy from '@middy/core';\nimport cors from '@middy/http-cors';\nconst middyfy = (handler) => middy(handler).use(cors({ origin: '*' }));\nexport const main = middyfy(async () => ({ statusCode: 200 }));"],
])('follows %s', (_shape, text) => {
  expect(answer({ 'handler.ts': text })).toBe('200 * -');
});

describe('conditions', () => {
  const LIST = `const allowed = ['${ORIGIN}', 'https://admin.example.com'];\n`;
  test.each([
    ['an allowlist', `${LIST}export const handler = async (event) => { const origin = event.headers.origin; return { statusCode: 200, headers: { Vary: 'Origin', ...(allowed.includes(origin) ? { 'Access-Control-Allow-Origin': origin } : {}) } }; };`, `200 ${ORIGIN} Origin`, '200 - Origin'],
    ['both spellings', `${LIST}export const handler = async (event) => { const origin = event.headers?.origin || event.headers?.Origin; return { statusCode: 200, headers: { 'Access-Control-Allow-Origin': allowed.includes(origin) ? origin : allowed[0] } }; };`, `200 ${ORIGIN} -`, `200 ${ORIGIN} -`],
    ['an undefined value', `${LIST}export const handler = async ({ headers }) => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': allowed.includes(headers.origin) ? headers.origin : undefined } });`, `200 ${ORIGIN} -`, '200 - -'],
    ['an echo', "export const handler = async (event) => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': event.headers.origin } });", `200 ${ORIGIN} -`, '200 https://evil.test -'],
    ['middy leaves what the handler set', "import middy from '@middy/core';\nimport cors from '@middy/http-cors';\nexport const handler = middy(async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://own.example', Vary: 'Accept' } })).use(cors({ origin: '*', credentials: true }));", '200 https://own.example Origin, Accept', '200 https://own.example Origin, Accept'],
  ])('%s', (_shape, text, served, refused) => {
    expect([answer({ 'handler.ts': text }), answer({ 'handler.ts': text }, { origin: 'https://evil.test' })]).toEqual([served, refused]);
  });

  test.each([['1.0', 'event.httpMethod'], ['2.0', 'event.requestContext.http.method']])('the method in a payload of version %s', (_version, method) => {
    const text = `export const handler = async (event) => { if (${method} === 'OPTIONS') return { statusCode: 204, headers: ${STAR} }; return { statusCode: 200, headers: {} }; };`;
    expect(['OPTIONS', 'GET'].map((name) => answer({ 'handler.ts': text }, { method: name }))).toEqual(['204 * -', '200 - -']);
  });

  test('whether OPTIONS comes is not known where the function refuses it without knowing it', () => {
    const text = `export const handler = async (event) => { switch (event.httpMethod) { case 'GET': return { statusCode: 200, headers: ${STAR} }; default: return { statusCode: 405, headers: ${STAR} }; } };`;
    expect(['GET', 'PUT', 'OPTIONS'].map((method) => answer({ 'handler.ts': text }, { method }))).toEqual(['200 * -', '405 * -', 'null * -']);
  });

  test('errors carry the headers where middy makes responses of them after http-cors saw them', () => {
    const text = (order: string): string => `import middy from '@middy/core';\nimport cors from '@middy/http-cors';\nimport errors from '@middy/http-error-handler';\nexport const handler = middy(async () => { throw new Error(); })${order};`;
    expect([answer({ 'handler.ts': text(".use(cors({ origin: '*' })).use(errors())") }), answer({ 'handler.ts': text(".use(errors()).use(cors({ origin: '*' }))") })]).toEqual(['502 * -', '502 - -']);
  });
});

test.each([
  ['an environment variable', "export const handler = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': process.env.ORIGIN } });", '200 - - or 200 ? -'],
  ['an environment variable with a default', "export const handler = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': process.env.ORIGIN || '*' } });", '200 * - or 200 ? -'],
  ['an import that is not in view', "import { corsHeaders } from '@acme/cors';\nexport const handler = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Methods': 'GET', ...corsHeaders } });", '200 ? -'],
  ['options of middy that are not in view', "import middy from '@middy/core';\nimport cors from '@middy/http-cors';\nimport { options } from '@acme/cors';\nexport const handler = middy(async () => ({ statusCode: 200 })).use(cors(options));", '200 ? ? or 200 ? ?, ?'],
])('%s stays open', (_shape, text, expected) => {
  expect(answer({ 'handler.ts': text })).toBe(expected);
});

test('errors without headers say nothing about the answers that carry them', () => {
  const text = `export const handler = async (event) => { const headers = { 'Access-Control-Allow-Origin': event.headers.origin }; try { const { id } = JSON.parse(event.body); if (!id) return { statusCode: 400, body: 'no id' }; const row = await table.get(id); return { statusCode: 200, headers, body: JSON.stringify(row) }; } catch (error) { return { statusCode: 500, body: 'error' }; } };`;
  expect(answer({ 'handler.ts': text }, { origin: 'https://evil.test' })).toBe('200 https://evil.test -');
});

test('an error given to the callback says nothing about the other answers', () => {
  const text = `exports.handler = (event, context, callback) => { table.put({}, function (err) { if (err) { callback('no'); } else { callback(null, { statusCode: 200, headers: ${STAR} }); } }); };`;
  expect(answer({ 'handler.js': text })).toBe('200 * -');
});

test('a response made in another file is covered there', () => {
  const { policies, covers } = read(lambda, { 'functions/hello.ts': "import { ok } from '../libs/response';\nexport const main = async () => ok({});", 'libs/response.ts': `export const ok = (body) => ({ statusCode: 200, headers: ${STAR}, body: JSON.stringify(body) });` }, 'functions/hello.ts');
  expect([policies.length, covers]).toEqual([1, ['libs/response.ts']]);
});

test.each([
  ['a client', "export async function load() { const response = await fetch('/x', { headers: { 'Access-Control-Allow-Origin': '*' } }); return { statusCode: response.status }; }"],
  ['a helper that is given the status', `export const respond = (statusCode, body) => ({ statusCode, headers: ${STAR}, body });`],
  ['an Express application', "import express from 'express';\nimport cors from 'cors';\nconst app = express();\napp.use(cors());\napp.get('/', (req, res) => { res.statusCode = 200; res.end(); });\nexport default app;"],
  ['a handler without CORS', "export const handler = async () => ({ statusCode: 200, headers: { 'Content-Type': 'text/plain' } }); // cors is the gateway's"],
])('%s: no policy', (_shape, text) => {
  expect(read(lambda, { 'handler.ts': text }, 'handler.ts').policies).toEqual([]);
});

test('every prefix reads without a throw', () => {
  expect(readPrefixes(lambda, middySource({ origins: [ORIGIN], credentials: true }), 'handler.ts')).toBeGreaterThan(1);
});
