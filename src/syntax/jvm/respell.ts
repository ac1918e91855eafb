import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { JvmModule } from './module.js';

/** The string literal or the number at a span with another text; a duration is told in seconds. */
export function respell(module: JvmModule, at: Span, text: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  const number = /^\d+$/.test(text) ? node?.text : undefined;
  if (number !== undefined && /^-?\d[\d_]*[lL]?$/.test(number)) return { ...at, text: `${text}${/[lL]$/.exec(number)?.[0] ?? ''}` };
  if (number !== undefined && /^(?:java\.time\.)?Duration\.of\w+\([^()]*\)$/.test(number)) return { ...at, text: number.replace(/of\w+\(.*$/, `ofSeconds(${text})`) };
  if (node?.type !== 'string_literal' || node.text.startsWith('"""')) return undefined;
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return { file: module.file, start: node.startIndex + 1, end: node.endIndex - 1, text: module.isKotlin ? escaped.replace(/\$(?=[A-Za-z_{`])/g, '\\$') : escaped };
}

/** What holds several items: array initializers, arguments of a factory. In Kotlin an item stands inside of an argument. */
export const LISTS = ['element_value_array_initializer', 'array_initializer', 'argument_list', 'collection_literal', 'value_arguments'];

/** An item of an array or of a factory call, with its comma. */
export function removeItem(module: JvmModule, at: Span): TextEdit | undefined {
  const found = nodeAt(module, at);
  const node = found?.parent?.type === 'value_argument' ? found.parent : found;
  const list = node?.parent;
  return node === undefined || list === undefined || list === null || !LISTS.includes(list.type) || list.namedChildren.length < 2 ? undefined : without(module, node);
}

/** The element of an annotation that holds a span, with its comma. */
export function removeArgument(module: JvmModule, at: Span): TextEdit | undefined {
  const node = around(module, at, (one) => one.type === 'element_value_pair' || (one.type === 'value_argument' && /annotation|constructor_invocation/.test(one.parent?.parent?.type ?? '')));
  return node === undefined ? undefined : without(module, node);
}

/** A call inside a chain, with the dot before it: what it is called on gives back what it does. */
export function removeCall(module: JvmModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  const object = node?.type === 'method_invocation' ? node.childForFieldName('object') : node?.type === 'call_expression' && node.namedChildren[0]?.type === 'navigation_expression' ? (node.namedChildren[0].namedChildren[0] ?? null) : null;
  if (node === undefined || object === null || (object.type !== 'method_invocation' && object.type !== 'call_expression')) return undefined;
  return { file: module.file, start: object.endIndex, end: node.endIndex, text: '' };
}

/** The call whose only argument stands at a span: out of its chain, or with the statement that it is. */
export function removeCallOf(module: JvmModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  const argument = node?.parent?.type === 'value_argument' ? node.parent : node;
  const list = argument?.parent;
  const called = list?.parent;
  if (list === null || list === undefined || called === null || called === undefined || !/^(?:argument_list|value_arguments)$/.test(list.type) || list.namedChildren.length !== 1) return undefined;
  const span: Span = { file: module.file, start: called.startIndex, end: called.endIndex };
  const alone = called.parent?.type === 'expression_statement' || (module.isKotlin && /^(?:block|lambda_literal)$/.test(called.parent?.type ?? ''));
  return removeCall(module, span) ?? (alone ? removeStatement(module, span) : undefined);
}

/** The statement that is nothing but a call on what a getter gives: `context.response().putHeader(…);`, `x.getResponse().getHeaders().set(…);`. */
export function removeWrite(module: JvmModule, at: Span): TextEdit | undefined {
  const node = nodeAt(module, at);
  const object = node?.type === 'method_invocation' ? node.childForFieldName('object') : undefined;
  const on = object?.childForFieldName('object');
  const getter = object?.type === 'method_invocation' && object.childForFieldName('arguments')?.namedChildren.length === 0 && ((on?.type === 'identifier' && /^[a-z]/.test(object.text)) || /^(?:get)?(?:response|headers)$/i.test(object.childForFieldName('name')?.text ?? ''));
  if (node?.parent?.type === 'expression_statement' && getter) return removeStatement(module, at);
  const called = node?.type === 'call_expression' ? node.namedChildren[0]?.namedChildren[0] : undefined;
  const alone = module.isKotlin && /^(?:block|lambda_literal)$/.test(node?.parent?.type ?? '') && called?.type === 'call_expression' && /^[a-z]\w*\.\w+\(\)$/.test(called.text);
  return alone ? removeStatement(module, at) : undefined;
}

/** The statement that holds a span, with its line. */
export function removeStatement(module: JvmModule, at: Span): TextEdit | undefined {
  const node = around(module, at, (one) => one.type === 'expression_statement' || (module.isKotlin && /^(?:block|lambda_literal)$/.test(one.parent?.type ?? '')));
  if (node === undefined) return undefined;
  const { text } = module.source;
  const lineStart = Math.max(text.lastIndexOf('\n', node.startIndex - 1), text.lastIndexOf('\r', node.startIndex - 1)) + 1;
  const tail = /^[ \t]*;?[ \t]*(\r\n|\n|\r)/.exec(text.slice(node.endIndex));
  if (tail === null || !/^[ \t]*$/.test(text.slice(lineStart, node.startIndex))) return { file: module.file, start: node.startIndex, end: node.endIndex, text: '' };
  return { file: module.file, start: lineStart, end: node.endIndex + tail[0].length, text: '' };
}

function around(module: JvmModule, at: Span, is: (node: SyntaxNode) => boolean): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && !is(node)) node = node.parent;
  return node ?? undefined;
}

export function nodeAt(module: JvmModule, at: Span): SyntaxNode | undefined {
  if (at.file !== module.file) return undefined;
  let node = module.root.descendantForIndex(at.start, Math.max(at.start, at.end - 1));
  while (node !== null && (node.startIndex > at.start || node.endIndex < at.end)) node = node.parent;
  return node !== null && node.startIndex === at.start && node.endIndex === at.end ? node : undefined;
}

export function without(module: JvmModule, node: SyntaxNode): TextEdit {
  const { text } = module.source;
  const after = /^\s*,[ \t]*/.exec(text.slice(node.endIndex));
  // Comments between the comma and the item stay.
  const before = /,((?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*)$/.exec(text.slice(0, node.startIndex));
  if (after !== null) return { file: module.file, start: node.startIndex, end: node.endIndex + after[0].length, text: '' };
  const kept = before?.[1] ?? '';
  return { file: module.file, start: node.startIndex - (before?.[0].length ?? 0), end: node.endIndex, text: kept.trim() === '' ? '' : kept };
}
