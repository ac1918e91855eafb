import type { Problem } from '../language.js';

/** A word of a configuration: its text with quotes and escapes undone, and where it stands with its quotes. */
export interface Token {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly quote: '"' | "'" | undefined;
}

/** `;`, `{`, `}` or the end of the text. */
export interface Mark {
  readonly kind: ';' | '{' | '}' | 'end';
  readonly start: number;
}

const BLANK = /[ \t\r\n]/;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

/** nginx's own token machine (ngx_conf_read_token): one word or mark at a time, exact places, never a throw. */
export class Lexer {
  #at = 0;

  constructor(
    readonly file: string,
    readonly text: string,
    private readonly report: (problem: Problem) => void,
  ) {}

  get offset(): number {
    return this.#at;
  }

  /** Goes on behind a block whose inside is of another language. */
  skipTo(offset: number): void {
    this.#at = offset;
  }

  next(): Token | Mark {
    const { text } = this;
    for (;;) {
      while (this.#at < text.length && BLANK.test(text[this.#at]!)) this.#at += 1;
      if (text[this.#at] !== '#') break;
      const lineEnd = text.indexOf('\n', this.#at);
      this.#at = lineEnd === -1 ? text.length : lineEnd;
    }
    const start = this.#at;
    const first = text[start];
    if (first === undefined) return { kind: 'end', start };
    if (first === ';' || first === '{' || first === '}') {
      this.#at += 1;
      return { kind: first, start };
    }
    return first === '"' || first === "'" ? this.#quoted(first, start) : this.#bare(start);
  }

  #bare(start: number): Token {
    const { text } = this;
    let end = start;
    while (end < text.length) {
      const character = text[end]!;
      if (character === '\\') {
        end += 2;
        continue;
      }
      // The brace of `${name}` opens no block.
      if (character === '{' && text[end - 1] === '$' && end > start) {
        end += 1;
        continue;
      }
      if (BLANK.test(character) || character === ';' || character === '{') break;
      end += 1;
    }
    this.#at = Math.min(end, text.length);
    return this.#token(start, this.#at, text.slice(start, this.#at), undefined);
  }

  #quoted(quote: '"' | "'", start: number): Token {
    const { text } = this;
    let end = start + 1;
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) this.report({ at: { file: this.file, start, end: Math.min(start + 1, text.length) }, message: `unexpected end of file, expecting ${quote}` });
    this.#at = Math.min(end + 1, text.length);
    const after = text[this.#at];
    if (after !== undefined && !BLANK.test(after) && !';{)'.includes(after)) this.report({ at: { file: this.file, start: this.#at, end: this.#at + 1 }, message: `unexpected "${after}"` });
    return this.#token(start, this.#at, text.slice(start + 1, Math.min(end, text.length)), quote);
  }

  #token(start: number, end: number, raw: string, quote: Token['quote']): Token {
    return { file: this.file, start, end, text: raw.replace(/\\(["'\\trn])/g, (_all, code: string) => ESCAPES[code]!), quote };
  }
}
