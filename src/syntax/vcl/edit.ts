import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** A statement on a line of its own behind another one, with its indentation; on the same line if something follows there. */
export function insertStatementAfter(source: SourceText, at: Span, text: string): TextEdit {
  const rest = /^[ \t]*(?:(?:#|\/\/)[^\r\n]*)?(?=\r|\n|$)/.exec(source.text.slice(at.end));
  if (rest === null) return { file: at.file, start: at.end, end: at.end, text: ` ${text}` };
  const place = at.end + rest[0].length;
  const line = text.replaceAll('\n', `${source.lineEnding}${indentationAt(source, at.start)}`);
  return { file: at.file, start: place, end: place, text: `${source.lineEnding}${indentationAt(source, at.start)}${line}` };
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

function indentationAt(source: SourceText, offset: number): string {
  return /^[ \t]*/.exec(source.line(source.positionAt(offset).line))![0];
}
