import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../src/generated/version.js';
import { root } from './support/documents.js';
import { BAD, FINDING, MENDABLE, MENDED } from './support/hook-repository.js';
import { pathsUnder } from './support/lint.js';
import { Packed } from './support/packed.js';

const REFLECTED = "const cors = require('cors');\nconst app = require('express')();\napp.use(cors({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";

const PATTERN = REFLECTED.replace('origin: true', 'origin: /^https:\\/\\/app.example\\.com$/');

let packed: Packed;
/** The package and what npm brings with it, nothing else. */
let project: string;
beforeAll(() => {
  packed = new Packed();
  project = packed.project('project');
}, 60_000);
afterAll(() => packed.remove());

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function node(folder: string, ...args: readonly string[]): Done {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ESLINT_USE_FLAT_CONFIG: undefined, NO_COLOR: '1', FORCE_COLOR: undefined } });
  return { code: status, out: stdout, err: stderr };
}

const cli = (folder: string, ...args: readonly string[]): Done => node(folder, 'node_modules/cors-lint/dist/cli.js', ...args);

describe('the tarball', () => {
  const CONTENTS = [
    /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|schema\.json)$/,
    /^dist\/(?:THIRD-PARTY-LICENSES\.txt|(?:cli|api|config|(?:eslint|scan)-worker)\.js|(?:eslint|parser)\.[cm]js|(?:scopes|regexpp|tldts|compiler)\.cjs)$/,
    /^dist\/chunks\/[\w-]+\.js$/,
    /^dist\/chunks\/(?:web-tree-sitter|tree-sitter-(?:java|kotlin|python))\.wasm$/,
    /^dist\/types\/(?:(?:eslint|parser)\.d\.[cm]ts|src\/[\w/-]+\.d\.ts)$/,
  ];

  // What makes trees of TypeScript's compiler, which rewrites scripts, is an eighth of it.
  test('holds what runs and its types, in less than 3.5 MB', () => {
    const paths = pathsUnder(packed.folder);
    expect(paths.filter((path) => !CONTENTS.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of CONTENTS) expect(paths.some((path) => pattern.test(path)), String(pattern)).toBe(true);
    expect(paths.filter((path) => path.endsWith('.d.ts')).length).toBeLessThan(60);
    expect(statSync(packed.tarball).size).toBeLessThan(3.5e6);
  });

  test('nothing runs when it is installed, nor when anything is that it needs', () => {
    const { scripts, dependencies } = JSON.parse(readFileSync(join(packed.folder, 'package.json'), 'utf8')) as { scripts: Record<string, string>; dependencies: Record<string, string> };
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
    expect(Object.keys(dependencies)).toEqual(['oxc-parser']);
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: true; devOptional?: true; peer?: true; hasInstallScript?: true }> };
    const installed = Object.entries(packages).filter(([path, { dev, devOptional, peer }]) => path !== '' && dev === undefined && devOptional === undefined && peer === undefined);
    expect(installed.map(([path]) => path)).toEqual(expect.arrayContaining(['node_modules/oxc-parser', 'node_modules/@oxc-project/types']));
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
  });

  test('publint has nothing to say', async () => {
    expect((await publint({ pkgDir: packed.folder, pack: false, level: 'suggestion', strict: true })).messages).toEqual([]);
  });

  /**
   * - Resolution of the kind `node10` knows no exports map; no Node.js that runs this package resolves so.
   * - The entries for programs are ES modules alone: every Node.js that runs this package can `require` them.
   */
  test('types are right in every way of resolving them that there is', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(packed.tarball)));
    if (!result.types) throw new Error('no types');
    const told = result.problems.map((problem) => [problem.kind, 'entrypoint' in problem ? problem.entrypoint : '', 'resolutionKind' in problem ? problem.resolutionKind : '']);
    expect(told.sort()).toEqual([
      ['CJSResolvesToESM', './api', 'node16-cjs'],
      ['CJSResolvesToESM', './config', 'node16-cjs'],
      ['NoResolution', './api', 'node10'],
      ['NoResolution', './config', 'node10'],
      ['NoResolution', './parser', 'node10'],
    ]);
  });
});

describe('installed, with nothing but its own dependencies', () => {
  test('the command reads every kind of file', () => {
    expect(cli(project, '--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
    writeFileSync(join(project, 'nginx.conf'), BAD);
    writeFileSync(join(project, 'app.js'), REFLECTED);
    writeFileSync(join(project, 'main.py'), 'from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["null"], allow_credentials=True)\n');
    writeFileSync(join(project, 'Api.java'), 'import org.springframework.web.bind.annotation.*;\n@RestController\n@CrossOrigin(origins = "null", allowCredentials = "true")\nclass Api {\n  @GetMapping("/a")\n  String a() { return ""; }\n}\n');
    const { code, out } = cli(project, '-f', 'compact', 'nginx.conf', 'app.js', 'main.py', 'Api.java');
    expect(code).toBe(1);
    expect(out.split('\n').filter(Boolean).map((line) => line.replace(/:.*\[/, ' [')).sort()).toEqual(expect.arrayContaining(['Api.java [cors-lint/no-null-origin]', 'app.js [cors-lint/no-reflected-origin]', 'main.py [cors-lint/no-null-origin]', `nginx.conf [${FINDING}]`]));
  });

  // Each rule asks what is loaded for it alone: patterns, public suffixes, the scopes of scripts.
  test('every rule finds what it is about', () => {
    const folder = packed.project('rules');
    const top = join(root, 'fixtures/rules');
    const rules = readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const rule of rules) for (const bad of readdirSync(join(top, rule)).filter((name) => /^bad-[^.]*(?:\.(?!fixed\.)\w+)?$/.test(name)).slice(0, 3)) cpSync(join(top, rule, bad), join(folder, rule, bad), { recursive: true });
    writeFileSync(join(folder, '.cors-lintrc.json'), '{ "extends": ["cors-lint:strict"] }\n');
    const unfound = (where: string, wanted: readonly string[]): readonly string[] => {
      const { findings, gaps } = JSON.parse(node(where, join(folder, 'node_modules/cors-lint/dist/cli.js'), '-f', 'json', '.').out) as { findings: readonly { ruleId: string }[]; gaps: readonly { message: string }[] };
      expect(gaps.filter(({ message }) => message.startsWith('cors-lint failed here'))).toEqual([]);
      return wanted.filter((rule) => !findings.some(({ ruleId }) => ruleId === `cors-lint/${rule}`));
    };
    // Layers are those of one repository, and each of these is one.
    const ofLayers = unfound(folder, rules);
    expect(ofLayers.flatMap((rule) => unfound(join(folder, rule, readdirSync(join(folder, rule))[0]!), [rule]))).toEqual([]);
    expect(ofLayers.length).toBeLessThan(5);
  }, 60_000);

  test('both module systems get one plugin, and one parser', () => {
    writeFileSync(join(project, 'same.mjs'), "import { createRequire } from 'node:module';\nimport plugin from 'cors-lint';\nimport parser from 'cors-lint/parser';\nconst require = createRequire(import.meta.url);\nconsole.log(plugin === require('cors-lint'), parser === require('cors-lint/parser'), parser === plugin.parser, plugin.configs.recommended[0].plugins['cors-lint'] === plugin, plugin.meta.version);\n");
    expect(node(project, 'same.mjs').out).toBe(`true true true true ${VERSION}\n`);
  });

  test.each([
    ['an ES module', 'use.mjs', "import { lint, filesFrom, ruleEntries } from 'cors-lint/api';\nimport { defineConfig } from 'cors-lint/config';\n"],
    ['a CommonJS module', 'use.cjs', "const { lint, filesFrom, ruleEntries } = require('cors-lint/api');\nconst { defineConfig } = require('cors-lint/config');\n"],
  ])('the engine is for %s too', (_kind, name, imports) => {
    writeFileSync(join(project, name), `${imports}const rules = new Map(ruleEntries.map(({ id }) => [id, { severity: 'error', options: {} }]));\nlint(['nginx.conf'], filesFrom({ 'nginx.conf': ${JSON.stringify(BAD)} }), { rules, strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true }).then(({ findings }) => console.log(findings.map(({ ruleId }) => ruleId).join(), defineConfig({ failOn: 'warn' }).failOn));\n`);
    expect(node(project, name)).toMatchObject({ code: 0, out: expect.stringMatching(/^no-wildcard-with-credentials.* warn\n$/) });
  });

  test('the schema and the manifest can be asked for by name', () => {
    writeFileSync(join(project, 'files.cjs'), "console.log(require('cors-lint/schema.json').type, require('cors-lint/package.json').name);\n");
    expect(node(project, 'files.cjs').out).toBe('object cors-lint\n');
  });

  test('a script is rewritten, by what is loaded for that alone', () => {
    writeFileSync(join(project, 'rewrite.js'), "const express = require('express');\nconst app = express();\napp.use((req, res, next) => {\n  res.header('Access-Control-Allow-Origin', 'https://app.example.com');\n  next();\n});\napp.get('/a', (req, res) => res.json({}));\n");
    const { code, out } = cli(project, 'codemod', 'express-headers-to-cors', 'rewrite.js');
    expect([code, out]).toEqual([0, expect.stringMatching(/^\+app\.use\(cors\(\{$/m)]);
    expect(readFileSync(join(packed.folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(/^ts-morph \S+ \(MIT\)$[\s\S]*^typescript \S+ \(Apache-2\.0\)$/m);
  });

  test('a file is mended in place', () => {
    writeFileSync(join(project, 'mend.conf'), MENDABLE);
    expect(cli(project, '--fix', 'mend.conf').code).toBe(0);
    expect(readFileSync(join(project, 'mend.conf'), 'utf8')).toBe(MENDED);
  });
});

describe('where oxc-parser has no binary', () => {
  const withoutBinary = (name: string, links: Readonly<Record<string, string>>): string => {
    const folder = packed.project(name, { links });
    for (const installed of ['@oxc-parser', 'oxc-parser']) rmSync(join(folder, 'node_modules', installed), { recursive: true });
    cpSync(join(root, 'node_modules/oxc-parser'), join(folder, 'node_modules/oxc-parser'), { recursive: true });
    writeFileSync(join(folder, 'app.js'), REFLECTED);
    return folder;
  };

  test('a script is told to be unread, and what would help', () => {
    const { code, out } = cli(withoutBinary('bare', {}), '-f', 'compact', '--max-warnings', '0', 'app.js');
    expect([code, out]).toEqual([1, expect.stringMatching(/^app\.js:1:1: warn .*oxc-parser has no binary for this platform.*@typescript-eslint\/parser.*\[cors-lint\/parse-error\]\n$/)]);
  });

  test('@typescript-eslint/parser reads it where that is installed', () => {
    expect(cli(withoutBinary('other', { '@typescript-eslint/parser': '@typescript-eslint/parser', typescript: 'typescript' }), '-f', 'compact', 'app.js')).toMatchObject({ code: 1, out: expect.stringContaining('no-reflected-origin') });
  });
});

const ESLINTS = { '8.57': 'eslint-8', '9.7': 'eslint-9-7', '9.39': 'eslint', '10': 'eslint-10' } as const;

describe.each(Object.entries(ESLINTS))('ESLint %s', (version, installed) => {
  const types = { '8.57': { '@types/eslint': '@types/eslint-8' }, '9.7': { '@types/eslint': '@types/eslint-9' } }[version] ?? {};
  const FLAT = "module.exports = [...require('cors-lint').configs['parser-recommended'], ...require('cors-lint').configs.recommended.filter((config) => config.language === undefined)];\n";

  test('finds the package in a flat configuration', () => {
    const folder = packed.project(`flat-${version}`, { links: { eslint: installed } });
    writeFileSync(join(folder, 'app.js'), REFLECTED);
    writeFileSync(join(folder, 'pattern.js'), PATTERN);
    writeFileSync(join(folder, 'nginx.conf'), BAD);
    writeFileSync(join(folder, 'eslint.config.cjs'), version === '8.57' ? FLAT : "module.exports = [...require('cors-lint').configs.recommended];\n");
    const { out, err } = node(folder, join(root, 'node_modules', installed, 'bin/eslint.js'), '-c', 'eslint.config.cjs', '-f', 'json', '.');
    const results = JSON.parse(out || err) as readonly { readonly filePath: string; readonly messages: readonly { readonly ruleId: string }[] }[];
    const found = results.flatMap(({ filePath, messages }) => messages.map(({ ruleId }) => `${filePath.slice(folder.length + 1)} ${ruleId}`));
    expect(found).toEqual(expect.arrayContaining(['app.js cors-lint/no-reflected-origin', 'pattern.js cors-lint/regex-unescaped-dot', `nginx.conf ${FINDING}`]));
  });

  const CONFIGS: Readonly<Record<string, string>> = {
    'spread.ts': `import type { ESLint, Linter } from 'eslint';\nimport corsLint from 'cors-lint';\nimport parser from 'cors-lint/parser';\nconst plugin: ESLint.Plugin = corsLint;\nconst configs: Linter.${version === '8.57' || version === '9.7' ? 'FlatConfig' : 'Config'}[] = [...corsLint.configs.recommended, ...corsLint.configs['parser-strict'], { plugins: { 'cors-lint': corsLint }, rules: { 'cors-lint/no-null-origin': 'error' } }];\nconst legacy: Linter.${version === '8.57' || version === '9.7' ? 'Config' : 'LegacyConfig'} = corsLint.configs['legacy-recommended'];\nconst tables: string = parser.meta.name;\nexport { plugin, configs, legacy, tables };\n`,
    ...(version === '9.39' || version === '10' ? { 'define.ts': "import { defineConfig } from 'eslint/config';\nimport corsLint from 'cors-lint';\nexport default defineConfig([{ plugins: { 'cors-lint': corsLint }, extends: ['cors-lint/recommended'] }, corsLint.configs.strict, { files: ['**/*.conf'], plugins: { 'cors-lint': corsLint }, language: 'cors-lint/nginx' }]);\n" } : {}),
    'programs.ts': "import { lint, filesFrom, ruleEntries, type Finding } from 'cors-lint/api';\nimport { defineConfig } from 'cors-lint/config';\nexport const config = defineConfig({ rules: { 'no-null-origin': ['warn', {}] }, failOn: 'warn' });\nexport const findings = async (): Promise<readonly Finding[]> => (await lint(['a.conf'], filesFrom({ 'a.conf': '' }), { rules: new Map(ruleEntries.map(({ id }) => [id, { severity: 'error' as const, options: {} }])), strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true })).findings;\n",
  };

  test.each([
    ['nodenext', 'module', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['nodenext in a CommonJS package', 'commonjs', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundler', 'module', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('types compile: %s', (name, type, module, moduleResolution) => {
    const folder = packed.project(`types-${version}-${name.replaceAll(' ', '-')}`, { links: { eslint: installed, '@types/estree': '@types/estree', '@types/json-schema': '@types/json-schema', ...types } });
    writeFileSync(join(folder, 'package.json'), `{ "private": true, "type": "${type}" }\n`);
    for (const [file, text] of Object.entries(CONFIGS)) writeFileSync(join(folder, file), text);
    const program = ts.createProgram(Object.keys(CONFIGS).map((file) => join(folder, file)), { module, moduleResolution, target: ts.ScriptTarget.ES2023, strict: true, exactOptionalPropertyTypes: false, esModuleInterop: true, skipLibCheck: false, noEmit: true, types: [], lib: ['lib.es2023.d.ts'] });
    const told = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => `${file?.fileName.replace(packed.top, '').replace(root, '') ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(told.filter((line) => !/^\/node_modules\/(?:@types\/|eslint)/.test(line))).toEqual([]);
  });
});

describe('eslintrc, by the name that it looks for', () => {
  test.each([['8.57', 'eslint-8'], ['9.39', 'eslint']] as const)('ESLint %s finds the package under the alias', (version, installed) => {
    const folder = packed.project(`alias-${version}`, { as: 'eslint-plugin-cors-lint' });
    writeFileSync(join(folder, 'app.js'), REFLECTED);
    writeFileSync(join(folder, 'nginx.conf'), BAD);
    writeFileSync(join(folder, '.eslintrc.json'), JSON.stringify({ root: true, extends: ['plugin:cors-lint/legacy-recommended'], parserOptions: { ecmaVersion: 2022 } }));
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', installed, 'bin/eslint.js'), '-f', 'json', 'app.js', 'nginx.conf'], { cwd: folder, encoding: 'utf8', env: { ...process.env, ESLINT_USE_FLAT_CONFIG: 'false' } });
    const results = JSON.parse(stdout || stderr) as readonly { readonly messages: readonly { readonly ruleId: string }[] }[];
    expect(results.map(({ messages }) => messages.map(({ ruleId }) => ruleId))).toEqual([['cors-lint/no-reflected-origin'], expect.arrayContaining([FINDING])]);
  });
});
