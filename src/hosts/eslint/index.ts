import { fileURLToPath } from 'node:url';
import type { ESLint, Linter } from 'eslint';
import { ruleEntries } from '../../generated/catalogue.js';
import { VERSION } from '../../generated/version.js';
import { LANGUAGES } from './comment-syntax.js';
import { configsOf, type ConfigName } from './configs.js';
import { documentLanguage } from './document.js';
import { parser } from './parser.js';
import { eslintRule } from './rule.js';

const configs: Partial<Record<ConfigName, Linter.Config[] | Linter.LegacyConfig>> = {};

/** For scripts under ESLint 8.57, 9 and 10; for files in other languages by `languages` (9.7 and later) or by `parser`. */
const plugin = {
  meta: { name: 'eslint-plugin-cors-lint', version: VERSION, namespace: 'cors-lint' },
  rules: Object.fromEntries(ruleEntries.map((entry) => [entry.id, eslintRule(entry)])),
  languages: Object.fromEntries(LANGUAGES.map((name) => [name, documentLanguage(name)])),
  processors: {},
  configs,
  parser,
} satisfies ESLint.Plugin & { parser: Linter.Parser };

Object.assign(configs, configsOf(plugin, parser, fileURLToPath(new URL('./parser.cjs', import.meta.url))));

export default plugin;
