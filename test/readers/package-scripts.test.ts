/** Scripts as npm runs them. */
import { expect, test } from 'vitest';
import reader from '../../src/readers/package-scripts/index.js';
import yaml from '../../src/syntax/yaml/index.js';
import { factsIn, placesIn, portsOf, runsOf, unitsIn } from '../support/topology.js';
import type { TopologyFact } from '../../src/policy/topology.js';

const factsOf = (scripts: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): readonly TopologyFact[] => {
  const texts = { 'api/package.json': JSON.stringify({ name: 'api', scripts }, null, 2), ...more };
  const facts = factsIn(reader, yaml, texts);
  placesIn(facts, texts);
  return facts;
};
const shown = (scripts: Readonly<Record<string, string>>, more?: Readonly<Record<string, string>>): readonly string[] => unitsIn(factsOf(scripts, more)).map((unit) => `${unit.title}: ${[...runsOf(unit), ...portsOf(unit)].join(', ')}`);

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, readonly string[]]>([
  ['start and dev', { start: 'node server.js', dev: 'nodemon server.js', test: 'vitest' }, { 'api/server.js': '' }, ['npm start: file api/server.js, folder api', 'npm run dev: file api/server.js, folder api']],
  ['ports', { start: 'cross-env PORT=4000 node server.js', 'dev:web': 'vite --port 5180' }, { 'api/server.js': '' }, ['npm start: file api/server.js, folder api, 4000', 'npm run dev:web: folder api, 5180']],
  ['scripts that run scripts', { start: 'concurrently "npm:api" "npm:web"', api: 'PORT=4000 node a.js', web: 'next start' }, { 'api/a.js': '' }, ['npm start: file api/a.js, folder api, 4000, 3000?']],
  ['what is built first', { build: 'tsc', start: 'npm run build && node dist/index.js' }, { 'api/src/index.ts': '', 'api/tsconfig.json': '{\n  // built\n  "compilerOptions": {\n    "target": "es2022",\n    "rootDir": "./src",\n    "outDir": "dist"\n  }\n}' }, ['npm start: file api/src/index.ts, folder api']],
  ['a package elsewhere', { start: 'npm --prefix ../web start' }, { 'web/package.json': '{"scripts":{"start":"node w.js"}}', 'web/w.js': '' }, ['npm start: file web/w.js, folder web']],
  ['a tool of the front end', { serve: 'vue-cli-service serve --port 8081', preview: 'vite preview' }, {}, ['npm run serve: folder api, 8081', 'npm run preview: folder api']],
  ['what serves nothing', { start: 'echo hi', dev: 'tsc -w', serve: '' }, {}, []],
  ['quotes that do not match', { start: 'node "server.js' }, { 'api/server.js': '' }, []],
])('%s', (_case, scripts, more, expected) => {
  expect(shown(scripts, more)).toEqual(expected);
});

test('every script that serves is known by its name, for those that are called from elsewhere', () => {
  const scripts = factsOf({ prod: 'node server.js', lint: 'eslint .' }, { 'api/server.js': '' }).filter((fact) => fact.fact === 'script');
  expect(scripts.map(({ file, name, runs }) => [file, name, runsOf({ runs })])).toEqual([['api/package.json', 'prod', ['file api/server.js', 'folder api']]]);
});

test('a script stands where it is written', () => {
  const texts = { 'package.json': '{ "scripts": { "start": "node a.js" } }', 'a.js': '' };
  const [unit] = unitsIn(factsIn(reader, yaml, texts));
  expect(placesIn([{ at: unit!.at }], texts)).toEqual(['"node a.js"']);
  expect([unit!.networks, unit!.names]).toEqual([['machine'], ['localhost', '127.0.0.1']]);
});

test.each(['', '[]', '{', '{"scripts":', '{"scripts": 5}', '{"scripts": {"start": 5, "dev": null}}', '{"scripts": ["node a.js"]}'])('%j gives nothing', (text) => {
  expect(factsIn(reader, yaml, { 'package.json': text, 'a.js': '' })).toEqual([]);
});
