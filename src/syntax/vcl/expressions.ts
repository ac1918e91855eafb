import type { Span } from '../../text/span.js';
import type { Cursor } from './cursor.js';
import type { Token } from './lexer.js';
import type { Expression } from './tree.js';

const COMPARISONS: readonly string[] = ['==', '!=', '~', '!~', '<', '>', '<=', '>='];

/** An expression: `||` binds weakest, then `&&`, comparisons, then `+` (or nothing, in old dialects) between texts. */
export function expression(cursor: Cursor): Expression {
  return cursor.deeper(() => several(cursor, '||', 'or', () => several(cursor, '&&', 'and', () => comparison(cursor))));
}

function several(cursor: Cursor, mark: string, e: 'and' | 'or', part: () => Expression): Expression {
  const parts = [part()];
  while (cursor.takeIf(mark)) parts.push(part());
  return parts.length === 1 ? parts[0]! : { e, of: parts, at: around(parts) };
}

function comparison(cursor: Cursor): Expression {
  if (cursor.is('!')) {
    const [mark, ...more] = marks(cursor);
    const of = comparison(cursor);
    return more.length % 2 === 0 ? { e: 'not', of, at: { file: mark!.file, start: mark!.start, end: of.at.end } } : of;
  }
  const left = sum(cursor);
  const operator = COMPARISONS.find((candidate) => cursor.is(candidate));
  if (operator === undefined) return left;
  cursor.take();
  const right = sum(cursor);
  return { e: 'compare', operator: operator as (Expression & { e: 'compare' })['operator'], left, right, at: around([left, right]) };
}

/** `!` before an expression, any number of them. */
function marks(cursor: Cursor): readonly Token[] {
  const found: Token[] = [];
  while (cursor.is('!')) found.push(cursor.take());
  return found;
}

function sum(cursor: Cursor): Expression {
  const parts = [operand(cursor)];
  let arithmetic = false;
  for (;;) {
    if (cursor.is('-') || cursor.is('*') || cursor.is('/') || cursor.is('%')) arithmetic = true;
    else if (!cursor.is('+')) {
      // Before Varnish 7, and at Fastly, texts stand side by side.
      if (cursor.token.kind !== 'text' && cursor.token.kind !== 'name' && cursor.token.kind !== 'number') break;
      parts.push(operand(cursor));
      continue;
    }
    cursor.take();
    parts.push(operand(cursor));
  }
  if (parts.length === 1) return parts[0]!;
  const at = around(parts);
  return arithmetic || parts.every(({ e }) => e === 'number') ? { e: 'other', at } : { e: 'join', of: parts, at };
}

function operand(cursor: Cursor): Expression {
  const { token } = cursor;
  if (token.kind === 'text') {
    cursor.take();
    const quotes = token.raw.indexOf('"', token.raw.startsWith('{') ? 1 : 0) + (token.raw.startsWith('"""') ? 3 : 1);
    const start = token.start + quotes;
    return { e: 'text', value: token.text, at: spanOf(token), inside: { file: token.file, start, end: start + token.text.length } };
  }
  if (token.kind === 'number') {
    cursor.take();
    return { e: 'number', value: Number.parseFloat(token.raw), unit: token.raw.replace(/^[\d.]+/, ''), at: spanOf(token) };
  }
  if (cursor.takeIf('(')) {
    const inner = expression(cursor);
    cursor.expect(')');
    return inner;
  }
  if (cursor.is('-')) {
    cursor.take();
    return { e: 'other', at: operand(cursor).at };
  }
  if (token.kind !== 'name') cursor.refuse(`Unknown token '${token.raw}' when looking for a value`);
  cursor.take();
  if (!cursor.is('(')) return { e: 'name', name: token.raw.replaceAll('"', '').toLowerCase(), at: spanOf(token) };
  return { e: 'call', name: token.raw.toLowerCase(), args: callArguments(cursor), at: cursor.span(token) };
}

/** `(a, name=b)`. */
export function callArguments(cursor: Cursor): readonly Expression[] {
  cursor.expect('(');
  const args: Expression[] = [];
  while (!cursor.is(')')) {
    if (cursor.token.kind === 'name' && cursor.ahead(1).raw === '=' && cursor.ahead(1).kind === 'mark') {
      cursor.take();
      cursor.take();
    }
    args.push(expression(cursor));
    if (!cursor.takeIf(',')) break;
  }
  cursor.expect(')');
  return args;
}

function around(parts: readonly Expression[]): Span {
  const [first, last] = [parts[0]!.at, parts.at(-1)!.at];
  return { file: first.file, start: first.start, end: last.file === first.file ? last.end : first.end };
}

function spanOf({ file, start, end }: Token): Span {
  return { file, start, end };
}
