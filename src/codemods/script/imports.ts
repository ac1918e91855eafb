import { Node, type SourceFile, type Statement } from 'ts-morph';
import { descendants } from './nodes.js';
import { quoted } from './print.js';
import { withCommentsAbove, type Style } from './style.js';

/** What a file is to import. */
export interface Wanted {
  /** Name of the module: `cors`, `hono/cors`. */
  readonly from: string;
  /** Name of what it exports; absent: the module itself, its default export. */
  readonly member?: string;
  /** Names to have it under, the one that is liked best first; one that nothing else has is taken. */
  readonly names: readonly string[];
  /** A module that the file imports already, in the same way and at the place next to which this one is imported. */
  readonly like: string;
}

export interface Bound {
  readonly name: string;
  /** What has to be inserted for it, if it is not there: an offset into the text of the tree. */
  readonly edit?: { readonly offset: number; readonly text: string };
}

type Way = 'import' | 'import-all' | 'import-require' | 'require';

/** The name of an import, and what has to be written for it. */
export function importOf(root: SourceFile, wanted: Wanted, style: Style, path: string): Bound {
  const known = boundTo(root, wanted);
  if (known !== undefined) return { name: known };
  const name = wanted.names.find((one) => descendants(root, Node.isIdentifier).every((node) => node.getText() !== one)) ?? `${wanted.names[0]}Package`;
  const beside = importing(root, wanted.like);
  const way = beside === undefined ? wayOf(root, path) : wayIn(beside);
  const end = style.semicolons ? ';' : '';
  const quote = /['"](?=[^'"]*['"][^'"]*$)/.exec(beside?.getText() ?? '')?.[0] === '"' ? '"' : beside === undefined ? style.quote : "'";
  const text = spelled(name, wanted, way, keywordIn(beside ?? root), { ...style, quote }) + end;
  const after = beside ?? root.getStatements().findLast((statement) => Node.isImportDeclaration(statement) || importsOf(statement).length > 0);
  if (after !== undefined) return { name, edit: { offset: endOfLine(root, after.getEnd()), text: `${style.newline}${text}` } };
  const first = root.getStatements().find((statement) => !isDirective(statement));
  const offset = first === undefined ? root.getEnd() : withCommentsAbove(first);
  return { name, edit: { offset, text: `${text}${style.newline}${style.newline}` } };
}

function spelled(name: string, { from, member }: Wanted, way: Way, keyword: string, style: Style): string {
  const module = quoted(from, style);
  const [open, close] = style.spacedBraces ? ['{ ', ' }'] : ['{', '}'];
  if (member !== undefined) {
    const named = (as: string): string => `${open}${member === name ? name : `${member}${as}${name}`}${close}`;
    return way === 'require' ? `${keyword} ${named(': ')} = require(${module})` : `import ${named(' as ')} from ${module}`;
  }
  switch (way) {
    case 'require':
      return `${keyword} ${name} = require(${module})`;
    case 'import-require':
      return `import ${name} = require(${module})`;
    case 'import-all':
      return `import * as ${name} from ${module}`;
    case 'import':
      return `import ${name} from ${module}`;
  }
}

/** The name that the file has for it already. */
function boundTo(root: SourceFile, { from, member }: Wanted): string | undefined {
  for (const declaration of root.getImportDeclarations()) {
    if (declaration.isTypeOnly() || declaration.getModuleSpecifierValue() !== from) continue;
    const named = declaration.getNamedImports().find((one) => one.getName() === (member ?? 'default'));
    const name = named?.getAliasNode()?.getText() ?? named?.getName() ?? (member === undefined ? (declaration.getDefaultImport() ?? declaration.getNamespaceImport())?.getText() : undefined);
    if (name !== undefined) return name;
  }
  const statement = importing(root, from);
  if (Node.isImportEqualsDeclaration(statement)) return member === undefined ? statement.getName() : undefined;
  if (!Node.isVariableStatement(statement)) return undefined;
  const name = statement.getDeclarations().find((declaration) => requiredBy(declaration.getInitializer()) === from)?.getNameNode();
  if (Node.isIdentifier(name)) return member === undefined ? name.getText() : undefined;
  const element = Node.isObjectBindingPattern(name) ? name.getElements().find((one) => (one.getPropertyNameNode() ?? one.getNameNode()).getText() === (member ?? 'default')) : undefined;
  return element?.getName();
}

/** The statement at the top of a file that imports a module. */
export function importing(root: SourceFile, module: string): Statement | undefined {
  return root.getStatements().find((statement) => importsOf(statement).includes(module));
}

/** Names of the modules that a statement at the top of a file imports. */
export function importsOf(statement: Statement): readonly string[] {
  if (Node.isImportDeclaration(statement)) return statement.isTypeOnly() ? [] : [statement.getModuleSpecifierValue()];
  if (Node.isImportEqualsDeclaration(statement)) {
    const reference = statement.getModuleReference();
    const module = Node.isExternalModuleReference(reference) ? reference.getExpression() : undefined;
    return Node.isStringLiteral(module) ? [module.getLiteralValue()] : [];
  }
  if (!Node.isVariableStatement(statement)) return [];
  return statement.getDeclarations().flatMap((declaration) => requiredBy(declaration.getInitializer()) ?? []);
}

/** `require('x')`, `require('x')(…)`, `require('x').y`: the `x`. */
export function requiredBy(node: Node | undefined): string | undefined {
  if (!Node.isCallExpression(node)) return Node.isPropertyAccessExpression(node) ? requiredBy(node.getExpression()) : undefined;
  const [argument] = node.getArguments();
  if (node.getExpression().getText() === 'require') return Node.isStringLiteral(argument) || Node.isNoSubstitutionTemplateLiteral(argument) ? argument.getLiteralValue() : undefined;
  return requiredBy(node.getExpression());
}

function wayIn(statement: Statement): Way {
  if (Node.isImportEqualsDeclaration(statement)) return 'import-require';
  if (Node.isImportDeclaration(statement)) return statement.getNamespaceImport() === undefined ? 'import' : 'import-all';
  return 'require';
}

/** How the file imports, or is to: what Node takes for a module by its ending, and a module of TypeScript. */
function wayOf(root: SourceFile, path: string): Way {
  const last = lastImport(root);
  if (last !== undefined) return Node.isVariableStatement(last) ? 'require' : wayIn(last) === 'import-require' ? 'import-require' : 'import';
  if (/\.(?:cjs|cts)$/.test(path)) return 'require';
  const exports = root.getStatements().some((statement) => Node.isExportAssignment(statement) || Node.isExportDeclaration(statement) || (Node.isExportable(statement) && statement.hasExportKeyword()));
  return exports || /\.(?:mjs|[cm]?tsx?)$/.test(path) ? 'import' : 'require';
}

/** The last of the imports at the top. */
function lastImport(root: SourceFile): Statement | undefined {
  return root.getStatements().findLast((statement) => importsOf(statement).length > 0);
}

/** `const`, `let` or `var`, as a statement (or the first that requires something) has it. */
function keywordIn(node: Statement | SourceFile): string {
  const statement = Node.isSourceFile(node) ? lastImport(node) ?? node.getStatements().find(Node.isVariableStatement) : node;
  return Node.isVariableStatement(statement) ? statement.getDeclarationKind() : 'const';
}

export function isDirective(statement: Statement): boolean {
  return Node.isExpressionStatement(statement) && Node.isStringLiteral(statement.getExpression());
}

/** Where the line ends on which something ends, a comment behind it included. */
function endOfLine(root: SourceFile, offset: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*)?(?=\r?\n|$)/.exec(root.getFullText().slice(offset));
  return offset + (rest?.[0].length ?? 0);
}
