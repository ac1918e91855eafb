import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { JvmModule } from './module.js';
import { nodeAt } from './respell.js';

/** The object that a header is written on. */
export interface Written {
  /** `response` of `response.setHeader(…)`, `response.headers` of `response.headers["X"] = …`. */
  readonly receiver: string;
  /** What ends a statement: `;` in Java. */
  readonly end: string;
}

/** A statement put behind the one that holds a place, on a line of its own. Undefined where that one is the whole body of an `if`. */
export function insertBehind(module: JvmModule, at: Span, statement: (written: Written) => string): TextEdit | undefined {
  const held = statementAt(module, at);
  if (held === undefined || !isBlock(held.statement.parent)) return undefined;
  const { text } = module.source;
  const end = held.statement.endIndex;
  const indent = ownIndent(text, held.statement);
  const rest = /^[^\r\n]*/.exec(text.slice(end))![0];
  // A comment stays with its line.
  const own = indent !== undefined && /^[ \t]*;?[ \t]*(?:\/\/.*)?$/.test(rest);
  if (!own) return { file: module.file, start: end, end, text: module.isKotlin ? `; ${statement(held.written)}` : ` ${statement(held.written)}` };
  return { file: module.file, start: end + rest.length, end: end + rest.length, text: `${newlineOf(text)}${indent}${statement(held.written)}` };
}

/**
 * A statement put before the outermost `if` around the one that holds a place, and before every earlier one that leaves
 * the method, so that it is reached whatever is asked there; undefined where there is none, or where what it writes on is
 * made inside.
 */
export function insertAhead(module: JvmModule, at: Span, statement: (written: Written) => string): TextEdit | undefined {
  const held = statementAt(module, at);
  if (held === undefined) return undefined;
  const name = /^\w+/.exec(held.written.receiver)?.[0] ?? '';
  const makes = new RegExp(`\\b${name}\\s*(?::[^=\\n]*)?=(?!=)`);
  let outermost: SyntaxNode | undefined;
  for (let node: SyntaxNode | null = held.statement; node !== null && !/^(?:method_declaration|function_declaration|lambda_expression|lambda_literal|class_body|for_statement|enhanced_for_statement|while_statement)$/.test(node.type); node = node.parent) {
    if (isChoice(node) && !makes.test(node.text)) outermost = wholeChoice(node);
  }
  const first = outermost ?? held.statement;
  const within = first.parent?.namedChildren ?? [];
  const behind = within.findIndex((node) => node.id === first.id);
  const made = within.slice(0, behind).findLastIndex((node) => makes.test(node.text));
  const leaves = within.slice(made + 1, behind).find((node) => isChoice(node) && node.descendantsOfType(['return_statement', 'return_expression']).length > 0);
  const before = leaves ?? outermost;
  const { text } = module.source;
  const indent = before === undefined ? undefined : ownIndent(text, before);
  if (before === undefined || indent === undefined || !isBlock(before.parent)) return undefined;
  return { file: module.file, start: before.startIndex, end: before.startIndex, text: `${statement(held.written)}${newlineOf(text)}${indent}` };
}

/** A call put behind another one in a chain: what that one gives back it is called on. */
export function insertCall(module: JvmModule, at: Span, call: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  const parent = node?.parent;
  if (node === undefined || parent === undefined || parent === null) return undefined;
  const goesOn = (parent.type === 'method_invocation' && parent.childForFieldName('object')?.id === node.id) || (parent.type === 'navigation_expression' && parent.namedChildren[0]?.id === node.id);
  if (!goesOn) return undefined;
  // Links that stand on lines of their own go on so.
  const { text } = module.source;
  const line = /^(\s*)\./.exec(text.slice(node.endIndex))?.[1] ?? '';
  return { file: module.file, start: node.endIndex, end: node.endIndex, text: `${/[\r\n]/.test(line) ? line : ''}.${call}` };
}

/** `else if` belongs to the `if` before it. */
function wholeChoice(node: SyntaxNode): SyntaxNode {
  let whole = node;
  while (whole.parent !== null && isChoice(whole.parent) && whole.parent.childForFieldName('alternative')?.id === whole.id) whole = whole.parent;
  return whole;
}

function isChoice(node: SyntaxNode): boolean {
  return node.type === 'if_statement' || node.type === 'if_expression' || node.type === 'when_expression';
}

export function isBlock(node: SyntaxNode | null): boolean {
  return node !== null && /^(?:block|lambda_literal|constructor_body|switch_block_statement_group)$/.test(node.type);
}

/** The statement that is the call or the assignment at a place. */
export function statementAt(module: JvmModule, at: Span): { readonly statement: SyntaxNode; readonly written: Written } | undefined {
  const node = nodeAt(module, at);
  if (node === undefined) return undefined;
  const target = node.type === 'assignment' ? node.childForFieldName('left') : node;
  const receiver = target === null ? undefined : receiverOf(target);
  const statement = module.isKotlin ? node : node.parent;
  if (statement === null || receiver === undefined || (!module.isKotlin && statement.type !== 'expression_statement')) return undefined;
  return { statement, written: { receiver, end: module.isKotlin ? '' : ';' } };
}

function receiverOf(node: SyntaxNode): string | undefined {
  if (node.type === 'method_invocation') return node.childForFieldName('object')?.text ?? undefined;
  const callee = node.type === 'call_expression' ? node.namedChildren[0] : node;
  if (callee?.type === 'navigation_expression' || callee?.type === 'index_expression') return callee.namedChildren[0]?.text;
  return undefined;
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The blanks before a statement that begins its line. */
export function ownIndent(text: string, statement: SyntaxNode): string | undefined {
  return /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, statement.startIndex))?.[1];
}
