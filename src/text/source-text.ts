/** 1-based line and 1-based column, both in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * One file's text with its lines. Lines end with LF, CRLF or a lone CR.
 * The text keeps its byte order mark; offsets count it.
 */
export class SourceText {
  #starts: readonly number[] | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** Found when first asked for: most texts are never shown. */
  get #lineStarts(): readonly number[] {
    return (this.#starts ??= [0, ...Array.from(this.text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)]);
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** Offsets outside the text are clamped to its ends. */
  positionAt(offset: number): Position {
    const clamped = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    const starts = this.#lineStarts;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= clamped) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: clamped - starts[low]! + 1 };
  }

  /** Start offset of a 1-based line; the end of the text for lines past the last. */
  lineStart(line: number): number {
    return this.#lineStarts[line - 1] ?? this.text.length;
  }

  /** Text of a 1-based line without its terminator. */
  line(line: number): string {
    return this.text.slice(this.lineStart(line), this.lineStart(line + 1)).replace(/[\r\n]+$/, '');
  }

  /** The terminator that this file mostly uses: CRLF only if its first line end is one. */
  get lineEnding(): '\n' | '\r\n' {
    return /\r?\n/.exec(this.text)?.[0] === '\r\n' ? '\r\n' : '\n';
  }
}
