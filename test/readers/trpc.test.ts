import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import trpc from '../../src/readers/trpc/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold, silent } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { trpcSource } from '../support/package-sources.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');
const procedures = ({ request, response }: ObservedRow): Scenario => (request!.method === 'OPTIONS' ? {} : { status: response.status });

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(trpc, { ...others, 'server.ts': text }, 'server.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

describe('recorded servers', () => {
  test('with middleware, and with headers of responseMeta', () => {
    const found = hold(grouped(rows.filter(({ options }) => !JSON.stringify(options).includes('$none')), '@trpc/server standalone'), (first) => {
      const policy = only(trpcSource(first));
      return () => policy;
    }, procedures);
    expect(found).toEqual({ held: 84, failures: [] });
  });

  test('without CORS no policy is read, and nothing but the adapter\'s own Vary is sent', () => {
    const group = rows.filter(({ framework, options }) => framework === '@trpc/server standalone' && JSON.stringify(options).includes('$none'));
    const { policies, gaps } = read(trpc, { 'server.ts': trpcSource(group[0]!) }, 'server.ts');
    expect([policies, gaps]).toEqual([[], []]);
    const found = hold(grouped(group.map((row) => ({ ...row, response: { ...row.response, headers: row.response.headers.filter(([name, text]) => name !== 'vary' || text !== 'trpc-accept, accept') } })), '@trpc/server standalone'), () => () => silent(415), procedures);
    expect(found).toEqual({ held: 28, failures: [] });
  });
});

const server = (options: string): string => `import { createHTTPServer } from '@trpc/server/adapters/standalone';\nimport cors from 'cors';\nimport { corsOptions } from './cors';\ncreateHTTPServer({ router, ${options} }).listen(2022);\n`;

describe('what real code does', () => {
  test('options in another file; answers that depend on the Origin do not say so', () => {
    const policy = only(server('middleware: cors(corsOptions)'), { 'cors.ts': `export const corsOptions = { origin: ['https://app.example.com', 'https://b.example.com'], credentials: true };\n` });
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'trpc-accept, accept', 'allow-credentials': 'true' }]]);
    expect(policy.evidence.canAddVary).toBe(false);
    expect(policy.listens).toEqual([2022]);
  });

  test('middleware by hand', () => {
    const policy = only(server(`middleware: (req, res, next) => {
      res.setHeader('Access-Control-Allow-Origin', req.headers.origin ?? '*');
      if (req.method === 'OPTIONS') { res.writeHead(200); return res.end(); }
      next();
    }`));
    expect(answers(policy, 'OPTIONS', '/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin }]]);
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': EVIL.origin, vary: 'trpc-accept, accept' }]]);
  });

  test('a handler of a server of the author, in a function', () => {
    const policy = only(`import { createHTTPHandler } from '@trpc/server/adapters/standalone';\nimport http from 'node:http';\nimport cors from 'cors';\nexport function start() {\n  const handler = createHTTPHandler({ middleware: cors(), router });\n  http.createServer((req, res) => handler(req, res)).listen(3001);\n}\n`);
    expect(answers(policy, 'GET', '/', EVIL)[0]![1]['allow-origin']).toBe('*');
  });

  test('middleware that is not in view is said', () => {
    const { gaps } = read(trpc, { 'server.ts': server("middleware: require('company-cors')()") }, 'server.ts');
    expect(gaps).toMatchObject([{ message: expect.stringMatching(/^This CORS middleware depends on .*company-cors/) as string }]);
  });

  test.each([
    ['a client', `import { createTRPCClient } from '@trpc/client';\nexport const client = createTRPCClient({ links: [] });\n`],
    ['a server without CORS', server('createContext')],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(trpc, { 'a.ts': text }, 'a.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    expect(readPrefixes(trpc, server("middleware: cors({ origin: [/a/, 'b'] }), responseMeta() { return { headers: { vary: 'x' } }; }"), 'server.ts')).toBeGreaterThan(2);
  });
});
