import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import nodeFunctions from '../../src/readers/node-functions/index.js';
import { read } from '../support/estree.js';
import { readPrefixes } from '../support/prefixes.js';

const ORIGIN = 'https://app.example.com';

/** What a page at `origin` gets in each case that the code leaves open: the status, Access-Control-Allow-Origin and Vary. */
function answer(files: Readonly<Record<string, string>>, request: { readonly method?: string; readonly origin?: string } = {}): string {
  const [file] = Object.keys(files);
  const { policies } = read(nodeFunctions, files, file!);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) return `${policies.length} policies`;
  const outcomes = evaluate({ policy, inner: [] }, { method: request.method ?? 'GET', path: policy.probes[0]!.path, headers: [['origin', request.origin ?? ORIGIN]] });
  return [...new Set(outcomes.map(({ response }) => `${response.status} ${['access-control-allow-origin', 'vary'].map((name) => response.headers.filter((line) => line.name === name).map(({ text }) => text ?? '?').join(', ') || '-').join(' ')}`))].sort().join(' or ');
}

const BODY = "{ res.set('Access-Control-Allow-Origin', '*'); if (req.method === 'OPTIONS') { res.set('Access-Control-Allow-Methods', 'GET'); res.status(204).send(''); } else { res.send('hello'); } }";

describe('hand-written headers', () => {
  test.each([
    ['Google Cloud', `exports.corsEnabled = (req, res) => ${BODY};`],
    ['the Functions Framework', `const functions = require('@google-cloud/functions-framework');\nfunctions.http('corsEnabled', (req, res) => ${BODY});`],
    ['the Functions Framework, imported', `import { http } from '@google-cloud/functions-framework';\nhttp('corsEnabled', (req, res) => ${BODY});`],
    ['Firebase', `const functions = require('firebase-functions');\nexports.hello = functions.https.onRequest((req, res) => ${BODY});`],
    ['Firebase in a region', `import * as functions from 'firebase-functions';\nexport const hello = functions.region('europe-west1').runWith({ memory: '1GB' }).https.onRequest(async (req, res) => ${BODY});`],
    ['Firebase 2', `import { onRequest } from 'firebase-functions/v2/https';\nexport const hello = onRequest({ region: 'us-central1' }, (req, res) => ${BODY});`],
    ['Vercel', `module.exports = (req, res) => ${BODY};`],
    ['Vercel, wrapped', `const allowCors = (fn) => async (req, res) => { res.setHeader('Access-Control-Allow-Origin', '*'); if (req.method === 'OPTIONS') { res.status(204).end(); return; } return await fn(req, res); };\nexport default allowCors((req, res) => { res.json({}); });`],
  ])('of %s', (_platform, text) => {
    expect([answer({ 'index.ts': text }), answer({ 'index.ts': text }, { method: 'OPTIONS' })]).toEqual(['200 * -', '204 * -']);
  });
});

describe('npm cors', () => {
  test.each([
    ['with a callback', `const functions = require('firebase-functions');\nconst cors = require('cors')({ origin: true });\nexports.hello = functions.https.onRequest((req, res) => { cors(req, res, () => { res.json({}); }); });`],
    ['returned', `import * as functions from 'firebase-functions';\nimport cors from 'cors';\nconst withCors = cors({ origin: true });\nexport const hello = functions.https.onRequest(async (req, res) => withCors(req, res, async () => { res.json({}); }));`],
    ['by the option of Firebase 2', "const { onRequest } = require('firebase-functions/v2/https');\nexports.hello = onRequest({ cors: true }, (req, res) => { res.json({}); });"],
    ['by a list of patterns', "import { onRequest } from 'firebase-functions/https';\nexport const hello = onRequest({ cors: [/app\\.example\\.com$/, 'https://admin.example.com'] }, (req, res) => { res.json({}); });"],
  ])('%s', (_shape, text) => {
    expect(answer({ 'functions/index.ts': text })).toBe(`200 ${ORIGIN} Origin`);
  });

  test('a list of one origin is that origin, whoever asks', () => {
    const text = `import { onRequest } from 'firebase-functions/https';\nexport const hello = onRequest({ cors: ['${ORIGIN}'] }, (req, res) => { res.json({}); });`;
    expect(answer({ 'index.ts': text }, { origin: 'https://evil.test' })).toBe(`200 ${ORIGIN} Origin`);
  });

  test('what the callback sets stands above', () => {
    const text = `const cors = require('cors')();\nexports.hello = (req, res) => cors(req, res, () => { res.set('Access-Control-Allow-Origin', '${ORIGIN}'); res.send(''); });`;
    expect(answer({ 'index.js': text })).toBe(`200 ${ORIGIN} -`);
  });
});

test('what depends on data is one of the ordinary answers', () => {
  const text = "exports.item = async (req, res) => { res.set('Access-Control-Allow-Origin', '*'); const item = await db.get(req.query.id); if (!item) { res.status(404).send('no'); return; } res.json(item); };";
  expect(answer({ 'index.js': text })).toBe('200 * -');
});

test('Vercel serves files of its folder by their path', () => {
  const files = { 'api/users/index.js': `module.exports = (req, res) => ${BODY};` };
  expect(read(nodeFunctions, files, 'api/users/index.js').policies[0]?.probes.map(({ path }) => path)).toEqual(['/api/users']);
});

test('headers of another file are covered there', () => {
  const { policies, covers } = read(nodeFunctions, { 'api/a.js': "import { allow } from '../lib/cors';\nexport default (req, res) => { allow(res); res.end(); };", 'lib/cors.js': "export const allow = (res) => { res.setHeader('Access-Control-Allow-Origin', '*'); };" }, 'api/a.js');
  expect([policies.length, covers]).toEqual([1, ['lib/cors.js']]);
});

test.each([
  ['a middleware', "module.exports = (req, res, next) => { res.setHeader('Access-Control-Allow-Origin', '*'); next(); };"],
  ['a helper that answers nothing', "export function setCors(req, res) { res.setHeader('Access-Control-Allow-Origin', '*'); }"],
  ['an Express application', "const app = require('express')();\napp.use(require('cors')());\nexports.app = require('firebase-functions').https.onRequest(app);"],
  ['a client', "export const load = async (url, token) => { const response = await fetch(url, { headers: { 'Access-Control-Allow-Origin': '*' } }); return response.json(); };"],
  ['axios', "import axios from 'axios';\nexport const save = (url, data) => axios.post(url, data, { headers: { 'Access-Control-Allow-Origin': '*' } });"],
])('%s: no policy', (_shape, text) => {
  expect(read(nodeFunctions, { 'src/index.js': text }, 'src/index.js').policies).toEqual([]);
});

test('every prefix reads without a throw', () => {
  expect(readPrefixes(nodeFunctions, `const functions = require('firebase-functions');\nexports.hello = functions.https.onRequest((req, res) => ${BODY});`, 'index.js')).toBeGreaterThan(1);
});
