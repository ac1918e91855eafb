import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** A line behind a directive, with its indentation; on the same line if another directive follows there. */
export function insertLineAfter(source: SourceText, at: Span, text: string): TextEdit {
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)/.exec(source.text.slice(at.end));
  if (rest === null) return { file: at.file, start: at.end, end: at.end, text: ` ${text}` };
  const place = at.end + rest[0].length;
  return { file: at.file, start: place, end: place, text: `${source.lineEnding}${indentationAt(source, at.start)}${text}` };
}

/** Lines at the start of a block whose `{` stands at `open`, one step deeper than the line of the block. */
export function insertInside(source: SourceText, open: number, lines: readonly string[], file: string): TextEdit {
  const indentation = `${indentationAt(source, open)}    `;
  const text = lines.map((line) => `${source.lineEnding}${indentation}${line}`).join('');
  const comment = /^[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)/.exec(source.text.slice(open + 1));
  const place = open + 1 + (comment?.[0].length ?? 0);
  return { file, start: place, end: place, text: comment === null ? `${text}${source.lineEnding}${indentation}` : text };
}

/** A directive taken out, with its line when it stands alone there. */
export function removeLine(source: SourceText, at: Span): TextEdit {
  const { text } = source;
  const lineStart = Math.max(text.lastIndexOf('\n', at.start - 1), text.lastIndexOf('\r', at.start - 1)) + 1;
  const tail = /^[ \t]*(\r\n|\n|\r|$)/.exec(text.slice(at.end));
  if (tail !== null && /^[ \t]*$/.test(text.slice(lineStart, at.start))) return { file: at.file, start: lineStart, end: at.end + tail[0].length, text: '' };
  return { file: at.file, start: at.start, end: at.end + (/^[ \t]*/.exec(text.slice(at.end))?.[0].length ?? 0), text: '' };
}

/** A word's text replaced in its own quotes; a bare word that would no longer be one word gets quotes. */
export function respellToken(source: SourceText, at: Span, text: string): TextEdit {
  const first = source.text[at.start];
  const quote = first === '"' || first === "'" ? first : /[\s;{}"'#]/.test(text) || text === '' ? '"' : undefined;
  const spelled = quote === undefined ? text : `${quote}${text.replaceAll(quote, `\\${quote}`)}${quote}`;
  return { file: at.file, start: at.start, end: at.end, text: spelled };
}

function indentationAt(source: SourceText, offset: number): string {
  return /^[ \t]*/.exec(source.line(source.positionAt(offset).line))![0];
}
