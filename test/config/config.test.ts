import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check.js';
import { nearest } from '../../src/text/nearest.js';
import { matches, preset, resolve, type Layer } from '../../src/config/resolve.js';
import { configSchema } from '../../src/config/schema.js';
import { ConfigSearch } from '../../src/config/search.js';
import { configFilesIn } from '../../src/config/places.js';
import type { RuleEntry } from '../../src/findings/rule-entry.js';
import { ruleEntries } from '../../src/generated/catalogue.js';

function rule(id: string, worst: RuleEntry['class'], set: RuleEntry['set']): RuleEntry {
  return { id, title: id, class: worst, set, description: '', why: '', options: {}, references: [], messages: {} };
}

const NULL_RULE = { ...rule('no-null-origin', 'security-error', 'recommended'), options: { allowInEnv: { description: 'Environments.', default: [] } } };
const RULES = [NULL_RULE, rule('vary-origin-missing', 'correctness-warning', 'recommended'), rule('max-age-ineffective', 'hygiene', 'strict')];
const schema = configSchema(RULES);
const own = (config: Layer['config'], folder = ''): Layer => ({ config, folder, strict: false, source: 'test' });

describe('check', () => {
  test('what the documentation shows is valid', () => {
    const shown = {
      $schema: './node_modules/cors-lint/schema.json',
      extends: ['cors-lint:recommended'],
      ignores: ['**/legacy/**'],
      rules: { 'no-null-origin': ['warn', { allowInEnv: ['test'] }], 'cors-lint/vary-origin-missing': 2 },
      trustedOrigins: ['https://app.example.com', { env: 'dev', origins: ['http://localhost:*'] }],
      environments: { dev: { files: ['**/*.dev.*', 'docker-compose*.yml'] } },
      overrides: [{ files: ['admin/**'], rules: { 'max-age-ineffective': 'off' } }],
      requireDisableReason: true,
      failOn: 'error',
    };
    expect(checkConfig(shown, schema)).toEqual({ config: shown });
  });

  test.each<[unknown, (string | number)[], string]>([
    [{ rules: { 'no-null-origin': ['warn', { allowInEnvs: [] }] } }, ['rules', 'no-null-origin', 1, 'allowInEnvs'], 'unknown option "allowInEnvs"; did you mean allowInEnv?'],
    [{ rule: {} }, ['rule'], 'unknown key "rule"; did you mean rules?'],
    [{ rules: { 'no-nul-origin': 'off' } }, ['rules', 'no-nul-origin'], 'unknown rule "no-nul-origin"; did you mean no-null-origin?'],
    [{ rules: { 'no-null-origin': 'wran' } }, ['rules', 'no-null-origin'], 'expected off, info, warn, error, 0, 1, 2 or a list, found "wran"'],
    [{ overrides: [{ files: ['a'], rules: { x: 1 } }] }, ['overrides', 0, 'rules', 'x'], 'unknown rule "x"'],
    [{ overrides: [{ rules: {} }] }, ['overrides', 0], 'the key files is missing'],
    [{ failOn: 'eror' }, ['failOn'], 'expected error, warn, info, never, found "eror"; did you mean error?'],
    [{ ignores: 'a' }, ['ignores'], 'expected a list, found "a"'],
    [{ trustedOrigins: [{ env: 'dev', orgins: [] }] }, ['trustedOrigins', 0], 'the key origins is missing'],
    [{ requireDisableReason: 'yes' }, ['requireDisableReason'], 'expected a boolean, found "yes"'],
    [null, [], 'expected an object, found null'],
  ])('%j', (written, path, message) => {
    const checked = checkConfig(written, schema);
    expect('faults' in checked ? checked.faults[0] : undefined).toEqual({ path, message });
  });

  test('the published schema is the one that is checked', () => {
    expect(JSON.parse(readFileSync(join(import.meta.dirname, '../../schema.json'), 'utf8'))).toEqual(configSchema(ruleEntries));
  });
});

describe('resolve', () => {
  const recommended = preset('cors-lint:recommended', RULES);

  test('recommended: levels by class; strict rules are off', () => {
    const { rules, strict } = resolve([recommended], 'a.js');
    expect([...rules].map(([id, { level }]) => [id, level])).toEqual([['no-null-origin', 'error'], ['vary-origin-missing', 'warn']]);
    expect(strict).toBe(false);
    expect(resolve([preset('cors-lint:strict', RULES)], 'a.js').rules.has('max-age-ineffective')).toBe(true);
  });

  test('later layers win, overrides over rules, a level alone keeps the options', () => {
    const layers = [recommended, own({ rules: { 'no-null-origin': ['warn', { a: 1 }] }, overrides: [{ files: ['admin/**'], rules: { 'no-null-origin': 'info' } }] }), own({ rules: { 'no-null-origin': 0 } })];
    expect(resolve(layers, 'a.js').rules.get('no-null-origin')).toEqual({ level: 'off', options: { a: 1 } });
    expect(resolve(layers, 'admin/x/a.js').rules.get('no-null-origin')).toEqual({ level: 'info', options: { a: 1 } });
  });

  test('environments and what is trusted in them', () => {
    const layers = [own({ environments: { dev: { files: ['*.dev.js'] } }, trustedOrigins: ['https://a.example', { env: 'dev', origins: ['http://localhost:*'] }] })];
    expect(resolve(layers, 'x.js')).toMatchObject({ environment: 'production', trustedOrigins: ['https://a.example'] });
    expect(resolve(layers, 'deep/x.dev.js')).toMatchObject({ environment: 'dev', trustedOrigins: ['https://a.example', 'http://localhost:*'] });
  });

  test.each([
    [['**/legacy/**'], '', 'a/legacy/b.js', true],
    [['legacy/'], '', 'legacy/b.js', true],
    [['*.yml'], '', 'deep/a.yml', true],
    [['./a.js'], '', 'deep/a.js', false],
    [['src/**', '!src/keep.js'], '', 'src/keep.js', false],
    [['src/**'], 'packages/a', 'packages/a/src/x.js', true],
    [['src/**'], 'packages/a', 'packages/b/src/x.js', false],
    [['.github/**'], '', '.github/x.yml', true],
  ])('patterns %j of the folder %j: %s is %s', (patterns, folder, file, expected) => {
    expect(matches(patterns, folder, file)).toBe(expected);
  });
});

test.each([['--formt', ['--format', '--fix'], '--format'], ['zzz', ['--format'], undefined]])('nearest name to %s', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});

describe('search', () => {
  let top: string;
  beforeEach(() => void (top = mkdtempSync(join(tmpdir(), 'cors-lint-config-'))));
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  function write(files: Readonly<Record<string, string>>): ConfigSearch {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    return new ConfigSearch(RULES, top, top);
  }

  test.each([
    ['.cors-lintrc', 'failOn: warn'],
    ['.cors-lintrc.json', '{"failOn":"warn"}'],
    ['.cors-lintrc.yaml', 'failOn: warn'],
    ['.cors-lintrc.cjs', 'module.exports = { failOn: "warn" };'],
    ['cors-lint.config.mjs', 'export default { failOn: "warn" };'],
    ['.cors-lintrc.ts', 'const level: string = "warn";\nexport default { failOn: level };'],
    ['package.json', '{"name":"x","cors-lint":{"failOn":"warn"}}'],
    ['.config/cors-lintrc.json', '{"failOn":"warn"}'],
  ])('%s is found, and the quick look agrees', async (name, text) => {
    const search = write({ [name]: text });
    expect(configFilesIn(top)).toEqual([join(top, name)]);
    const layers = await search.above(top);
    expect(resolve(layers!, 'a.js').failOn).toBe('warn');
    expect(layers!.at(-1)!.folder).toBe('');
  });

  test('the nearest wins', async () => {
    const search = write({ '.cors-lintrc': 'failOn: never', 'a/.cors-lintrc': 'failOn: info', 'a/b/x.js': '' });
    expect(resolve((await search.above(join(top, 'a/b')))!, 'a/b/x.js').failOn).toBe('info');
  });

  test('extends: a set by name, a path, a package; left to right, then own keys', async () => {
    const search = write({
      'base.json': '{"rules":{"no-null-origin":"info","vary-origin-missing":"info"}}',
      'node_modules/shared/package.json': '{"name":"shared","main":"index.json"}',
      'node_modules/shared/index.json': '{"extends":[],"rules":{"vary-origin-missing":"off"}}',
      '.cors-lintrc.json': '{"extends":["./base.json","shared"],"rules":{"no-null-origin":"warn"}}',
    });
    const { rules } = resolve((await search.above(top))!, 'a.js');
    expect(rules.get('no-null-origin')?.level).toBe('warn');
    expect(rules.get('vary-origin-missing')?.level).toBe('off');
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a place in JSON', { '.cors-lintrc.json': '{\n  "rules": {\n    "no-nul-origin": "off"\n  }\n}' }, /\.cors-lintrc\.json:3:5: rules\.no-nul-origin: unknown rule "no-nul-origin"; did you mean no-null-origin\?/],
    ['a place in YAML', { '.cors-lintrc.yaml': 'failOn: warn\nignore: []\n' }, /\.cors-lintrc\.yaml:2:1: ignore: unknown key "ignore"; did you mean ignores\?/],
    ['a place in package.json', { 'package.json': '{\n "rules": 1,\n "cors-lint": {\n  "rules": 1 }\n}' }, /package\.json:4:3: rules: expected an object, found 1/],
    ['broken JSON', { '.cors-lintrc.json': '{' }, /\.cors-lintrc\.json/],
    ['an unknown set', { '.cors-lintrc': 'extends: cors-lint:recomended' }, /unknown configuration "cors-lint:recomended"; did you mean cors-lint:recommended\?/],
    ['itself', { '.cors-lintrc.json': '{"extends":"./.cors-lintrc.json"}' }, /extends itself/],
    ['nothing there', { '.cors-lintrc': 'extends: ./no.json' }, /"\.\/no\.json" was not found/],
  ])('refuses: %s', async (_case, files, message) => {
    await expect(write(files).above(top)).rejects.toThrow(message);
  });
});
