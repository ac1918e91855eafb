import type { FixCounts } from '../../findings/fix-counts.js';
import { counted } from '../../reporters/words.js';

export interface RunCounts {
  readonly files: number;
  readonly read: number;
  readonly policies: number;
  readonly findings: number;
  readonly gaps: number;
  readonly fixes: FixCounts;
  readonly milliseconds: number;
}

/** What `--stats` tells on standard error. */
export function statsText({ files, read, policies, findings, gaps, fixes, milliseconds }: RunCounts): string {
  return [
    `${counted(files, 'file')}, ${read} parsed, policies: ${policies}, ${milliseconds} ms`,
    `${counted(findings, 'finding')}, ${counted(gaps, 'gap')}`,
    `changes: ${fixes.proposed} asked for by rules, ${fixes.automatic} proven automatic, ${fixes.suggested} proven as suggestions, ${fixes.unspelled} not spelled by the reader, ${fixes.dropped} dropped by the proof`,
    '',
  ].join('\n');
}
