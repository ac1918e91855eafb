import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ESLint, Linter } from 'eslint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ruleEntries } from '../../src/generated/catalogue.js';
import plugin from '../../src/hosts/eslint/index.js';

const require = createRequire(import.meta.url);

const REFLECTED = "const cors = require('cors');\nconst app = require('express')();\napp.use(cors({ origin: true, credentials: true }));\napp.get('/a', (req, res) => res.json({}));\n";
const NO_VARY = `const app = require('express')();
const SITES = ['https://a.example', 'https://b.example'];
app.get('/a', (req, res) => {
  const origin = req.get('Origin');
  if (SITES.includes(origin)) {
    res.set('Access-Control-Allow-Origin', origin);
  }
  res.json({});
});
`;

const VERSIONS = { '8.57': 'eslint-8', '9.7': 'eslint-9-7', '9.39': 'eslint', '10': 'eslint-10' } as const;
const flatFor = (version: keyof typeof VERSIONS): Linter.Config[] => [...(plugin.configs[version === '8.57' ? 'parser-recommended' : 'recommended'] as Linter.Config[]), { languageOptions: { sourceType: 'commonjs' } }];

/** Version 8 takes flat configuration from a class of its own. */
function linterOf(version: keyof typeof VERSIONS): Linter {
  const { Linter: Class } = require(VERSIONS[version]) as { Linter: new (options: object) => Linter };
  return new Class({ configType: 'flat', cwd: process.cwd() });
}

describe.each(Object.keys(VERSIONS) as (keyof typeof VERSIONS)[])('ESLint %s', (version) => {
  const linter = linterOf(version);
  const flat = flatFor(version);
  const lint = (text: string, configs = flat): Linter.LintMessage[] => linter.verify(text, configs, 'app.js');

  test('is the version that it should be', () => {
    expect((require(`${VERSIONS[version]}/package.json`) as { version: string }).version.startsWith(version)).toBe(true);
  });

  test('a finding stands at its literal, with its severity', () => {
    expect(lint(REFLECTED)).toMatchObject([{ ruleId: 'cors-lint/no-reflected-origin', severity: 2, line: 3, endLine: 3 }]);
    const [{ column, endColumn }] = lint(REFLECTED) as [Linter.LintMessage];
    expect(REFLECTED.split('\n')[2]!.slice(column - 1, endColumn! - 1)).toContain('true');
  });

  test('a suggestion has a title and mends the text', () => {
    const [{ suggestions = [] }] = lint(REFLECTED) as [Linter.LintMessage];
    expect(suggestions.map(({ desc }) => desc)).toEqual([/^Stop allowing credentials \(changes /, /^Send `\*` without credentials, /, /^Let in a list of origins: .* is a placeholder/, /^Disable cors-lint\/no-reflected-origin for this line with a \/\/ comment$/].map((words): unknown => expect.stringMatching(words)));
    const [{ fix }] = suggestions as [Linter.LintSuggestion];
    expect(lint(REFLECTED.slice(0, fix.range[0]) + fix.text + REFLECTED.slice(fix.range[1]))).toEqual([]);
  });

  test.each([['plain', NO_VARY], ['with a byte order mark', `\uFEFF${NO_VARY}`], ['with CRLF', NO_VARY.replaceAll('\n', '\r\n')]])('a fix is applied once and for all: %s', (_case, text) => {
    const { fixed, output, messages } = linter.verifyAndFix(text, flat, { filename: 'app.js' });
    expect([fixed, messages]).toEqual([true, []]);
    expect(output.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
    expect(output).toMatch(/vary/i);
    expect(linter.verifyAndFix(output, flat, { filename: 'app.js' }).fixed).toBe(false);
  });

  test('comments of both kinds silence, and ESLint knows which of its own are used', () => {
    const reporting: Linter.Config[] = [...flat, { linterOptions: { reportUnusedDisableDirectives: 'error' } }];
    const silenced = (comment: string): Linter.LintMessage[] => lint(REFLECTED.replace('app.use', `${comment}\napp.use`), reporting);
    expect(silenced('// eslint-disable-next-line cors-lint/no-reflected-origin -- why')).toEqual([]);
    expect(silenced('// cors-lint-disable-next-line no-reflected-origin -- why')).toEqual([]);
    expect(silenced('// cors-lint-disable-next-line no-null-origin -- why')).toHaveLength(1);
  });

  test('code without a word about CORS is not looked at', () => {
    expect(lint('const a = 1;\n')).toEqual([]);
  });

  test('a rule that is off says nothing', () => {
    expect(lint(REFLECTED, [...flat, { rules: { 'cors-lint/no-reflected-origin': 'off' } }])).toEqual([]);
  });
});

test('every rule has what ESLint wants to know', () => {
  expect(Object.keys(plugin.rules)).toEqual(ruleEntries.map(({ id }) => id));
  for (const rule of Object.values(plugin.rules)) expect(rule.meta).toMatchObject({ docs: { description: expect.any(String), recommended: expect.any(Boolean) }, schema: [expect.any(Object)], fixable: 'code', hasSuggestions: true });
});

test('configs: flat ones hold this very plugin, legacy ones its name; strict has every rule', () => {
  for (const name of ['recommended', 'strict'] as const) {
    expect((plugin.configs[name] as Linter.Config[])[0]!.plugins!['cors-lint']).toBe(plugin);
    expect((plugin.configs[`parser-${name}`] as Linter.Config[])[0]!.plugins!['cors-lint']).toBe(plugin);
    expect(plugin.configs[`legacy-${name}`]).toMatchObject({ plugins: ['cors-lint'] });
  }
  expect(Object.keys((plugin.configs['strict'] as Linter.Config[])[0]!.rules!)).toHaveLength(ruleEntries.length);
});

describe('eslintrc', () => {
  let top: string;
  beforeAll(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'cors-lint-eslint-')));
    mkdirSync(join(top, 'node_modules'));
    symlinkSync(join(import.meta.dirname, '../../src/tools/eslint-plugin-cors-lint'), join(top, 'node_modules/eslint-plugin-cors-lint'));
    writeFileSync(join(top, '.eslintrc.json'), JSON.stringify({ root: true, parserOptions: { ecmaVersion: 2022 }, extends: ['plugin:cors-lint/legacy-recommended'] }));
    writeFileSync(join(top, 'app.js'), REFLECTED);
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  test.each(['eslint-8', 'eslint'])('%s finds the built plugin by name', async (name) => {
    const { LegacyESLint } = require(`${name}/use-at-your-own-risk`) as { LegacyESLint?: new (options: object) => ESLint };
    const { ESLint: Current } = require(name) as { ESLint: new (options: object) => ESLint };
    const results = await new (LegacyESLint ?? Current)({ cwd: top }).lintFiles(['app.js']);
    expect(results[0]!.messages.map(({ ruleId }) => ruleId)).toEqual(['cors-lint/no-reflected-origin']);
  });
});
