import { placeOf, type Report, type ReportedFinding } from './report.js';
import { visible } from './visible.js';

/**
 * A workflow command of GitHub Actions, one line. Escapes are those that the runner takes back (`ActionCommand.cs` of
 * actions/runner): `%`, CR and LF in the text, `:` and `,` too in properties.
 */
export function workflowCommand(name: string, properties: Readonly<Record<string, string | number>>, text: string): string {
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${data(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
  return `::${name}${listed.length === 0 ? '' : ` ${listed.join(',')}`}::${data(text)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** What GitHub calls our severities. */
export const ANNOTATION_LEVELS = { error: 'error', warn: 'warning', info: 'notice' } as const;

/** The command that puts a finding on its lines. Line ends stay in the path, since GitHub looks for that very file; the command's own escapes hold them. */
export function annotation(report: Report, finding: ReportedFinding): string {
  const { start, end } = placeOf(report, finding.at);
  const properties = {
    file: report.pathOf(finding.at.file).replace(/[^\r\n]+/g, visible),
    line: start.line,
    endLine: end.line,
    // GitHub ignores columns of annotations that span lines; the pair is right only on one line.
    ...(start.line === end.line ? { col: start.column, endColumn: end.column } : {}),
    title: `cors-lint/${finding.ruleId}`,
  };
  return workflowCommand(ANNOTATION_LEVELS[finding.severity], properties, `${visible(finding.message)}\n${visible(finding.why)}`);
}
