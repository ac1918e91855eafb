import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Layer } from '../../src/config/resolve.js';
import { resolve } from '../../src/config/resolve.js';
import { defineConfig } from '../../src/config/config.js';
import { ConfigSearch } from '../../src/config/search.js';
import { ruleEntries } from '../../src/generated/catalogue.js';
import { Folder, runIn, SERVER } from '../support/cli.js';

const folder = new Folder('config-files');

async function failOn(files: Readonly<Record<string, string>>, dataOnly = false): Promise<unknown> {
  folder.write(files);
  const layers = await new ConfigSearch(ruleEntries, folder.path, folder.path, dataOnly).above(folder.path);
  return layers === undefined ? undefined : resolve(layers, 'a.js').failOn;
}

describe('what a file may look like', () => {
  test.each<[string, string, string]>([
    ['JSON with a byte order mark', '.cors-lintrc.json', '\uFEFF{"failOn":"warn"}'],
    ['JSON with CRLF', '.cors-lintrc.json', '{\r\n  "failOn": "warn"\r\n}\r\n'],
    ['JSON with comments and a comma too many', '.cors-lintrc.json', '// ours\n{\n  /* mildest */ "failOn": "warn", // yes\n}\n'],
    ['YAML with a byte order mark and CRLF', '.cors-lintrc.yml', '\uFEFF# ours\r\nfailOn: warn\r\n'],
    ['JSON without an ending', '.cors-lintrc', '{"failOn": "warn"}'],
    ['a module', '.cors-lintrc.mjs', 'export default { failOn: "warn" };'],
    ['a script that is a module by its package', '.cors-lintrc.js', 'module.exports = { failOn: "warn" };'],
    ['TypeScript', 'cors-lint.config.ts', 'interface Own { failOn: "warn" }\nconst own: Own = { failOn: "warn" };\nexport default own;'],
    ['one in .config/', '.config/cors-lint.config.mjs', 'export default { failOn: "warn" };'],
  ])('%s', async (_case, name, text) => {
    expect(await failOn({ [name]: text })).toBe('warn');
    // What a .ts configuration is compiled to is gone again.
    expect(readdirSync(dirname(folder.at(name)))).toEqual([name.replace('.config/', '')]);
  });

  test.each([['.cors-lintrc', ''], ['.cors-lintrc.json', '  \n'], ['.cors-lintrc.json', '// nothing yet\n'], ['.cors-lintrc.yaml', '# nothing yet\n'], ['.cors-lintrc.yaml', '\uFEFF']])('an empty %s (%j) is an empty configuration, and no other one is looked for', async (name, text) => {
    folder.write({ '.cors-lintrc.json': '{"failOn":"never"}', [`sub/${name}`]: text });
    const layers = await new ConfigSearch(ruleEntries, folder.path, folder.path).above(folder.at('sub'));
    expect(layers?.map(({ source }) => source)).toEqual(['cors-lint:recommended', folder.at(`sub/${name}`)]);
  });

  test('a package.json that names cors-lint as a dependency alone has no configuration', async () => {
    expect(await failOn({ 'package.json': '{"devDependencies":{"cors-lint":"1"}}' })).toBeUndefined();
    expect(await failOn({ '.cors-lintrc': 'failOn: info' })).toBe('info');
  });

  test('of several in one folder the strongest name counts: package.json, .cors-lintrc…, .config/, cors-lint.config…', async () => {
    const all = { 'cors-lint.config.mjs': 'export default { failOn: "never" };', '.cors-lintrc.yaml': 'failOn: info', '.cors-lintrc.json': '{"failOn":"warn"}', 'package.json': '{"cors-lint":{"failOn":"error"}}' };
    const seen = [];
    for (const [name, text] of Object.entries(all)) seen.push(await failOn({ [name]: text }));
    expect(seen).toEqual(['never', 'info', 'warn', 'error']);
  });
});

describe('what is refused, with its place', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['broken JSON', { '.cors-lintrc.json': '{\n  "rules": {\n    "no-null-origin" "off"\n  }\n}' }, '.cors-lintrc.json:3:22: colon expected'],
    ['JSON that ends early', { '.cors-lintrc.json': '{' }, '.cors-lintrc.json:1:2: close brace expected'],
    ['broken YAML', { '.cors-lintrc.yaml': 'failOn: warn\nrules:\n  - a\n b: 1\n' }, '.cors-lintrc.yaml:4:2: bad indentation of a mapping entry'],
    ['a key twice in YAML', { '.cors-lintrc': 'failOn: warn\nfailOn: error\n' }, '.cors-lintrc:2:1: duplicated mapping key'],
    ['a list', { '.cors-lintrc.yaml': '- a\n' }, '.cors-lintrc.yaml: expected an object, found a list'],
    ['a module that throws', { 'cors-lint.config.mjs': 'const a = 1;\nthrow new Error("no luck");\n' }, 'cors-lint.config.mjs:2:7: no luck'],
    ['a script that throws', { '.cors-lintrc.cjs': '\n\n  nope();\n' }, '.cors-lintrc.cjs:3:3: nope is not defined'],
    ['a module without a default', { 'cors-lint.config.mjs': 'export const rules = {};\n' }, 'cors-lint.config.mjs: nothing is exported; write `export default { … }`'],
    ['a .ts that throws', { '.cors-lintrc.ts': 'throw new Error("no luck");\n' }, '.cors-lintrc.ts: no luck'],
    ['a package that is not there', { '.cors-lintrc': 'extends: shared-config' }, '.cors-lintrc: extends: "shared-config" was not found'],
    ['a file that looks like a package', { '.cors-lintrc': 'extends: base.json', 'base.json': '{}' }, '.cors-lintrc: extends: "base.json" was not found; did you mean "./base.json"?'],
    ['two that extend each other', { '.cors-lintrc.json': '{"extends":"./b.json"}', 'b.json': '{"extends":"./.cors-lintrc.json"}' }, 'b.json: extends: ./.cors-lintrc.json extends itself'],
    ['a layer in front of one that is not named', { '.cors-lintrc.json': '{"layers": [\n  {"name": "gateway", "files": ["aip/**"], "inFrontOf": ["aip"]},\n  {"name": "api", "files": ["src/**"]}\n]}' }, '.cors-lintrc.json:2:59: layers: gateway is in front of "aip", which is no layer; did you mean api?'],
    ['layers in a circle', { '.cors-lintrc.yaml': 'layers:\n  - { name: edge, files: [edge/**], inFrontOf: [api] }\n  - { name: api, files: [api/**], inFrontOf: [edge] }\n' }, '.cors-lintrc.yaml:3:47: layers: layers stand in front of each other in a circle: edge, api, edge'],
    ['a layer in front of itself', { '.cors-lintrc.yaml': 'layers: [{ name: api, files: [api/**], inFrontOf: [api] }]' }, '.cors-lintrc.yaml:1:52: layers: layers stand in front of each other in a circle: api, api'],
    ['a layer without files', { '.cors-lintrc.yaml': 'layers:\n  - name: api\n' }, '.cors-lintrc.yaml:1:1: layers.0: the key files is missing'],
    ['layers that only together make a circle', { '.cors-lintrc.json': '{"extends":"./b.json",\n"layers":[{"name":"b","files":["b/**"],"inFrontOf":["a"]}]}', 'b.json': '{"layers":[{"name":"a","files":["a/**"],"inFrontOf":["b"]},{"name":"b","files":["x/**"]}]}' }, '.cors-lintrc.json:2:54: layers: layers stand in front of each other in a circle: a, b, a'],
    ['an unknown key of what is extended', { '.cors-lintrc.json': '{"extends":"./b.json"}', 'b.json': '{\n "ruls": {}\n}' }, 'b.json:2:2: ruls: unknown key "ruls"; did you mean rules?'],
  ])('%s', async (_case, files, message) => {
    folder.write({ 'app.js': SERVER, ...files });
    expect(await runIn(folder.path, [])).toEqual({ code: 2, out: '', err: expect.stringContaining(`cors-lint: ${folder.path}/${message}`) });
  });
});

describe('--config-data-only', () => {
  const refused = (name: string): string => `${folder.at(name)}: a configuration that is a program is not run with --config-data-only; write it as JSON or YAML`;
  const EVIL = 'require("fs").writeFileSync(__dirname + "/proof", ""); module.exports = {};';

  test.each<[string, Readonly<Record<string, string>>, string[], string]>([
    ['found', { '.cors-lintrc.cjs': EVIL }, [], '.cors-lintrc.cjs'],
    ['found, TypeScript', { 'cors-lint.config.ts': EVIL }, [], 'cors-lint.config.ts'],
    ['named', { 'own.cjs': EVIL }, ['-c', 'own.cjs'], 'own.cjs'],
    ['extended', { '.cors-lintrc.json': '{"extends":"./base.cjs"}', 'base.cjs': EVIL }, [], 'base.cjs'],
    ['extended by package.json', { 'package.json': '{"cors-lint":{"extends":"./base.cjs"}}', 'base.cjs': EVIL }, [], 'base.cjs'],
    ['a package', { '.cors-lintrc': 'extends: shared', 'node_modules/shared/index.js': EVIL, 'node_modules/shared/package.json': '{"main":"index.js"}' }, [], 'node_modules/shared/index.js'],
  ])('a program is refused by name and not run: %s', async (_case, files, argv, name) => {
    folder.write({ 'app.js': SERVER, ...files });
    expect(await runIn(folder.path, ['--config-data-only', ...argv])).toEqual({ code: 2, out: '', err: `cors-lint: ${refused(name)}\n` });
    expect(existsSync(folder.at(`${dirname(name)}/proof`))).toBe(false);
  });

  test('data is taken, and nothing that configures the search for it is run', async () => {
    // cosmiconfig itself would read both.
    folder.write({ '.config/config.js': EVIL, '.cors-lintrc.json': '{"extends":"./base.yaml"}', 'base.yaml': 'failOn: never', 'app.js': SERVER });
    expect(await runIn(folder.path, ['--config-data-only', '-f', 'compact'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('app.js:2:') });
    expect(existsSync(folder.at('.config/proof'))).toBe(false);
    expect(await failOn({ '.cors-lintrc.json': '{"$import":"./evil.cjs"}', 'evil.cjs': EVIL }, true).catch((error: unknown) => String(error))).toContain('unknown key "$import"');
    expect(existsSync(folder.at('proof'))).toBe(false);
  });
});

describe('merging', () => {
  const layer = (config: Layer['config']): Layer => ({ config, folder: '', strict: false, source: 'test' });

  test('lists of several files add up; an environment of the same name takes the place of the earlier one', () => {
    const layers = [
      layer({ ignores: ['a/**'], trustedOrigins: ['https://a.example', { env: 'dev', origins: ['http://old:*'] }, { env: 'test', origins: ['http://t:1'] }], environments: { dev: { files: ['*.dev.js'] }, test: { files: ['*.test.js'] } } }),
      layer({ ignores: ['b/**'], trustedOrigins: ['https://b.example', 'https://a.example', { env: 'dev', origins: ['http://new:*'] }, { env: 'dev', origins: ['http://newer:*'] }], environments: { dev: { files: ['*.local.js'] } } }),
    ];
    expect(['a/x.js', 'b/x.js', 'c/x.js'].map((file) => resolve(layers, file).ignored)).toEqual([true, true, false]);
    expect(['x.dev.js', 'x.local.js', 'x.test.js'].map((file) => resolve(layers, file).environment)).toEqual(['production', 'dev', 'test']);
    expect(resolve(layers, 'x.js').trustedOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(resolve(layers, 'x.local.js').trustedOrigins).toEqual(['https://a.example', 'https://b.example', 'http://new:*', 'http://newer:*']);
    expect(resolve(layers, 'x.test.js').trustedOrigins).toEqual(['https://a.example', 'https://b.example', 'http://t:1']);
  });

  test('layers of several files add up, each with the folder that its patterns start from; one of the same name takes the place of the earlier one', () => {
    const layers = [
      layer({ layers: [{ name: 'gateway', files: ['deploy/**'], inFrontOf: ['api'] }, { name: 'api', files: ['src/**'] }] }),
      { ...layer({ layers: [{ name: 'api', files: ['*.js', '!*.test.js'], inFrontOf: [] }] }), folder: 'services' },
    ];
    const [gateway, api] = resolve(layers, 'x.js').layers;
    expect([gateway!.name, gateway!.folder, gateway!.inFrontOf, api!.name, api!.folder, api!.inFrontOf]).toEqual(['gateway', '', ['api'], 'api', 'services', []]);
    const fits = (source: string, path: string): boolean => new RegExp(source).test(path);
    expect(['deploy/a/nginx.conf', 'deployed/nginx.conf'].map((path) => fits(gateway!.files[0]!.source, path))).toEqual([true, false]);
    expect(api!.files.map(({ not }) => not)).toEqual([undefined, true]);
    expect(['app.js', 'a/b/app.js', 'app.ts'].map((path) => fits(api!.files[0]!.source, path))).toEqual([true, true, false]);
    // Options of the engine are compared as JSON, for `--cache`.
    expect(JSON.parse(JSON.stringify(resolve(layers, 'x.js').layers))).toEqual(resolve(layers, 'x.js').layers);
  });

  test('what is set anew comes last: it wins where two environments fit', () => {
    const layers = [layer({ environments: { dev: { files: ['*.js'] }, test: { files: ['*.js'] } } }), layer({ environments: { dev: { files: ['*.js'] } } })];
    expect(resolve(layers, 'x.js').environment).toBe('dev');
  });

  test('extends, own keys, overrides, command line: each is stronger than the one before', async () => {
    folder.write({ 'base.json': '{"rules":{"no-reflected-origin":"off"}}', 'app.js': SERVER });
    const level = async (config: object, ...argv: string[]): Promise<string> => {
      folder.write({ '.cors-lintrc.json': JSON.stringify(config) });
      return (JSON.parse((await runIn(folder.path, ['--print-config', 'app.js', '-f', 'json', ...argv])).out) as { rules: Record<string, string> }).rules['no-reflected-origin']!;
    };
    const own = { extends: ['cors-lint:recommended', './base.json'], rules: { 'cors-lint/no-reflected-origin': 1 } };
    expect(await level({ extends: own.extends })).toBe('off');
    expect(await level(own)).toBe('warn');
    const override = { files: ['*.js'], rules: { 'no-reflected-origin': 2 } };
    expect(await level({ ...own, overrides: [override] })).toBe('error');
    expect(await level({ ...own, overrides: [override, { files: ['app.*'], rules: { 'no-reflected-origin': 'info' } }] })).toBe('info');
    expect(await level({ ...own, overrides: [override] }, '--rule', 'no-reflected-origin=off')).toBe('off');
  });

  test('two packages of one repository, each by its own; between them the nearest above', async () => {
    folder.write({ 'package.json': '{"cors-lint":{"rules":{"no-reflected-origin":"info"}}}', 'packages/a/.cors-lintrc': 'rules: { no-reflected-origin: warn }', 'packages/b/.cors-lintrc.json': '{"ignores":["old/**"]}', 'packages/a/x.js': SERVER, 'packages/b/x.js': SERVER, 'packages/b/old/x.js': SERVER, 'packages/c/old/x.js': SERVER });
    const { out } = await runIn(folder.path, ['-f', 'compact', '--only', 'no-reflected-origin']);
    expect(out.split('\n').filter(Boolean).map((line) => line.replace(/:\d+:\d+: (\w+) .*/, ' $1'))).toEqual(['packages/a/x.js warn', 'packages/b/x.js error', 'packages/c/old/x.js info']);
  });

  test('the search ends at the root of the repository', async () => {
    folder.write({ '.cors-lintrc': 'rules: { no-reflected-origin: off }', 'repo/app.js': SERVER, 'repo/.git/HEAD': 'ref: refs/heads/main\n' });
    expect((await runIn(folder.at('repo'), ['-f', 'compact'])).code).toBe(1);
  });
});

test('defineConfig gives back what it is given, and its types refuse mistakes', () => {
  const config = { failOn: 'warn', rules: { 'no-null-origin': ['warn', { allowInEnv: ['test'] }] } } as const;
  expect(defineConfig(config)).toBe(config);
  // @ts-expect-error a key that does not exist
  defineConfig({ ruls: {} });
  // @ts-expect-error a level that does not exist
  defineConfig({ rules: { 'no-null-origin': 'fatal' } });
  // @ts-expect-error an environment needs files
  defineConfig({ environments: { dev: {} } });
});
