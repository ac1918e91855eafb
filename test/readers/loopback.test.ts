import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/program.js';
import loopback from '../../src/readers/loopback/index.js';
import { A, answers, EVIL } from '../support/answers.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { hold } from '../support/hold.js';
import { observed, type ObservedRow } from '../support/observed.js';
import { loopbackSources } from '../support/package-sources.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript').filter(({ framework }) => framework === '@loopback/rest');
const isDefault = ({ options }: ObservedRow): boolean => JSON.stringify(options).includes('$undefined');

function only(files: Readonly<Record<string, string>>, file = 'src/index.ts'): Policy {
  const { policies } = read(loopback, files, file);
  expect(policies).toHaveLength(1);
  return policies[0]!;
}

describe('recorded servers', () => {
  test('with options of the author', () => {
    const found = hold(grouped(rows.filter((row) => !isDefault(row)), '@loopback/rest'), (first) => {
      const policy = only(loopbackSources(first));
      return () => policy;
    }, ({ request, response }) => (request!.method === 'OPTIONS' ? {} : { status: response.status }));
    expect(found).toEqual({ held: 84, failures: [] });
  });

  test("LoopBack's own default is left out: nobody wrote it, and no policy is read", () => {
    const left = rows.filter(isDefault);
    expect(left).toHaveLength(28);
    expect(read(loopback, loopbackSources(left[0]!), 'src/index.ts')).toMatchObject({ policies: [], gaps: [] });
  });
});

const app = (body: string): string => `import { RestApplication, RestServer } from '@loopback/rest';\n${body}`;

describe('what real code does', () => {
  test('the file of the class alone says nothing: who makes it decides', () => {
    const sources = loopbackSources({ options: { origin: true } });
    expect(read(loopback, sources, 'src/application.ts')).toMatchObject({ policies: [], gaps: [] });
  });

  test('a class that sets its own options over those it is given', () => {
    const policy = only({ 'app.ts': app(`export class App extends RestApplication {\n  constructor(options: ApplicationConfig = {}) {\n    super({ ...options, rest: { port: 3001, cors: { origin: ['https://app.example.com'], credentials: true } } });\n  }\n}\n`) }, 'app.ts');
    expect(answers(policy, 'GET', '/', A)).toEqual([[200, { 'allow-origin': A.origin, vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { vary: 'Origin', 'allow-credentials': 'true' }]]);
    expect(policy.listens).toEqual([3001]);
  });

  test('an application made directly, with options of another file', () => {
    const policy = only({ 'a.ts': app(`import { cors } from './cors';\nconst app = new RestApplication({ rest: { cors } });\n`), 'cors.ts': `export const cors = { origin: process.env.ORIGIN ?? 'https://app.example.com' };\n` }, 'a.ts');
    expect(answers(policy, 'GET', '/', EVIL)).toContainEqual([200, { 'allow-origin': A.origin, vary: 'Origin' }]);
  });

  test.each(['false', 'undefined'])('%s does not switch it off', (value) => {
    const policy = only({ 'a.ts': app(`new RestApplication({ rest: { cors: ${value} } });\n`) }, 'a.ts');
    expect(answers(policy, 'GET', '/', EVIL)).toEqual([[200, { 'allow-origin': '*' }]]);
  });

  test('options that are not in view are said, and never guessed', () => {
    const { policies, gaps } = read(loopback, { 'a.ts': app(`import { load } from 'company-config';\nnew RestApplication({ rest: { cors: load() } });\n`) }, 'a.ts');
    expect(gaps).toMatchObject([{ message: expect.stringMatching(/^The CORS options of LoopBack depend on /) as string }]);
    for (const [, headers] of answers(policies[0]!, 'GET', '/', EVIL)) expect(headers['allow-origin'] ?? null).toBeNull();
  });

  test.each([
    ['a controller', `import { get } from '@loopback/rest';\nexport class PingController { @get('/ping') ping() { return { rest: { cors: { origin: '*' } } }; } }\n`],
    ['a variable of that shape', `const config = { rest: { cors: { origin: '*' } } };\nexport default config;\n`],
  ])('%s is no policy', (_name, text) => {
    expect(read(loopback, { 'a.ts': text }, 'a.ts')).toMatchObject({ policies: [], gaps: [] });
  });

  test('every prefix reads', () => {
    expect(readPrefixes(loopback, app(`class A extends RestApplication { constructor() { super({ rest: { cors: { origin: [/a/], credentials: true } } }); } }\nnew A();\n`), 'a.ts')).toBeGreaterThan(2);
  });
});
