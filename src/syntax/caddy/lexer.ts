import type { Problem } from '../language.js';
import type { Piece, Token } from './tree.js';

/** Unicode's White_Space, as Go's `unicode.IsSpace` has it. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Most characters are plain: asked before the pattern. */
function isSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  return code <= 0x20 ? SPACE.test(character) : code > 0x7f && SPACE.test(character);
}

/** A run of characters that mean nothing in a bare word. */
const PLAIN = /[!-[\]-z|}~]+/y;
const HEREDOC = /<<([A-Za-z0-9_-]+)\r?\n/y;

/**
 * Caddy's own token machine (caddyconfig/caddyfile/lexer.go): words by blanks, `"…"` with `\"`, `` `…` ``, heredocs (2.7),
 * `#` comments at the start of a word, `\` at the end of a line. Environment variables, which Caddy puts in first,
 * stay pieces of their word.
 */
export function tokensOf(file: string, text: string, report: (problem: Problem) => void): readonly Token[] {
  return new Lexer(file, text, report).all();
}

class Lexer {
  #at: number;
  #newLine = true;
  /** No `}` stands behind this offset: nothing from here on is an environment variable. */
  #lastBrace: number;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly report: (problem: Problem) => void,
  ) {
    this.#at = text.startsWith('\uFEFF') ? 1 : 0;
    this.#lastBrace = text.lastIndexOf('}');
  }

  all(): readonly Token[] {
    const found: Token[] = [];
    for (;;) {
      this.#skip();
      if (this.#at >= this.text.length) return found;
      found.push(this.#token());
    }
  }

  /** Blanks, comments and continued lines. */
  #skip(): void {
    const { text } = this;
    while (this.#at < text.length) {
      const character = text[this.#at]!;
      if (isSpace(character)) {
        if (character === '\n') this.#newLine = true;
        this.#at += 1;
      } else if (character === '#') {
        const end = text.indexOf('\n', this.#at);
        this.#at = end === -1 ? text.length : end;
      } else {
        const continued = character === '\\' ? this.#continuation() : 0;
        if (continued === 0) return;
        this.#at += continued;
      }
    }
  }

  /** How long a `\` with the line end behind it is; 0 when there is none. */
  #continuation(): number {
    const { text } = this;
    const line = text[this.#at + 1] === '\r' ? 2 : 1;
    return text[this.#at + line] === '\n' ? line + 1 : 0;
  }

  #token(): Token {
    const start = this.#at;
    const firstOnLine = this.#newLine;
    this.#newLine = false;
    const first = this.text[start]!;
    HEREDOC.lastIndex = start;
    const heredoc = first === '<' ? HEREDOC.exec(this.text) : null;
    const quote = heredoc !== null ? '<<' : first === '"' || first === '`' ? first : undefined;
    const pieces = heredoc !== null ? this.#heredoc(heredoc[1]!, start + heredoc[0].length) : quote === '"' || quote === '`' ? this.#quoted(quote) : this.#bare();
    return { file: this.file, start, end: this.#at, pieces, quote, firstOnLine, text: textOf(pieces) };
  }

  #bare(): readonly Piece[] {
    const { text } = this;
    const pieces = new Pieces(this.file, this.#at);
    while (this.#at < text.length) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(text)?.[0];
      if (plain !== undefined) {
        pieces.add(plain, this.#at);
        this.#at += plain.length;
        continue;
      }
      const character = text[this.#at]!;
      if (isSpace(character)) break;
      if (character === '\\') {
        const continued = this.#continuation();
        if (continued > 0) {
          this.#at += continued;
          break;
        }
      }
      if (this.#variable(pieces)) continue;
      pieces.add(character, this.#at);
      this.#at += 1;
    }
    return pieces.done(this.#at);
  }

  #quoted(quote: '"' | '`'): readonly Piece[] {
    const { text } = this;
    this.#at += 1;
    const pieces = new Pieces(this.file, this.#at);
    while (this.#at < text.length) {
      const character = text[this.#at]!;
      if (character === quote) {
        this.#at += 1;
        return pieces.done(this.#at - 1);
      }
      if (quote === '"' && character === '\\' && this.#at + 1 < text.length) {
        const next = text[this.#at + 1]!;
        pieces.add(next === '"' ? '"' : `\\${next}`, this.#at);
        this.#at += 2;
      } else if (!this.#variable(pieces)) {
        pieces.add(character, this.#at);
        this.#at += 1;
      }
    }
    return pieces.done(this.#at);
  }

  /** Up to a line with the marker alone, whose indentation all lines lose. */
  #heredoc(marker: string, from: number): readonly Piece[] {
    const { file, text } = this;
    const end = new RegExp(`^([^\\S\\n]*)${marker}(?![A-Za-z0-9_-])`, 'gm');
    end.lastIndex = from;
    const close = end.exec(text);
    if (close === null) {
      this.report({ at: { file, start: this.#at, end: from }, message: `incomplete heredoc <<${marker}, expected ending marker ${marker}` });
      this.#at = text.length;
      return [{ kind: 'text', text: text.slice(from), at: { file, start: from, end: text.length } }];
    }
    this.#at = close.index + close[0].length;
    const stop = Math.max(from, close.index - 1);
    const indent = close[1] ?? '';
    const lines = text.slice(from, stop).replaceAll('\r', '').split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    return [{ kind: 'text', text: lines.join('\n'), at: { file, start: from, end: stop } }];
  }

  /** `{$NAME}` or `{$NAME:fallback}`: put in before words are looked for. */
  #variable(pieces: Pieces): boolean {
    const { text } = this;
    const start = this.#at;
    if (text[start] !== '{' || text[start + 1] !== '$' || start > this.#lastBrace) return false;
    const end = text.indexOf('}', start + 2);
    if (end <= start + 2) return false;
    const inside = text.slice(start + 2, end);
    const colon = inside.indexOf(':');
    pieces.variable(colon === -1 ? inside : inside.slice(0, colon), colon === -1 ? undefined : inside.slice(colon + 1), start, end + 1);
    this.#at = end + 1;
    return true;
  }
}

/** Collects the pieces of one word. */
class Pieces {
  readonly #found: Piece[] = [];
  #characters: string[] = [];
  #start: number;

  constructor(
    private readonly file: string,
    start: number,
  ) {
    this.#start = start;
  }

  add(text: string, start: number): void {
    if (this.#characters.length === 0) this.#start = start;
    this.#characters.push(text);
  }

  variable(name: string, fallback: string | undefined, start: number, end: number): void {
    this.#flush(start);
    this.#found.push({ kind: 'env', name, ...(fallback === undefined ? {} : { fallback }), at: { file: this.file, start, end } });
  }

  done(end: number): readonly Piece[] {
    this.#flush(end);
    return this.#found;
  }

  #flush(end: number): void {
    if (this.#characters.length === 0) return;
    this.#found.push({ kind: 'text', text: this.#characters.join(''), at: { file: this.file, start: this.#start, end } });
    this.#characters = [];
  }
}

/** What a word is where its environment variables are not set. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : (piece.fallback ?? ''))).join('');
}
