import type { ArtifactLocation, Fix as SarifFix, Location, Log, Message, Notification, Region, ReportingDescriptor, Result, Run } from 'sarif';
import type { FindingClass, Fix } from '../findings/finding.js';
import type { RuleEntry } from '../findings/rule-entry.js';
import type { Span } from '../text/span.js';
import { docsUrl, placeOf, type Report, type ReportedFinding, type Reporter } from './report.js';
import { visibleJson } from './visible.js';
import { witnessLines } from './words.js';

const LEVELS = { error: 'error', warn: 'warning', info: 'note' } as const;

/**
 * What GitHub reads from the properties of a rule ("SARIF support for code scanning"): results that concern security
 * are ranked by a number like CVSS (no privileges, a visit of the user, confidentiality and integrity: 8.1), others by `problem.severity`.
 */
const RANKS: Readonly<Record<FindingClass, Readonly<Record<string, string>>>> = {
  'security-error': { 'security-severity': '8.1' },
  'broken-in-browser': { 'problem.severity': 'error' },
  'correctness-warning': { 'problem.severity': 'warning' },
  hygiene: { 'problem.severity': 'recommendation' },
};

const CLASS_LEVELS = { 'security-error': 'error', 'broken-in-browser': 'error', 'correctness-warning': 'warning', hygiene: 'note' } as const;

/** SARIF 2.1.0 (OASIS, 27 March 2020). Columns count UTF-16 units, paths are relative to `%SRCROOT%`. */
export const format: Reporter = (report) => {
  const used = [...new Set(report.findings.map(({ ruleId }) => ruleId))].sort();
  const rules = used.flatMap((id) => report.rules.get(id) ?? []);
  const run: Run = {
    tool: { driver: { name: 'cors-lint', semanticVersion: report.version, informationUri: report.homepage, rules: rules.map((rule) => ruleJson(report, rule)) } },
    columnKind: 'utf16CodeUnits',
    newlineSequences: ['\r\n', '\n', '\r'],
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder that cors-lint ran in.' } } },
    results: report.findings.map((finding) => resultJson(report, finding, rules.findIndex(({ id }) => id === finding.ruleId))),
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.gaps.map((gap) => notification(report, gap)) }],
  };
  const log: Log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${visibleJson(log)}\n`;
};

function notification(report: Report, gap: Report['gaps'][number]): Notification {
  return { level: 'note', message: message(`${gap.message} (${gap.reason})`), locations: [location(report, gap.at)] };
}

/** Braces of a message hold the places of arguments (3.11.5), so those of the text are doubled. */
function message(text: string): Message {
  return { text: text.replace(/[{}]/g, '$&$&') };
}

function ruleJson(report: Report, rule: RuleEntry): ReportingDescriptor {
  const references = rule.references.map((url) => `- <${url}>`).join('\n');
  const page = docsUrl(report, rule.id);
  const weaknesses = rule.references.flatMap((url) => /cwe\.mitre\.org\/data\/definitions\/(\d+)/.exec(url)?.[1] ?? []);
  return {
    id: `cors-lint/${rule.id}`,
    name: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    ...(page === null ? {} : { helpUri: page }),
    help: { text: rule.description, markdown: `# ${rule.title}\n\n${rule.description}${references === '' ? '' : `\n\n## References\n\n${references}`}${page === null ? '' : `\n\n[Bad and good code](${page})`}` },
    defaultConfiguration: { level: CLASS_LEVELS[rule.class] },
    properties: { tags: ['cors', ...(rule.class === 'security-error' ? ['security', ...weaknesses.map((number) => `external/cwe/cwe-${number}`)] : [])], precision: 'high', ...RANKS[rule.class] },
  };
}

function resultJson(report: Report, finding: ReportedFinding, ruleIndex: number): Result {
  const { ruleId, severity, why, at, related, witness, fix, suggestions, fingerprint } = finding;
  const proof = witness === undefined ? '' : `\n\n${witnessLines(witness).map(([label, text]) => `${label}: ${text}`).join('\n')}`;
  const fixes = [...(fix === undefined ? [] : [fixJson(report, fix, 'automatic')]), ...suggestions.map((suggestion) => fixJson(report, suggestion, 'suggestion'))];
  return {
    ruleId: `cors-lint/${ruleId}`,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: message(`${finding.message} ${why}${proof}`),
    locations: [location(report, at)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((other, id) => ({ id, ...location(report, other.at), message: message(other.message) })) }),
    partialFingerprints: { 'corsLint/v1': fingerprint },
    ...(fixes.length === 0 ? {} : { fixes }),
    properties: { class: finding.class, layer: finding.policy.layer, ...(finding.policy.version === undefined ? {} : { software: finding.policy.version }) },
  };
}

/** The viewer lets the user choose; what `--fix` would take by itself is told apart. */
function fixJson(report: Report, { title, edits, changes }: Fix, kind: 'automatic' | 'suggestion'): SarifFix {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: message(title),
    properties: { kind, changes: [...changes] },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(report, file),
      replacements: edits.filter((edit) => edit.file === file).map((edit) => ({ deletedRegion: region(report, edit), ...(edit.text === '' ? {} : { insertedContent: { text: edit.text } }) })),
    })),
  };
}

function location(report: Report, at: Span): Location {
  return { physicalLocation: { artifactLocation: artifact(report, at.file), region: region(report, at) } };
}

/** A URI reference: each name of the path percent-encoded. Half of a surrogate pair, which Windows takes in names, has no encoding. */
function artifact(report: Report, file: string): ArtifactLocation {
  return { uri: report.pathOf(file).replace(/\p{Cs}/gu, '\ufffd').split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function region(report: Report, at: Span): Region {
  const { start, end } = placeOf(report, at);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
