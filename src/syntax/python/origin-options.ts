import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { plainText } from './held.js';
import { quoted } from './quoted.js';
import { nodeAt, without } from './respell.js';

/** Names of the options that a call or a dictionary takes for origins. */
export interface OriginOptions {
  readonly option: string;
  /** One that takes a pattern instead. */
  readonly pattern?: string;
}

/** A keyword argument behind the last one of the call at a place. */
export function insertArgument(module: PythonModule, at: Span, name: string, texts: readonly string[]): TextEdit | undefined {
  const call = callAt(module, at);
  const list = call?.type === 'call' ? call.childForFieldName('arguments') : null;
  if (call === undefined || list?.type !== 'argument_list') return undefined;
  const args = list.namedChildren.filter((child) => child.type !== 'comment');
  if (args.some((arg) => arg.type === 'dictionary_splat' || arg.childForFieldName('name')?.text === name)) return undefined;
  const added = `${name}=${listText(texts, call.text)}`;
  const last = args.at(-1);
  if (last === undefined) return { file: module.file, start: list.startIndex + 1, end: list.startIndex + 1, text: added };
  const { text } = module.source;
  const indent = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, last.startIndex))?.[1];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return { file: module.file, start: last.endIndex, end: last.endIndex, text: indent === undefined ? `, ${added}` : `,${newline}${indent}${added}` };
}

/** The list of origins at a place, however it is given, with these entries and no others. */
export function listOrigins(module: PythonModule, at: Span, { option, pattern }: OriginOptions, origins: readonly string[]): TextEdit | undefined {
  const node = nodeAt(module, at);
  if (node === undefined) return undefined;
  const call = callAt(module, at);
  // What sets a header by hand takes no options.
  if (call !== undefined) return /\(\s*b?["']access-control-/i.test(call.text) ? undefined : insertArgument(module, at, option, origins);
  const held = around(node, (one) => ['list', 'tuple', 'set', 'keyword_argument', 'pair', 'assignment'].includes(one.type));
  const text = listText(origins, node.text);
  switch (held?.type) {
    case 'list':
    case 'tuple':
    case 'set':
      return replaced(module, held, text);
    case 'keyword_argument': {
      const [name, value] = [held.childForFieldName('name')?.text, held.childForFieldName('value')];
      if (name === option) return replaced(module, value, text);
      if (name !== pattern || pattern === undefined) return undefined;
      const listed = held.parent?.namedChildren.find((other) => other.childForFieldName('name')?.text === option);
      if (listed === undefined) return replaced(module, held, `${option}=${text}`);
      const list = listed.childForFieldName('value');
      if (list === null || list.namedChildCount > 0) return without(module, held);
      // An empty list beside the pattern: the two become one.
      return listed.nextNamedSibling?.id === held.id ? { file: module.file, start: list.startIndex, end: held.endIndex, text } : undefined;
    }
    case 'pair':
      return plainText(held.childForFieldName('key')) === option ? replaced(module, held.childForFieldName('value'), text) : undefined;
    default:
      return undefined;
  }
}

function callAt(module: PythonModule, at: Span): SyntaxNode | undefined {
  const node = nodeAt(module, at);
  const call = node?.type === 'expression_statement' ? node.namedChildren[0] : node;
  return call?.type === 'call' ? call : undefined;
}

function around(node: SyntaxNode, is: (node: SyntaxNode) => boolean): SyntaxNode | undefined {
  let one: SyntaxNode | null = node;
  while (one !== null && !is(one)) one = /^(?:string|string_content|call|identifier|attribute|boolean_operator|conditional_expression|parenthesized_expression)$/.test(one.type) ? one.parent : null;
  return one ?? undefined;
}

function replaced(module: PythonModule, node: SyntaxNode | null, text: string): TextEdit | undefined {
  return node === null ? undefined : { file: module.file, start: node.startIndex, end: node.endIndex, text };
}

function listText(texts: readonly string[], near: string): string {
  return `[${texts.map((one) => quoted(one, near)).join(', ')}]`;
}
