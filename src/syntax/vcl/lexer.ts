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
 * Comments, blanks, then one of: a long text (`{"…"}`, `"""…"""`, Fastly's `{name"…"name}`), a text (it ends on its
 * line and has no escapes), inline C, a name with its parts, a number with its unit, a mark.
 */
const PIECE = /(?<blank>[\s\uFEFF]+|#[^\n]*|\/\/[^\n]*)|(?<comment>\/\*)|(?<long>\{(?<tag>\w*)"|""")|(?<text>"[^"\n]*")|(?<open>")|(?<code>C\{)|(?<name>[A-Za-z][\w-]*(?:\.(?:[\w-]+|"[^"\n]*"))*(?::[\w-]+)?)|(?<number>\d+(?:\.\d+)?[A-Za-z]*)|(?<mark>&&|\|\||[=!<>+\-*/]=|!~|[{}();,=<>~!+\-*/%.&])/gy;

/** Splits a text into tokens; the first thing that is none of them is told instead, as the server stops there. */
export function tokensOf(file: string, text: string): { readonly tokens: readonly Token[]; readonly refusal?: Refusal } {
  const tokens: Token[] = [];
  const refuse = (start: number, end: number, message: string): { tokens: readonly Token[]; refusal: Refusal } => ({ tokens, refusal: { at: { file, start, end }, message } });
  let at = 0;
  while (at < text.length) {
    PIECE.lastIndex = at;
    const found = PIECE.exec(text)?.groups;
    if (found === undefined) return refuse(at, at + 1, `Syntax error: '${text[at]}'`);
    const end = PIECE.lastIndex;
    if (found['comment'] !== undefined) {
      const close = text.indexOf('*/', end);
      if (close === -1) return refuse(at, end, 'Unterminated /* ... */ comment');
      at = close + 2;
      continue;
    }
    if (found['open'] !== undefined) return refuse(at, end, 'Unterminated string');
    const long = found['long'];
    const closing = long === undefined ? (found['code'] === undefined ? undefined : '}C') : long === '"""' ? '"""' : `"${found['tag'] ?? ''}}`;
    if (closing !== undefined) {
      const close = text.indexOf(closing, end);
      if (close === -1) return refuse(at, end, long === undefined ? 'Unterminated inline C source' : 'Unterminated long-string');
      tokens.push({ kind: long === undefined ? 'code' : 'text', raw: text.slice(at, close + closing.length), text: text.slice(end, close), file, start: at, end: close + closing.length });
      at = close + closing.length;
      continue;
    }
    const raw = text.slice(at, end);
    if (found['text'] !== undefined) tokens.push({ kind: 'text', raw, text: raw.slice(1, -1), file, start: at, end });
    else if (found['blank'] === undefined) tokens.push({ kind: found['name'] !== undefined ? 'name' : found['number'] !== undefined ? 'number' : 'mark', raw, text: raw, file, start: at, end });
    at = end;
  }
  return { tokens };
}
