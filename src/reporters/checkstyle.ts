import { placeOf, type Reporter } from './report.js';
import { xmlDocument } from './xml.js';

const SEVERITIES = { error: 'error', warn: 'warning', info: 'info' } as const;

/** Checkstyle's report (`checkstyle-report-1.0.0.xsd`). Its sources are names with dots: Jenkins shows what follows the last one. */
export const format: Reporter = (report) =>
  xmlDocument({
    name: 'checkstyle',
    attributes: { version: '4.3' },
    children: [...new Set(report.findings.map(({ at }) => at.file))].map((file) => ({
      name: 'file',
      attributes: { name: report.pathOf(file) },
      children: report.findings
        .filter(({ at }) => at.file === file)
        .map(({ at, severity, message, ruleId }) => {
          const { line, column } = placeOf(report, at).start;
          return { name: 'error', attributes: { line, column, severity: SEVERITIES[severity], message, source: `cors-lint.${ruleId}` } };
        }),
    })),
  });
