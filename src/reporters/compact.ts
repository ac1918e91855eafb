import { placeOf, type Reporter } from './report.js';
import { visible } from './visible.js';

/** `path:line:col: severity message [id]`, one line for each finding. */
export const format: Reporter = (report) =>
  report.findings
    .map((finding) => {
      const { line, column } = placeOf(report, finding.at).start;
      return `${visible(report.pathOf(finding.at.file))}:${line}:${column}: ${finding.severity} ${visible(finding.message)} [cors-lint/${finding.ruleId}]\n`;
    })
    .join('');
