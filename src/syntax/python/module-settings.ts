import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';
import { nodeAt } from './respell.js';
import { removeStatement } from './statements.js';

/** An assignment to a name of the module. */
export interface Setting {
  readonly name: string;
  readonly at: Span;
}

/** The setting whose value holds a place, or that has a name. */
export function settingOf(module: PythonModule, at: Span | undefined, name?: string): Setting | undefined {
  if (at === undefined) {
    const found = assignments(module).find((node) => node.childForFieldName('left')?.text === name);
    return found === undefined ? undefined : toldOf(module, found);
  }
  let node: SyntaxNode | null = nodeAt(module, at) ?? null;
  while (node !== null && node.type !== 'assignment') node = node.parent;
  return node?.childForFieldName('left')?.type === 'identifier' ? toldOf(module, node) : undefined;
}

/** The assignment that holds a place taken out. */
export function removeSetting(module: PythonModule, at: Span): TextEdit | undefined {
  const setting = settingOf(module, at);
  return setting === undefined ? undefined : removeStatement(module, setting.at);
}

/** A setting of the module put behind the last one whose name is like `beside`. */
export function insertSetting(module: PythonModule, name: string, beside: RegExp, value: (quote: string) => string): TextEdit | undefined {
  const last = assignments(module).findLast((node) => beside.test(node.childForFieldName('left')?.text ?? ''));
  if (last === undefined) return undefined;
  const { text } = module.source;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const quote = /["']/.exec(last.text)?.[0] ?? '"';
  const end = last.endIndex + /^[^\r\n]*/.exec(text.slice(last.endIndex))![0].length;
  return { file: module.file, start: end, end, text: `${newline}${name} = ${value(quote)}` };
}

/** An import behind the last one of the file's head. */
export function insertImport(module: PythonModule, statement: string): TextEdit {
  const statements = module.root.namedChildren.filter((child) => child.type !== 'comment');
  const head = statements.findIndex((child, index) => !/^(?:import_statement|import_from_statement|future_import_statement)$/.test(child.type) && !(index === 0 && isText(child)));
  const last = statements[(head === -1 ? statements.length : head) - 1];
  const newline = module.source.text.includes('\r\n') ? '\r\n' : '\n';
  const at = last?.endIndex ?? 0;
  return { file: module.file, start: at, end: at, text: last === undefined ? `${statement}${newline}${newline}` : `${newline}${statement}` };
}

/** The text that documents a module. */
function isText(statement: SyntaxNode): boolean {
  return statement.type === 'expression_statement' && statement.namedChildren[0]?.type === 'string';
}

function assignments(module: PythonModule): readonly SyntaxNode[] {
  return module.root.namedChildren.flatMap((statement) => (statement.type === 'expression_statement' && statement.namedChildren[0]?.type === 'assignment' ? [statement.namedChildren[0]] : []));
}

function toldOf(module: PythonModule, node: SyntaxNode): Setting {
  return { name: node.childForFieldName('left')?.text ?? '', at: module.span(node) };
}
