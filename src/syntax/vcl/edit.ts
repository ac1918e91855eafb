import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** Lines before a statement, with its indentation; on the same line if something stands before it there. */
export function insertBefore(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  const { indentation, alone } = lineOf(source, at);
  return { file: at.file, start: at.start, end: at.start, text: alone ? lines.map((line) => `${line}${source.lineEnding}${indentation}`).join('') : `${joined(lines)} ` };
}

/** Lines behind a statement, with its indentation; on the same line if something follows there. */
export function insertAfter(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  const { indentation, alone } = lineOf(source, at);
  const rest = /^[ \t]*(?:(?:#|\/\/)[^\r\n]*)?(?=\r|\n|$)/.exec(source.text.slice(at.end));
  if (rest === null || !alone) return { file: at.file, start: at.end, end: at.end, text: ` ${joined(lines)}` };
  const place = at.end + rest[0].length;
  return { file: at.file, start: place, end: place, text: lines.map((line) => `${source.lineEnding}${indentation}${line}`).join('') };
}

/** Lines in the place of a statement. */
export function replaceBy(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  const { indentation, alone } = lineOf(source, at);
  return { ...at, text: alone ? lines.join(`${source.lineEnding}${indentation}`) : joined(lines) };
}

/** One step of indentation, as the file's first indented line has it. */
export function stepOf(source: SourceText): string {
  return /^(\t| {2,8})\S/m.exec(source.text)?.[1] ?? '    ';
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join(' ');
}

/** The indentation of the line on which a statement starts, and whether nothing else stands before it there. */
function lineOf(source: SourceText, at: Span): { readonly indentation: string; readonly alone: boolean } {
  const start = source.lineStart(source.positionAt(at.start).line);
  const before = source.text.slice(start, at.start);
  return { indentation: /^[ \t]*/.exec(before)![0], alone: /^[ \t]*$/.test(before) };
}

/** A statement taken out, with its line when it stands alone there. */
export function removeStatement(source: SourceText, at: Span): TextEdit {
  const { text } = source;
  const lineStart = Math.max(text.lastIndexOf('\n', at.start - 1), text.lastIndexOf('\r', at.start - 1)) + 1;
  const tail = /^[ \t]*(?:\r\n|\n|\r|$)/.exec(text.slice(at.end));
  if (tail !== null && /^[ \t]*$/.test(text.slice(lineStart, at.start))) return { file: at.file, start: lineStart, end: at.end + tail[0].length, text: '' };
  return { file: at.file, start: at.start, end: at.end + (/^[ \t]*/.exec(text.slice(at.end))?.[0].length ?? 0), text: '' };
}

/** Another text between the quotes that stand there; undefined where these cannot hold it. */
export function respellText(source: SourceText, inside: Span, text: string): TextEdit | undefined {
  const before = source.text.slice(0, inside.start);
  const closing = /\{\w*"$/.test(before) || before.endsWith('"""') ? source.text.slice(inside.end, inside.end + 2) : '"';
  if (text.includes(closing) || (closing === '"' && /[\r\n]/.test(text))) return undefined;
  return { file: inside.file, start: inside.start, end: inside.end, text };
}
