import type { Span } from '../../text/span.js';
import type { Word } from './words.js';

/** One step of a sample expression: a fetch such as `req.hdr(origin)`, or a converter such as `field(1,:)`. */
export interface Call {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly at: Span;
}

/** An argument with quotes undone. */
export interface Argument {
  readonly text: string;
  readonly at: Span;
}

/** `fetch(args),converter(args),…`. */
export interface Sample {
  readonly fetch: Call;
  readonly converters: readonly Call[];
  readonly at: Span;
  /** The expression as it is meant, quotes of the line undone: the same text asks the same. */
  readonly text: string;
}

/** More converters than this are not followed. */
const MAX_CALLS = 100;

/**
 * Reads an expression from an offset of a word, up to its end or to a sign that belongs to no call (the `]` of a log
 * format). Undefined where there is no name.
 */
export function sampleAt(word: Word, start: number): { readonly sample: Sample; readonly end: number; readonly closed: boolean } | undefined {
  const calls: Call[] = [];
  let at = start;
  let closed = true;
  for (;;) {
    const name = /^[\w.-]+/.exec(word.text.slice(at, at + 80))?.[0];
    if (name === undefined || calls.length >= MAX_CALLS) break;
    const begin = at;
    at += name.length;
    let args: readonly Argument[] = [];
    if (word.text[at] === '(') {
      const inside = argumentsAt(word, at + 1);
      ({ args, end: at, closed } = inside);
    }
    calls.push({ name, args, at: word.place(begin, at) });
    if (word.text[at] !== ',') break;
    at += 1;
  }
  const [fetch, ...converters] = calls;
  if (fetch === undefined) return undefined;
  return { sample: { fetch, converters, at: word.place(start, at), text: word.text.slice(start, at) }, end: at, closed };
}

/** Arguments up to the closing parenthesis; quotes (a second level of them) and backslashes protect signs. */
function argumentsAt(word: Word, start: number): { readonly args: readonly Argument[]; readonly end: number; readonly closed: boolean } {
  const args: Argument[] = [];
  let text = '';
  let from = start;
  let at = start;
  let quote: string | undefined;
  const close = (): void => {
    args.push({ text, at: word.place(from, at) });
    text = '';
    from = at + 1;
  };
  while (at < word.text.length) {
    const sign = word.text[at]!;
    if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else text += sign;
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '\\' && /[ \\"',)]/.test(word.text[at + 1] ?? '')) {
      text += word.text[at + 1]!;
      at += 1;
    } else if (sign === ',') close();
    else if (sign === ')') {
      close();
      return { args, end: at + 1, closed: true };
    } else text += sign;
    at += 1;
  }
  close();
  return { args, end: at, closed: false };
}

/** A piece of a log format: text, an expression in `%[…]`, or an alias such as `%ci`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'alias'; readonly name: string; readonly at: Span };

/** What is wrong with a log format, where. */
export interface FormatError {
  readonly at: Span;
  readonly message: string;
}

/** Pieces of one format past which the rest is not told apart. */
const MAX_PIECES = 100;

/** The pieces of a word that is a log format (section 8.2.4 of HAProxy's manual); undefined when there are too many. */
export function formatOf(word: Word): { readonly pieces: readonly Piece[] | undefined; readonly errors: readonly FormatError[] } {
  const pieces: Piece[] = [];
  const errors: FormatError[] = [];
  const { text } = word;
  let at = 0;
  const add = (value: string, start: number, end: number): void => {
    const last = pieces.at(-1);
    if (last?.kind === 'text') pieces[pieces.length - 1] = { ...last, text: last.text + value, end };
    else pieces.push({ kind: 'text', text: value, start, end });
  };
  while (at < text.length) {
    if (pieces.length > MAX_PIECES) return { pieces: undefined, errors };
    const mark = text.indexOf('%', at);
    if (mark !== at) {
      const end = mark === -1 ? text.length : mark;
      add(text.slice(at, end), at, end);
      at = end;
      continue;
    }
    if (text[at + 1] === '%') {
      add('%', at, at + 2);
      at += 2;
      continue;
    }
    // `%{+Q}[…]`: flags; `%(name:type)[…]` in later versions.
    const head = /^%(?:\([^)]{0,80}\))?(?:\{[^}]{0,80}\})?/.exec(text.slice(at, at + 200))![0];
    const behind = at + head.length;
    if (text[behind] === '[') {
      const blanks = /^ */.exec(text.slice(behind + 1, behind + 20))![0].length;
      const found = sampleAt(word, behind + 1 + blanks);
      const end = found === undefined ? -1 : text.indexOf(']', found.end);
      if (found === undefined || end === -1 || !found.closed || text.slice(found.end, end).trim() !== '') {
        errors.push({ at: word.place(at, text.length), message: `missing ']' after '${text.slice(behind + 1, found?.end ?? text.length).slice(0, 60)}'` });
        return { pieces, errors };
      }
      pieces.push({ kind: 'sample', sample: found.sample });
      at = end + 1;
      continue;
    }
    const name = /^[A-Za-z]{1,8}/.exec(text.slice(behind, behind + 8))?.[0];
    if (name === undefined && head === '%') {
      errors.push({ at: word.place(at, at + 1), message: `unexpected variable name near '${text.slice(behind, behind + 1)}'; use the syntax '%%'` });
      add('%', at, at + 1);
      at += 1;
      continue;
    }
    if (name !== undefined) pieces.push({ kind: 'alias', name, at: word.place(at, behind + name.length) });
    at = behind + (name?.length ?? 0);
  }
  return { pieces, errors };
}
