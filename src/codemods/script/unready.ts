import { Node, type SourceFile } from 'ts-morph';
import type { TextEdit } from '../../text/edit.js';
import { declares, namesOf } from './nodes.js';

/** Names that files have without declaring them. */
const GIVEN = new Set([...Object.getOwnPropertyNames(globalThis), 'require', 'module', 'exports', '__dirname', '__filename', 'arguments', 'window', 'self', 'Deno', 'Bun']);

/**
 * Why code that is written fails where it stands, though it did not in the function that it comes from: that ran later. It
 * asks for a variable before the line that gives it a value, or for one that nothing declares.
 * @param result the tree of the text with the edits, made only where a name may be such
 */
export function unready(root: SourceFile, written: readonly TextEdit[], result: () => SourceFile): string | undefined {
  const doubtful = new Set(written.flatMap(({ start, text }) => namesIn(text).filter((name) => mayBeUnready(root, name, start))));
  if (doubtful.size === 0) return undefined;
  const after = result();
  for (const name of doubtful) {
    if (declarationsOf(after, name).length === 0) return `nothing in the file declares ${name}: what would be written here fails without it`;
    const declaration = variablesOf(root, name)[0];
    if (declaration !== undefined && isAskedEarly(after, name) && !isAskedEarly(root, name)) return `${name} has no value before line ${root.getLineAndColumnAtPos(declaration.getStart()).line}: move that line above what asks for it`;
  }
  return undefined;
}

function mayBeUnready(root: SourceFile, name: string, start: number): boolean {
  if (GIVEN.has(name) || namesOf(root, name).length === 0) return false;
  return declarationsOf(root, name).length === 0 || variablesOf(root, name).some((one) => one.getStart() > start);
}

/** What may be a name in a piece of code: keys of objects, members and what stands in texts are none. */
function namesIn(text: string): readonly string[] {
  const code = text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, "''");
  return [...code.matchAll(/(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*(?![\w$]|\s*:)/g)].map(([name]) => name);
}

/** Does code that runs with a variable's own line, and above it, ask for the variable? */
function isAskedEarly(root: SourceFile, name: string): boolean {
  const declared = new Set(declarationsOf(root, name));
  const uses = namesOf(root, name).filter((one) => !declared.has(one));
  return variablesOf(root, name).some((one) => uses.some((use) => use.getStart() < one.getStart() && runsWith(use) === runsWith(one)));
}

/** Where variables and classes of a name are declared: they have no value until their line is run. */
function variablesOf(root: SourceFile, name: string): readonly Node[] {
  return declarationsOf(root, name).filter((one) => Node.isClassDeclaration(one.getParent()) || one.getFirstAncestor(Node.isVariableDeclaration)?.getNameNode().containsRange(one.getStart(), one.getEnd()) === true);
}

function declarationsOf(root: SourceFile, name: string): readonly Node[] {
  return namesOf(root, name).filter((one) => {
    const parent = one.getParent();
    const isImported = Node.isImportSpecifier(parent) || Node.isImportClause(parent) || Node.isNamespaceImport(parent) || (Node.isImportEqualsDeclaration(parent) && parent.getNameNode() === one);
    return isImported || declares(one);
  });
}

/** The function that a node runs with; undefined: the file. */
function runsWith(node: Node): Node | undefined {
  return node.getFirstAncestor((one) => Node.isFunctionLikeDeclaration(one) || Node.isFunctionExpression(one) || Node.isArrowFunction(one) || (Node.isPropertyDeclaration(one) && !one.isStatic()));
}
