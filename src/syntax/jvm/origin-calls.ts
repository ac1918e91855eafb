import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsIn, callAround, isFactory, listIn, nameNode } from './call-around.js';
import type { JvmModule } from './module.js';
import { nodeAt } from './respell.js';
import { newlineOf, ownIndent } from './statements.js';

/** A call or an element of an annotation that lets origins in, and the one that lists them. */
export interface OriginCalls {
  /** Names of calls and elements → the one that takes whole origins. */
  readonly names: Readonly<Record<string, string>>;
  /** It takes one origin: the call is repeated. */
  readonly single?: true;
  /** The call that lets everybody in, where that has a name of its own. */
  readonly everybody?: string;
  /** The arguments for an origin; a text literal where absent. */
  readonly argument?: (origin: string) => string;
}

/** What lets origins in at a place lists these and no others. */
export function listOrigins(module: JvmModule, at: Span, { names, single, everybody, argument = (origin) => `"${origin}"` }: OriginCalls, origins: readonly string[]): readonly TextEdit[] | undefined {
  const node = nodeAt(module, at);
  if (node === undefined) return undefined;
  const texts = origins.map(argument);
  const call = callAround(module, at);
  const name = call === undefined ? undefined : nameNode(call);
  const list = call === undefined ? undefined : listIn(call);
  if (call === undefined || name === undefined || list === undefined) return inAnnotation(module, node, names, texts);
  const other = names[name.text];
  if (other === undefined) return undefined;
  const { file } = module;
  if (single === true) {
    const { text } = module.source;
    const calls = everybody !== undefined && origins.includes('*') ? [everybody] : texts.map((one) => `${other}(${one})`);
    const indent = ownIndent(text, call);
    const between = name.startIndex > call.startIndex ? '.' : indent === undefined ? undefined : `${newlineOf(text)}${indent}`;
    return between === undefined ? undefined : [{ file, start: name.startIndex, end: call.endIndex, text: calls.join(between) }];
  }
  const [only] = argumentsIn(call);
  const items = only !== undefined && isFactory(only) ? listIn(only)! : list;
  const renamed: readonly TextEdit[] = other === name.text ? [] : [{ file, start: name.startIndex, end: name.endIndex, text: other }];
  return [...renamed, { file, start: items.startIndex + 1, end: items.endIndex - 1, text: texts.join(', ') }];
}

/** `@CrossOrigin(originPatterns = "*")` */
function inAnnotation(module: JvmModule, node: SyntaxNode, names: OriginCalls['names'], texts: readonly string[]): readonly TextEdit[] | undefined {
  let pair: SyntaxNode | null = node;
  while (pair !== null && pair.type !== 'element_value_pair' && !(pair.type === 'value_argument' && pair.text.includes('='))) pair = /^(?:string_literal|element_value_array_initializer|collection_literal|value_argument)$/.test(pair.type) ? pair.parent : null;
  const [key, value] = [pair?.namedChildren[0], pair?.namedChildren.at(-1)];
  const other = key === undefined ? undefined : names[key.text];
  if (key === undefined || value === undefined || other === undefined || key.id === value.id) return undefined;
  const { file } = module;
  const list = module.isKotlin ? `[${texts.join(', ')}]` : texts.length === 1 ? (texts[0] ?? '') : `{ ${texts.join(', ')} }`;
  return [
    { file, start: key.startIndex, end: key.endIndex, text: other },
    { file, start: value.startIndex, end: value.endIndex, text: list },
  ];
}
