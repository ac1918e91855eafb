import { applyEdits, type TextEdit } from '../text/edit.js';
import type { Files } from '../text/files.js';

/** Whole new texts of files, by path; undefined where there are no edits, or where they overlap. */
export function textsWith(files: Files, edits: readonly TextEdit[] | undefined): ReadonlyMap<string, string> | undefined {
  if (edits === undefined || edits.length === 0) return undefined;
  try {
    return new Map([...new Set(edits.map(({ file }) => file))].map((path) => [path, applyEdits(files.read(path) ?? '', edits.filter(({ file }) => file === path))]));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
