import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { nodeAt } from './respell.js';

/** The object that a header is written on, and the quotes that are used there. */
export interface Written {
  /** `self` of `self.set_header(…)`, `response.headers` of `response.headers["X"] = …`. */
  readonly receiver: string;
  readonly quote: '"' | "'";
}

/** A statement put behind the one that holds a place, on a line of its own where that one has its own. */
export function insertBehind(module: PythonModule, at: Span, statement: (written: Written) => string): TextEdit | undefined {
  const held = statementAt(module, at);
  const written = held === undefined ? undefined : writtenIn(held.inner);
  if (held === undefined || written === undefined) return undefined;
  const { text } = module.source;
  const { endIndex } = held.statement;
  const indent = ownIndent(text, held.statement);
  if (indent === undefined) return { file: module.file, start: endIndex, end: endIndex, text: `; ${statement(written)}` };
  const rest = /^[^\r\n]*/.exec(text.slice(endIndex))![0];
  // Another statement on the line, or a comment, which stays with its line.
  const end = /^[ \t]*(?:#.*)?$/.test(rest) ? endIndex + rest.length : endIndex;
  if (end === endIndex && rest.trim() !== '') return { file: module.file, start: endIndex, end: endIndex, text: `; ${statement(written)}` };
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return { file: module.file, start: end, end, text: `${newline}${indent}${statement(written)}` };
}

/**
 * A statement put before the outermost `if` around the one that holds a place, and before every earlier one that leaves
 * the function, so that it is reached whatever is asked there; undefined where there is none, or where what it writes on is
 * made inside.
 */
export function insertAhead(module: PythonModule, at: Span, statement: (written: Written) => string): TextEdit | undefined {
  const held = statementAt(module, at);
  const written = held === undefined ? undefined : writtenIn(held.inner);
  if (held === undefined || written === undefined) return undefined;
  const name = /^\w+/.exec(written.receiver)?.[0] ?? '';
  const makes = new RegExp(`\\b${name}\\s*(?::[^=\\n]*)?=(?!=)`);
  let outermost: SyntaxNode | undefined;
  for (let node = held.statement.parent; node !== null && ['block', 'if_statement', 'elif_clause', 'else_clause'].includes(node.type); node = node.parent) if (node.type === 'if_statement' && !makes.test(node.text)) outermost = node;
  const within = (outermost ?? held.statement).parent?.namedChildren ?? [];
  const behind = within.findIndex((node) => node.id === (outermost ?? held.statement).id);
  const made = within.slice(0, behind).findLastIndex((node) => makes.test(node.text));
  outermost = within.slice(made + 1, behind).find((node) => node.type === 'if_statement' && node.descendantsOfType('return_statement').length > 0) ?? outermost;
  const { text } = module.source;
  const indent = outermost === undefined ? undefined : ownIndent(text, outermost);
  if (outermost === undefined || indent === undefined) return undefined;
  return { file: module.file, start: outermost.startIndex, end: outermost.startIndex, text: `${statement(written)}${text.includes('\r\n') ? '\r\n' : '\n'}${indent}` };
}

/** The statement that is exactly what stands at a place taken out with its line; `pass` where its block would be empty. */
export function removeStatement(module: PythonModule, at: Span): TextEdit | undefined {
  const held = statementAt(module, at);
  if (held === undefined) return undefined;
  const { statement } = held;
  const { text } = module.source;
  const siblings = statement.parent?.namedChildren.filter((child) => child.type !== 'comment').length ?? 0;
  if (siblings < 2 && statement.parent?.type !== 'module') return { file: module.file, start: statement.startIndex, end: statement.endIndex, text: 'pass' };
  const indent = ownIndent(text, statement);
  const tail = /^[ \t]*(\r\n|\n|\r|$)/.exec(text.slice(statement.endIndex));
  if (indent !== undefined && tail !== null) return { file: module.file, start: statement.startIndex - indent.length, end: statement.endIndex + tail[0].length, text: '' };
  const behind = /^[ \t]*;[ \t]*/.exec(text.slice(statement.endIndex));
  if (behind !== null) return { file: module.file, start: statement.startIndex, end: statement.endIndex + behind[0].length, text: '' };
  const before = /[ \t]*;[ \t]*$/.exec(text.slice(0, statement.startIndex));
  if (before !== null) return { file: module.file, start: statement.startIndex - before[0].length, end: statement.endIndex, text: '' };
  return undefined;
}

/** The expression statement of a call or an assignment that stands at a place; `at` is the call or the assignment's target. */
export function statementAt(module: PythonModule, at: Span): { readonly statement: SyntaxNode; readonly inner: SyntaxNode } | undefined {
  let node = nodeAt(module, at);
  if (node?.parent?.type === 'assignment' && node.parent.childForFieldName('left')?.id === node.id) node = node.parent;
  const statement = node?.type === 'expression_statement' ? node : node?.parent;
  return node !== undefined && statement?.type === 'expression_statement' && statement.namedChildren.length === 1 ? { statement, inner: statement.namedChildren[0]! } : undefined;
}

export function writtenIn(node: SyntaxNode): Written | undefined {
  const target = node.type === 'assignment' ? node.childForFieldName('left') : node.childForFieldName('function');
  const receiver = target?.type === 'subscript' ? target.childForFieldName('value') : target?.type === 'attribute' ? target.childForFieldName('object') : null;
  return receiver === null || receiver === undefined ? undefined : { receiver: receiver.text, quote: /["']/.exec(node.text)?.[0] === "'" ? "'" : '"' };
}

/** The blanks before a statement that begins its line. */
export function ownIndent(text: string, statement: SyntaxNode): string | undefined {
  return /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, statement.startIndex))?.[1];
}
