import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsIn, callAround, isCall, isFactory, nameNode } from './call-around.js';
import type { JvmModule } from './module.js';
import { nodeAt, removeCallOf, without } from './respell.js';
import { newlineOf, ownIndent } from './statements.js';

export interface ListChange {
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/** Names taken out of, and put at the end of, the list that stands at a place: several arguments, an array, a list, a text with commas, or one call for each. */
export function editNames(module: JvmModule, at: Span, change: ListChange): readonly TextEdit[] | undefined {
  const node = nodeAt(module, at);
  if (node === undefined) return undefined;
  if (isCall(node) && !isFactory(node)) return writesHeader(node) ? editText(module, argumentsIn(node).at(-1), change) : editCalls(module, node, change);
  if (/array_initializer$|^collection_literal$/.test(node.type)) return editItems(module, node.namedChildren, change);
  if (isFactory(node)) return editItems(module, argumentsIn(node), change);
  if (node.parent?.type === 'element_value_pair') return change.remove.length > 0 ? undefined : [{ ...at, text: `{ ${[node.text, ...change.add.map((name) => spelledLike(node, name))].join(', ')} }` }];
  if (/array_initializer$|^collection_literal$/.test(node.parent?.type ?? '')) return editItems(module, node.parent!.namedChildren, change);
  const call = callAround(module, at);
  if (call === undefined) return undefined;
  if (writesHeader(call)) return editText(module, node, change);
  const direct = node.parent?.type === 'value_argument' ? node.parent.parent?.parent : node.parent?.parent;
  return direct?.id === call.id && argumentsIn(call).length === 1 && !takesSeveral(call) ? editCalls(module, call, change) : editItems(module, argumentsIn(direct ?? call), change);
}

/** `setHeader("Access-Control-Allow-Methods", "GET, PUT")` */
function writesHeader(call: SyntaxNode): boolean {
  const [name, , more] = argumentsIn(call);
  return more === undefined && /access.control|ACCESS_CONTROL|AccessControl/i.test(name?.text ?? '') && argumentsIn(call).length === 2;
}

/** `allowedMethods(…)`, `setAllowedHeaders(…)`; `allowMethod(…)` takes one. */
function takesSeveral(call: SyntaxNode): boolean {
  return /s$/.test(nameNode(call)?.text ?? '');
}

function editItems(module: JvmModule, items: readonly SyntaxNode[], { remove, add }: ListChange): readonly TextEdit[] | undefined {
  const gone = remove.map((name) => items.find((item) => nameOf(item) === name));
  const [sample] = items;
  if (gone.includes(undefined) || sample === undefined || gone.length >= items.length + add.length) return undefined;
  // What goes makes room for what comes.
  const replaced = gone.flatMap((item) => item ?? []).map((item, index): TextEdit => (add[index] === undefined ? without(module, item.parent?.type === 'value_argument' ? item.parent : item) : { file: module.file, start: item.startIndex, end: item.endIndex, text: spelledLike(item, add[index]) }));
  const last = items.at(-1)!;
  const more = add.slice(gone.length).map((name) => `, ${spelledLike(sample, name)}`).join('');
  return more === '' ? replaced : [...replaced, { file: module.file, start: last.endIndex, end: last.endIndex, text: more }];
}

function editText(module: JvmModule, literal: SyntaxNode | undefined, { remove, add }: ListChange): readonly TextEdit[] | undefined {
  const text = literal === undefined ? undefined : plainText(literal);
  if (literal === undefined || text === undefined) return undefined;
  const pieces = text.split(',').map((piece) => piece.trim()).filter((piece) => piece !== '');
  const kept = pieces.filter((piece) => !remove.includes(piece));
  if (pieces.length - kept.length !== remove.length || add.some((name) => /["\\$\r\n]/.test(name))) return undefined;
  return [{ file: module.file, start: literal.startIndex + 1, end: literal.endIndex - 1, text: [...kept, ...add].join(`,${/,(\s*)/.exec(text)?.[1] ?? ' '}`) }];
}

/** One call for each name: in a chain, or in statements side by side. */
function editCalls(module: JvmModule, call: SyntaxNode, { remove, add }: ListChange): readonly TextEdit[] | undefined {
  const [sample] = argumentsIn(call);
  const name = nameNode(call)?.text;
  if (sample === undefined || name === undefined || nameOf(sample) === undefined) return undefined;
  const alike = siblingsOf(call).filter((one) => nameNode(one)?.text === name);
  const gone = remove.map((text) => alike.flatMap((one) => argumentsIn(one).slice(0, 1)).find((argument) => nameOf(argument) === text));
  const removals = gone.map((argument) => (argument === undefined ? undefined : removeCallOf(module, { file: module.file, start: argument.startIndex, end: argument.endIndex })));
  if (removals.includes(undefined)) return undefined;
  const last = alike.reduce((a, b) => (a.endIndex > b.endIndex ? a : b));
  const { text } = module.source;
  const chained = callee(last)?.type === 'method_invocation' || callee(last)?.type === 'call_expression';
  const written = add.map((one) => `${name}(${spelledLike(sample, one)})`);
  const indent = ownIndent(text, last);
  const receiver = text.slice(last.startIndex, nameNode(last)!.startIndex);
  const added = chained ? written.map((one) => `.${one}`).join('') : written.map((one) => `${module.isKotlin ? '' : ';'}${newlineOf(text)}${indent ?? ''}${receiver}${one}`).join('');
  if (!chained && indent === undefined && add.length > 0) return undefined;
  return [...removals.flatMap((edit) => edit ?? []), ...(add.length === 0 ? [] : [{ file: module.file, start: last.endIndex, end: last.endIndex, text: added }])];
}

/** The other calls of the chain, or of the block. */
function siblingsOf(call: SyntaxNode): readonly SyntaxNode[] {
  const chain: SyntaxNode[] = [];
  let top: SyntaxNode = call;
  while (top.parent !== null && (isCall(top.parent) || top.parent.type === 'navigation_expression')) top = top.parent;
  for (let node: SyntaxNode | undefined = top; node !== undefined; node = callee(node)) if (isCall(node)) chain.push(node);
  if (chain.length > 1) return chain;
  const statement = call.parent?.type === 'expression_statement' ? call.parent : call;
  return statement.parent?.namedChildren.map((one) => (one.type === 'expression_statement' ? (one.namedChildren[0] ?? one) : one)).filter(isCall) ?? [call];
}

/** What a call is made on. */
function callee(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'method_invocation') return node.childForFieldName('object') ?? undefined;
  return node.type === 'call_expression' || node.type === 'navigation_expression' ? node.namedChildren[0] : undefined;
}

const METHOD = /^(?:\w+\.)*((?:Http|Request)Method\.)(\w+)(?:\.name(?:\(\))?)?$/;

/** The name that an item says: a text, or a constant of a method. */
function nameOf(item: SyntaxNode): string | undefined {
  return plainText(item) ?? METHOD.exec(item.text)?.[2]?.toUpperCase() ?? (/(?:^|\.)HttpHeaders\.\w+$/.test(item.text) ? item.text : undefined);
}

/** A name as its neighbour is written: `HttpMethod.PUT`, `HttpMethod.Put`, `"PUT"`. */
function spelledLike(item: SyntaxNode, name: string): string {
  const [, , constant = ''] = METHOD.exec(item.text) ?? [];
  if (constant === '' || !/^[A-Z]+$/.test(name)) return `"${name}"`;
  return item.text.replace(new RegExp(`\\b${constant}\\b`), /[a-z]/.test(constant) ? `${name[0] ?? ''}${name.slice(1).toLowerCase()}` : name);
}

/** The text of a literal without escapes. */
export function plainText(node: SyntaxNode): string | undefined {
  return node.type === 'string_literal' && /^"[^"\\$]*"$/.test(node.text) ? node.text.slice(1, -1) : undefined;
}
