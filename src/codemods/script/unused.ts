import { Node, type ImportDeclaration, type Statement } from 'ts-morph';
import { namesOf } from './nodes.js';
import type { Script } from './script.js';

/**
 * Removes what only removed text has spoken of: imports, variables and functions at the top of the file, with what only
 * they have spoken of. What is exported stays.
 * @param removed nodes that are gone already, or are replaced
 * @param written new texts of the file: what they name stays
 */
export function removeUnused(script: Script, removed: readonly Node[], written: readonly string[] = []): void {
  const gone: Node[] = [...removed];
  const isUsed = (name: string, own: Node): boolean => written.some((text) => new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text)) || namesOf(script.root, name).some((node) => node !== own && !gone.some((one) => one.containsRange(node.getStart(), node.getEnd())));
  const wasUsed = (name: string): boolean => gone.some((one) => namesOf(one, name).length > 0 || one.getText() === name);
  for (let again = true; again; ) {
    again = false;
    for (const statement of script.root.getStatements()) {
      if (gone.includes(statement)) continue;
      if (Node.isImportDeclaration(statement)) {
        const dropped = unusedImports(statement, (name, own) => wasUsed(name) && !isUsed(name, own) && !gone.includes(own));
        if (dropped.length > 0) removeImports(script, statement, dropped, gone);
        gone.push(...dropped);
        again ||= dropped.length > 0;
        continue;
      }
      const name = declaredBy(statement);
      if (name === undefined || !wasUsed(name.getText()) || isUsed(name.getText(), name)) continue;
      script.removeStatements(statement);
      gone.push(statement);
      again = true;
    }
  }
}

/** The one name that a statement declares, and that nothing outside of the file can see. */
function declaredBy(statement: Statement): Node | undefined {
  if (Node.isImportEqualsDeclaration(statement)) return statement.getNameNode();
  // Whether it is exported by name shows in its uses. `isExported()` would ask the checker, and that reads whole programs.
  if (Node.isExportable(statement) && statement.hasExportKeyword()) return undefined;
  if (Node.isFunctionDeclaration(statement)) return statement.getNameNode();
  if (!Node.isVariableStatement(statement)) return undefined;
  const [declaration, ...others] = statement.getDeclarations();
  const name = declaration?.getNameNode();
  return others.length === 0 && Node.isIdentifier(name) ? name : undefined;
}

/** Names of an import that nothing needs: nodes of identifiers. */
function unusedImports(statement: ImportDeclaration, isUnused: (name: string, own: Node) => boolean): readonly Node[] {
  const names = [statement.getDefaultImport(), statement.getNamespaceImport(), ...statement.getNamedImports().map((one) => one.getAliasNode() ?? one.getNameNode())];
  return names.flatMap((name) => (name !== undefined && isUnused(name.getText(), name) ? [name] : []));
}

function removeImports(script: Script, statement: ImportDeclaration, dropped: readonly Node[], gone: readonly Node[]): void {
  const isLeft = (node: Node | undefined): node is Node => node !== undefined && !dropped.includes(node) && !gone.includes(node);
  const specifiers = statement.getNamedImports();
  const named = specifiers.filter((one) => isLeft(one.getAliasNode() ?? one.getNameNode()));
  const main = [statement.getDefaultImport(), statement.getNamespaceImport()].find(isLeft);
  if (named.length === 0 && main === undefined) {
    script.removeStatements(statement);
    return;
  }
  const clause = statement.getImportClauseOrThrow();
  const [open, close] = /\{\s/.test(clause.getText()) || specifiers.length === 0 ? ['{ ', ' }'] : ['{', '}'];
  const isType = statement.isTypeOnly() ? 'type ' : '';
  const whole = main === undefined ? '' : main === statement.getNamespaceImport() ? `* as ${main.getText()}` : main.getText();
  const list = named.length === 0 ? '' : `${open}${named.map((one) => one.getText()).join(', ')}${close}`;
  script.replace(clause, `${isType}${[whole, list].filter((part) => part !== '').join(', ')}`);
}
