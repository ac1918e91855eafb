import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { JvmModule } from './module.js';
import { nodeAt } from './respell.js';

const ARGUMENTS = /^(?:argument_list|value_arguments)$/;
/** Factories of lists and arrays. */
const FACTORY = /^(?:(?:java\.util\.)?(?:List|Set|Collections|Arrays|Stream|ImmutableList|ImmutableSet)\.(?:of|asList|singletonList|singleton)|listOf|setOf|mutableListOf|arrayOf)$/;

export function isCall(node: SyntaxNode): boolean {
  return node.type === 'method_invocation' || node.type === 'call_expression';
}

/** The name of what is called, without what it is called on. */
export function nameNode(call: SyntaxNode): SyntaxNode | undefined {
  if (call.type === 'method_invocation') return call.childForFieldName('name') ?? undefined;
  const callee = call.namedChildren[0];
  return callee?.type === 'navigation_expression' ? callee.namedChildren.at(-1) : callee?.type === 'identifier' || callee?.type === 'simple_identifier' ? callee : undefined;
}

/** The arguments of a call as they are written, names of Kotlin's left out. */
export function argumentsIn(call: SyntaxNode): readonly SyntaxNode[] {
  const list = listIn(call);
  return list?.namedChildren.filter((child) => !child.type.includes('comment')).map((child) => (child.type === 'value_argument' ? (child.namedChildren.at(-1) ?? child) : child)) ?? [];
}

export function listIn(call: SyntaxNode): SyntaxNode | undefined {
  return call.namedChildren.find((child) => ARGUMENTS.test(child.type));
}

/** Does a call make a list of its arguments? */
export function isFactory(call: SyntaxNode): boolean {
  const list = listIn(call);
  return list !== undefined && isCall(call) && FACTORY.test(call.text.slice(0, list.startIndex - call.startIndex));
}

/** The call at a place, or the one that is given what stands there, also as an item of a list. */
export function callAround(module: JvmModule, at: Span): SyntaxNode | undefined {
  const node = nodeAt(module, at);
  if (node === undefined) return undefined;
  return isCall(node) && !isFactory(node) ? node : callGiven(node);
}

function callGiven(node: SyntaxNode): SyntaxNode | undefined {
  const argument = node.parent?.type === 'value_argument' ? node.parent : node;
  const call = argument.parent !== null && ARGUMENTS.test(argument.parent.type) ? argument.parent.parent : null;
  if (call === null || !isCall(call)) return undefined;
  return isFactory(call) ? callGiven(call) : call;
}

/** Names of all that a file calls, and of the classes that it calls upon. */
export function calledNames(module: JvmModule): readonly string[] {
  return module.root.descendantsOfType(['method_invocation', 'call_expression']).flatMap((call) => {
    const on = call.type === 'method_invocation' ? call.childForFieldName('object') : call.namedChildren[0];
    return [nameNode(call)?.text ?? '', ...(on !== null && on !== undefined && /^[A-Z]\w*$/.test(on.text) ? [on.text] : []), ...argumentsIn(call).filter(({ text }) => /^[A-Z]\w*$/.test(text)).map(({ text }) => text)];
  });
}
