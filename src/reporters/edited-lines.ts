import { structuredPatch } from 'diff';
import type { Fix } from '../findings/finding.js';
import { applyEdits } from '../text/edit.js';
import { codeLine, gutterOf, shownFrom, startOf, type Sign } from './code.js';
import type { Report } from './report.js';
import type { Style } from './style.js';
import { visible } from './visible.js';

/** More lines of a change are for `--diff`. */
const MAX_LINES = 24;

interface Line {
  readonly sign: Sign;
  readonly number: number;
  readonly text: string;
}

/** What edits make of the lines that they touch, with one line around each place; other files than `here` by name. */
export function editedLines(report: Pick<Report, 'sourceOf' | 'pathOf'>, { edits }: Pick<Fix, 'edits'>, here: string, width: number, style: Style): readonly string[] {
  return [...new Set(edits.map(({ file }) => file))].flatMap((file) => {
    const { text } = report.sourceOf(file);
    const { hunks } = structuredPatch('', '', text, applyEdits(text, edits.filter((edit) => edit.file === file)), '', '', { context: 1 });
    const lines = hunks.map((hunk) => numbered(hunk.lines, hunk.oldStart, hunk.newStart));
    const digits = String(Math.max(0, ...lines.flat().map(({ number }) => number))).length;
    const rows = lines.flatMap((hunk, index) => [...(index === 0 ? [] : [style.dim(`    ${' '.repeat(digits)} ⋮`)]), ...hunkRows(hunk, digits, width, style)]);
    const left = rows.length - MAX_LINES;
    return [
      ...(file === here ? [] : [`    ${style.underline(visible(report.pathOf(file)))}`]),
      ...(left > 1 ? [...rows.slice(0, MAX_LINES), style.dim(`    ${' '.repeat(digits)} ⋮ ${left} more lines`)] : rows),
    ];
  });
}

/** Lines of a hunk with the number that each has, in the text where it is. */
function numbered(lines: readonly string[], oldStart: number, newStart: number): readonly Line[] {
  let [before, after] = [oldStart, newStart];
  return lines.flatMap((line): Line[] => {
    // `\ No newline at end of file` is no line of the text.
    if (line.startsWith('\\')) return [];
    const sign = line.startsWith('-') ? '-' : line.startsWith('+') ? '+' : ' ';
    const number = sign === '-' ? before : after;
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
    return [{ sign, number, text: line.slice(1).replace(/\r$/, '').replace(/^\uFEFF/, '') }];
  });
}

function hunkRows(lines: readonly Line[], digits: number, width: number, style: Style): readonly string[] {
  const room = width - gutterOf(digits);
  const paints = { '-': style.red, '+': style.green, ' ': style.dim, '>': style.bold };
  const [gone, come] = [lines.filter(({ sign }) => sign === '-'), lines.filter(({ sign }) => sign === '+')];
  return lines.map((line) => {
    const { sign, number, text } = line;
    // A long line is shown where it differs from the one that takes its place.
    const other = sign === '-' ? come[gone.indexOf(line)] : sign === '+' ? gone[come.indexOf(line)] : undefined;
    const from = other === undefined ? 0 : startOf(text, sameStart(text, other.text), text.length, room);
    return codeLine(sign, String(number).padStart(digits), shownFrom(text, from, room), style, paints[sign]);
  });
}

/** Length of what two texts begin with. */
function sameStart(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}
