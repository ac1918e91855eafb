import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import vite from '../../src/readers/vite/index.js';
import type { Environment } from '../../src/values/fact.js';
import { viteSource } from '../support/dev-server-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

const rows = observed('javascript');

function policiesOf(text: string, version?: string, more: Readonly<Record<string, string>> = {}): readonly Policy[] {
  const files = { 'vite.config.ts': text, ...(version === undefined ? {} : { 'package.json': JSON.stringify({ devDependencies: { vite: version } }) }), ...more };
  return read(vite, files, 'vite.config.ts').policies;
}

function named(policies: readonly Policy[], section: 'server' | 'preview'): Policy | undefined {
  return policies.find(({ title }) => title === (section === 'server' ? 'Vite dev server' : 'Vite preview server'));
}

describe.each([['server', 'vite server.cors', 580], ['preview', 'vite preview.cors', 560]] as const)('%s.cors', (section, framework, total) => {
  test('answers like the recorded servers', () => {
    let held = 0;
    const failures: string[] = [];
    for (const group of grouped(rows, framework)) {
      const [first] = group;
      const policy = named(policiesOf(viteSource(section, first.options), first.version.replace('vite ', '')), section);
      for (const row of group) {
        // Without CORS there is no policy: the response carries nothing.
        if (policy === undefined) {
          if (row.response.headers.some(([name]) => /^access-control-|^vary$/.test(name))) failures.push(`${row.version} ${JSON.stringify(row.options)}: no policy`);
          else held++;
          continue;
        }
        const wrong = differences({ policy, inner: [] }, row, { environment: 'development', ...(row.request!.method === 'OPTIONS' ? {} : { scenario: { status: row.response.status } }) });
        if (wrong.length === 0) held++;
        else failures.push(`${row.version} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
      }
    }
    expect(failures.slice(0, 5)).toEqual([]);
    expect(held).toBe(total);
  });
});

function origin(policy: Policy | undefined, from: string, environment: Environment = 'development'): string | null | undefined {
  const outcomes = evaluate({ policy: policy ?? expect.fail('no policy'), inner: [] }, { method: 'GET', path: '/', headers: [['origin', from]] }, { environment });
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!.response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text;
}

test('nothing is sent in production', () => {
  expect(origin(named(policiesOf(viteSource('server', true)), 'server'), 'https://a.test', 'production')).toBeUndefined();
});

test('the preview server takes the options of the dev server', () => {
  expect(origin(named(policiesOf(viteSource('server', { origin: 'https://a.test' })), 'preview'), 'https://b.test')).toBe('https://a.test');
});

test.each([
  // Read in the published packages: `cors` of the defaults in dist/node.
  ['4.5.5', '*'], ['4.5.8', undefined], ['4.5.9', undefined], ['5.4.11', '*'], ['5.4.13', undefined], ['6.0.8', '*'], ['6.0.10', undefined], ['3.2.0', '*'],
])('the default of %s for a stranger', (version, sent) => {
  const policy = named(policiesOf('export default { server: { port: 3000 } };', version), 'server');
  expect(policy === undefined ? undefined : origin(policy, 'https://stranger.test')).toBe(sent);
});

test.each(['5.4.14', '6.0.11', '8.0.0'])('the default of %s lets loopback in', (version) => {
  expect(origin(named(policiesOf('export default {};', version), 'server'), 'http://localhost:3000')).toBe('http://localhost:3000');
});

test.each([
  ['a variable', "const cors = { origin: 'https://a.test' }; export default { server: { cors } };"],
  ['a spread', "const base = { origin: 'https://a.test' }; export default { server: { cors: { ...base, credentials: true } } };"],
  ['an imported file', "import { cors } from './cors'; export default { server: { cors } };"],
  ['a function', "import { defineConfig } from 'vite'; export default defineConfig(({ mode }) => ({ server: { cors: mode === 'development' ? { origin: 'https://a.test' } : true } }));"],
  ['an async function', "import { defineConfig } from 'vite'; export default defineConfig(async () => { return { server: { cors: { origin: 'https://a.test' } } }; });"],
  ['merged', "import { mergeConfig } from 'vite'; export default mergeConfig({ server: { port: 1 } }, { server: { cors: { origin: 'https://a.test' } } });"],
  ['CommonJS', "module.exports = { server: { cors: { origin: 'https://a.test' } } };"],
  ['headers', "export default { server: { cors: false, headers: { 'Access-Control-Allow-Origin': 'https://a.test' } } };"],
])('follows %s', (_shape, text) => {
  expect(origin(named(policiesOf(text, '8.0.0', { 'cors.ts': "export const cors = { origin: 'https://a.test' };" }), 'server'), 'https://a.test')).toBe('https://a.test');
});

test('a server started by a program', () => {
  const { policies } = read(vite, { 'dev.js': "import { createServer } from 'vite'; const server = await createServer({ server: { cors: true } }); await server.listen();" }, 'dev.js');
  expect(origin(named(policies, 'server'), 'https://a.test')).toBe('*');
});

test('an environment variable with a default stays open, and its default is known', () => {
  const policy = named(policiesOf("export default { server: { cors: { origin: process.env.DEV_ORIGIN || 'https://a.test' } } };"), 'server')!;
  const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: [['origin', 'https://a.test']] }, { environment: 'development' });
  const sent = outcomes.map(({ response }) => response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text);
  expect(new Set(sent)).toEqual(new Set(['https://a.test', null]));
});

test('a configuration from elsewhere is a gap', () => {
  const { policies, gaps } = read(vite, { 'vite.config.ts': "import { make } from 'elsewhere'; export default make({ cors: true });" }, 'vite.config.ts');
  expect([policies.length, gaps.length > 0]).toEqual([0, true]);
});

test('other files that speak of cors are none of its business', () => {
  expect(read(vite, { 'app.ts': 'export default { server: { cors: true } };' }, 'app.ts').policies).toEqual([]);
});

test('every prefix reads without a throw', () => {
  expect(readPrefixes(vite, viteSource('server', { origin: ['https://a.test'], credentials: true }), 'vite.config.ts')).toBeGreaterThan(1);
});
