import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { PropertiesFile, PropertyEntry } from './tree.js';

/** Text edits, or why this place is not ours to change. */
export type Edited = readonly TextEdit[] | { readonly declined: string };

/** The entry whose value holds a place. */
export function entryAt(file: PropertiesFile, at: Span): PropertyEntry | undefined {
  return at.file === file.file ? file.entries.find(({ at: whole }) => whole.start <= at.start && at.end <= whole.end) : undefined;
}

/** Another text for a value, or for a part of one. */
export function respell(file: PropertiesFile, at: Span, text: string): Edited {
  const entry = entryAt(file, at);
  if (entry === undefined || at.start < entry.text.at.start) return { declined: 'no value stands there' };
  const written = file.source.text.slice(at.start, at.end);
  if (/\$\{|@[\w.-]+@/.test(written)) return { declined: 'a placeholder stands there' };
  if (/[\r\n]/.test(written + text)) return { declined: 'a text of several lines is not rewritten' };
  return [{ ...at, text: escaped(text, at.start === entry.text.at.start) }];
}

/** A backslash is written twice; a blank in front of a value would be taken for the separator. */
function escaped(text: string, first: boolean): string {
  const plain = text.replaceAll('\\', '\\\\');
  return first ? plain.replace(/^(?=[ \t\f])/, '\\') : plain;
}

/** Takes an item out of a list that is one text, with a comma beside it; the only one stays, since an empty value means something else. */
export function removeItem(file: PropertiesFile, at: Span): Edited {
  const entry = entryAt(file, at);
  if (entry === undefined || at.start < entry.text.at.start) return { declined: 'no value stands there' };
  const { text } = file.source;
  const blank = String.raw`(?:[ \t\f]|\\(?:\r\n|\n|\r)[ \t\f]*)*`;
  const after = new RegExp(`^${blank},${blank}`).exec(text.slice(at.end, entry.text.at.end));
  if (after !== null) return [{ file: file.file, start: at.start, end: at.end + after[0].length, text: '' }];
  const before = new RegExp(`${blank},${blank}$`).exec(text.slice(entry.text.at.start, at.start));
  return before === null ? { declined: 'it is the only entry' } : [{ file: file.file, start: at.start - before[0].length, end: at.end, text: '' }];
}

/** Takes a key and its value out, with their lines. */
export function removeEntry(file: PropertiesFile, entry: PropertyEntry): Edited {
  const { text } = file.source;
  const lineStart = Math.max(text.lastIndexOf('\n', entry.at.start - 1), text.lastIndexOf('\r', entry.at.start - 1)) + 1;
  const lineEnd = /^[^\r\n]*(?:\r\n|\n|\r|$)/.exec(text.slice(entry.at.end))?.[0].length ?? 0;
  const start = text.startsWith('\uFEFF') && lineStart === 0 ? 1 : lineStart;
  return [{ file: file.file, start, end: entry.at.end + lineEnd, text: '' }];
}

/** Adds `key=value` on a line of its own below an entry, in its way to separate the two. */
export function insertAfter(file: PropertiesFile, entry: PropertyEntry, key: string, value: string): Edited {
  const { text } = file.source;
  const separator = entry.text.value === '' ? '=' : text.slice(entry.keyAt.end, entry.text.at.start);
  const line = `${key}${/[\r\n\\]/.test(separator) ? '=' : separator}${escaped(value, true)}`;
  return [{ file: file.file, start: entry.at.end, end: entry.at.end, text: `${file.source.lineEnding}${line}` }];
}
