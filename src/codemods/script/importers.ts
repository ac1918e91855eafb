import { Node } from 'ts-morph';
import { resolveImport } from '../../syntax/estree/index.js';
import { below, folderOf, type Files } from '../../text/files.js';
import { importsOf, requiredBy } from './imports.js';
import { descendants, namesOf } from './nodes.js';
import { Script } from './script.js';

/** A file that imports what another one exports. */
export interface Importer {
  readonly script: Script;
  /** Expressions that stand for it: a name, `hooks.allowCors`, `require('./cors')`. */
  readonly uses: readonly Node[];
  /** Identifiers that another name of the export, or of what the file calls it, changes; absent where it has two names, or none. */
  readonly names?: readonly Node[];
}

const SCRIPTS = /(?<!\.d)\.[cm]?[jt]sx?$/;

/** Under which name a file exports what a function, a class or an expression of it is: `default` for the module itself; undefined where it does not. */
export function exportedAs(script: Script, node: Node): string | undefined {
  const parent = node.getParent();
  if (Node.isExportAssignment(parent)) return 'default';
  if (Node.isBinaryExpression(parent) && parent.getRight() === node) return exportedBy(parent.getLeft().getText());
  const statement = Node.isVariableDeclaration(parent) ? parent.getVariableStatement() : node;
  const name = Node.isVariableDeclaration(parent) ? parent.getName() : Node.isFunctionDeclaration(node) || Node.isClassDeclaration(node) ? node.getName() : undefined;
  if (Node.isExportable(statement) && statement.hasExportKeyword()) return statement.hasDefaultKeyword() ? 'default' : name;
  return name === undefined ? undefined : namesOf(script.root, name).map((one) => exportOf(one)).find((one) => one !== undefined);
}

/** `module.exports`, `exports.cors` on the left of an assignment. */
function exportedBy(left: string): string | undefined {
  return left === 'module.exports' ? 'default' : /^(?:module\.)?exports\.(\w+)$/.exec(left)?.[1];
}

/** `export { cors }`, `export default cors`, `module.exports = { cors }`, `exports.cors = cors` at a name. */
function exportOf(name: Node): string | undefined {
  const parent = name.getParent();
  if (Node.isExportSpecifier(parent)) return parent.getAliasNode()?.getText() ?? name.getText();
  if (Node.isExportAssignment(parent)) return 'default';
  if (Node.isBinaryExpression(parent) && parent.getRight() === name) return exportedBy(parent.getLeft().getText());
  const record = Node.isShorthandPropertyAssignment(parent) || (Node.isPropertyAssignment(parent) && parent.getInitializer() === name) ? parent.getParent() : undefined;
  const assignment = record?.getParent();
  if (!Node.isBinaryExpression(assignment) || assignment.getLeft().getText() !== 'module.exports') return undefined;
  return Node.isShorthandPropertyAssignment(parent) || Node.isPropertyAssignment(parent) ? parent.getName() : undefined;
}

/** Files of the same package whose text names a module, whatever for; opened scripts are shared. */
export function importersOf(files: Files, path: string, name: string, opened: Map<string, Script>): readonly Importer[] {
  const stem = /([^/]+?)(?:\/index)?\.[cm]?[jt]sx?$/.exec(path)?.[1] ?? path;
  return [...below(files, packageOf(files, path), SCRIPTS)].flatMap((other): readonly Importer[] => {
    const text = other === path ? undefined : files.read(other);
    if (text?.includes(stem) !== true) return [];
    const script = opened.get(other) ?? Script.open(other, text);
    const importer = importedIn(script, (specifier) => resolveImport(files, other, specifier) === path, name);
    if (importer === undefined) return [];
    opened.set(other, script);
    return [importer];
  });
}

/** The folder of the nearest `package.json`. */
export function packageOf(files: Files, path: string): string {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) if (folder === '' || files.exists(`${folder}/package.json`)) return folder;
}

function importedIn(script: Script, isIt: (specifier: string) => boolean, name: string): Importer | undefined {
  const found: { uses: readonly Node[]; names?: readonly Node[] }[] = [];
  const bound = (identifier: Node, isWhole: boolean, also: readonly Node[] | undefined): void => {
    const others = namesOf(script.root, identifier.getText()).filter((one) => one !== identifier && !also?.includes(one));
    if (isWhole) found.push(...members(others, name));
    else found.push({ uses: others, ...(also === undefined ? {} : { names: [identifier, ...also, ...others] }) });
  };
  for (const statement of script.root.getStatements()) {
    if (!importsOf(statement).some(isIt)) continue;
    if (Node.isImportDeclaration(statement)) {
      const [main, all] = [statement.getDefaultImport(), statement.getNamespaceImport()];
      if (main !== undefined && name === 'default') bound(main, false, []);
      if (all !== undefined) bound(all, name !== 'default', undefined);
      const named = statement.getNamedImports().find((one) => one.getName() === name);
      const alias = named?.getAliasNode();
      if (named !== undefined) bound(alias ?? named.getNameNode(), false, alias === undefined ? [] : undefined);
    } else if (Node.isImportEqualsDeclaration(statement)) bound(statement.getNameNode(), name !== 'default', []);
    else if (Node.isVariableStatement(statement)) {
      for (const declaration of statement.getDeclarations().filter((one) => isIt(requiredBy(one.getInitializer()) ?? '') && Node.isCallExpression(one.getInitializer()))) {
        const binding = declaration.getNameNode();
        if (Node.isIdentifier(binding)) bound(binding, name !== 'default', []);
        const element = Node.isObjectBindingPattern(binding) ? binding.getElements().find((one) => (one.getPropertyNameNode() ?? one.getNameNode()).getText() === name) : undefined;
        if (element !== undefined) bound(element.getNameNode(), false, element.getPropertyNameNode() === undefined ? [] : undefined);
      }
    }
  }
  // `app.use(require('./cors'))`
  const inline = descendants(script.root, Node.isCallExpression).filter((call) => call.getExpression().getText() === 'require' && isIt(requiredBy(call) ?? '') && !Node.isVariableDeclaration(call.getParent()));
  if (inline.length > 0) found.push(...(name === 'default' ? [{ uses: inline }] : members(inline, name)));
  const uses = found.flatMap((one) => one.uses);
  const [first] = found;
  return first === undefined ? undefined : { script, uses, ...(found.length === 1 && first.names !== undefined ? { names: first.names } : {}) };
}

/** `hooks.allowCors` where `hooks` stands for the module; anything else that is done with it may reach the export too. */
function members(wholes: readonly Node[], name: string): readonly { uses: readonly Node[] }[] {
  const uses = wholes.flatMap((one) => {
    const parent = one.getParent();
    if (!Node.isPropertyAccessExpression(parent) || parent.getExpression() !== one) return [one];
    return parent.getName() === name ? [parent] : [];
  });
  return uses.length === 0 ? [] : [{ uses }];
}
