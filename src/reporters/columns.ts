import { eastAsianWidth } from 'get-east-asian-width';

/** A character with the marks, tones of skin and signs of emoji that are drawn onto it. */
const DRAWN_TOGETHER = /[^][\p{Mn}\p{Me}\p{Emoji_Modifier}\ufe0f]*/gu;

/** Columns that a terminal gives to a text, which holds nothing that `visible` escapes. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u02ff\u2010-\u2027\u2190-\u21ff]*$/.test(text)) return text.length;
  return (text.match(DRAWN_TOGETHER) ?? []).reduce((sum, drawn) => sum + widthOfDrawn(drawn), 0);
}

function widthOfDrawn(drawn: string): number {
  return drawn.includes('\ufe0f') ? 2 : eastAsianWidth(drawn.codePointAt(0)!);
}

/** The start of a text that fits. */
function fitting(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const drawn of text.match(DRAWN_TOGETHER) ?? []) {
    used += widthOfDrawn(drawn);
    if (used > width) break;
    taken += drawn;
  }
  return taken;
}

/** A text, or as much of it as fits before an ellipsis. */
export function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${fitting(text, width - 1)}…`;
}

/** Lines of at most so many columns. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...broken(word, width));
  }
  return lines;
}

/** A word that is too long for a line, broken behind a comma, a bar or a slash where there is one. */
function broken(word: string, width: number): readonly string[] {
  if (widthOf(word) <= width) return [word];
  const start = fitting(word, width);
  const piece = /^.*[,|/]/.exec(start)?.[0] ?? '';
  const head = piece.length > start.length / 2 ? piece : start;
  return head === '' ? [word] : [head, ...broken(word.slice(head.length), width)];
}
