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

/** What the token machine refuses, in nginx's words. */
export type Complaint = (start: number, end: number, message: string) => void;

/** What nginx's buffer holds (NGX_CONF_BUFFER), in bytes. */
const BUFFER = 4096;

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

/** Ends of a bare word; `\` and `$` are looked at on the way. */
const IN_BARE = /[ \t\r\n;{\\$]/g;
const IN_DOUBLE = /["\\]/g;
const IN_SINGLE = /['\\]/g;
const BETWEEN = /[^ \t\r\n]/g;
const LINE_END = /\n/g;

/**
 * nginx's own token machine (`ngx_conf_read_token` of 1.22 to 1.31): one word or mark at a time, exact places, never a
 * throw. A byte order mark is a letter like any other; only spaces, tabs, CR and LF part words; a comment ends at LF.
 */
export class Lexer {
  #at = 0;
  #begun = 0;

  constructor(
    readonly file: string,
    readonly text: string,
    private readonly complain: Complaint,
  ) {}

  get offset(): number {
    return this.#at;
  }

  /** Where the last word or mark began. */
  get begun(): number {
    return this.#begun;
  }

  /** Goes on behind a block whose inside is of another language. */
  skipTo(offset: number): void {
    this.#at = offset;
  }

  next(): Token | Mark {
    const { text } = this;
    let start = this.#find(BETWEEN, this.#at);
    while (text[start] === '#') {
      const lineEnd = this.#find(LINE_END, start);
      this.#fits(start, lineEnd + 1, undefined);
      start = this.#find(BETWEEN, lineEnd);
    }
    this.#at = start;
    this.#begun = start;
    const first = text[start];
    if (first === undefined) return { kind: 'end', start };
    if (first === ';' || first === '{' || first === '}') {
      this.#at += 1;
      return { kind: first, start };
    }
    return first === '"' || first === "'" ? this.#quoted(first, start) : this.#bare(start);
  }

  #find(what: RegExp, from: number): number {
    what.lastIndex = from;
    return what.exec(this.text)?.index ?? this.text.length;
  }

  #bare(start: number): Token {
    const { text } = this;
    // Quotes, `#` and `}` are letters in a word, and so is any first letter.
    let end = start;
    for (;;) {
      end = this.#find(IN_BARE, end);
      if (text[end] === '\\') end += 2;
      else if (text[end] === '$') {
        end += 1;
        // The brace of `${name}` opens no block.
        while (text[end] === '{') end += 1;
      } else break;
    }
    this.#at = Math.min(end, text.length);
    this.#fits(start, this.#at + this.#behind(this.#at), undefined);
    return this.#token(start, this.#at, text.slice(start, this.#at), undefined);
  }

  #quoted(quote: '"' | "'", start: number): Token {
    const { text } = this;
    let end = start + 1;
    for (;;) {
      end = this.#find(quote === '"' ? IN_DOUBLE : IN_SINGLE, end);
      if (text[end] !== '\\') break;
      end += 2;
    }
    const content = Math.min(end, text.length);
    this.#at = Math.min(end + 1, text.length);
    this.#fits(start + 1, this.#at, quote);
    this.#fits(start + 1, this.#at + this.#behind(this.#at), undefined);
    if (end >= text.length) this.complain(text.length, text.length, 'unexpected end of file, expecting ";" or "}"');
    const after = text[this.#at];
    if (after !== undefined && !' \t\r\n;{)'.includes(after)) this.complain(this.#at, this.#at + 1, `unexpected "${after}"`);
    return this.#token(start, this.#at, text.slice(start + 1, content), quote);
  }

  /** How many characters behind a word are read before nginx lets go of it: what ends it, and behind a blank one more. */
  #behind(at: number): 1 | 2 {
    return ';{'.includes(this.text[at] ?? ' ') ? 1 : 2;
  }

  /** What nginx holds at once, comments too, has to fit in its buffer. */
  #fits(start: number, end: number, quote: Token['quote']): void {
    // A character of UTF-16 is three bytes at most.
    if ((end - start) * 3 <= BUFFER || bytesUpTo(this.text, start, Math.min(end, this.text.length)) <= BUFFER) return;
    const what = quote === undefined ? `too long parameter "${this.text.slice(start, start + 10)}..." started` : `too long parameter, probably missing terminating "${quote}" character`;
    this.complain(start, start + 1, what);
  }

  #token(start: number, end: number, raw: string, quote: Token['quote']): Token {
    const text = raw.includes('\\') ? raw.replace(/\\(["'\\trn])/g, (_all, code: string) => ESCAPES[code]!) : raw;
    // What templates for envsubst write for a dollar that is to stay.
    return { file: this.file, start, end, text: text.includes('DOLLAR') ? text.replace(/\$\{DOLLAR\}|\$DOLLAR\b/g, '$') : text, quote };
  }
}

/** Bytes in UTF-8, counted no further than needed. */
function bytesUpTo(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let at = start; at < end && bytes <= BUFFER; at += 1) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair stands for two of the four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
