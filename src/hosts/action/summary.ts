import { SEVERITIES } from '../../findings/severity.js';
import { markdownCode, markdownSentence, markdownText } from '../../reporters/markdown-text.js';
import { docsUrl, placeOf, summaryOf, type Report, type ReportedFinding } from '../../reporters/report.js';
import { counted, witnessLines } from '../../reporters/words.js';
import type { Span } from '../../text/span.js';
import type { Permalink } from './permalink.js';

/** GitHub shows no summary of a step that is larger than 1 MiB; other steps of the same action may write some too. */
const MOST_BYTES = 512 * 1024;
/** What lines about things left out may take. */
const RESERVE = 1024;
/** A text that a repository holds may be of any length. */
const MOST_CHARACTERS = 1000;

const NAMES = { error: 'error', warn: 'warning', info: 'notice' } as const;

/** The summary of the job, in markdown: findings with their proofs, worst first, how many of each kind, and what was not decided. */
export function summaryMarkdown(report: Report, permalink: Permalink, about: readonly string[]): string {
  const findings = SEVERITIES.flatMap((severity) => report.findings.filter((finding) => finding.severity === severity));
  const head = [`## cors-lint: ${headline(report)}`, ...about.map(markdownSentence), looked(report), ''].join('\n\n');
  const counts = findings.length === 0 ? '' : [byRule(findings), byLayer(findings)].join('\n');
  const page = new Page(MOST_BYTES - RESERVE - Buffer.byteLength(head + counts));
  const shown = page.table(['', 'Place', 'Finding', 'Rule'], findings, (finding) => row(report, permalink, finding), 'finding');
  const gaps = page.table(['Place', 'What is not known'], report.gaps, ({ at, message, reason }) => [link(report, permalink, at), `${markdownSentence(clipped(message))} (${markdownText(reason)})`], 'gap');
  return [head + shown, counts, gaps === '' ? '' : `### Seen, but not decided\n\n${gaps}`].filter((part) => part !== '').join('\n');
}

function headline(report: Report): string {
  const { errors, warnings } = summaryOf(report);
  const total = report.findings.length;
  return total === 0 ? 'no findings' : `${counted(total, 'finding')} (${counted(errors, 'error')}, ${counted(warnings, 'warning')})`;
}

function looked({ counts: { files, read, policies } }: Report): string {
  return `${counted(files, 'file')} looked at, ${read} read, ${policies} ${policies === 1 ? 'policy' : 'policies'}.`;
}

/** Tables that share what room is left. */
class Page {
  constructor(private room: number) {}

  /** As many rows as there is room for, and a line that counts the others; empty without rows. */
  table<Item>(columns: readonly string[], items: readonly Item[], cells: (item: Item) => readonly string[], noun: string): string {
    if (items.length === 0) return '';
    const lines = [tableRow(columns), tableRow(columns.map(() => '---'))];
    this.room -= Buffer.byteLength(lines.join(''));
    for (const [index, item] of items.entries()) {
      const line = tableRow(cells(item));
      const bytes = Buffer.byteLength(line);
      if (bytes > this.room) {
        lines.push(`\n${counted(items.length - index, `more ${noun}`)} did not fit here; the log has all of them.\n`);
        break;
      }
      this.room -= bytes;
      lines.push(line);
    }
    return lines.join('');
  }
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function row(report: Report, permalink: Permalink, finding: ReportedFinding): readonly string[] {
  const docs = docsUrl(report, finding.ruleId);
  const rule = markdownCode(finding.ruleId);
  return [NAMES[finding.severity], link(report, permalink, finding.at), `${markdownSentence(clipped(finding.message))}${details(report, permalink, finding)}`, docs === null ? rule : `[${rule}](${docs})`];
}

/** Why it matters, the exchange that proves it, where else to look, and what mends it. */
function details(report: Report, permalink: Permalink, { why, witness, related, fix, suggestions }: ReportedFinding): string {
  const lines = [
    markdownSentence(clipped(why)),
    ...(witness === undefined ? [] : witnessLines(witness).map(([label, text]) => `${markdownText(label)}: ${markdownCode(clipped(text))}`)),
    ...related.slice(0, 10).map(({ at, message }) => `see ${link(report, permalink, at)}: ${markdownSentence(clipped(message))}`),
    ...(fix === undefined ? [] : [`fix: ${markdownSentence(clipped(fix.title))} (${markdownCode('--fix')})`]),
    ...suggestions.slice(0, 10).map(({ title }) => `suggestion: ${markdownSentence(clipped(title))}`),
  ];
  return `<details><summary>${witness === undefined ? 'Why' : 'Why, and the exchange that shows it'}</summary>${lines.join('<br>')}</details>`;
}

function link(report: Report, permalink: Permalink, span: Span): string {
  const place = placeOf(report, span);
  const path = report.pathOf(span.file);
  const text = markdownCode(`${path}:${place.start.line}`);
  const url = permalink(path, place);
  return url === undefined ? text : `[${text}](${url})`;
}

function byRule(findings: readonly ReportedFinding[]): string {
  const rows = grouped(findings, ({ ruleId }) => ruleId).map(([rule, all]) => tableRow([markdownCode(rule), ...SEVERITIES.map((level) => String(all.filter(({ severity }) => severity === level).length))]));
  return `### By rule\n\n${tableRow(['Rule', 'Errors', 'Warnings', 'Notices'])}| --- | --: | --: | --: |\n${rows.join('')}`;
}

/** Findings about a file, such as a mistake in its syntax, belong to no layer. */
function byLayer(findings: readonly ReportedFinding[]): string {
  const rows = grouped(findings, ({ policy }) => (policy.reader === '' ? 'none' : policy.layer)).map(([layer, all]) => tableRow([layer, String(all.length)]));
  return `### By layer\n\n${tableRow(['Layer', 'Findings'])}| --- | --: |\n${rows.join('')}`;
}

/** The most frequent first, then by name. */
function grouped(findings: readonly ReportedFinding[], keyOf: (finding: ReportedFinding) => string): readonly (readonly [string, readonly ReportedFinding[]])[] {
  const groups = new Map<string, ReportedFinding[]>();
  for (const finding of findings) {
    const group = groups.get(keyOf(finding));
    if (group === undefined) groups.set(keyOf(finding), [finding]);
    else group.push(finding);
  }
  return [...groups].sort(([a, all], [b, others]) => others.length - all.length || (a < b ? -1 : 1));
}

function clipped(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
