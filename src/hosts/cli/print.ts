import type { Resolved } from '../../config/resolve.js';
import { didYouMean } from '../../text/nearest.js';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { UsageError } from './options.js';
import { bareId } from './settings.js';

export function rulesTable(rules: readonly RuleEntry[], json: boolean): string {
  if (json) {
    return jsonText({ version: 1, rules: rules.map(({ id, title, class: worst, set, references }) => ({ ruleId: `cors-lint/${id}`, title, class: worst, set, references })) });
  }
  const width = Math.max(...rules.map(({ id }) => id.length));
  const worst = Math.max(...rules.map((rule) => rule.class.length));
  return rules.map((rule) => `${rule.id.padEnd(width)}  ${rule.class.padEnd(worst)}  ${rule.set.padEnd(11)}  ${rule.title}\n`).join('');
}

export async function explanation(name: string, rules: readonly RuleEntry[]): Promise<string> {
  const id = bareId(name);
  const rule = rules.find((known) => known.id === id);
  if (rule === undefined) throw new UsageError(`--explain: unknown rule ${JSON.stringify(id)}${didYouMean(id, rules.map((known) => known.id))}`);
  const { examples } = await import('../../generated/examples.js');
  const { bad, ok } = examples[id] ?? {};
  return [
    `cors-lint/${id}: ${rule.title}`,
    `${rule.class}, in the ${rule.set} set`,
    rule.description,
    ...Object.entries(rule.options).map(([name, option]) => `Option ${name} (default ${JSON.stringify(option.default)}): ${option.description}`),
    ...(bad === undefined ? [] : [`Bad (${bad.file}):`, indented(bad.text)]),
    ...(ok === undefined ? [] : [`Good (${ok.file}):`, indented(ok.text)]),
    ...(rule.references.length === 0 ? [] : [`References:\n${rule.references.map((url) => `  ${url}`).join('\n')}`]),
  ].join('\n\n') + '\n';
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

/** What applies to a file, as it could be written in a configuration. */
export function settingsJson(file: string, resolved: Resolved): string {
  const { rules, environment, strict, ignored, trustedOrigins, requireDisableReason, failOn } = resolved;
  const levels = [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, { level, options }]) => [id, Object.keys(options).length === 0 ? level : [level, options]] as const);
  return jsonText({ file, environment, strict, ignored, failOn, requireDisableReason, trustedOrigins, rules: Object.fromEntries(levels) });
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
