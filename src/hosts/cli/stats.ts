import type { Stage } from '../../engine-observer.js';
import type { Finding } from '../../findings/finding.js';
import type { FixCounts } from '../../findings/fix-counts.js';
import { counted } from '../../reporters/words.js';
import type { Stopwatch } from './stopwatch.js';

export interface RunCounts {
  readonly files: number;
  readonly read: number;
  readonly policies: number;
  readonly findings: readonly Pick<Finding, 'ruleId'>[];
  readonly gaps: number;
  readonly fixes: FixCounts;
}

const STAGES: readonly (readonly [Stage, string])[] = [
  ['list', 'list files'],
  ['read', 'read'],
  ['load', 'load parsers'],
  ['judge', 'judge'],
  ['mend', 'try changes'],
  ['report', 'report'],
];

/** What `--stats` tells on standard error: counts, then the time of each stage and of each rule, the slowest first. */
export function statsText({ files, read, policies, findings, gaps, fixes }: RunCounts, rules: readonly string[], watch: Stopwatch): string {
  const total = watch.total;
  const stages = STAGES.map(([stage, name]) => [name, watch.stage(stage)] as const);
  const rest = total - stages.reduce((sum, [, time]) => sum + time, 0);
  const perRule = rules.map((id) => ({ id, judged: watch.subject('judge', id), mended: watch.subject('mend', id), found: findings.filter(({ ruleId }) => ruleId === id).length })).filter(({ judged, mended, found }) => judged + mended > 0 || found > 0);
  perRule.sort((a, b) => b.judged + b.mended - (a.judged + a.mended));
  const width = Math.max(20, ...perRule.map(({ id }) => id.length));
  return [
    `${counted(files, 'file')}, ${read} parsed, policies: ${policies}`,
    `${counted(findings.length, 'finding')}, ${counted(gaps, 'gap')}`,
    `changes: ${fixes.proposed} asked for by rules, ${fixes.automatic} proven automatic, ${fixes.suggested} proven as suggestions, ${fixes.unspelled} not spelled by the reader, ${fixes.dropped} dropped by the proof`,
    '',
    `${'stage'.padEnd(width)}  ${'ms'.padStart(9)}`,
    ...[...stages, ['everything else', rest] as const, ['total', total] as const].map(([name, time]) => `${name.padEnd(width)}  ${inMilliseconds(time)}`),
    ...(perRule.length === 0 ? [] : ['', `${'rule'.padEnd(width)}  ${'judged ms'.padStart(9)}  ${'tried ms'.padStart(9)}  findings`]),
    ...perRule.map(({ id, judged, mended, found }) => `${id.padEnd(width)}  ${inMilliseconds(judged)}  ${inMilliseconds(mended)}  ${String(found).padStart(8)}`),
    '',
  ].join('\n');
}

function inMilliseconds(time: number): string {
  return time.toFixed(1).padStart(9);
}
