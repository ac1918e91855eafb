import type { Resolved } from '../../config/resolve.js';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { wrapped } from '../../reporters/columns.js';
import { didYouMean } from '../../text/nearest.js';
import { UsageError, type Options } from './options.js';
import { bareId } from './settings.js';

/** Columns of a terminal that everybody has. */
const WIDTH = 80;

/** Classes of findings, the worst first, in a word for people. */
const CLASSES = [
  ['security-error', 'lets in who should stay out'],
  ['broken-in-browser', 'the browser refuses what was meant to work'],
  ['correctness-warning', 'works by luck, or not for everybody'],
  ['hygiene', 'does nothing, or misleads'],
] as const satisfies readonly (readonly [RuleEntry['class'], string])[];

/** Is JSON asked for? @throws {UsageError} for a format that answers do not have. */
export function wantsJson(flags: Options['flags']): boolean {
  const [format = 'text', ...others] = flags.format ?? [];
  if (others.length > 0 || !['text', 'pretty', 'stylish', 'json', 'json-v1'].includes(format)) throw new UsageError(`--format: an answer is text or json, not ${JSON.stringify([format, ...others].join(', '))}`);
  return format.startsWith('json');
}

/** All rules, the worst first: a line or two each, and which of them run only when asked for. */
export function rulesText(rules: readonly RuleEntry[]): string {
  const column = Math.max(...rules.map(({ id }) => id.length)) + 4;
  const sections = CLASSES.map(([worst, meaning]) => {
    const rows = rules.filter((rule) => rule.class === worst).flatMap(({ id, title, set }) => {
      const [first = '', ...rest] = wrapped(plain(title), WIDTH - column);
      return [`${set === 'recommended' ? ' ' : '*'} ${id}`.padEnd(column) + first, ...rest.map((line) => ' '.repeat(column) + line)];
    });
    return [`${worst}: ${meaning}`, ...rows, ''];
  });
  return [...sections.flat(), '* in the set cors-lint:strict alone. cors-lint --explain <id> tells more.', ''].join('\n');
}

export function rulesJson(rules: readonly RuleEntry[]): string {
  return jsonText({ version: 1, rules: rules.map(({ id, title, class: worst, set, references }) => ({ ruleId: `cors-lint/${id}`, title, class: worst, set, references })) });
}

/** @throws {UsageError} when there is no such rule. */
export function ruleNamed(name: string, rules: readonly RuleEntry[]): RuleEntry {
  const id = bareId(name);
  const rule = rules.find((known) => known.id === id);
  if (rule === undefined) throw new UsageError(`--explain: unknown rule ${JSON.stringify(id)}${didYouMean(id, rules.map((known) => known.id))}`);
  return rule;
}

/** What a rule is about, with a file that it finds fault with and one that it does not. */
export async function explanation(rule: RuleEntry): Promise<string> {
  const { bad, ok } = await examplesOf(rule);
  const paragraph = (text: string): string => wrapped(plain(text), WIDTH).join('\n');
  return [
    `cors-lint/${rule.id}\n${paragraph(rule.title)}`,
    `${rule.class} at worst, in the ${rule.set} set`,
    ...rule.description.split('\n\n').map(paragraph),
    ...Object.entries(rule.options).map(([name, option]) => paragraph(`Option ${name} (default ${JSON.stringify(option.default)}): ${option.description}`)),
    ...(bad === undefined ? [] : [`Bad (${bad.file}):`, indented(bad.text)]),
    ...(ok === undefined ? [] : [`Good (${ok.file}):`, indented(ok.text)]),
    `To silence it for a line:\n\n    cors-lint-disable-next-line ${rule.id} -- why`,
    ...(rule.references.length === 0 ? [] : [`References:\n${rule.references.map((url) => `  ${url}`).join('\n')}`]),
  ].join('\n\n') + '\n';
}

export async function explanationJson(rule: RuleEntry): Promise<string> {
  const { id, title, class: worst, set, description, options, references } = rule;
  const { bad = null, ok = null } = await examplesOf(rule);
  return jsonText({ version: 1, rule: { ruleId: `cors-lint/${id}`, title, class: worst, set, description, options, references, bad, good: ok } });
}

async function examplesOf({ id }: RuleEntry): Promise<Partial<Record<'bad' | 'ok', { readonly file: string; readonly text: string }>>> {
  const { examples } = await import('../../generated/examples.js');
  return examples[id] ?? {};
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

/** Markdown's marks say nothing on a terminal. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`+([^`]*)`+|\*\*([^*]+)\*\*/g, (_all, code: string | undefined, strong: string | undefined) => code ?? strong ?? '');
}

/** What applies to a file, and what says so. @param shown a source as its reader knows it */
export function settingsText(file: string, { rules, environment, strict, ignored, trustedOrigins, layers, requireDisableReason, failOn, sources }: Resolved, shown: (source: string) => string): string {
  const width = Math.max(...[...rules.keys()].map((id) => id.length), 20);
  const rows: readonly (readonly [string, string])[] = [
    ['from', sources.map(shown).join(', ')],
    ['environment', environment],
    ['judged strictly', yesOrNo(strict)],
    ['ignored', yesOrNo(ignored)],
    ['fails on', failOn],
    ['disables need reasons', yesOrNo(requireDisableReason)],
    ['trusted origins', trustedOrigins.length === 0 ? 'none' : trustedOrigins.join(' ')],
    ...(layers.length === 0 ? [] : [['layers', layers.map(({ name, inFrontOf = [] }) => (inFrontOf.length === 0 ? name : `${name} in front of ${inFrontOf.join(' and ')}`)).join(', ')] as const]),
  ];
  const levels = sorted(rules).map(([id, { level, options }]) => [id, Object.keys(options).length === 0 ? level : `${level} ${JSON.stringify(options)}`] as const);
  return [file, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), 'rules', ...levels.map(([id, value]) => `  ${id.padEnd(width)}  ${value}`), ''].join('\n');
}

function yesOrNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

/** The same for machines, as it could be written in a configuration. */
export function settingsJson(file: string, { rules, environment, strict, ignored, trustedOrigins, layers, requireDisableReason, failOn, sources }: Resolved, shown: (source: string) => string): string {
  const levels = sorted(rules).map(([id, { level, options }]) => [id, Object.keys(options).length === 0 ? level : [level, options]] as const);
  return jsonText({ version: 1, file, sources: sources.map(shown), environment, strict, ignored, failOn, requireDisableReason, trustedOrigins, layers: layers.map(({ name, inFrontOf }) => ({ name, ...(inFrontOf === undefined ? {} : { inFrontOf }) })), rules: Object.fromEntries(levels) });
}

function sorted<T>(byId: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
