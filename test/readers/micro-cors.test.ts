import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import microCors from '../../src/readers/micro-cors/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed } from '../support/observed.js';
import { microSource } from '../support/package-sources.js';
import { readPrefixes } from '../support/prefixes.js';

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(microCors, { ...others, 'api.js': text }, 'api.js');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

test('answers like the recorded handlers', () => {
  const found = hold(grouped(observed('javascript'), 'micro-cors'), (first) => {
    const policy = only(microSource(first));
    return () => policy;
  }, () => ({ status: 200 }));
  expect(found).toEqual({ held: 112, failures: [] });
});

const api = (options: string, handler = '(req, res) => res.status(200).json({})'): string => `import Cors from 'micro-cors';\nconst cors = Cors(${options});\nexport default cors(${handler});\n`;
const DEFAULTS = { 'allow-methods': 'POST,GET,PUT,PATCH,DELETE,OPTIONS', 'allow-headers': 'X-Requested-With,Access-Control-Allow-Origin,X-HTTP-Method-Override,Content-Type,Authorization,Accept', 'max-age': '86400' };

describe('what real code does', () => {
  test('an API route of Next.js: methods alone', () => {
    const policy = only(api("{ allowMethods: ['POST', 'HEAD'] }"));
    expect(answers(policy, 'OPTIONS', '/', EVIL)).toEqual([[200, { ...DEFAULTS, 'allow-origin': '*', 'allow-credentials': 'true', 'allow-methods': 'POST,HEAD' }]]);
  });

  test('options of another file, a default for the environment, keys that are undefined', () => {
    const policy = only(`const { options } = require('./options');\nmodule.exports = require('micro-cors')({ ...options, maxAge: undefined, allowCredentials: false })((req, res) => res.end());\n`, { 'options.js': `exports.options = { origin: process.env.ORIGIN || 'https://app.example.com', allowMethods: ['GET'] };\n` });
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, { 'allow-origin': A.origin }]);
    expect(answers(policy, 'OPTIONS', '/', EVIL).map(([, headers]) => headers['max-age'])).toContain('86400');
  });

  test('a handler that refuses OPTIONS', () => {
    const policy = only(api('', "async (req, res) => {\n  if (req.method !== 'POST') {\n    res.setHeader('Allow', 'POST');\n    res.status(405).end('Method Not Allowed');\n    return;\n  }\n  res.json({});\n}"));
    expect(answers(policy, 'OPTIONS', '/', A)[0]![0]).toBe(405);
  });

  test("what the handler sets goes over it", () => {
    const policy = only(api('', "(req, res) => { res.setHeader('Access-Control-Allow-Origin', req.headers.origin); res.end(); }"));
    expect(answers(policy, 'GET', '/', EVIL)[0]![1]['allow-origin']).toBe(EVIL.origin);
    expect(policy.evidence.handWritten).toBe(true);
  });

  test('a handler that is not in view', () => {
    const policy = only(api("{ origin: 'https://app.example.com' }", "require('./elsewhere')"));
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': A.origin, 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'OPTIONS', '/', EVIL)[0]![0]).toBeNull();
  });

  test('options that are not in view are said, and never guessed', () => {
    const { policies, gaps } = read(microCors, { 'api.js': api('await load()') }, 'api.js');
    expect(gaps).toMatchObject([{ message: expect.stringMatching(/^The options of micro-cors depend on /) as string }]);
    expect(answers(policies[0]!, 'GET', '/', EVIL)[0]![1]['allow-origin']).toBeNull();
  });

  test('a wrapper that wraps nothing is no policy', () => {
    const { policies, gaps } = read(microCors, { 'cors.js': `module.exports = require('micro-cors')({ origin: '*' });\n` }, 'cors.js');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    expect(readPrefixes(microCors, api("{ origin: a ? ['x', 'y'] : undefined, exposeHeaders: 1, maxAge: null }"), 'api.js')).toBeGreaterThan(2);
  });
});
