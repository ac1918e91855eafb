import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';

/** An environment variable inside double quotes: where it stands in the word's text. */
export interface Hole {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** A word of a line: its text with quotes and escapes undone (variables stay as written), and where it stands with its quotes. */
export interface Word extends Span {
  readonly text: string;
  readonly holes: readonly Hole[];
  /** What stands for a part of `text` in the file. */
  place(start: number, end: number): Span;
}

const ESCAPES: Readonly<Record<string, string>> = { ' ': ' ', '\\': '\\', '#': '#', '"': '"', "'": "'", n: '\n', t: '\t', r: '\r' };
/** What ends a plain word, or makes it none. */
const SPECIAL = /[ \t\r\v\f\n#"'\\]/g;
const BLANK = /[ \t\r\v\f]/;

/**
 * The words of one line (HAProxy's `parse_line`): blanks separate, `#` begins a comment wherever it is not quoted, a
 * backslash escapes only a few signs and stays before any other, nothing is special inside single quotes, and variables
 * are replaced inside double quotes only. A `$` there that no name follows does not load.
 */
export function wordsOf(file: string, text: string, start: number, end: number, report: (problem: Problem) => void): readonly Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    while (at < end && BLANK.test(text[at]!)) at += 1;
    if (at >= end || text[at] === '#') break;
    const reader = new WordReader(file, text, at, end, report);
    at = reader.read();
    words.push(reader.word());
  }
  return words;
}

class WordReader {
  /** Pieces of the meant text, and where each of its characters begins in the file; a word without quotes or escapes needs none. */
  #meant = '';
  #offsets: number[] | undefined;
  #holes: Hole[] = [];
  #at: number;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly start: number,
    private readonly end: number,
    private readonly report: (problem: Problem) => void,
  ) {
    this.#at = start;
  }

  /** To behind the word. */
  read(): number {
    SPECIAL.lastIndex = this.start;
    const stop = Math.min(SPECIAL.exec(this.text)?.index ?? this.end, this.end);
    if (stop >= this.end || BLANK.test(this.text[stop]!) || this.text[stop] === '#') {
      this.#meant = this.text.slice(this.start, stop);
      return (this.#at = stop);
    }
    this.#offsets = [];
    let quote: '"' | "'" | undefined;
    let opened = this.start;
    while (this.#at < this.end) {
      const sign = this.text[this.#at]!;
      if (quote === undefined && (BLANK.test(sign) || sign === '#')) break;
      if (sign === quote) {
        quote = undefined;
        this.#at += 1;
      } else if (quote === undefined && (sign === '"' || sign === "'")) {
        [quote, opened] = [sign, this.#at];
        this.#at += 1;
      } else if (sign === '\\' && quote !== "'") this.#escaped(quote);
      else if (sign === '$' && quote === '"') this.#variable();
      else this.#emit(sign, 1);
    }
    if (quote !== undefined) this.#complain(opened, 'unmatched quote');
    return this.#at;
  }

  word(): Word {
    const { file, start } = this;
    const [end, offsets] = [this.#at, this.#offsets];
    const place = (from: number, to: number): Span => {
      if (offsets === undefined) return { file, start: start + from, end: start + Math.max(from, to) };
      const begin = offsets[from] ?? end;
      const stop = to <= from ? begin : (offsets[to - 1] ?? end) + this.#lengthAt(offsets[to - 1] ?? end);
      return { file, start: begin, end: Math.max(begin, Math.min(stop, end)) };
    };
    return { file, start, end, text: this.#meant, holes: this.#holes, place };
  }

  /** How many signs of the file stand for the one that begins there. */
  #lengthAt(offset: number): number {
    if (this.text[offset] !== '\\') return 1;
    return this.text[offset + 1] === 'x' ? 4 : 2;
  }

  #emit(meant: string, length: number): void {
    this.#meant += meant;
    for (let index = 0; index < meant.length; index += 1) this.#offsets!.push(this.#at);
    this.#at += length;
  }

  #escaped(quote: '"' | "'" | undefined): void {
    const next = this.text[this.#at + 1] ?? '';
    const code = /^x([\dA-Fa-f]{2})/.exec(this.text.slice(this.#at + 1, this.#at + 4))?.[1];
    if (this.#at + 1 < this.end && Object.hasOwn(ESCAPES, next)) this.#emit(ESCAPES[next]!, 2);
    else if (quote === '"' && next === '$') this.#emit('$', 2);
    else if (code !== undefined) this.#emit(String.fromCharCode(Number.parseInt(code, 16)), 4);
    else this.#emit('\\', 1);
  }

  #variable(): void {
    const match = /^(?:\{([A-Za-z_][\w.]*)(?:\[\*\])?(-[^}]*)?\}|([A-Za-z_]\w*))/.exec(this.text.slice(this.#at + 1, Math.min(this.end, this.#at + 400)));
    if (match === null) {
      const braced = this.text[this.#at + 1] === '{';
      this.#complain(this.#at, braced ? 'unmatched brace in environment variable name' : 'forbidden first char in environment variable name');
      this.#emit('$', 1);
      return;
    }
    const from = this.#meant.length;
    for (const sign of `$${match[0]}`) this.#emit(sign, 1);
    this.#holes.push({ start: from, end: this.#meant.length, name: match[1] ?? match[3] ?? '' });
  }

  #complain(offset: number, message: string): void {
    this.report({ at: { file: this.file, start: offset, end: Math.min(offset + 1, this.text.length) }, message });
  }
}
