import type { Span } from '../../text/span.js';
import type { Refusal, Token } from './lexer.js';

/** Thrown inside the parser only: the server stops at the first thing that it refuses. */
export class Refused {
  constructor(readonly refusal: Refusal) {}
}

/** Blocks and parentheses deeper than this are refused. */
const MAX_DEPTH = 100;

/** Where the parser stands in its tokens. */
export class Cursor {
  #next = 0;
  #depth = 0;

  constructor(
    readonly tokens: readonly Token[],
    private readonly end: Token,
  ) {}

  get token(): Token {
    return this.tokens[this.#next] ?? this.end;
  }

  get previous(): Token {
    return this.tokens[this.#next - 1] ?? this.token;
  }

  /** The token so many places further on. */
  ahead(count: number): Token {
    return this.tokens[this.#next + count] ?? this.end;
  }

  take(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  is(raw: string): boolean {
    return this.token.raw === raw && this.token.kind !== 'text';
  }

  takeIf(raw: string): boolean {
    if (!this.is(raw)) return false;
    this.#next += 1;
    return true;
  }

  expect(raw: string): Token {
    return this.is(raw) ? this.take() : this.refuse(`Expected '${raw}' got '${this.token.raw}'`);
  }

  expectKind(kind: Token['kind'], what: string): Token {
    return this.token.kind === kind ? this.take() : this.refuse(`Expected ${what} got '${this.token.raw}'`);
  }

  refuse(message: string, { file, start, end }: Span = this.token): never {
    throw new Refused({ at: { file, start, end }, message });
  }

  /** Runs a parser one level deeper. */
  deeper<T>(parse: () => T): T {
    if (this.#depth >= MAX_DEPTH) this.refuse('nested too deeply');
    this.#depth += 1;
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  /** Reads over everything up to the brace that closes the one just taken. */
  skipBlock(): void {
    for (let depth = 1; depth > 0; ) {
      if (this.token.kind === 'end') this.expect('}');
      if (this.is('{')) depth += 1;
      else if (this.is('}')) depth -= 1;
      this.take();
    }
  }

  span(from: Span): Span {
    const { file, end } = this.previous;
    return { file: from.file, start: from.start, end: file === from.file ? end : from.end };
  }
}
