import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** A line after that of a statement, with its indentation. */
export function insertLineAfter(source: SourceText, at: Span, text: string): TextEdit {
  const { line } = source.positionAt(at.start);
  const place = source.lineStart(line) + source.line(line).length;
  return { file: at.file, start: place, end: place, text: `${source.lineEnding}${indentationOf(source, line)}${text}` };
}

/** A line before that of a statement, with its indentation. */
export function insertLineBefore(source: SourceText, at: Span, text: string): TextEdit {
  const { line } = source.positionAt(at.start);
  const place = source.lineStart(line);
  return { file: at.file, start: place, end: place, text: `${indentationOf(source, line)}${text}${source.lineEnding}` };
}

/** A statement taken out with its line; a comment behind it stays, on a line of its own. */
export function removeLine(source: SourceText, at: Span): TextEdit {
  const { line } = source.positionAt(at.start);
  const [start, end] = [source.lineStart(line), source.lineStart(line + 1)];
  return /#/.test(source.text.slice(at.end, end)) ? { file: at.file, start: at.start, end: at.end + /^[ \t]*/.exec(source.text.slice(at.end, end))![0].length, text: '' } : { file: at.file, start, end, text: '' };
}

/** Some words of a statement taken out with the blanks before them. */
export function removeWords(source: SourceText, at: Span): TextEdit {
  const blanks = /[ \t]*$/.exec(source.text.slice(Math.max(0, at.start - 100), at.start))![0].length;
  return { file: at.file, start: at.start - blanks, end: at.end, text: '' };
}

/** A word's text replaced, in quotes where it would not be one word or mean something else without them. */
export function respellWord(at: Span, text: string): TextEdit {
  return { file: at.file, start: at.start, end: at.end, text: spelled(text) };
}

/** A text as one word. Double quotes would read `$` as a variable, so single quotes are used wherever any are needed. */
export function spelled(text: string): string {
  if (text !== '' && !/[\s"'#]|\\[ \\#"'ntrx]/.test(text)) return text;
  return text.includes("'") ? `"${text.replace(/["\\$]/g, '\\$&')}"` : `'${text}'`;
}

function indentationOf(source: SourceText, line: number): string {
  return /^[ \t]*/.exec(source.line(line))![0];
}
