import type { ESLint, Linter } from 'eslint';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { VERSION } from '../../generated/version.js';
import { eslintRule } from './rule.js';

type Preset = 'recommended' | 'strict';

function levelOf({ class: worst }: RuleEntry): 'error' | 'warn' {
  return worst === 'security-error' || worst === 'broken-in-browser' ? 'error' : 'warn';
}

function levels(preset: Preset): Linter.RulesRecord {
  const chosen = ruleEntries.filter(({ set }) => preset === 'strict' || set === 'recommended');
  return Object.fromEntries(chosen.map((entry) => [`cors-lint/${entry.id}`, levelOf(entry)]));
}

function settings(preset: Preset): { readonly settings?: NonNullable<Linter.Config['settings']> } {
  return preset === 'strict' ? { settings: { 'cors-lint': { strict: true } } } : {};
}

const configs: Record<string, Linter.Config[] | Linter.LegacyConfig> = {};

/** For JavaScript and TypeScript under ESLint 8.57, 9 and 10. */
const plugin = {
  meta: { name: 'eslint-plugin-cors-lint', version: VERSION, namespace: 'cors-lint' },
  rules: Object.fromEntries(ruleEntries.map((entry) => [entry.id, eslintRule(entry)])),
  processors: {},
  configs,
} satisfies ESLint.Plugin;

for (const preset of ['recommended', 'strict'] as const) {
  configs[preset] = [{ name: `cors-lint/${preset}`, plugins: { 'cors-lint': plugin }, rules: levels(preset), ...settings(preset) }];
  configs[`legacy-${preset}`] = { plugins: ['cors-lint'], rules: levels(preset), ...settings(preset) };
}

export default plugin;
