import type { Fix } from '../findings/finding.js';
import { placeOf, summaryOf, type Report, type ReportedFinding, type Reporter } from './report.js';
import { styleFor, type Style } from './style.js';
import { visible } from './visible.js';
import { counted, witnessLines } from './words.js';

/** For people: what is wrong and where, why it matters, the exchange that proves it, and how to mend it. */
export const format: Reporter = (report, { colors }) => {
  const style = styleFor(colors);
  const blocks = report.findings.map((finding) => findingBlock(report, finding, style));
  const gaps = report.gaps.length === 0 ? [] : [gapBlock(report, style)];
  return [...blocks, ...gaps, `${totals(report, style)}\n`].join('\n');
};

function findingBlock(report: Report, finding: ReportedFinding, style: Style): string {
  const { line, column } = placeOf(report, finding.at).start;
  const rows = [
    `${style.underline(`${visible(report.pathOf(finding.at.file))}:${line}:${column}`)}  ${style.severity(finding.severity)}  ${style.bold(visible(finding.message))}  ${style.dim(`cors-lint/${finding.ruleId}`)}`,
    '',
    ...frame(report, finding, style),
    '',
    row('why', visible(finding.why), style),
    ...(finding.witness === undefined ? [] : witnessLines(finding.witness).map(([label, text]) => row(label, text, style))),
    ...(finding.policy.version === undefined ? [] : [row('read as', visible(finding.policy.version), style)]),
    ...finding.related.map(({ at, message }) => {
      const place = placeOf(report, at).start;
      return row('see', `${visible(report.pathOf(at.file))}:${place.line}:${place.column} ${visible(message)}`, style);
    }),
    ...(finding.fix === undefined ? [] : [row('fix', `${visible(finding.fix.title)} (--fix)`, style)]),
    ...finding.suggestions.flatMap((suggestion) => suggestionRows(suggestion, style)),
  ];
  return `${rows.join('\n')}\n`;
}

function row(label: string, text: string, style: Style): string {
  return `    ${style.dim(label.padEnd(10))} ${text}`;
}

function suggestionRows({ title, changes }: Fix, style: Style): string[] {
  return [row('suggestion', visible(title), style), ...changes.map((change) => row('', `changes ${visible(change)}`, style))];
}

/** Lines shown before and after the one that a finding speaks of. */
const CONTEXT = 2;
const MAX_WIDTH = 160;

/** The lines around a place; the place itself is underlined on its first line. */
function frame(report: Report, finding: ReportedFinding, style: Style): string[] {
  const source = report.sourceOf(finding.at.file);
  const { start, end } = placeOf(report, finding.at);
  const last = Math.min(source.lineCount, start.line + CONTEXT);
  const gutter = String(last).length;
  const rows: string[] = [];
  for (let line = Math.max(1, start.line - CONTEXT); line <= last; line++) {
    const text = source.line(line).replace(/^\uFEFF/, '');
    // A minified line is cut to the part that matters.
    const from = line === start.line ? Math.max(0, start.column - 1 - MAX_WIDTH / 2) : 0;
    const marked = line === start.line;
    rows.push(`  ${marked ? '>' : ' '} ${style.dim(`${String(line).padStart(gutter)} |`)} ${shown(text.slice(from, from + MAX_WIDTH))}`.trimEnd());
    if (!marked) continue;
    const before = shown(text.slice(from, start.column - 1)).length;
    const under = shown(text.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined)).length;
    rows.push(`    ${' '.repeat(gutter)} ${style.dim('|')} ${' '.repeat(before)}${style.severity(finding.severity, '^'.repeat(Math.max(1, Math.min(under, MAX_WIDTH - before))))}`);
  }
  return rows;
}

/** A tab counts as two blanks, so that what is underlined stays under its text. */
function shown(text: string): string {
  return visible(text.replaceAll('\t', '  '));
}

function gapBlock(report: Report, style: Style): string {
  const rows = report.gaps.map(({ at, reason, message }) => {
    const { line, column } = placeOf(report, at).start;
    return `  ${visible(report.pathOf(at.file))}:${line}:${column}  ${visible(message)} ${style.dim(`(${reason})`)}`;
  });
  return `${style.bold('Seen, but not decided:')}\n${rows.join('\n')}\n`;
}

function totals(report: Report, style: Style): string {
  const { files, read, policies, errors, warnings, fixable } = summaryOf(report);
  const looked = `${counted(files, 'file')} looked at, ${read} read, ${policies} ${policies === 1 ? 'policy' : 'policies'}`;
  if (report.findings.length === 0) return `No findings: ${looked}.`;
  const found = style.bold(`${counted(report.findings.length, 'finding')} (${counted(errors, 'error')}, ${counted(warnings, 'warning')})`);
  return `${found}: ${looked}.${fixable === 0 ? '' : ` ${fixable} can be fixed with --fix.`}`;
}
