import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { quoted } from './quoted.js';
import { isRaw } from './strings.js';

/** The text of the string literal at a span replaced, in its own quotes and prefix, or a piece of one, or a number; undefined for anything else. */
export function respell(module: PythonModule, at: Span, text: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  if (node !== undefined && /^-?[\d_.]+$/.test(node.text)) return /^\d+$/.test(text) ? { ...at, text } : undefined;
  // A header's value that is no text, but is written as one.
  if (node !== undefined && /^(?:true|false)$/.test(node.type) && node.parent?.type === 'assignment') return { ...at, text: quoted(text, node.parent.text) };
  if (node?.type !== 'string') return respellPiece(module, at, text);
  const [open, close] = [node.namedChildren[0], node.namedChildren.at(-1)];
  if (open?.type !== 'string_start' || close?.type !== 'string_end' || /[fb]/i.test(open.text)) return undefined;
  const quote = close.text;
  const edit = { file: module.file, start: open.endIndex, end: close.startIndex };
  if (isRaw(node)) return text.includes(quote[0]!) || text.endsWith('\\') || /[\r\n]/.test(text) ? undefined : { ...edit, text };
  return { ...edit, text: text.replaceAll('\\', '\\\\').replaceAll(quote[0]!, `\\${quote[0]!}`).replaceAll('\n', '\\n').replaceAll('\r', '\\r') };
}

/** `True` in the place of the text at a span. */
export function switchOn(module: PythonModule, at: Span): TextEdit | undefined {
  return nodeAt(module, at)?.type === 'string' ? { ...at, text: 'True' } : undefined;
}

/** `"a,b".split(",")`: one piece, by another text that no split takes apart. */
function respellPiece(module: PythonModule, at: Span, text: string): TextEdit | undefined {
  if (contentAround(module, at) === undefined || /[\\'"\s,;|]/.test(text)) return undefined;
  return { file: module.file, start: at.start, end: at.end, text };
}

/** The keyword argument at a span taken out, with its comma. */
export function removeArgument(module: PythonModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  return node?.type === 'keyword_argument' ? without(module, node) : undefined;
}

/** The element of a list, tuple or set at a span taken out, with its comma; or a piece of a text that is split at commas. */
export function removeItem(module: PythonModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  const list = node?.parent;
  if (node === undefined || list === null || list === undefined || !['list', 'tuple', 'set'].includes(list.type)) return removePiece(module, at);
  // `{"a"}` without its element is no set, `("a", "b")` with one element and no comma is no tuple.
  const left = list.namedChildren.filter((child) => child.type !== 'comment').length - 1;
  return (list.type === 'set' && left === 0) || (list.type === 'tuple' && left === 1) ? undefined : without(module, node);
}

function removePiece(module: PythonModule, at: Span): TextEdit | undefined {
  const content = contentAround(module, at);
  if (content === undefined) return undefined;
  const { text } = module.source;
  const after = /^\s*,\s*/.exec(text.slice(at.end, content.endIndex))?.[0].length;
  if (after !== undefined) return { file: module.file, start: at.start, end: at.end + after, text: '' };
  const before = /,\s*$/.exec(text.slice(content.startIndex, at.start))?.[0].length;
  return before === undefined ? undefined : { file: module.file, start: at.start - before, end: at.end, text: '' };
}

/** The content of the plain literal that a span lies in. */
function contentAround(module: PythonModule, at: Span): SyntaxNode | undefined {
  if (at.file !== module.file || at.end <= at.start) return undefined;
  const node = module.root.descendantForIndex(at.start, at.end - 1);
  const literal = node?.parent;
  return node?.type === 'string_content' && literal?.type === 'string' && literal.namedChildren.length === 3 && !/[fb]/i.test(literal.namedChildren[0]?.text ?? '') ? node : undefined;
}

export function nodeAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && node.parent !== null && node.parent.startIndex === at.start && node.parent.endIndex === at.end) node = node.parent;
  if (node?.parent !== null && node !== null && (node.startIndex !== at.start || node.endIndex !== at.end)) while (node !== null && node.endIndex < at.end) node = node.parent;
  return node !== null && node.startIndex === at.start && node.endIndex === at.end ? node : undefined;
}

/** A member of a comma-separated list with the comma behind it (else before it) and, if it stood alone on its line, the line. */
export function without(module: PythonModule, node: SyntaxNode): TextEdit {
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
