import type { Problem } from '../language.js';

export type TokenKind = 'name' | 'string' | 'number' | 'object' | 'operator' | 'assign' | '=>' | '+' | '(' | ')' | ',' | '[' | ']' | '{' | '}' | '$' | 'line-end' | 'end';

/** A word or mark: its text with escapes undone, and where it stands with its quotes. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const NAME = /[A-Za-z0-9._-]+/y;
const DIGITS = /\d+/y;
const OBJECT = /[A-Za-z_]+/y;
const MARKS: Readonly<Record<string, TokenKind>> = { '{': '{', '[': '[', ']': ']' };

/**
 * lighttpd's own tokens (config_tokenizer in configfile.c): what `=` means depends on whether a list or a condition is
 * open, and a line's end counts only outside of lists. Never throws; the first refusal ends the text.
 */
export class Lexer {
  #at = 0;
  #parens = 0;
  #inCondition = false;
  #lineEndDue = false;
  #refused = false;

  constructor(
    readonly file: string,
    readonly text: string,
    private readonly report: (problem: Problem) => void,
  ) {
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  /** A refusal ended the text before its end. */
  get refused(): boolean {
    return this.#refused;
  }

  next(): Token {
    if (this.#lineEndDue) {
      this.#lineEndDue = false;
      return this.#token('line-end', this.#at, this.#at);
    }
    const { text } = this;
    while (!this.#refused && this.#at < text.length) {
      const start = this.#at;
      const first = text[start]!;
      const second = text[start + 1];
      switch (first) {
        case '\t':
        case ' ':
        case '\u00A0':
          this.#at += 1;
          continue;
        case '#':
          this.#skipComment();
          continue;
        case '\n':
        case '\r':
          this.#skipLines();
          if (this.#parens === 0) return this.#token('line-end', start, start);
          continue;
        case ',':
          this.#at += 1;
          // Outside of lists a comma is nothing.
          if (this.#parens > 0) return this.#token(',', start, this.#at);
          continue;
        case '"':
          return this.#string(start);
        case '=':
          return this.#equals(start, second);
        case '!':
          if (!this.#inCondition) return this.#refuse(start, 'unexpected exclamation-marks: !');
          if (second !== '=' && second !== '~') return this.#refuse(start, 'only !~ and != are allowed in the condition');
          return this.#comparison(start);
        case '(':
          this.#parens += 1;
          return this.#mark('(', 1);
        case ')':
          if (this.#parens === 0) return this.#refuse(start, 'close-parens seen open-parens');
          this.#parens -= 1;
          return this.#mark(')', 1);
        case '$':
          this.#inCondition = true;
          return this.#mark('$', 1);
        case '+':
          return second === '=' ? this.#mark('assign', 2) : this.#mark('+', 1);
        case ':':
          return second === '=' ? this.#mark('assign', 2) : this.#refuse(start, "unexpected character ':'");
        case '}':
          return this.#closing(start);
        default:
          if (MARKS[first] !== undefined) return this.#mark(MARKS[first], 1);
          return this.#word(start);
      }
    }
    return this.#token('end', this.#at, this.#at);
  }

  #equals(start: number, second: string | undefined): Token {
    if (this.#parens > 0) return second === '>' ? this.#mark('=>', 2) : this.#refuse(start, 'use => for assignments in arrays');
    if (!this.#inCondition) return this.#mark('assign', 1);
    return second !== undefined && '=~^$'.includes(second) ? this.#comparison(start) : this.#refuse(start, 'only == =~ =^ =$ are allowed in the condition');
  }

  #comparison(start: number): Token {
    this.#inCondition = false;
    this.#at = start + 2;
    return this.#token('operator', start, this.#at);
  }

  #word(start: number): Token {
    if (this.#inCondition) return this.#run(OBJECT, 'object', start, 'invalid character in condition');
    const digits = this.#run(DIGITS, 'number', start, undefined);
    return digits.kind === 'number' ? digits : this.#run(NAME, 'name', start, 'invalid character in variable name');
  }

  /** A run of characters; a name at the very end of the text is refused as lighttpd refuses it. */
  #run(pattern: RegExp, kind: TokenKind, start: number, refusal: string | undefined): Token {
    pattern.lastIndex = start;
    const length = pattern.exec(this.text)?.[0].length ?? 0;
    if (length === 0 || (kind !== 'number' && start + length >= this.text.length)) return refusal === undefined ? this.#token('end', start, start) : this.#refuse(start, refusal);
    this.#at = start + length;
    return this.#token(kind, start, this.#at);
  }

  /** `\"` is the only escape; a text may go over several lines. */
  #string(start: number): Token {
    const { text } = this;
    let end = start + 1;
    for (;;) {
      end = text.indexOf('"', end);
      if (end === -1) return this.#refuse(start, 'missing closing quote');
      if (text[end - 1] !== '\\') break;
      end += 1;
    }
    this.#at = end + 1;
    return { kind: 'string', text: text.slice(start + 1, end).replaceAll('\\"', '"'), start, end: this.#at };
  }

  /** Behind a brace a line ends, whatever follows. */
  #closing(start: number): Token {
    const { text } = this;
    this.#at = start + 1;
    while (text[this.#at] === ' ' || text[this.#at] === '\t') this.#at += 1;
    const after = text[this.#at];
    if (after === '#') this.#skipComment();
    else if (after !== undefined && after !== '\n' && after !== '\r') this.#lineEndDue = true;
    return this.#token('}', start, start + 1);
  }

  #skipComment(): void {
    const end = /[\r\n]/g;
    end.lastIndex = this.#at;
    this.#at = end.exec(this.text)?.index ?? this.text.length;
  }

  #skipLines(): void {
    const { text } = this;
    while (this.#at < text.length) {
      if (text[this.#at] === '#') this.#skipComment();
      else if (' \t\r\n'.includes(text[this.#at]!)) this.#at += 1;
      else return;
    }
  }

  #mark(kind: TokenKind, length: number): Token {
    const start = this.#at;
    this.#at += length;
    return this.#token(kind, start, this.#at);
  }

  #token(kind: TokenKind, start: number, end: number): Token {
    return { kind, text: this.text.slice(start, end), start, end };
  }

  #refuse(start: number, message: string): Token {
    this.#refused = true;
    this.report({ at: { file: this.file, start, end: Math.min(start + 1, this.text.length) }, message });
    return this.#token('end', start, start);
  }
}
