import type { Span } from './span.js';

/** Replace a span by a text. An insertion has an empty span. */
export interface TextEdit extends Span {
  readonly text: string;
}

export function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.file !== b.file) return false;
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}

/**
 * Applies edits of one file, from its end to its start. Two insertions at one place keep the order given.
 * @throws {RangeError} when two edits overlap or one lies outside the text: callers group edits per fix first.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let from = 0;
  for (const edit of ordered) {
    if (edit.start < from || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(`edit ${edit.start}–${edit.end} of ${edit.file} overlaps another one or leaves the text`);
    }
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}
