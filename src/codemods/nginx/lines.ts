import { Lexer } from '../../syntax/nginx/lexer.js';
import { indentationAt } from '../../syntax/nginx/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';

/** A comment with its `#`, in a stretch of text. */
export interface Comment {
  readonly start: number;
  readonly text: string;
  /** It stands behind something on its line. */
  readonly trailing: boolean;
}

/** Comments of a stretch of text, which begins and ends between words. */
export function commentsIn(source: SourceText, start: number, end: number): readonly Comment[] {
  const lexer = new Lexer(source.file, source.text.slice(0, end), () => undefined);
  lexer.skipTo(start);
  const found: Comment[] = [];
  for (;;) {
    const from = lexer.offset;
    const next = lexer.next();
    const gap = source.text.slice(from, lexer.begun);
    for (const match of gap.matchAll(/#[^\n]*/g)) found.push({ start: from + match.index, text: match[0].trimEnd(), trailing: !gap.slice(0, match.index).includes('\n') });
    if (!('text' in next) && next.kind === 'end') return found;
  }
}

/** A directive with the comment on the lines above it and the one behind it. */
export function withComments(source: SourceText, { file, start, end }: Span): Span {
  let { line } = source.positionAt(start);
  if (source.text.slice(source.lineStart(line), start).trim() !== '') return { file, start, end };
  while (line > 1 && /^[ \t]*#/.test(source.line(line - 1))) line -= 1;
  return { file, start: Math.min(start, source.lineStart(line) + indentationAt(source, source.lineStart(line)).length), end: withTrailing(source, end) };
}

function withTrailing(source: SourceText, end: number): number {
  return end + (/^[ \t]*#[^\r\n]*/.exec(source.text.slice(end))?.[0].length ?? 0);
}

/** What comes in the place of the first of a few stretches of one file. */
export interface Replacement {
  readonly at: Span;
  readonly lines: readonly string[];
}

/** Takes stretches of one file out, with their lines where they stand alone there and with the blank lines that they leave; lines may come in the place of some. */
export function replaced(source: SourceText, spans: readonly Span[], replacements: readonly Replacement[] = []): readonly TextEdit[] {
  const ordered = [...spans, ...replacements.map(({ at }) => at)].toSorted((a, b) => a.start - b.start || b.end - a.end);
  const clusters: { start: number; end: number; lines: readonly string[] | undefined }[] = [];
  for (const { start, end } of ordered) {
    const lines = replacements.find(({ at }) => at.start === start && at.end === end)?.lines;
    const last = clusters.at(-1);
    if (last !== undefined && source.text.slice(last.end, Math.max(start, last.end)).trim() === '' && (last.lines === undefined || lines === undefined || start < last.end)) {
      last.end = Math.max(last.end, end);
      last.lines ??= lines;
    } else clusters.push({ start, end, lines });
  }
  return clusters.map(({ start, end, lines }) => (lines === undefined ? without(source, start, end) : { file: source.file, start, end, text: onLines(source, start, lines) }));
}

/** Lines as they stand where the first one begins. */
function onLines(source: SourceText, start: number, lines: readonly string[]): string {
  const indentation = indentationAt(source, start);
  return lines.map((line, index) => (index === 0 || line === '' ? line : indentation + line)).join(source.lineEnding);
}

function without(source: SourceText, start: number, end: number): TextEdit {
  const { line } = source.positionAt(start);
  const from = source.lineStart(line);
  const tail = /^[ \t]*(?:\r\n|\n|\r|$)/.exec(source.text.slice(end));
  if (tail === null || source.text.slice(from, start).trim() !== '') return { file: source.file, start, end: end + /^[ \t]*/.exec(source.text.slice(end))![0].length, text: '' };
  const behind = end + tail[0].length;
  const blank = /^(?:[ \t]*(?:\r\n|\n|\r))+/.exec(source.text.slice(behind))?.[0].length ?? 0;
  const isBehindNothing = line === 1 || /^[ \t]*$|\{[ \t]*(?:#.*)?$/.test(source.line(line - 1));
  if (isBehindNothing && blank > 0) return { file: source.file, start: from, end: behind + blank, text: '' };
  // Nothing but the end of the block follows.
  const isLast = /^[ \t]*(?:\}|$)/.test(source.text.slice(behind));
  let first = line;
  while (isLast && first > 1 && /^[ \t]*$/.test(source.line(first - 1))) first -= 1;
  return { file: source.file, start: source.lineStart(first), end: behind, text: '' };
}

/** A value as a word: bare where it is one, else in quotes. */
export function spelled(text: string): string {
  return text !== '' && !/[\s;{}"'#\\]/.test(text) ? text : `"${text.replace(/\\(?=["'\\trn]|$)/g, '\\\\').replaceAll('"', '\\"')}"`;
}

/** Lines without the blanks that all of them begin with. */
export function dedented(lines: readonly string[]): readonly string[] {
  const blanks = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)![0]);
  const common = blanks.reduce((one, other) => (other.startsWith(one) ? one : one.startsWith(other) ? other : ''), blanks[0] ?? '');
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(common.length)));
}
