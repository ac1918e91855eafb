import { placeOf, type ReportedFinding, type Reporter } from './report.js';
import { visibleJson } from './visible.js';

/** GitLab's Code Quality report (docs.gitlab.com/ci/testing/code_quality, "Code Quality report format"). */
export const format: Reporter = (report) =>
  `${visibleJson(
    report.findings.map((finding) => {
      const { ruleId, message, why, fingerprint, at } = finding;
      const { start, end } = placeOf(report, at);
      return {
        description: `${message} ${why}`,
        check_name: `cors-lint/${ruleId}`,
        fingerprint,
        severity: severityOf(finding),
        location: { path: report.pathOf(at.file), lines: { begin: start.line, end: end.line } },
      };
    }),
  )}\n`;

/** What lets strangers in is worse than what does not work. */
function severityOf({ severity, class: kind }: ReportedFinding): 'critical' | 'major' | 'minor' | 'info' {
  if (severity === 'error') return kind === 'security-error' ? 'critical' : 'major';
  return severity === 'warn' ? 'minor' : 'info';
}
