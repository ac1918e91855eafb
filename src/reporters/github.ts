import { placeOf, type Reporter } from './report.js';
import { visible } from './visible.js';

const LEVELS = { error: 'error', warn: 'warning', info: 'notice' } as const;

/** Workflow commands of GitHub Actions: annotations on the lines concerned. */
export const format: Reporter = (report) =>
  report.findings
    .map((finding) => {
      const { start, end } = placeOf(report, finding.at);
      const properties = {
        file: report.pathOf(finding.at.file),
        line: start.line,
        endLine: end.line,
        // GitHub ignores columns of annotations that span lines; the pair is right only on one line.
        ...(start.line === end.line ? { col: start.column, endColumn: end.column } : {}),
        title: `cors-lint/${finding.ruleId}`,
      };
      const listed = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
      return `::${LEVELS[finding.severity]} ${listed.join(',')}::${data(`${visible(finding.message)}\n${visible(finding.why)}`)}\n`;
    })
    .join('');

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
