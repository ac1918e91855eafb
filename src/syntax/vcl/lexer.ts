import type { Span } from '../../text/span.js';

export interface Token extends Span {
  readonly kind: 'name' | 'text' | 'number' | 'mark' | 'code' | 'end';
  /** As written. */
  readonly raw: string;
  /** A text without its quotes; else as written. */
  readonly text: string;
}

/** What the server refuses, at the place where it does. */
export interface Refusal {
  readonly at: Span;
  readonly message: string;
}

/**
 * In the order of the captures: blanks and comments that end with their line; a comment that is closed; inline C; a name
 * with its parts; a text (it ends on its line and has no escapes); a long text (`{"…"}`, `"""…"""`, Fastly's
 * `{name"…"name}`); a quote that nothing closes; a number with its unit. Else a mark.
 */
const PIECE = /([\s\uFEFF]+|#[^\n]*|\/\/[^\n]*)|(\/\*)|(C\{)|([A-Za-z][\w-]*(?:\.(?:[\w-]+|"[^"\n]*"))*(?::[\w-]+)?)|(\{(\w*)"|""")|("[^"\n]*")|(")|(\d+(?:\.\d+)?[A-Za-z]*)|(?:&&|\|\||[=!<>+\-*/]=|!~|[{}();,=<>~!+\-*/%.&:])/gy;

/** More than this is nothing that a person wrote. */
const MAX_TOKENS = 150_000;

/** Splits a text into tokens; the first thing that is none of them is told instead, as the server stops there. */
export function tokensOf(file: string, text: string): { readonly tokens: readonly Token[]; readonly refusal?: Refusal } {
  const tokens: Token[] = [];
  const refuse = (start: number, end: number, message: string): { tokens: readonly Token[]; refusal: Refusal } => ({ tokens, refusal: { at: { file, start, end }, message } });
  for (let at = 0; at < text.length; ) {
    if (tokens.length > MAX_TOKENS) return refuse(at, at + 1, 'The program is too long to be read');
    PIECE.lastIndex = at;
    const found = PIECE.exec(text);
    if (found === null) return refuse(at, at + 1, `Syntax error: '${text[at]}'`);
    const [raw, blank, comment, code, name, long, tag, quoted, open, number] = found;
    const end = PIECE.lastIndex;
    if (blank !== undefined) {
      at = end;
      continue;
    }
    if (open !== undefined) return refuse(at, end, 'Unterminated string');
    const closing = comment !== undefined ? '*/' : code !== undefined ? '}C' : long === undefined ? undefined : long === '"""' ? '"""' : `"${tag ?? ''}}`;
    if (closing === undefined) {
      tokens.push({ kind: quoted !== undefined ? 'text' : name !== undefined ? 'name' : number !== undefined ? 'number' : 'mark', raw, text: quoted === undefined ? raw : raw.slice(1, -1), file, start: at, end });
      at = end;
      continue;
    }
    const close = text.indexOf(closing, end);
    if (close === -1) return refuse(at, end, comment !== undefined ? 'Unterminated /* ... */ comment' : code !== undefined ? 'Unterminated inline C source' : 'Unterminated long-string');
    const after = close + closing.length;
    if (comment === undefined) tokens.push({ kind: code === undefined ? 'text' : 'code', raw: text.slice(at, after), text: text.slice(end, close), file, start: at, end: after });
    at = after;
  }
  return { tokens };
}
