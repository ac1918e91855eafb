import type { SourceText } from '../text/source-text.js';
import type { Place } from './report.js';
import { cut, widthOf } from './columns.js';
import type { Paint, Style } from './style.js';
import { visible } from './visible.js';

/** Lines shown before and after the one that a finding speaks of. */
const CONTEXT = 2;

/** The sign before a line's number: the line that is meant, one that goes, one that comes. */
export type Sign = ' ' | '>' | '-' | '+';

/** A line of code behind its number. It is cut, never wrapped: what stands below a line must stay below its text. */
export function codeLine(sign: Sign, number: string, text: string, style: Style, paint: Paint = (plain) => plain): string {
  return text === '' ? `  ${paint(sign)} ${style.dim(`${number} |`)}` : `  ${paint(sign)} ${style.dim(`${number} |`)} ${paint(text)}`;
}

/** Columns that stand before a line's text. */
export function gutterOf(digits: number): number {
  return digits + 7;
}

/** The lines around a place; the place itself is underlined on its first line. */
export function codeFrame(source: SourceText, { start, end }: Place, severity: string, width: number, style: Style): readonly string[] {
  const last = Math.min(source.lineCount, start.line + CONTEXT);
  const digits = String(last).length;
  const room = width - gutterOf(digits);
  const lines = Array.from({ length: last - Math.max(1, start.line - CONTEXT) + 1 }, (_none, index) => Math.max(1, start.line - CONTEXT) + index);
  return lines.flatMap((line) => {
    const text = textOf(source, line);
    const number = String(line).padStart(digits);
    if (line !== start.line) return [codeLine(' ', number, shownFrom(text, 0, room), style)];
    const from = startOf(text, start.column - 1, end.line === start.line ? end.column - 1 : text.length, room);
    const before = widthOf(`${from === 0 ? '' : '…'}${shown(text.slice(from, start.column - 1))}`);
    const marked = widthOf(shown(text.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined).slice(0, room)));
    const under = '^'.repeat(Math.max(1, Math.min(marked, room - before)));
    return [codeLine('>', number, shownFrom(text, from, room), style), `    ${' '.repeat(digits)} ${style.dim('|')} ${' '.repeat(before)}${style.severity(severity, under)}`];
  });
}

/** A line without its byte order mark, which no editor gives a column. */
function textOf(source: SourceText, line: number): string {
  return source.line(line).replace(/^\uFEFF/, '');
}

/** Where the part of a line that is shown begins, so that a place in it is seen: 0 if that fits. Offsets are UTF-16 units. */
export function startOf(text: string, start: number, end: number, room: number): number {
  if (end <= room && widthOf(shown(text.slice(0, end))) <= room) return 0;
  const third = Math.floor(room / 3);
  let from = Math.max(0, start - third);
  while (from < start && (widthOf(shown(text.slice(from, start))) >= third || /[\udc00-\udfff]/.test(text.charAt(from)))) from += 1;
  return from;
}

/** As much of a line as fits, from an offset on. A line of a megabyte is not looked at beyond that. */
export function shownFrom(text: string, from: number, room: number): string {
  return cut(`${from === 0 ? '' : '…'}${shown(text.slice(from, from + 2 * room))}`, room);
}

/** A tab counts as two blanks, so that what is underlined stays under its text. */
function shown(text: string): string {
  return visible(text.replaceAll('\t', '  '));
}
