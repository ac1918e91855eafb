import type { Span } from '../../text/span.js';
import type { Word } from './lines.js';

/** A condition of `<If>`, `expr=` and `RewriteCond expr` (ap_expr). */
export type Expression =
  | { readonly e: 'constant'; readonly value: boolean }
  | { readonly e: 'not'; readonly of: Expression }
  | { readonly e: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly e: 'compare'; readonly operator: string; readonly left: ExpressionText; readonly right: ExpressionText }
  | { readonly e: 'in'; readonly left: ExpressionText; readonly list: readonly ExpressionText[] }
  | { readonly e: 'matches'; readonly negated: boolean; readonly left: ExpressionText; readonly pattern: string; readonly flags: string; readonly at: Span }
  | { readonly e: 'test'; readonly name: string; readonly of: ExpressionText };

/** A text that is put together when a request comes. */
export type ExpressionText = readonly ExpressionPart[];

export type ExpressionPart =
  | { readonly t: 'text'; readonly text: string; readonly at: Span }
  /** `%{NAME}`. */
  | { readonly t: 'variable'; readonly name: string; readonly at: Span }
  /** `%{name:argument}` or `name(argument)`; lower-case name. */
  | { readonly t: 'call'; readonly name: string; readonly argument: ExpressionText; readonly at: Span }
  /** `$1`: a group of the last pattern. */
  | { readonly t: 'group'; readonly index: number; readonly at: Span };

/** Parentheses and calls inside each other past which nothing is read. */
const MAX_DEPTH = 60;

/** Variables that the server knows (util_expr_eval.c); any other is an error when the configuration is loaded. */
const VARIABLES = new Set(
  ('HTTP_ACCEPT HTTP_COOKIE HTTP_FORWARDED HTTP_HOST HTTP_PROXY_CONNECTION HTTP_REFERER HTTP_USER_AGENT REQUEST_METHOD REQUEST_SCHEME REQUEST_URI DOCUMENT_URI REQUEST_FILENAME SCRIPT_FILENAME LAST_MODIFIED SCRIPT_USER SCRIPT_GROUP PATH_INFO QUERY_STRING ' +
    'IS_SUBREQ DOCUMENT_ROOT AUTH_TYPE THE_REQUEST CONTENT_TYPE HANDLER REQUEST_LOG_ID REQUEST_STATUS REMOTE_USER REMOTE_IDENT REMOTE_HOST REMOTE_ADDR REMOTE_PORT CONN_REMOTE_ADDR SERVER_NAME SERVER_PORT SERVER_ADMIN SERVER_ADDR SERVER_PROTOCOL SERVER_PROTOCOL_VERSION SERVER_PROTOCOL_VERSION_MAJOR SERVER_PROTOCOL_VERSION_MINOR SERVER_SOFTWARE ' +
    'API_VERSION CONN_LOG_ID CONTEXT_PREFIX CONTEXT_DOCUMENT_ROOT HTTPS IPV6 PORT TIME TIME_YEAR TIME_MON TIME_DAY TIME_HOUR TIME_MIN TIME_SEC TIME_WDAY REQUEST_LOG_ID HTTP2').split(' '),
);

class ExpressionError extends Error {}

/** Words are asked about when they are checked and when they are read; none is read at two places. */
const read = new WeakMap<Word, Expression | { readonly problem: string }>();

/** Reads a condition, or tells what the server says of it. `from`: where in the word it begins. */
export function parseCondition(word: Word, from = 0): Expression | { readonly problem: string } {
  let known = read.get(word);
  if (known === undefined) read.set(word, (known = attempt(() => new Parser(word, from).condition())));
  return known;
}

/** Reads a text with variables: the value of `Header set … "expr=…"`. */
export function parseTemplate(word: Word, from = 0): { readonly text: ExpressionText } | { readonly problem: string } {
  return attempt(() => ({ text: new Parser(word, from).template() }));
}

function attempt<T>(parse: () => T): T | { readonly problem: string } {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ExpressionError) return { problem: error.message };
    throw error;
  }
}

/** A parser of descent whose depth has a limit. */
class Parser {
  readonly #text: string;
  #at: number;
  #depth = 0;

  constructor(
    private readonly word: Word,
    from: number,
  ) {
    this.#text = word.text;
    this.#at = from;
  }

  condition(): Expression {
    const found = this.#or();
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return found;
  }

  template(): ExpressionText {
    return this.#parts(undefined);
  }

  #or(): Expression {
    return this.#nested(() => this.#chain('||', 'or', () => this.#chain('&&', 'and', () => this.#unary())));
  }

  #chain(operator: string, e: 'and' | 'or', operand: () => Expression): Expression {
    const of = [operand()];
    while (this.#take(operator)) of.push(operand());
    return of.length === 1 ? of[0]! : { e, of };
  }

  #unary(): Expression {
    let negated = false;
    for (;;) {
      this.#blanks();
      if (this.#text[this.#at] !== '!' || /[=~]/.test(this.#text[this.#at + 1] ?? '')) break;
      this.#at += 1;
      negated = !negated;
    }
    const of = this.#primary();
    return negated ? { e: 'not', of } : of;
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const constant = this.#token(/(?:true|false)(?!\w|\s*\()/y);
    if (constant !== undefined) return { e: 'constant', value: constant === 'true' };
    const unary = this.#token(/-[A-Za-z](?!\w)/y);
    if (unary !== undefined) return { e: 'test', name: unary, of: this.#words() };
    return this.#comparison(this.#words());
  }

  #comparison(left: ExpressionText): Expression {
    const match = this.#token(/[=!]~/y);
    if (match !== undefined) return { e: 'matches', negated: match === '!~', left, ...this.#regex() };
    if (this.#token(/-?in(?!\w)/y) !== undefined) {
      this.#expect('{');
      const list = [this.#words()];
      while (this.#take(',')) list.push(this.#words());
      this.#expect('}');
      return { e: 'in', left, list };
    }
    const operator = this.#token(/==|!=|<=|>=|=|<|>|-?(?:eq|ne|lt|le|gt|ge)(?!\w)|-(?:ipmatch|strmatch|strcmatch|fnmatch)(?!\w)/y);
    if (operator === undefined) throw this.#unexpected();
    return { e: 'compare', operator, left, right: this.#words() };
  }

  /** Words joined by `.`. */
  #words(): ExpressionText {
    const parts = [...this.#oneWord()];
    while (this.#take('.')) parts.push(...this.#oneWord());
    return parts;
  }

  #oneWord(): ExpressionText {
    this.#blanks();
    const start = this.#at;
    const quote = this.#text[start];
    if (quote === '"' || quote === "'") {
      this.#at += 1;
      const parts = this.#parts(quote);
      this.#at += 1;
      return parts.length === 0 ? [{ t: 'text', text: '', at: this.#span(start, this.#at) }] : parts;
    }
    const digits = this.#token(/\d+/y);
    if (digits !== undefined) return [{ t: 'text', text: digits, at: this.#span(start, this.#at) }];
    if (this.#text.startsWith('%{', start)) return [this.#variable()];
    const group = this.#token(/\$\d/y);
    if (group !== undefined) return [{ t: 'group', index: Number(group[1]), at: this.#span(start, this.#at) }];
    const name = this.#token(/[A-Za-z]\w*/y);
    if (name === undefined) throw this.#unexpected();
    this.#expect('(', "expecting '('");
    const argument = this.#nested(() => this.#words());
    this.#expect(')');
    return [{ t: 'call', name: name.toLowerCase(), argument, at: this.#span(start, this.#at) }];
  }

  /** Text with `%{…}` and `$1` up to a quote, or to the end. */
  #parts(quote: string | undefined): ExpressionText {
    const parts: ExpressionPart[] = [];
    let text = '';
    let start = this.#at;
    const flush = (): void => {
      if (text !== '') parts.push({ t: 'text', text, at: this.#span(start, this.#at) });
      text = '';
    };
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) {
        if (quote !== undefined) throw new ExpressionError('Unterminated string');
        flush();
        return parts;
      }
      if (character === quote) {
        flush();
        return parts;
      }
      const begins = this.#text.startsWith('%{', this.#at) || /^\$\d/.test(this.#text.slice(this.#at, this.#at + 2));
      if (begins) {
        flush();
        parts.push(character === '%' ? this.#variable() : { t: 'group', index: Number(this.#text[this.#at + 1]), at: this.#span(this.#at, (this.#at += 2)) });
        start = this.#at;
      } else if (character === '\\' && quote !== undefined && this.#at + 1 < this.#text.length) {
        text += this.#text[this.#at + 1]!;
        this.#at += 2;
      } else {
        text += character;
        this.#at += 1;
      }
    }
  }

  #variable(): ExpressionPart {
    const start = this.#at;
    const end = this.#text.indexOf('}', start);
    if (end === -1) throw new ExpressionError("syntax error, unexpected $end");
    const [, name = '', argument] = /^([A-Za-z]\w*)(?::(.*))?$/s.exec(this.#text.slice(start + 2, end)) ?? [];
    this.#at = end + 1;
    const at = this.#span(start, end + 1);
    if (argument !== undefined) return { t: 'call', name: name.toLowerCase(), argument: [{ t: 'text', text: argument, at }], at };
    if (!VARIABLES.has(name.toUpperCase()) && !/^SSL_/i.test(name)) throw new ExpressionError(`Variable '${name}' does not exist`);
    return { t: 'variable', name: name.toUpperCase(), at };
  }

  #regex(): { readonly pattern: string; readonly flags: string; readonly at: Span } {
    this.#blanks();
    const open = this.#token(/\/|m[/#$%^|?!'",;:._-]/y);
    if (open === undefined) throw this.#unexpected();
    const delimiter = open.at(-1)!;
    const start = this.#at;
    let end = start;
    let pattern = '';
    while (end < this.#text.length && this.#text[end] !== delimiter) {
      // A delimiter with a backslash before it is one of the pattern.
      const escaped = this.#text[end] === '\\' && this.#text[end + 1] === delimiter;
      pattern += escaped ? delimiter : this.#text[end]!;
      end += escaped ? 2 : 1;
    }
    if (end >= this.#text.length) throw new ExpressionError('Unterminated regex');
    this.#at = end + 1;
    const flags = this.#token(/[gismx]*/y) ?? '';
    return { pattern, flags: flags.replace('g', ''), at: this.#span(start, end) };
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ExpressionError('an expression that is nested too deep');
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #token(pattern: RegExp): string | undefined {
    this.#blanks();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  #take(text: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string, saying = `expecting '${text}'`): void {
    if (!this.#take(text)) throw new ExpressionError(`${this.#unexpected().message}, ${saying}`);
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #unexpected(): ExpressionError {
    this.#blanks();
    return new ExpressionError(`syntax error, unexpected ${this.#at >= this.#text.length ? '$end' : `'${this.#text[this.#at]}'`}`);
  }

  /** Places of a word that does not stand there as it is are those of the word. */
  #span(start: number, end: number): Span {
    const { verbatim, file } = this.word;
    return verbatim === undefined ? { file, start: this.word.start, end: this.word.end } : { file, start: verbatim.start + start, end: verbatim.start + end };
  }
}
