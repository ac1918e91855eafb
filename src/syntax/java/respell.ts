import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { JavaModule } from './module.js';

/** The string literal at a span with another text. */
export function respell(module: JavaModule, at: Span, text: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  if (node?.type !== 'string_literal' || node.text.startsWith('"""')) return undefined;
  return { file: module.file, start: node.startIndex + 1, end: node.endIndex - 1, text: text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') };
}

/** An item of an array or of a factory call, with its comma. */
export function removeItem(module: JavaModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  const isItem = node?.parent !== undefined && node.parent !== null && ['element_value_array_initializer', 'array_initializer', 'argument_list'].includes(node.parent.type) && node.parent.namedChildren.length > 1;
  return node !== undefined && isItem ? without(module, node) : undefined;
}

/** The element of an annotation that holds a span, with its comma. */
export function removeArgument(module: JavaModule, at: Span): TextEdit | undefined {
  const node = around(module, at, 'element_value_pair');
  return node === undefined ? undefined : without(module, node);
}

/** The statement that holds a span, with its line. */
export function removeStatement(module: JavaModule, at: Span): TextEdit | undefined {
  const node = around(module, at, 'expression_statement');
  if (node === undefined) return undefined;
  const { text } = module.source;
  const lineStart = Math.max(text.lastIndexOf('\n', node.startIndex - 1), text.lastIndexOf('\r', node.startIndex - 1)) + 1;
  const tail = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(node.endIndex));
  if (tail === null || !/^[ \t]*$/.test(text.slice(lineStart, node.startIndex))) return { file: module.file, start: node.startIndex, end: node.endIndex, text: '' };
  return { file: module.file, start: lineStart, end: node.endIndex + tail[0].length, text: '' };
}

function around(module: JavaModule, at: Span, type: string): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && node.type !== type) node = node.parent;
  return node ?? undefined;
}

function nodeAt(module: JavaModule, at: Span): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && (node.startIndex > at.start || node.endIndex < at.end)) node = node.parent;
  return node !== null && node.startIndex === at.start && node.endIndex === at.end ? node : undefined;
}

function without(module: JavaModule, node: SyntaxNode): TextEdit {
  const { text } = module.source;
  const after = /^\s*,[ \t]*/.exec(text.slice(node.endIndex));
  const before = /,\s*$/.exec(text.slice(0, node.startIndex));
  if (after !== null) return { file: module.file, start: node.startIndex, end: node.endIndex + after[0].length, text: '' };
  return { file: module.file, start: node.startIndex - (before?.[0].length ?? 0), end: node.endIndex, text: '' };
}
