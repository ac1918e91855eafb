import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { parameterNames } from './bindings.js';
import { plainText } from './held.js';
import type { PythonModule } from './module.js';
import { quoted } from './quoted.js';
import { nodeAt } from './respell.js';
import { ownIndent, removeStatement, statementAt, writtenIn, type Written } from './statements.js';

/** A text by another one, in the statement, the call or the pair of a dictionary that stands at a place. */
export function renameText(module: PythonModule, at: Span, from: string, to: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  const found = node?.descendantsOfType('string').filter((one) => plainText(one)?.toLowerCase() === from.toLowerCase());
  const [only] = found ?? [];
  return found?.length !== 1 || only === undefined ? undefined : { file: module.file, start: only.startIndex, end: only.endIndex, text: quoted(to, only.text) };
}

/** Another statement in the place of an assignment or a call that sets a header: it is told the texts of its name and its value. */
export function replaceWrite(module: PythonModule, at: Span, statement: (written: Written, name: string, value: string) => string): TextEdit | undefined {
  const held = statementAt(module, at);
  const written = held === undefined ? undefined : writtenIn(held.inner);
  const [name, value] = held === undefined ? [] : partsOf(held.inner);
  if (held === undefined || written === undefined || name === undefined || value === undefined) return undefined;
  return { file: module.file, start: held.inner.startIndex, end: held.inner.endIndex, text: statement(written, name.text, value.text) };
}

/** What a header's statement names, and the value that it gives. */
export function partsOf(node: SyntaxNode): readonly [name: SyntaxNode | undefined, value: SyntaxNode | undefined] {
  if (node.type === 'assignment') return [node.childForFieldName('left')?.childForFieldName('subscript') ?? undefined, node.childForFieldName('right') ?? undefined];
  const args = node.childForFieldName('arguments')?.namedChildren.filter((one) => one.type !== 'comment') ?? [];
  return args.length === 2 && args.every(({ type }) => type !== 'keyword_argument' && type !== 'list_splat') ? [args[0], args[1]] : [undefined, undefined];
}

/** The value that a header is given at a place, by a statement or a pair of a dictionary, as other code. */
export function replaceValue(module: PythonModule, at: Span, code: string): TextEdit | undefined {
  const node = nodeAt(module, at);
  const held = statementAt(module, at);
  const value = node?.type === 'pair' ? node.childForFieldName('value') : held === undefined ? undefined : partsOf(held.inner)[1];
  return value === null || value === undefined ? undefined : { file: module.file, start: value.startIndex, end: value.endIndex, text: code };
}

/** The statement that sets a header at a place run only where a test of its value holds, in a block of its own; `value`: with this value. */
export function guardWrite(module: PythonModule, at: Span, test: (value: string, quote: string) => string, value?: string): readonly TextEdit[] | undefined {
  const held = statementAt(module, at);
  const [, given] = held === undefined ? [] : partsOf(held.inner);
  const { text } = module.source;
  const indent = held === undefined ? undefined : ownIndent(text, held.statement);
  if (held === undefined || given === undefined || indent === undefined || /[\r\n]/.test(held.statement.text)) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const { file } = module;
  const { startIndex } = held.statement;
  const tested = SIMPLE.has(given.type) ? given.text : `(${given.text})`;
  const opens = { file, start: startIndex, end: startIndex, text: `if ${test(tested, quoteIn(held.statement.text))}:${newline}${indent}${indent.includes('\t') ? '\t' : '    '}` };
  return value === undefined ? [opens] : [opens, { file, start: given.startIndex, end: given.endIndex, text: value }];
}

/** Expressions that need no parentheses in a comparison. */
const SIMPLE = new Set(['identifier', 'attribute', 'call', 'subscript', 'string', 'parenthesized_expression']);

function quoteIn(text: string): string {
  return /["']/.exec(text)?.[0] ?? '"';
}

/** Is the name that an expression begins with known at a place: a parameter of the function around it, or imported? */
export function inScope(module: PythonModule, at: Span, expression: string): boolean {
  const name = /^\w+/.exec(expression)?.[0] ?? '';
  if (module.imports.has(name)) return true;
  for (let node = nodeAt(module, at)?.parent ?? null; node !== null; node = node.parent) if (node.type === 'function_definition' && parameterNames(node).includes(name)) return true;
  return false;
}

/**
 * Statements that stand in a branch for one kind of request moved in front of the `if`, in their order; undefined where
 * what they write on is made inside of it, or where they are not all in the same one.
 */
export function moveAhead(module: PythonModule, places: readonly Span[]): readonly TextEdit[] | undefined {
  const all = places.map((at) => statementAt(module, at)?.statement);
  const tests = all.map((statement) => (statement === undefined ? undefined : branchOf(statement)));
  const [branch] = tests;
  if (branch === undefined || tests.some((other) => other?.id !== branch.id)) return undefined;
  const { text } = module.source;
  const indent = ownIndent(text, branch);
  const moved = all.flatMap((statement) => statement ?? []).sort((a, b) => a.startIndex - b.startIndex);
  const names = new Set(moved.map((statement) => /^\w+/.exec(statement.text)?.[0] ?? ''));
  if (indent === undefined || [...names].some((name) => new RegExp(`\\b${name}\\s*=(?!=)`).test(branch.text))) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const block = branch.childForFieldName('consequence');
  if (block?.namedChildren.every((child) => moved.some(({ id }) => id === child.id)) === true) {
    return branch.childForFieldName('alternative') === null ? [{ file: module.file, start: branch.startIndex, end: branch.endIndex, text: moved.map((statement) => statement.text).join(`${newline}${indent}`) }] : undefined;
  }
  const removals = places.map((at) => removeStatement(module, at));
  if (removals.includes(undefined)) return undefined;
  return [{ file: module.file, start: branch.startIndex, end: branch.startIndex, text: moved.map((statement) => `${statement.text}${newline}${indent}`).join('') }, ...removals.flatMap((edit) => edit ?? [])];
}

/** The `if` without other branches that a statement stands in directly. */
function branchOf(statement: SyntaxNode): SyntaxNode | undefined {
  const around = statement.parent?.type === 'block' ? statement.parent.parent : null;
  return around?.type === 'if_statement' ? around : undefined;
}
