import { SEVERITIES } from '../../findings/severity.js';
import type { Report, ReportedFinding } from '../../reporters/report.js';
import { annotation, ANNOTATION_LEVELS, workflowCommand } from '../../reporters/workflow-command.js';
import { counted } from '../../reporters/words.js';

/** GitHub keeps so many annotations of each level of a step, and drops the rest without a word (`ExecutionContext.cs` of actions/runner). */
const MOST_OF_A_LEVEL = 10;

export interface AnnotationLimits {
  /** Annotations in all, the last notice included. */
  readonly most: number;
  /** Warnings that the step has given already. */
  readonly warnings: number;
  /** Where all findings can be seen. */
  readonly elsewhere: string;
}

/** The annotations that count most: those on changed lines first, then the worst; and one notice that counts the others. */
export function annotations(report: Report, onChangedLine: (finding: ReportedFinding) => boolean, limits: AnnotationLimits): string {
  const ranked = [...report.findings].map((finding) => ({ finding, changed: onChangedLine(finding) }));
  ranked.sort((a, b) => Number(b.changed) - Number(a.changed) || SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity));
  const findings = ranked.map(({ finding }) => finding);
  const all = fitting(findings, { ...limits, notices: 0 });
  const shown = all.length === findings.length ? all : fitting(findings, { ...limits, most: limits.most - 1, notices: 1 });
  const left = findings.length - shown.length;
  const commands = shown.map((finding) => annotation(report, finding));
  return [...commands, ...(left === 0 || limits.most === 0 ? [] : [workflowCommand('notice', { title: 'cors-lint' }, `${counted(left, 'more finding')} in ${limits.elsewhere}`)])].join('');
}

function fitting(findings: readonly ReportedFinding[], { most, warnings, notices }: { readonly most: number; readonly warnings: number; readonly notices: number }): readonly ReportedFinding[] {
  const given = { error: 0, warning: warnings, notice: notices };
  return findings.filter(({ severity }) => given[ANNOTATION_LEVELS[severity]]++ < MOST_OF_A_LEVEL).slice(0, Math.max(0, most));
}
