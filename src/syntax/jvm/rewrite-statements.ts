import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { argumentsIn, isCall, nameNode } from './call-around.js';
import type { JvmModule } from './module.js';
import { plainText } from './names.js';
import { nodeAt, removeStatement } from './respell.js';
import { isBlock, newlineOf, ownIndent, statementAt } from './statements.js';

/** A text by another one, among the arguments of the call at a place. */
export function renameText(module: JvmModule, at: Span, from: string, to: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  const found = node === undefined || !isCall(node) ? [] : argumentsIn(node).filter((argument) => plainText(argument)?.toLowerCase() === from.toLowerCase());
  const [only] = found;
  return found.length !== 1 || only === undefined ? undefined : { file: module.file, start: only.startIndex + 1, end: only.endIndex - 1, text: to };
}

/** Another method called with the same arguments. */
export function renameCall(module: JvmModule, at: Span, names: Readonly<Record<string, string>>): TextEdit | undefined {
  const node = nodeAt(module, at);
  const name = node === undefined || !isCall(node) ? undefined : nameNode(node);
  const other = name === undefined ? undefined : names[name.text];
  return name === undefined || other === undefined ? undefined : { file: module.file, start: name.startIndex, end: name.endIndex, text: other };
}

/** The value that a call gives to a header, as other code. */
export function replaceValue(module: JvmModule, at: Span, code: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  const value = node !== undefined && isCall(node) && argumentsIn(node).length === 2 ? argumentsIn(node)[1] : undefined;
  return value === undefined ? undefined : { file: module.file, start: value.startIndex, end: value.endIndex, text: code };
}

/** The statement that sets a header at a place run only where a test of its value holds, in a block of its own; `value`: with this value. */
export function guardWrite(module: JvmModule, at: Span, test: (value: string) => string, value?: string): readonly TextEdit[] | undefined {
  const held = statementAt(module, at);
  const node = nodeAt(module, at);
  const given = node !== undefined && isCall(node) && argumentsIn(node).length === 2 ? argumentsIn(node)[1] : undefined;
  const { text } = module.source;
  const indent = held === undefined ? undefined : ownIndent(text, held.statement);
  if (held === undefined || given === undefined || indent === undefined || !isBlock(held.statement.parent) || /[\r\n]/.test(held.statement.text)) return undefined;
  const { file } = module;
  const { startIndex, endIndex } = held.statement;
  const end = endIndex + (/^[ \t]*;/.exec(text.slice(endIndex))?.[0].length ?? 0);
  const newline = newlineOf(text);
  return [
    { file, start: startIndex, end: startIndex, text: `if (${test(given.text)}) {${newline}${indent}${stepOf(text, held.statement)}` },
    ...(value === undefined ? [] : [{ file, start: given.startIndex, end: given.endIndex, text: value }]),
    { file, start: end, end, text: `${newline}${indent}}` },
  ];
}

/** How much further than its block a statement is indented. */
function stepOf(text: string, statement: SyntaxNode): string {
  const own = ownIndent(text, statement) ?? '';
  const block = statement.parent;
  // A head may go on over lines that are indented further; the line of the closing brace is the block's own.
  const place = block === null ? 0 : block.text.endsWith('}') && block.text.startsWith('{') ? block.endIndex : block.startIndex;
  const line = /^[ \t]*/.exec(text.slice(Math.max(text.lastIndexOf('\n', place - 1), text.lastIndexOf('\r', place - 1)) + 1))![0];
  return own.startsWith(line) && own.length > line.length ? own.slice(line.length) : '  ';
}

/** The name of a parameter or a local variable of a type, in the method around a place. */
export function nameOfType(module: JvmModule, at: Span, type: RegExp): string | undefined {
  let node: SyntaxNode | null = nodeAt(module, at) ?? null;
  while (node !== null && !/^(?:method_declaration|function_declaration)$/.test(node.type)) node = node.parent;
  const before = node === null ? '' : module.source.text.slice(node.startIndex, at.start);
  const pattern = module.isKotlin ? new RegExp(`\\b(\\w+)\\s*(?::|=[^\\n]*\\bas)\\s*${type.source}\\b`) : new RegExp(`\\b${type.source}\\s+(\\w+)`);
  return pattern.exec(before)?.[1];
}

/**
 * Statements that stand in a branch for one kind of request moved in front of the `if`, in their order; undefined where
 * what they write on is made inside of it, or where they are not all in the same one.
 */
export function moveAhead(module: JvmModule, places: readonly Span[]): readonly TextEdit[] | undefined {
  const all = places.map((at) => statementAt(module, at)?.statement);
  const branches = all.map((statement) => (statement === undefined ? undefined : branchOf(statement)));
  const [branch] = branches;
  if (branch === undefined || branches.some((other) => other?.id !== branch.id)) return undefined;
  const { text } = module.source;
  const indent = ownIndent(text, branch);
  const moved = all.flatMap((statement) => statement ?? []).sort((a, b) => a.startIndex - b.startIndex);
  const names = new Set(moved.map((statement) => /^\w+/.exec(statement.text)?.[0] ?? ''));
  if (indent === undefined || !isBlock(branch.parent) || [...names].some((name) => new RegExp(`\\b${name}\\s*=(?!=)`).test(branch.text))) return undefined;
  const removals = places.map((at) => removeStatement(module, at));
  if (removals.includes(undefined)) return undefined;
  return [{ file: module.file, start: branch.startIndex, end: branch.startIndex, text: moved.map((statement) => `${statement.text}${newlineOf(text)}${indent}`).join('') }, ...removals.flatMap((edit) => edit ?? [])];
}

/** The `if` that a statement stands in directly, and that is no other's alternative. */
function branchOf(statement: SyntaxNode): SyntaxNode | undefined {
  let node = statement.parent;
  while (node !== null && /^(?:block|control_structure_body|statements)$/.test(node.type)) node = node.parent;
  return node !== null && /^if_(?:statement|expression)$/.test(node.type) && isBlock(node.parent) ? node : undefined;
}
