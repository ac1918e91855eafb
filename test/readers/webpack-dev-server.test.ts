import { expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import webpack from '../../src/readers/webpack-dev-server/index.js';
import type { Environment } from '../../src/values/fact.js';
import { webpackSource } from '../support/dev-server-sources.js';
import { read } from '../support/estree.js';
import { grouped } from '../support/grouped.js';
import { differences, observed } from '../support/observed.js';
import { readPrefixes } from '../support/prefixes.js';

function only(text: string, file = 'webpack.config.js', more: Readonly<Record<string, string>> = {}): Policy {
  const { policies, gaps } = read(webpack, { [file]: text, ...more }, file);
  expect([policies.length, gaps]).toEqual([1, []]);
  return policies[0]!;
}

test('answers like the recorded servers', () => {
  let held = 0;
  const failures: string[] = [];
  for (const group of grouped(observed('javascript'), 'webpack-dev-server')) {
    const policy = only(webpackSource(group[0].options), 'webpack.config.js', { 'package.json': JSON.stringify({ devDependencies: { 'webpack-dev-server': group[0].version.replace('webpack-dev-server ', '') } }) });
    for (const row of group) {
      // Status and `Vary: Accept-Encoding` of files come from the compression behind, which is not CORS.
      const behind = row.response.headers.filter(([name, text]) => name === 'vary' && text === 'Accept-Encoding');
      const wrong = differences({ policy, inner: [] }, row, { environment: 'development', scenario: row.request!.method === 'OPTIONS' ? {} : { status: row.response.status, headers: behind } });
      if (wrong.length === 0) held++;
      else failures.push(`${row.version} ${JSON.stringify(row.options)} ${JSON.stringify(row.request)}: ${wrong.join('; ')}`);
    }
  }
  expect(failures.slice(0, 5)).toEqual([]);
  expect(held).toBe(280);
});

function origin(policy: Policy, environment: Environment = 'development'): string | null | undefined {
  const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: [['origin', 'https://a.test']] }, { environment });
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!.response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text;
}

test('nothing is sent in production', () => {
  expect(origin(only(webpackSource({ headers: { 'Access-Control-Allow-Origin': '*' } })), 'production')).toBeUndefined();
});

const HEADERS = "{ 'Access-Control-Allow-Origin': '*' }";

test.each([
  ['a variable', 'webpack.config.js', `const devServer = { headers: ${HEADERS} }; module.exports = { devServer };`],
  ['a spread', 'webpack.config.js', `const common = ${HEADERS}; module.exports = { devServer: { headers: { ...common, 'X-A': '1' } } };`],
  ['an imported file', 'webpack.dev.js', `const { headers } = require('./headers'); module.exports = { devServer: { headers } };`],
  ['a function', 'webpack.config.ts', `export default (env: unknown) => ({ devServer: { headers: ${HEADERS} } });`],
  ['several configurations', 'webpack.config.js', `module.exports = [{ devServer: { headers: ${HEADERS} } }, { entry: './b' }];`],
  ['Vue CLI', 'vue.config.js', `const { defineConfig } = require('@vue/cli-service'); module.exports = defineConfig({ devServer: { headers: ${HEADERS} } });`],
  ['the API', 'scripts/start.js', `const WebpackDevServer = require('webpack-dev-server'); const server = new WebpackDevServer({ port: 1, headers: ${HEADERS} }, compiler);`],
])('follows %s', (_shape, file, text) => {
  expect(origin(only(text, file, { 'headers.js': `exports.headers = ${HEADERS};` }))).toBe('*');
});

test('what is not in view is a gap, or an open value', () => {
  expect(read(webpack, { 'webpack.config.js': "module.exports = { devServer: require('@corp/dev-server') };" }, 'webpack.config.js').gaps).toHaveLength(1);
  expect(read(webpack, { 'webpack.config.js': "module.exports = { devServer: { headers: require('@corp/headers') } };" }, 'webpack.config.js').gaps).toHaveLength(1);
  const policy = only("module.exports = { devServer: { headers: { 'Access-Control-Allow-Origin': process.env.ORIGIN || '*' } } };");
  const outcomes = evaluate({ policy, inner: [] }, { method: 'GET', path: '/', headers: [] }, { environment: 'development' });
  expect(new Set(outcomes.map(({ response }) => response.headers[0]?.text))).toEqual(new Set(['*', null]));
});

test('other files are none of its business', () => {
  expect(read(webpack, { 'app.js': `export default { devServer: { headers: ${HEADERS} } };` }, 'app.js').policies).toEqual([]);
});

test('every prefix reads without a throw', () => {
  expect(readPrefixes(webpack, webpackSource({ headers: { 'Access-Control-Allow-Origin': '*' } }), 'webpack.config.js')).toBeGreaterThan(1);
});
