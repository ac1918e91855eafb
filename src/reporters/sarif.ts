import type { ArtifactLocation, Fix as SarifFix, Location, Log, Notification, Region, ReportingDescriptor, Result, Run } from 'sarif';
import type { FindingClass, Fix } from '../findings/finding.js';
import type { RuleEntry } from '../findings/rule-entry.js';
import type { Span } from '../text/span.js';
import { placeOf, type Report, type ReportedFinding, type Reporter } from './report.js';
import { visibleJson } from './visible.js';
import { witnessLines } from './words.js';

const LEVELS = { error: 'error', warn: 'warning', info: 'note' } as const;

/** GitHub sorts security results by this number (CVSS-like). Only classes that concern security have one. */
const SECURITY: Readonly<Partial<Record<FindingClass, string>>> = { 'security-error': '8.1' };

/** SARIF 2.1.0 (OASIS, 27 March 2020). Columns count UTF-16 units, paths are relative to `%SRCROOT%`. */
export const format: Reporter = (report) => {
  const used = [...new Set(report.findings.map(({ ruleId }) => ruleId))].sort();
  const rules = used.flatMap((id) => report.rules.get(id) ?? []);
  const run: Run = {
    tool: { driver: { name: 'cors-lint', semanticVersion: report.version, rules: rules.map(ruleJson) } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder that cors-lint ran in.' } } },
    results: report.findings.map((finding) => resultJson(report, finding, rules.findIndex(({ id }) => id === finding.ruleId))),
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.gaps.map((gap) => notification(report, gap)) }],
  };
  const log: Log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${visibleJson(log)}\n`;
};

function notification(report: Report, gap: Report['gaps'][number]): Notification {
  return { level: 'note', message: { text: `${gap.message} (${gap.reason})` }, locations: [location(report, gap.at)] };
}

function ruleJson(rule: RuleEntry): ReportingDescriptor {
  const references = rule.references.map((url) => `- <${url}>`).join('\n');
  const [help] = rule.references;
  const security = SECURITY[rule.class];
  return {
    id: `cors-lint/${rule.id}`,
    name: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.description },
    ...(help === undefined ? {} : { helpUri: help }),
    help: { text: rule.description, markdown: `# ${rule.title}\n\n${rule.description}${references === '' ? '' : `\n\n## References\n\n${references}`}` },
    properties: { tags: ['cors', ...(security === undefined ? [] : ['security'])], ...(security === undefined ? {} : { 'security-severity': security }) },
  };
}

function resultJson(report: Report, finding: ReportedFinding, ruleIndex: number): Result {
  const { ruleId, severity, message, why, at, related, witness, fix, suggestions, fingerprint } = finding;
  const proof = witness === undefined ? '' : `\n\n${witnessLines(witness).map(([label, text]) => `${label}: ${text}`).join('\n')}`;
  const fixes = [...(fix === undefined ? [] : [fix]), ...suggestions];
  return {
    ruleId: `cors-lint/${ruleId}`,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: `${message} ${why}${proof}` },
    locations: [location(report, at)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((other, id) => ({ id, ...location(report, other.at), message: { text: other.message } })) }),
    partialFingerprints: { 'corsLint/v1': fingerprint },
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((one) => fixJson(report, one)) }),
    properties: { class: finding.class, layer: finding.policy.layer, ...(finding.policy.version === undefined ? {} : { software: finding.policy.version }) },
  };
}

function fixJson(report: Report, { title, edits }: Fix): SarifFix {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(report, file),
      replacements: edits.filter((edit) => edit.file === file).map((edit) => ({ deletedRegion: region(report, edit), ...(edit.text === '' ? {} : { insertedContent: { text: edit.text } }) })),
    })),
  };
}

function location(report: Report, at: Span): Location {
  return { physicalLocation: { artifactLocation: artifact(report, at.file), region: region(report, at) } };
}

/** A URI reference: each name of the path percent-encoded. */
function artifact(report: Report, file: string): ArtifactLocation {
  return { uri: report.pathOf(file).split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function region(report: Report, at: Span): Region {
  const { start, end } = placeOf(report, at);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
