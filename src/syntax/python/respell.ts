import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { isRaw } from './strings.js';

/** The text of the string literal at a span replaced, in its own quotes and prefix; undefined for anything else. */
export function respell(module: PythonModule, at: Span, text: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  if (node?.type !== 'string') return undefined;
  const [open, close] = [node.namedChildren[0], node.namedChildren.at(-1)];
  if (open?.type !== 'string_start' || close?.type !== 'string_end' || /f/i.test(open.text)) return undefined;
  const quote = close.text;
  if (isRaw(node)) {
    if (text.includes(quote) || text.endsWith('\\')) return undefined;
    return { file: module.file, start: open.endIndex, end: close.startIndex, text };
  }
  const spelled = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n');
  return { file: module.file, start: open.endIndex, end: close.startIndex, text: spelled };
}

/** The keyword argument that holds a span replaced by another value. */
export function respellKeyword(module: PythonModule, at: Span, text: string): TextEdit | undefined {
  const value = argumentAt(module, at)?.childForFieldName('value');
  return value === undefined || value === null ? undefined : { file: module.file, start: value.startIndex, end: value.endIndex, text };
}

/** The keyword argument that holds a span taken out, with its comma. */
export function removeArgument(module: PythonModule, at: Span): TextEdit | undefined {
  const argument = argumentAt(module, at);
  return argument === undefined ? undefined : without(module, argument);
}

/** The element of a list, tuple or set at a span taken out, with its comma. */
export function removeItem(module: PythonModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  return node?.parent !== null && node !== undefined && ['list', 'tuple', 'set'].includes(node.parent.type) ? without(module, node) : undefined;
}

function argumentAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  let node: SyntaxNode | null = nodeAt(module, at) ?? null;
  while (node !== null && node.type !== 'keyword_argument') node = node.parent;
  return node ?? undefined;
}

function nodeAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && node.parent !== null && node.parent.startIndex === at.start && node.parent.endIndex === at.end) node = node.parent;
  if (node?.parent !== null && node !== null && (node.startIndex !== at.start || node.endIndex !== at.end)) while (node !== null && node.endIndex < at.end) node = node.parent;
  return node !== null && node.startIndex === at.start && node.endIndex === at.end ? node : undefined;
}

/** A member of a comma-separated list with the comma behind it (else before it) and, if it stood alone on its line, the line. */
function without(module: PythonModule, node: SyntaxNode): TextEdit {
  const { text } = module.source;
  let [start, end] = [node.startIndex, node.endIndex];
  const after = /^\s*,/.exec(text.slice(end));
  const before = /,\s*$/.exec(text.slice(0, start));
  if (after !== null) end += after[0].length;
  else if (before !== null) start -= before[0].length;
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1)) + 1;
  const tail = /^[ \t]*(?:#[^\r\n]*)?(\r\n|\n|\r)/.exec(text.slice(end));
  if (after !== null && /^[ \t]*$/.test(text.slice(lineStart, start)) && tail !== null && !tail[0].includes('#')) return { file: module.file, start: lineStart, end: end + tail[0].length, text: '' };
  if (after !== null) end += /^[ \t]*/.exec(text.slice(end))![0].length;
  return { file: module.file, start, end, text: '' };
}
