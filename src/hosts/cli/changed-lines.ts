import { diffLines } from 'diff';
import type { Disk } from '../disk.js';
import { touches, type Changes, type ChangedLines, type LineRange, type Placed } from '../git.js';
import type { Judgement } from './judge.js';

/** A judgement without what lies on lines that did not change. Texts laid over the disk have their lines elsewhere, and those that were mended are changed. */
export function onChangedLines(judgement: Judgement, changes: Changes, disk: Disk): Judgement {
  const lines = new Map(changes.lines);
  for (const { file, before = '', after } of disk.laid()) lines.set(file, carriedOver(lines.get(file) ?? [], before, after));
  const isShown = (one: Placed): boolean => touches({ lines }, one, (file) => disk.source(file));
  return { ...judgement, findings: judgement.findings.filter(isShown), gaps: judgement.gaps.filter(isShown) };
}

/** Where changed lines of a text are in another one, with the lines that only the other one has. */
export function carriedOver(lines: ChangedLines, before: string, after: string): ChangedLines {
  if (lines === 'all') return lines;
  const carried: LineRange[] = [];
  let old = 1;
  let now = 1;
  for (const { count, added, removed } of diffLines(before, after)) {
    if (added) carried.push([now, now + count - 1]);
    else if (!removed) {
      for (const [first, last] of lines) {
        const [from, to] = [Math.max(first, old), Math.min(last, old + count - 1)];
        if (from <= to) carried.push([from - old + now, to - old + now]);
      }
    }
    if (!added) old += count;
    if (!removed) now += count;
  }
  return carried;
}
