import type { Finding } from '../../findings/finding.js';
import { applyEdits, overlaps, type TextEdit } from '../../text/edit.js';
import type { Disk } from '../disk.js';
import type { Judgement } from './judge.js';

/** A fix may make room for another one; past so many passes what is left is left. */
const MAX_PASSES = 10;

export interface FixOptions {
  /** Apply suggestions too, where exactly one is offered. */
  readonly suggestions: boolean;
  /** Files that must stay as they are. */
  readonly locked: { has(file: string): boolean };
}

/**
 * Applies the fixes of findings to texts laid over the disk and judges again, until nothing is left to do.
 * @returns the judgement of the fixed texts.
 */
export async function fixAll(first: Judgement, disk: Disk, judgeAgain: () => Promise<Judgement>, { suggestions, locked }: FixOptions): Promise<Judgement> {
  let judgement = first;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const edits = compatible(judgement.findings.flatMap((finding) => editsOf(finding, suggestions)).filter((set) => !set.some(({ file }) => locked.has(file))));
    if (edits.length === 0) break;
    for (const file of new Set(edits.map((edit) => edit.file))) {
      disk.lay(file, applyEdits(disk.read(file) ?? '', edits.filter((edit) => edit.file === file)));
    }
    judgement = await judgeAgain();
  }
  return judgement;
}

/** Locked files that would have been mended. */
export function refusedIn({ findings }: Judgement, { suggestions, locked }: FixOptions): readonly string[] {
  const files = findings.flatMap((finding) => editsOf(finding, suggestions)).flatMap((set) => set.map(({ file }) => file));
  return [...new Set(files)].filter((file) => locked.has(file)).sort();
}

/** The edits of a finding's fix, or of its only suggestion where these are wanted; they stand or fall together. */
function editsOf({ fix, suggestions: offered }: Finding, suggestions: boolean): readonly (readonly TextEdit[])[] {
  if (fix !== undefined) return [fix.edits];
  return suggestions && offered.length === 1 && offered[0] !== undefined ? [offered[0].edits] : [];
}

/** Sets of edits that do not touch each other, in order; what is left out has its turn in the next pass. */
function compatible(sets: readonly (readonly TextEdit[])[]): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  for (const set of sets) {
    if (!set.some((edit) => taken.some((other) => overlaps(edit, other)))) taken.push(...set);
  }
  return taken;
}
