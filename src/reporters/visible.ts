/**
 * Characters that move a terminal's cursor, hide text, turn its direction or stand for nothing: controls, formats,
 * separators of lines, letters without a shape, and what no encoding or XML document can hold.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffe\uffff]/gu;

/** A text that a terminal shows as it is: what it would act on or hide is written as an escape. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (character === '\t') return '\\t';
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return escaped(character);
  });
}

/** JSON in which no such character stands in the open either; `JSON.stringify` leaves those above U+007E. @param indent 0: all on one line */
export function visibleJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(UNSEEN, (character) => (character === '\n' ? character : escaped(character)));
}

/** By its UTF-16 units, as JSON has it. */
function escaped(character: string): string {
  return character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
