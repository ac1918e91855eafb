import type { ESLint, Linter } from 'eslint';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { FILES } from './files.js';

type Preset = 'recommended' | 'strict';
export type ConfigName = Preset | `parser-${Preset}` | `legacy-${Preset}`;
type Configs = Record<ConfigName, Linter.Config[] | Linter.LegacyConfig>;

/**
 * Each set of rules three times: `<name>` has languages, for ESLint 9.7 and later; `parser-<name>` has the parser, for
 * the flat configuration of 8.57; `legacy-<name>` is for eslintrc, which loads parsers by path.
 */
export function configsOf(plugin: ESLint.Plugin, parser: Linter.Parser, parserPath: string): Configs {
  return { ...configsFor('recommended', plugin, parser, parserPath), ...configsFor('strict', plugin, parser, parserPath) } as Configs;
}

function configsFor(preset: Preset, plugin: ESLint.Plugin, parser: Linter.Parser, parserPath: string): Partial<Configs> {
  const name = `cors-lint/${preset}`;
  const rules = levels(preset);
  const settings = preset === 'strict' ? { settings: { 'cors-lint': { strict: true } } } : {};
  const everywhere: Linter.Config = { name, plugins: { 'cors-lint': plugin }, rules, ...settings };
  const all = Object.values(FILES).flatMap(({ files }) => [...files]);
  return {
    [preset]: [everywhere, ...Object.entries(FILES).map(([language, { files, ignores }]) => ({ name: `${name}/${language}`, files: [...files], ...(ignores === undefined ? {} : { ignores: [...ignores] }), language: `cors-lint/${language}` }))],
    [`parser-${preset}`]: [everywhere, { name: `${name}/parser`, files: all, languageOptions: { parser } }],
    [`legacy-${preset}`]: { plugins: ['cors-lint'], rules, ...settings, overrides: [{ files: all, parser: parserPath }] },
  };
}

function levels(preset: Preset): Linter.RulesRecord {
  const chosen = ruleEntries.filter(({ set }) => preset === 'strict' || set === 'recommended');
  return Object.fromEntries(chosen.map((entry) => [`cors-lint/${entry.id}`, levelOf(entry)]));
}

function levelOf({ class: worst }: RuleEntry): 'error' | 'warn' {
  return worst === 'security-error' || worst === 'broken-in-browser' ? 'error' : 'warn';
}
