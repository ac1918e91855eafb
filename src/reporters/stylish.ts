import { docsUrl, placeOf, type Report, type ReportedFinding, type Reporter } from './report.js';
import { styleFor, type Style } from './style.js';
import { visible } from './visible.js';
import { counted, findingsCounted, fixableCounted } from './words.js';

/** Findings under their file's name, one line each, then the counts; nothing when there is nothing to say. */
export const format: Reporter = (report, look) => {
  const style = styleFor(look);
  const { known = 0 } = report.counts;
  const hidden = known === 0 ? '' : `${style.dim(`${counted(known, 'known finding')} not shown.`)}\n`;
  const open = `${hidden}${report.gaps.length === 0 ? '' : `${style.dim(`${counted(report.gaps.length, 'place')} could not be decided; -f pretty names them.`)}\n`}`;
  if (report.findings.length === 0) return open;
  const files = new Map<string, ReportedFinding[]>();
  for (const finding of report.findings) files.set(finding.at.file, [...(files.get(finding.at.file) ?? []), finding]);
  const blocks = [...files].map(([file, findings]) => `${style.underline(visible(report.pathOf(file)))}\n${lines(report, findings, style).join('')}`);
  const fixable = fixableCounted(report);
  return `\n${blocks.join('\n')}\n${style.bold(findingsCounted(report))}${fixable === '' ? '' : `\n${fixable}`}\n${open}`;
};

function lines(report: Report, findings: readonly ReportedFinding[], style: Style): readonly string[] {
  const rows = findings.map(({ at, severity, message, ruleId }) => {
    const { line, column } = placeOf(report, at).start;
    return { place: `${line}:${column}`, severity, said: `${visible(message)}  ${style.dim(style.link(`cors-lint/${ruleId}`, docsUrl(report, ruleId)))}` };
  });
  const width = rows.reduce((widest, { place }) => Math.max(widest, place.length), 0);
  return rows.map(({ place, severity, said }) => `  ${style.dim(place.padStart(width))}  ${style.severity(severity, severity.padEnd('error'.length))}  ${said}\n`);
}
