import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VERSION } from '../../src/generated/version.js';
import { root } from '../support/documents.js';
import { Packed } from '../support/packed.js';
import { run } from './server.js';

const REFLECTED = "const cors = require('cors');\nconst app = require('express')();\napp.use(cors({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

let packed: Packed;
/** An empty project into which npm installs the package. */
let project: string;
beforeAll(() => {
  packed = new Packed();
  project = emptyProject('project');
  run('npm', ['install', ...QUIET, packed.tarball], project);
});
afterAll(() => packed.remove());

function emptyProject(name: string): string {
  const folder = join(packed.top, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  writeFileSync(join(folder, 'app.js'), REFLECTED);
  return folder;
}

test('npm brings three packages more, none of which runs anything', () => {
  const installed = JSON.parse(run('npm', ['query', '*'], project)) as readonly { readonly name?: string; readonly scripts?: Readonly<Record<string, string>> }[];
  const names = installed.flatMap(({ name }) => name ?? []);
  expect(names.filter((name) => !name.startsWith('@oxc-parser/binding-')).sort()).toEqual(['@oxc-project/types', 'cors-lint', 'oxc-parser']);
  expect(names).toHaveLength(4);
  expect(installed.flatMap(({ scripts = {} }) => Object.keys(scripts)).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
});

test('npx finds the command', () => {
  expect(run('npx', ['--no', '--', 'cors-lint', '--version'], project)).toBe(`${VERSION}\n`);
});

test('under the name that eslintrc looks for, ESLint finds the plugin', () => {
  const folder = emptyProject('eslintrc');
  run('npm', ['install', ...QUIET, '--save-dev', `eslint-plugin-cors-lint@${packed.tarball}`], folder);
  writeFileSync(join(folder, '.eslintrc.json'), JSON.stringify({ root: true, extends: ['plugin:cors-lint/legacy-recommended'], parserOptions: { ecmaVersion: 2022 } }));
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/eslint-8/bin/eslint.js'), '-f', 'json', 'app.js'], { cwd: folder, encoding: 'utf8' });
  expect((JSON.parse(stdout) as readonly { readonly messages: readonly { readonly ruleId: string }[] }[])[0]!.messages.map(({ ruleId }) => ruleId)).toEqual(['cors-lint/no-reflected-origin']);
});

test('where oxc-parser has no binary, its build for WebAssembly reads scripts', () => {
  const folder = emptyProject('webassembly');
  run('npm', ['install', ...QUIET, packed.tarball], folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/oxc-parser/package.json'), 'utf8')) as { version: string };
  // npm takes it for a package of another platform.
  run('npm', ['install', ...QUIET, '--force', `@oxc-parser/binding-wasm32-wasi@${version}`], folder);
  rmSync(join(folder, 'node_modules/@oxc-parser', binaryOf(folder)), { recursive: true });
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/cors-lint/dist/cli.js', '-f', 'compact', 'app.js'], { cwd: folder, encoding: 'utf8' });
  expect([status, stdout]).toEqual([1, expect.stringContaining('[cors-lint/no-reflected-origin]')]);
});

function binaryOf(folder: string): string {
  const names = (JSON.parse(run('npm', ['query', '*'], folder)) as readonly { readonly name?: string }[]).flatMap(({ name }) => name ?? []);
  const [binary] = names.filter((name) => name.startsWith('@oxc-parser/binding-') && !name.includes('wasm'));
  return binary!.slice('@oxc-parser/'.length);
}
