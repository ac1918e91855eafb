import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { EstreeModule } from './module.js';
import { bare, walk, type Node } from './tree.js';

/** Innermost statement of a block or of the program that holds the span, without leaving the function that it stands in. */
export function statementAround(module: EstreeModule, span: Span): Node | undefined {
  const around = module.nodesAround(span);
  const inner = around.slice(around.findLastIndex((node) => /Function/.test(node.type)) + 1);
  return inner.findLast((node) => isListed(module, node));
}

/** Does the node stand in a list of statements? */
export function isListed(module: EstreeModule, node: Node): boolean {
  const parent = module.parentOf(node);
  return (parent?.type === 'BlockStatement' && node.type !== 'BlockStatement') || parent?.type === 'Program';
}

/** The statement with its line, and the comment behind it there, where it stands alone; else the statement alone. */
export function wholeLines(module: EstreeModule, statement: Node): Span & { readonly alone: boolean } {
  const { text } = module.source;
  const { file, start, end } = module.spanOf(statement);
  const before = /(?:^|[\r\n])[\t ]*$/.exec(text.slice(0, start));
  const after = /^[\t ]*(?:\/\/[^\r\n]*)?(?:\r\n|\n|\r|$)/.exec(text.slice(end));
  if (before === null || after === null) return { file, start, end, alone: false };
  return { file, start: before.index + (/^[\r\n]/.test(before[0]) ? 1 : 0), end: end + after[0].length, alone: true };
}

/** Blanks in front of the statement on its line. */
export function indentationOf(module: EstreeModule, node: Node): string {
  return /[\t ]*$/.exec(module.source.text.slice(0, module.spanOf(node).start))![0];
}

/** Inserts statements in front of one, each on a line of its own where that one has it. */
export function before(module: EstreeModule, statement: Node, added: readonly string[]): TextEdit {
  const { file, start } = module.spanOf(statement);
  const separator = wholeLines(module, statement).alone || startsLine(module, start) ? module.source.lineEnding + indentationOf(module, statement) : ' ';
  return { file, start, end: start, text: added.map((one) => one + separator).join('') };
}

function startsLine(module: EstreeModule, start: number): boolean {
  return /(?:^|[\r\n])[\t ]*$/.test(module.source.text.slice(0, start));
}

/** Does the code name nothing that is declared behind the offset? What it declares itself may stand anywhere. */
export function isKnownBefore(module: EstreeModule, code: Node, offset: number): boolean {
  const own = module.spanOf(code);
  for (const { node } of walk(code)) {
    const declared = module.scopes.variableOf(node)?.identifiers[0];
    if (declared === undefined) continue;
    const { start } = module.spanOf(declared as Node);
    if (start >= offset && !(own.start <= start && start < own.end)) return false;
  }
  return true;
}

/** What a function is called with, by name; undefined for patterns. */
export function parameterNames(code: Node): readonly string[] | undefined {
  if (code.type !== 'FunctionDeclaration' && code.type !== 'FunctionExpression' && code.type !== 'ArrowFunctionExpression') return undefined;
  const names = code.params.map((parameter) => {
    const name = bare(parameter);
    return name.type === 'Identifier' ? name.name : undefined;
  });
  return names.includes(undefined) ? undefined : names.flatMap((name) => name ?? []);
}
