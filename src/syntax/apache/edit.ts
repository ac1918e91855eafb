import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Word } from './lines.js';

/** Lines behind the one that a place ends on, with the indentation of the one that it starts on. */
export function insertAfter(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  const rest = /^[^\r\n]*/.exec(source.text.slice(at.end))![0];
  const place = at.end + rest.length;
  const indentation = indentationAt(source, at.start);
  return { file: at.file, start: place, end: place, text: lines.map((line) => `${source.lineEnding}${indentation}${line}`).join('') };
}

/** Lines before the one that a place starts on, with its indentation. */
export function insertBefore(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  const place = source.lineStart(source.positionAt(at.start).line);
  const indentation = indentationAt(source, at.start);
  return { file: at.file, start: place, end: place, text: lines.map((line) => `${indentation}${line}${source.lineEnding}`).join('') };
}

/** A directive taken out with its lines: nothing else stands on them. */
export function removeLines(source: SourceText, at: Span): TextEdit {
  const start = source.lineStart(source.positionAt(at.start).line);
  const tail = /^[^\r\n]*(?:\r\n|\n|\r)?/.exec(source.text.slice(at.end))![0];
  return { file: at.file, start, end: at.end + tail.length, text: '' };
}

/** Another text for a word, in its own quotes; a bare one that would no longer be one word gets quotes. */
export function respellWord(source: SourceText, at: Span, text: string): TextEdit {
  const first = source.text[at.start];
  const quote = first === '"' || first === "'" ? first : /[\s"']/.test(text) || text === '' ? '"' : undefined;
  const escaped = quote === undefined ? text.replaceAll('\\\\', '\\\\\\\\') : escapedIn(text, quote);
  return { file: at.file, start: at.start, end: at.end, text: quote === undefined ? escaped : `${quote}${escaped}${quote}` };
}

/** A backslash stands for itself unless another one or the quote follows. */
function escapedIn(text: string, quote: string): string {
  return text.replace(/\\(?=\\)|\\$/g, '\\\\').replaceAll(quote, `\\${quote}`);
}

/** Another text for a part of a word that stands there as it is. */
export function respellPart(word: Word, at: Span, text: string): TextEdit | undefined {
  const { verbatim } = word;
  if (verbatim === undefined || at.start < verbatim.start || at.end > verbatim.end || /["'\\]{2}|["']/.test(text)) return undefined;
  return { file: at.file, start: at.start, end: at.end, text };
}

function indentationAt(source: SourceText, offset: number): string {
  return /^[ \t]*/.exec(source.line(source.positionAt(offset).line))![0];
}
