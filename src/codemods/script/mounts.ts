import { Node, SyntaxKind, VariableDeclarationKind, type CallExpression, type MethodDeclaration, type Statement } from 'ts-morph';
import type { FunctionNode } from './handler.js';
import { descendants, namesOf } from './nodes.js';
import { statementOf, type Script } from './script.js';

/** Where a handler is given to an application or a router: `app.use('/api', handler)`. */
export interface Mount {
  readonly call: CallExpression;
  /** The handler, or the name that stands for it, among the arguments. */
  readonly argument: Node;
  readonly statement: Statement;
  /** `app` and `use` of `app.use(…)`. */
  readonly receiver: string;
  readonly method: string;
}

/** The places in a handler's own file that mount it. */
export function mountsOf(script: Script, node: FunctionNode): readonly Mount[] {
  return [node, ...referencesTo(script, node)].flatMap((argument) => mountAt(argument) ?? []);
}

/** The call that is given an expression: `app.use('/api', handler)` */
export function mountAt(argument: Node): Mount | undefined {
  const call = argument.getParent();
  const statement = statementOf(argument);
  if (!Node.isCallExpression(call) || statement === undefined || !call.getArguments().includes(argument)) return undefined;
  const callee = call.getExpression();
  return Node.isPropertyAccessExpression(callee) ? { call, argument, statement, receiver: callee.getExpression().getText(), method: callee.getName() } : undefined;
}

/** Where code of its file calls a function by its name, as one that helps: its name, and the first of these calls. */
export function calledIn(script: Script, node: FunctionNode): { readonly name: string; readonly call: Node } | undefined {
  const called = referencesTo(script, node).find((one) => Node.isCallExpression(one.getParent()) && one.getParentIfKind(SyntaxKind.CallExpression)?.getExpression() === one);
  return called === undefined ? undefined : { name: called.getText(), call: called };
}

/** Does the code around a mount wait for what it registers, or for the application to listen? */
export function isAwaitedAt(script: Script, { receiver, call }: Mount): boolean {
  const own = new RegExp(`^await ${receiver}\\.(?:register|listen)\\(`);
  return descendants(script.root, Node.isAwaitExpression).some((one) => own.test(one.getText()) && one.getFirstAncestorByKind(SyntaxKind.Block) === call.getFirstAncestorByKind(SyntaxKind.Block));
}

/** The places that speak of a function by the name that it has in its file. */
export function referencesTo(script: Script, node: Node): readonly Node[] {
  const parent = node.getParent();
  const name = Node.isFunctionDeclaration(node) || Node.isClassDeclaration(node) ? node.getNameNode() : Node.isVariableDeclaration(parent) ? parent.getNameNode() : undefined;
  return name === undefined ? [] : namesOf(script.root, name.getText()).filter((one) => one !== name && !node.containsRange(one.getStart(), one.getEnd()));
}

/**
 * Puts an expression in the place of a whole function, however it is handed on.
 * @param textFor the expression, for a place with this indentation and so many characters in front of it
 * @param as another name for what has one
 * @returns what is gone, or why there is no place for an expression
 */
export function replaceWhole(script: Script, node: FunctionNode, textFor: (indent: string, before: number) => string, as?: string): readonly Node[] | string {
  if (Node.isMethodDeclaration(node)) return isOfNest(node) ? 'it is middleware of Nest, for which there is nest-headers-to-cors' : 'it is a method of a class, and a class cannot be told to be a function';
  if (as !== undefined) rename(script, node, as);
  if (!Node.isFunctionDeclaration(node)) {
    script.replace(node, textFor(script.indentOf(node), script.before(node)));
    return [node];
  }
  const end = script.style.semicolons ? ';' : '';
  const indent = script.indentOf(node);
  if (node.hasDefaultKeyword()) {
    if (node.getName() !== undefined && referencesTo(script, node).length > 0) return 'it is exported, and asked for by its name too';
    script.replace(node, `export default ${textFor(indent, 'export default '.length)}${end}`);
    return [node];
  }
  const name = as ?? node.getName();
  if (name === undefined) return 'it has no name';
  const start = `${node.hasExportKeyword() ? 'export ' : ''}${keywordOf(script)} ${name} = `;
  const text = `${start}${textFor(indent, start.length)}${end}`;
  const references = referencesTo(script, node);
  const [first] = [...references].sort((a, b) => a.getStart() - b.getStart());
  // A function is there before its line is run, a variable is not.
  if (first === undefined || first.getStart() > node.getEnd()) {
    script.replace(node, text);
    return [node];
  }
  const only = references.length === 1 && !node.hasExportKeyword() ? first.getParent() : undefined;
  if (Node.isCallExpression(only) && first !== only.getExpression()) {
    script.replace(first, textFor(script.indentOf(first), script.before(first)));
    script.removeStatements(node);
    return [node];
  }
  const statement = statementOf(first);
  if (statement?.getParent() !== node.getParent() || statement === undefined) return 'it is used above the line in which it is declared';
  script.insertStatementBefore(statement, text);
  script.removeStatements(node);
  return [node];
}

/** Gives a function that becomes a value of another kind another name where it stands; it loses the type that it was declared to have. */
function rename(script: Script, node: FunctionNode, as: string): void {
  const parent = node.getParent();
  const left = Node.isBinaryExpression(parent) ? parent.getLeft() : undefined;
  if (Node.isPropertyAccessExpression(left) && left.getText() !== 'module.exports') script.replace(left.getNameNode(), as);
  if (Node.isVariableDeclaration(parent)) script.replaceBetween(parent.getNameNode(), parent.getTypeNode() ?? parent.getNameNode(), as);
  for (const one of referencesTo(script, node)) script.replace(one, as);
}

export function keywordOf(script: Script): string {
  const statements = descendants(script.root, Node.isVariableStatement);
  return statements.length > 0 && statements.every((one) => one.getDeclarationKind() === VariableDeclarationKind.Var) ? 'var' : 'const';
}

/** https://docs.nestjs.com/middleware */
function isOfNest(node: MethodDeclaration): boolean {
  const owner = node.getParent();
  return Node.isClassDeclaration(owner) && owner.getImplements().some((one) => one.getText() === 'NestMiddleware');
}
