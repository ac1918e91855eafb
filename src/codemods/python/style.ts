import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import { lineOf } from './lines.js';

/** How a file is written, as far as new code has to look like it. */
export interface PythonStyle {
  /** The quotes that most of its texts have. */
  readonly quote: '"' | "'";
  /** One level of indentation. */
  readonly indent: string;
  readonly newline: '\n' | '\r\n';
}

/** Columns of a line before it is broken: Black's. */
const WIDTH = 88;

export function styleOf({ root, source }: PythonModule): PythonStyle {
  const quotes = root.descendantsOfType('string').map(({ text }) => /^[A-Za-z]*("""|'''|"|')/.exec(text)?.[1]);
  const [single, double] = ["'", '"'].map((quote) => quotes.filter((one) => one === quote).length);
  return { quote: single! > double! ? "'" : '"', indent: indentOf(root, source.text), newline: source.lineEnding };
}

/** How much deeper the first block stands than what it belongs to. */
function indentOf(root: SyntaxNode, text: string): string {
  const blanksAt = (index: number): string => /^[ \t]*/.exec(text.slice(lineOf(text, index).start))![0];
  for (const block of root.descendantsOfType('block')) {
    const [outer, inner] = [blanksAt(block.parent!.startIndex), blanksAt(block.startIndex)];
    if (inner.length > outer.length) return inner.startsWith('\t') ? '\t' : inner.slice(outer.length);
  }
  return '    ';
}

/** A text as a literal. */
export function spelled(text: string, { quote }: PythonStyle): string {
  const own = text.includes(quote) && !text.includes(other(quote)) ? other(quote) : quote;
  return `${own}${text.replaceAll('\\', '\\\\').replaceAll(own, `\\${own}`).replaceAll('\n', '\\n')}${own}`;
}

/** A pattern as a raw literal, as patterns are written. */
export function spelledRaw(source: string, style: PythonStyle): string {
  const own = source.includes(style.quote) ? other(style.quote) : style.quote;
  return source.includes(own) || source.endsWith('\\') || !source.includes('\\') ? spelled(source, style) : `r${own}${source}${own}`;
}

function other(quote: string): '"' | "'" {
  return quote === '"' ? "'" : '"';
}

/** A list of expressions on one line. */
export function spelledList(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/**
 * A call in a statement that begins at an indentation: on one line where it fits, else an argument on each line, with a
 * comma behind the last, as Black writes it.
 * @param before what stands on the line before it
 */
export function spelledCall(callee: string, args: readonly string[], style: PythonStyle, indent = '', before = ''): string {
  const flat = `${callee}(${args.join(', ')})`;
  const isFlat = !args.some((arg) => /[\r\n]/.test(arg)) && indent.replaceAll('\t', '    ').length + before.length + flat.length <= WIDTH;
  if (isFlat) return flat;
  const inner = `${indent}${style.indent}`;
  return `${callee}(${style.newline}${args.map((arg) => `${inner}${broken(arg, style, inner)},${style.newline}`).join('')}${indent})`;
}

/** `name=[…]` with an item on each line where it is too long for one. */
function broken(arg: string, style: PythonStyle, indent: string): string {
  const [, name = '', items = ''] = /^(\w+=|)\[([^[\]\r\n]*)\]$/.exec(arg) ?? [];
  if (items === '' || indent.replaceAll('\t', '    ').length + arg.length + 1 <= WIDTH || /["'][^"',]*,[^"',]*["']/.test(items)) return arg;
  const inner = `${indent}${style.indent}`;
  return `${name}[${style.newline}${items.split(', ').map((item) => `${inner}${item},${style.newline}`).join('')}${indent}]`;
}
