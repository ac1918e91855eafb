import { conversationText } from './conversation.js';
import { docsUrl, placeOf, type Report, type ReportedFinding, type ReportedGap, type Reporter } from './report.js';
import { visible } from './visible.js';
import { xmlDocument, type XmlElement } from './xml.js';

/**
 * JUnit XML as Jenkins (`junit-10.xsd` of its xUnit plugin) and GitLab read it: a suite for each file, a failure for
 * each finding, a skipped test for each place that could not be decided. GitLab keeps one test of a name, so names hold the place.
 */
export const format: Reporter = (report) => {
  const files = [...new Set([...report.findings, ...report.gaps].map(({ at }) => at.file))];
  const suites = files.map((file) => suite(report, file));
  return xmlDocument({
    name: 'testsuites',
    attributes: { name: 'cors-lint', tests: Math.max(1, report.findings.length + report.gaps.length), failures: report.findings.length, errors: 0 },
    // Jenkins takes a report without a test for a mistake.
    children: suites.length > 0 ? suites : [{ name: 'testsuite', attributes: { name: 'cors-lint', tests: 1, failures: 0, errors: 0, skipped: 0 }, children: [{ name: 'testcase', attributes: { name: 'no findings', classname: 'cors-lint' } }] }],
  });
};

function suite(report: Report, file: string): XmlElement {
  const findings = report.findings.filter(({ at }) => at.file === file);
  const gaps = report.gaps.filter(({ at }) => at.file === file);
  return {
    name: 'testsuite',
    attributes: { name: report.pathOf(file), tests: findings.length + gaps.length, failures: findings.length, errors: 0, skipped: gaps.length },
    children: [...findings.map((finding) => failed(report, finding)), ...gaps.map((gap) => skipped(report, gap))],
  };
}

function failed(report: Report, finding: ReportedFinding): XmlElement {
  const { ruleId, at, severity, message, why, witness } = finding;
  const path = report.pathOf(at.file);
  const { line, column } = placeOf(report, at).start;
  const url = docsUrl(report, ruleId);
  const text = [`${visible(path)}:${line}:${column}`, visible(why), ...(witness === undefined ? [] : [conversationText(witness)]), ...(url === null ? [] : [url])].join('\n\n');
  return { name: 'testcase', attributes: { name: `cors-lint/${ruleId} at ${line}:${column}: ${message}`, classname: path }, children: [{ name: 'failure', attributes: { type: severity, message }, text }] };
}

function skipped(report: Report, { at, reason, message }: ReportedGap): XmlElement {
  const { line, column } = placeOf(report, at).start;
  return { name: 'testcase', attributes: { name: `not decided at ${line}:${column}: ${message}`, classname: report.pathOf(at.file) }, children: [{ name: 'skipped', attributes: { type: reason, message } }] };
}
