import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import apolloServer from '../../src/readers/apollo-server/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { apolloServerSource, apolloStandaloneSource } from '../support/package-sources.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

/** Apollo's own answers, as recorded: it refuses queries that may come from a form. */
function graphql({ request }: ObservedRow): Scenario {
  return request!.method === 'OPTIONS' ? {} : { status: request!.method === 'PUT' ? 405 : 400 };
}

function only(text: string, others: Readonly<Record<string, string>> = {}): Policy {
  const { policies } = read(apolloServer, { ...others, 'index.ts': text }, 'index.ts');
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

describe('recorded servers', () => {
  test.each([
    ['apollo-server', apolloServerSource, 140],
    ['@apollo/server standalone', apolloStandaloneSource, 28],
  ])('%s', (framework, sourceOf, total) => {
    const found = hold(grouped(rows, framework), (first) => {
      const policy = only(sourceOf(first), { 'package.json': '{ "dependencies": { "apollo-server": "3.13.0", "@apollo/server": "5.5.1" } }' });
      return () => policy;
    }, graphql);
    expect(found).toEqual({ held: total, failures: [] });
  });
});

const server = (options: string): string => `import { ApolloServer } from 'apollo-server';\nimport { cors } from './cors';\nconst server = new ApolloServer({ typeDefs, resolvers, ${options} });\nserver.listen().then(({ url }) => console.log(url));\n`;

describe('what real code does', () => {
  test('options in another file, behind a choice', () => {
    const policy = only(server("cors: process.env.NODE_ENV === 'production' ? cors : true"), { 'cors.ts': `export const cors = { origin: ['https://app.example.com'], credentials: true };\n` });
    expect(answers(policy, 'POST', '/', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'POST', '/', EVIL)).toEqual([[200, { vary: 'Origin', 'allow-credentials': 'true' }]]);
  });

  test('what is not in view is said, and never guessed', () => {
    const { policies, gaps } = read(apolloServer, { 'index.ts': server('cors: await load()') }, 'index.ts');
    expect(gaps).toMatchObject([{ message: expect.stringMatching(/^The CORS options of Apollo Server depend on /) as string }]);
    for (const [, headers] of answers(policies[0]!, 'POST', '/', EVIL)) expect(headers['allow-origin'] ?? null).toBeNull();
  });

  test('what clients of GraphQL need of a preflight, and the port', () => {
    const policy = only(`import { startStandaloneServer } from '@apollo/server/standalone';\nasync function main(server) {\n  await startStandaloneServer(server, { listen: { port: Number(process.env.PORT) || 4001 } });\n}\n`);
    expect(policy.probes.map(({ methods, requestHeaders }) => [methods, requestHeaders])).toEqual([[['GET', 'POST'], ['content-type']]]);
    expect(policy.listens).toContain(4001);
    expect(policy.version).toBe('@apollo/server 5 (no version found)');
  });

  test.each([
    ['a client', `import { ApolloClient } from '@apollo/client';\nnew ApolloClient({ uri: '/', cors: { origin: '*' } });\n`],
    ['the server alone', `import { ApolloServer } from '@apollo/server';\nexport const server = new ApolloServer({ typeDefs, cors: { origin: '*' } });\n`],
    ['types', `import type { Config } from 'apollo-server';\nexport const config: Config = { cors: { origin: '*' } };\n`],
  ])('%s is no policy', (_name, text) => {
    const { policies, gaps } = read(apolloServer, { 'a.ts': text }, 'a.ts');
    expect([policies, gaps]).toEqual([[], []]);
  });

  test('every prefix reads', () => {
    expect(readPrefixes(apolloServer, server("cors: { origin: [/a/, 'b'], credentials: x ? true : false }"), 'index.ts')).toBeGreaterThan(5);
  });
});
