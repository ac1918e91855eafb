import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Directive } from './tree.js';

/** Lines behind a directive, with its indentation; on the same line if another directive follows there. */
export function insertAfter(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  const rest = toLineEnd(source, at.end);
  if (rest === undefined) return insertion(at, at.end, ` ${lines.join(' ')}`);
  return insertion(at, at.end + rest.length, onLines(source, indentationAt(source, at.start), lines));
}

/** Lines in front of a directive and of the comment above it; on the same line if something stands before it there. */
export function insertBefore(source: SourceText, at: Span, lines: readonly string[]): TextEdit {
  let { line } = source.positionAt(at.start);
  if (source.text.slice(source.lineStart(line), at.start).trim() !== '') return insertion(at, at.start, `${lines.join(' ')} `);
  while (line > 1 && /^[ \t]*#/.test(source.line(line - 1))) line -= 1;
  const indentation = indentationAt(source, at.start);
  return insertion(at, source.lineStart(line), lines.map((text) => `${text === '' ? '' : indentation}${text}${source.lineEnding}`).join(''));
}

/** Lines at the start of a block, indented as what stands in it; on the same line if the whole block is on one. */
export function insertInside(source: SourceText, block: Directive, lines: readonly string[]): TextEdit {
  const open = source.text.indexOf('{', block.at.end);
  const inner = open + 1;
  if (source.positionAt(open).line === source.positionAt(block.whole.end).line) return insertion(block.at, inner, ` ${lines.join(' ')}`);
  const indentation = indentationAt(source, open) + indentationStep(source, block);
  const rest = toLineEnd(source, inner);
  const text = onLines(source, indentation, lines);
  if (rest !== undefined) return insertion(block.at, inner + rest.length, text);
  const blanks = /^[ \t]*/.exec(source.text.slice(inner))![0].length;
  return { file: block.at.file, start: inner, end: inner + blanks, text: `${text}${source.lineEnding}${indentation}` };
}

/** By how much the file indents what stands in a block. */
export function indentationStep(source: SourceText, block: Directive): string {
  const outer = indentationAt(source, block.at.start);
  const first = block.block?.find(({ at }) => at.file === block.at.file && /^[ \t]*$/.test(source.text.slice(source.lineStart(source.positionAt(at.start).line), at.start)));
  const inner = first === undefined ? '' : indentationAt(source, first.at.start);
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : outer.includes('\t') ? '\t' : '    ';
}

/** A directive or block taken out, with its line when it stands alone there. */
export function removeLine(source: SourceText, at: Span): TextEdit {
  const start = source.lineStart(source.positionAt(at.start).line);
  const tail = /^[ \t]*(\r\n|\n|\r|$)/.exec(source.text.slice(at.end));
  if (tail !== null && /^[ \t]*$/.test(source.text.slice(start, at.start))) return { file: at.file, start, end: at.end + tail[0].length, text: '' };
  return { file: at.file, start: at.start, end: at.end + (/^[ \t]*/.exec(source.text.slice(at.end))?.[0].length ?? 0), text: '' };
}

/**
 * A word's text replaced in its own quotes; a bare word that would no longer be one word gets quotes. What nginx would
 * read as an escape (`\\`, `\t`, `\r`, `\n` and escaped quotes) is escaped once more.
 */
export function respellToken(source: SourceText, at: Span, text: string): TextEdit {
  const first = source.text[at.start];
  const quote = first === '"' || first === "'" ? first : /[\s;{}"'#]/.test(text) || text === '' ? '"' : undefined;
  const escaped = text.replace(/\\(?=["'\\trn]|$)/g, '\\\\');
  return { file: at.file, start: at.start, end: at.end, text: quote === undefined ? escaped : `${quote}${escaped.replaceAll(quote, `\\${quote}`)}${quote}` };
}

/** Blanks and a comment up to the end of the line; undefined when something else follows. */
function toLineEnd(source: SourceText, from: number): string | undefined {
  const end = /[\r\n]|$/.exec(source.text.slice(from))!.index;
  const rest = source.text.slice(from, from + end);
  return /^[ \t]*(?:#.*)?$/.test(rest) ? rest : undefined;
}

function onLines(source: SourceText, indentation: string, lines: readonly string[]): string {
  return lines.map((line) => `${source.lineEnding}${indentation}${line}`).join('');
}

function insertion({ file }: Span, at: number, text: string): TextEdit {
  return { file, start: at, end: at, text };
}

/** The blanks with which the line of an offset begins. */
export function indentationAt(source: SourceText, offset: number): string {
  return /^[ \t]*/.exec(source.line(source.positionAt(offset).line))![0];
}
