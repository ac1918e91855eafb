import type { Span } from '../../text/span.js';
import { asText, merged, type Refused } from './data.js';
import type { Lexer, Token } from './lexer.js';
import type { Data, Entry, TextData } from './tree.js';

/** An expression, where it ends and the token behind it, or why there is none, and where. */
export type Expression = { readonly data: Data; readonly end: number; readonly after: Token } | (Refused & { readonly at: Span });

/** A list that is open, or the expression around all of them. */
interface Level {
  /** The opening parenthesis. */
  readonly start: number;
  readonly entries: Entry[];
  readonly keys: Set<string>;
  /** What may come now: an item or the end, a value (behind `+` and `=>`), more of the item, or a comma or the end. */
  state: 'item' | 'value' | 'more' | 'separator';
  key?: { readonly text: string; readonly at: Span };
  /** What the item is up to now, and where it is written: a variable's value stands elsewhere. */
  sum?: Data;
  from: number;
  to: number;
}

/**
 * `"a" + var.b`, `( "key" => "value", … )`. Lists are followed without recursion: they may be as deep as they like. A
 * token that does not fit is passed over without a word, as lighttpd's parser does (Lemon without error rules).
 */
export function expression(lexer: Lexer, valueOf: (name: string, at: Span) => Data | undefined): Expression {
  const levels: Level[] = [level(-1, 'value')];
  const span = (start: number, end: number): Span => ({ file: lexer.file, start, end });
  for (let token = lexer.next(); ; token = lexer.next()) {
    const here = levels.at(-1)!;
    if (token.kind === 'end' && !(levels.length === 1 && here.state === 'more')) return { refused: `parser failed somehow near here: ${near(token)}`, at: levels.length > 1 ? span(here.start, here.start + 1) : span(token.start, token.end) };
    if (here.state === 'item' || here.state === 'value') {
      if (token.kind === '(') levels.push(level(token.start, 'item'));
      else if (token.kind === ')' && here.state === 'item') {
        const refused = close(levels, token, span);
        if (refused !== undefined) return refused;
      } else if (isValue(token)) {
        const data = literal(token, span(token.start, token.end), valueOf);
        const refused = 'refused' in data ? data : add(here, data, token.start, token.end);
        if (refused !== undefined) return { ...refused, at: span(token.start, token.end) };
      } else if (here.state === 'item' && here.entries.length > 0 && token.kind !== ',') here.state = 'separator';
      continue;
    }
    if (here.state === 'more') {
      if (token.kind === '+') {
        here.state = 'value';
        continue;
      }
      if (levels.length === 1) return { data: here.sum!, end: here.to, after: token };
      if (token.kind === '=>' && here.key === undefined) {
        const refused = asKey(here, span);
        if (refused !== undefined) return refused;
        continue;
      }
      const refused = endItem(here, span);
      if (refused !== undefined) return refused;
    }
    if (token.kind === ',') here.state = 'item';
    else if (token.kind === ')') {
      const refused = close(levels, token, span);
      if (refused !== undefined) return refused;
    } else here.state = 'separator';
  }
}

function level(start: number, state: Level['state']): Level {
  return { start, entries: [], keys: new Set(), state, from: -1, to: -1 };
}

function isValue({ kind }: Token): boolean {
  return kind === 'string' || kind === 'number' || kind === 'name';
}

function add(here: Level, data: Data, from: number, to: number): Refused | undefined {
  if (here.sum === undefined) here.from = from;
  here.to = to;
  const sum = here.sum === undefined ? data : merged(here.sum, data);
  if ('refused' in sum) return sum;
  here.sum = sum;
  here.state = 'more';
  return undefined;
}

function asKey(here: Level, span: (start: number, end: number) => Span): (Refused & { at: Span }) | undefined {
  const at = span(here.from, here.to);
  if (here.sum === undefined || here.sum.kind === 'list') return { refused: 'operand must be string', at };
  const { value } = asText(here.sum);
  here.key = { text: value.kind === 'string' ? value.value : `(${at.start})`, at };
  here.state = 'value';
  delete here.sum;
  return undefined;
}

function endItem(here: Level, span: (start: number, end: number) => Span): (Refused & { at: Span }) | undefined {
  const value = here.sum!;
  const at = span(here.key?.at.start ?? here.from, here.to);
  if (here.key !== undefined) {
    const name = here.key.text.toLowerCase();
    if (here.keys.has(name)) return { refused: `duplicate array-key: ${here.key.text}. Please get rid of the duplicate entry.`, at };
    here.keys.add(name);
  }
  here.entries.push({ ...(here.key === undefined ? {} : { key: here.key.text }), value, at });
  delete here.key;
  delete here.sum;
  return undefined;
}

/** The innermost list is a value of the level around it. */
function close(levels: Level[], token: Token, span: (start: number, end: number) => Span): (Refused & { at: Span }) | undefined {
  const closed = levels.pop()!;
  const data: Data = { kind: 'list', entries: closed.entries, at: span(closed.start, token.end) };
  const refused = add(levels.at(-1)!, data, closed.start, token.end);
  return refused === undefined ? undefined : { ...refused, at: data.at };
}

function literal({ kind, text: written }: Token, at: Span, valueOf: (name: string, at: Span) => Data | undefined): Data | Refused {
  if (kind === 'string') return text({ kind: 'string', value: written, at }, at);
  if (kind === 'number') return { kind: 'number', value: Number(written), at };
  if (written.startsWith('env.')) return text({ kind: 'env', name: written.slice('env.'.length), at }, at);
  // Set by lighttpd itself.
  if (/^(?:var\.)?(?:CWD|PID)$/i.test(written)) return text({ kind: 'env', name: written, at }, at);
  return valueOf(written, at) ?? { refused: `Undefined config variable: ${written.includes('.') ? written : `var.${written}`}` };
}

function text(value: TextData['value'], at: Span): TextData {
  return { kind: 'text', value, at };
}

/** A token as lighttpd prints it. */
export function near({ kind, text: written }: Token): string {
  return kind === 'line-end' ? '(EOL)' : kind === ',' ? '(COMMA)' : kind === 'end' ? '(end of file)' : written;
}
