import type { Span } from '../../text/span.js';

/** An argument of a directive: its text with quotes and escapes undone, and where it stands with its quotes. */
export interface Word extends Span {
  readonly text: string;
  /** Where `text` itself stands, when it stands there character by character: quotes left out, no escapes, no continued line. */
  readonly verbatim: Span | undefined;
}

/** One line as the server reads it, continued ones joined. */
export class LogicalLine {
  constructor(
    readonly text: string,
    private readonly pieces: readonly Piece[],
  ) {}

  /** Place in the file of a character of `text`. */
  place(index: number): number {
    const piece = this.#pieceAt(index);
    return piece.at + index - piece.from;
  }

  /** Is a part of `text` one piece of the file? */
  isWhole(start: number, end: number): boolean {
    return this.pieces.length === 1 || this.#pieceAt(start) === this.#pieceAt(Math.max(start, end - 1));
  }

  #pieceAt(index: number): Piece {
    let low = 0;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle]!.from <= index) low = middle;
      else high = middle - 1;
    }
    return this.pieces[low]!;
  }
}

interface Piece {
  readonly from: number;
  readonly at: number;
}

/** Lines with what they continue in: a backslash at the end of a line joins the next one, in comments too (ap_cfg_getline). */
export function* logicalLines(text: string): Generator<LogicalLine> {
  let start = 0;
  while (start < text.length) {
    const pieces: Piece[] = [];
    const parts: string[] = [];
    let length = 0;
    for (;;) {
      const newline = text.indexOf('\n', start);
      const next = newline === -1 ? text.length : newline + 1;
      let end = newline === -1 ? text.length : newline;
      if (text[end - 1] === '\r' && end > start) end -= 1;
      const continued = newline !== -1 && text[end - 1] === '\\' && end > start;
      const part = text.slice(start, continued ? end - 1 : end);
      pieces.push({ from: length, at: start });
      parts.push(part);
      length += part.length;
      start = next;
      if (!continued || start >= text.length) break;
    }
    yield new LogicalLine(parts.length === 1 ? parts[0]! : parts.join(''), pieces);
  }
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}


/**
 * The words of a line from an index to another (ap_getword_conf): blanks part them, one that starts with a quote ends with
 * the next such quote, an open quote ends with the line. `\\` is a backslash everywhere, `\"` a quote in its own quotes.
 */
export function wordsIn(line: LogicalLine, file: string, from: number, to: number): readonly Word[] {
  const { text } = line;
  const words: Word[] = [];
  let at = from;
  for (;;) {
    while (at < to && isBlank(text.charCodeAt(at))) at += 1;
    if (at >= to) return words;
    const quote = text[at] === '"' || text[at] === "'" ? text[at] : undefined;
    const begin = quote === undefined ? at : at + 1;
    let end = begin;
    if (quote === undefined) while (end < to && !isBlank(text.charCodeAt(end))) end += 1;
    else while (end < to && text[end] !== quote) end += text[end] === '\\' && (text[end + 1] === quote || text[end + 1] === '\\') ? 2 : 1;
    end = Math.min(end, to);
    const after = quote !== undefined && end < to ? end + 1 : end;
    const raw = text.slice(begin, end);
    const spelled = !raw.includes('\\') ? raw : quote === undefined ? raw.replaceAll('\\\\', '\\') : raw.replace(quote === '"' ? /\\([\\"])/g : /\\([\\'])/g, '$1');
    const verbatim = spelled === raw && line.isWhole(at, after) ? { file, start: line.place(begin), end: line.place(begin) + raw.length } : undefined;
    words.push({ file, start: line.place(at), end: after > at ? line.place(after - 1) + 1 : line.place(at), text: spelled, verbatim });
    at = after;
  }
}
