import type { Difference } from '../codemods/proof.js';
import { decides, type Done, type Outcome } from '../codemods/run.js';

/** What a code-mod did, or would do, as something to tell. */
export interface CodemodReport {
  readonly outcome: Outcome;
  /** Name of the code-mod. */
  readonly name: string;
  /** False: this is what it would do. */
  readonly written: boolean;
  /** Nothing where nothing changes. */
  readonly diff: string;
  /** A file as its reader knows it: relative to the working directory, with `/`. */
  pathOf(file: string): string;
}

export type CodemodReporter = (report: CodemodReport) => string;

/** Answers that change, apart: those that pages see, and those by which no browser decides. */
export function differencesIn({ differences }: Pick<Done, 'differences'>): { readonly seen: readonly Difference[]; readonly unseen: readonly Difference[] } {
  return { seen: differences.filter(decides), unseen: differences.filter((difference) => !decides(difference)) };
}
