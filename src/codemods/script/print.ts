import type { Style } from './style.js';

/** A property of an object as it is written. */
export interface Property {
  readonly key: string;
  /** The expression, as it is to stand there. */
  readonly text: string;
  /** Lines of comments that stand above it: `// seconds`. */
  readonly comments?: readonly string[];
}

/** What is longer is written on several lines. */
const WIDTH = 80;
/** An object with more properties is written on several lines, however short they are. */
const PROPERTIES_ON_A_LINE = 2;

/** A text as a string literal in the file's quotes. */
export function quoted(text: string, { quote }: Pick<Style, 'quote'>): string {
  return `${quote}${text.replace(/[\\\n\r]/g, (char) => (char === '\\' ? '\\\\' : char === '\n' ? '\\n' : '\\r')).replaceAll(quote, `\\${quote}`)}${quote}`;
}

/**
 * A list on one line where it fits, else an item a line.
 * @param indent of the line on which it starts
 * @param before how many characters stand in front of it on that line, the indentation not counted
 */
export function printList(items: readonly string[], style: Style, indent = '', before = 0): string {
  const line = `[${items.join(', ')}]`;
  if (items.length < 2 || (indent.length + before + line.length <= WIDTH && !line.includes('\n'))) return line;
  return severalLines('[', items, ']', style, indent);
}

/**
 * An object on one line where it has few properties and fits, else a property a line.
 * @param indent of the line on which it starts
 * @param before how many characters stand in front of it on that line, the indentation not counted
 */
export function printObject(properties: readonly Property[], style: Style, indent = '', before = 0): string {
  if (properties.length === 0) return '{}';
  const blank = style.spacedBraces ? ' ' : '';
  const written = properties.map(({ key, text }) => (key === text ? key : `${key}: ${text}`));
  const line = `{${blank}${written.join(', ')}${blank}}`;
  const isShort = properties.length <= PROPERTIES_ON_A_LINE && properties.every(({ comments = [] }) => comments.length === 0);
  if (isShort && indent.length + before + line.length <= WIDTH && !line.includes('\n')) return line;
  const inner = indent + style.indent;
  return severalLines('{', properties.map(({ comments = [] }, index) => [...comments, written[index]!].join(`${style.newline}${inner}`)), '}', style, indent);
}

function severalLines(open: string, parts: readonly string[], close: string, { indent: step, newline, trailingComma }: Style, indent: string): string {
  const lines = parts.map((part, index) => `${indent}${step}${part}${index < parts.length - 1 || trailingComma ? ',' : ''}`);
  return [open, ...lines, `${indent}${close}`].join(newline);
}

/** A pattern as a regex literal. */
export function printRegex(source: string, flags = ''): string {
  return `/${source === '' ? '(?:)' : source.replace(/(?<!\\)((?:\\\\)*)\//g, '$1\\/')}/${flags}`;
}

/** A text as a pattern that matches nothing but it. */
export function escapedForRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
