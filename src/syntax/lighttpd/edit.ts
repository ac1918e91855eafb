import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** Another text in the quotes of a literal; undefined when no literal stands there. */
export function respell(source: SourceText, at: Span, text: string): TextEdit | undefined {
  const written = source.text.slice(at.start, at.end);
  if (!written.startsWith('"') || !written.endsWith('"')) return undefined;
  return { ...at, text: quoted(text) };
}

/** A text as lighttpd reads it; `"` is all that needs an escape. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

/** One more entry behind another one, on a line of its own where that one has one. */
export function addEntry(source: SourceText, after: Span, text: string): TextEdit {
  const { text: all } = source;
  const line = source.lineStart(source.positionAt(after.start).line);
  const indentation = all.slice(line, after.start);
  const separator = /^[ \t]+$/.test(indentation) ? `,${source.lineEnding}${indentation}` : ', ';
  return { file: after.file, start: after.end, end: after.end, text: `${separator}${text}` };
}

/** Takes an entry out of its list with one comma, and with its line where it has one of its own. */
export function removeEntry(source: SourceText, at: Span): TextEdit {
  const { text } = source;
  const lineStart = source.lineStart(source.positionAt(at.start).line);
  const alone = /^[ \t]*$/.test(text.slice(lineStart, at.start));
  const tail = /^[ \t]*,?[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(at.end));
  // A comma that stays behind the last one does no harm.
  if (alone && tail !== null) return { file: at.file, start: lineStart, end: at.end + tail[0].length, text: '' };
  const after = /^[ \t]*,[ \t]*/.exec(text.slice(at.end));
  if (after !== null) return { ...at, end: at.end + after[0].length, text: '' };
  const before = /,?[ \t]*$/.exec(text.slice(0, at.start));
  return { ...at, start: at.start - (before?.[0].startsWith(',') === true ? before[0].length : 0), text: '' };
}

/** A statement on the line behind another one, with its indentation. */
export function insertStatement(source: SourceText, after: Span, text: string): TextEdit {
  const indentation = /^[ \t]*/.exec(source.line(source.positionAt(after.start).line))![0];
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)/.exec(source.text.slice(after.end));
  // Two statements may stand on one line.
  if (rest === null) return { file: after.file, start: after.end, end: after.end, text: ` ${text}` };
  const place = after.end + rest[0].length;
  return { file: after.file, start: place, end: place, text: `${source.lineEnding}${indentation}${text}` };
}

/** A statement on the line before what begins at a place, with its indentation. */
export function insertBefore(source: SourceText, before: Span, text: string): TextEdit {
  const line = source.lineStart(source.positionAt(before.start).line);
  const indentation = source.text.slice(line, before.start);
  const separator = /^\uFEFF?[ \t]*$/.test(indentation) ? `${source.lineEnding}${indentation.replace('\uFEFF', '')}` : ' ';
  return { file: before.file, start: before.start, end: before.start, text: `${text}${separator}` };
}
