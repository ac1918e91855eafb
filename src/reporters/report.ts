import type { Finding } from '../findings/finding.js';
import type { RuleEntry } from '../findings/rule-entry.js';
import type { Position, SourceText } from '../text/source-text.js';
import type { Span } from '../text/span.js';

/** A place that was seen and could not be decided. */
export interface ReportedGap {
  readonly at: Span;
  readonly reason: string;
  readonly message: string;
}

/** A finding with the environment that it was judged for. */
export interface ReportedFinding extends Finding {
  readonly environment: string;
}

/** Everything that a reporter may say. Sorted by path, offset, rule: reporters keep the order. */
export interface Report {
  readonly findings: readonly ReportedFinding[];
  readonly gaps: readonly ReportedGap[];
  /** `known`: findings that a baseline knows, and that are not among these; absent without one. */
  readonly counts: { readonly files: number; readonly read: number; readonly policies: number; readonly known?: number };
  /** Rules by bare id. */
  readonly rules: ReadonlyMap<string, RuleEntry>;
  /** Version of cors-lint. */
  readonly version: string;
  /** Where cors-lint lives, without a slash at the end. */
  readonly homepage: string;
  /** The text that findings of a file speak about. */
  sourceOf(file: string): SourceText;
  /** A file as its reader knows it: relative to the working directory, with `/`. */
  pathOf(file: string): string;
}

/** How text formats may look. */
export interface Look {
  readonly colors: boolean;
  /** May rule ids be links (OSC 8)? */
  readonly hyperlinks: boolean;
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
}

/** For files and pipes. */
export const PLAIN: Look = { colors: false, hyperlinks: false, columns: undefined };

/** Turns a report into text. The same report gives the same bytes. */
export type Reporter = (report: Report, look: Look) => string;

export interface Place {
  readonly start: Position;
  readonly end: Position;
}

/** Lines and columns from 1, the end exclusive. A byte order mark has no column, as in every editor. */
export function placeOf(report: Pick<Report, 'sourceOf'>, span: Span): Place {
  const source = report.sourceOf(span.file);
  const shift = source.text.startsWith('\uFEFF') ? 1 : 0;
  const position = (offset: number): Position => {
    const { line, column } = source.positionAt(offset);
    return { line, column: line === 1 ? Math.max(1, column - shift) : column };
  };
  return { start: position(span.start), end: position(span.end) };
}

/** Page that explains a rule, as it was in this version; null for what is no rule, such as a comment that silences nothing. */
export function docsUrl({ rules, homepage, version }: Pick<Report, 'rules' | 'homepage' | 'version'>, ruleId: string): string | null {
  return rules.has(ruleId) ? `${homepage}/blob/v${version}/docs/rules/${ruleId}.md` : null;
}

export interface Summary {
  readonly files: number;
  readonly read: number;
  readonly policies: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly fixable: number;
  /** Known findings, which are counted nowhere else; absent without a baseline. */
  readonly baseline?: number;
}

export function summaryOf(report: Report): Summary {
  const { files, read, policies, known } = report.counts;
  const ofSeverity = (severity: string): number => report.findings.filter((finding) => finding.severity === severity).length;
  return { files, read, policies, errors: ofSeverity('error'), warnings: ofSeverity('warn'), infos: ofSeverity('info'), fixable: report.findings.filter(({ fix }) => fix !== undefined).length, ...(known === undefined ? {} : { baseline: known }) };
}
