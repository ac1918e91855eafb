import type { Files } from '../../text/files.js';
import { applyEdits, type TextEdit } from '../../text/edit.js';

/** Whole new texts of the files that edits are in, by path. */
export function textsAfter(files: Files, edits: readonly TextEdit[]): ReadonlyMap<string, string> {
  return new Map([...new Set(edits.map(({ file }) => file))].map((path) => [path, applyEdits(files.read(path) ?? '', edits.filter(({ file }) => file === path))]));
}
