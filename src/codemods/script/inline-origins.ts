import { Node, SyntaxKind, type ArrayLiteralExpression, type BinaryExpression, type Expression, type SwitchStatement, type VariableDeclaration } from 'ts-morph';
import { declares, descendants, namesOf } from './nodes.js';
import type { Script } from './script.js';

/** A place that lists origins in the middle of code. */
export interface InlineOrigins {
  readonly node: Node;
  /** The expressions of the list, in the author's order. */
  readonly items: readonly Node[];
  /** The list as it is written, where it is one already. */
  readonly list?: Node;
  /** Writes that the list has this name now. */
  rename(name: string): void;
}

/** A list that has a name already: `const allowed = ['https://a.example'];` at the top of a file. */
export interface NamedOrigins {
  readonly list: ArrayLiteralExpression;
  readonly declaration: VariableDeclaration;
}

export type OriginsSite = { readonly kind: 'inline'; readonly site: InlineOrigins } | { readonly kind: 'named'; readonly named: NamedOrigins } | { readonly kind: 'kept' } | { readonly kind: 'none'; readonly why: string };

/**
 * What lists the origin that is written at a node.
 * @param takesList may the option `origin` be a list there?
 */
export function siteOf(script: Script, node: Node, takesList: boolean): OriginsSite {
  const parent = node.getParent();
  const list = listAround(node);
  if (list !== undefined) return siteOfList(script, list);
  if (isOption(parent)) return takesList ? inline({ node, items: [node], rename: (name) => script.replace(node, name) }) : none('the package takes one origin here, and no list');
  if (isFallback(parent)) return { kind: 'kept' };
  if (Node.isBinaryExpression(parent)) return siteOfComparison(script, parent, node);
  if (Node.isCaseClause(parent)) return siteOfSwitch(script, parent.getParentOrThrow().getParentIfKindOrThrow(SyntaxKind.SwitchStatement));
  if (Node.isVariableDeclaration(parent) && Node.isSourceFile(parent.getVariableStatement()?.getParent())) return { kind: 'kept' };
  if (Node.isRegularExpressionLiteral(node)) return none('a pattern decides, and no list');
  return none('it is one origin, and stands in no list');
}

const inline = (site: InlineOrigins): OriginsSite => ({ kind: 'inline', site });
const none = (why: string): OriginsSite => ({ kind: 'none', why });

/** The outermost list that an item is of: its own, or the one that this is spread into; with what chooses between lists and what drops empty items. */
function listAround(node: Node): Expression | undefined {
  let list: Expression | undefined;
  for (let one: Node | undefined = node; one !== undefined; one = one.getParent()) {
    const parent: Node | undefined = one.getParent();
    if (Node.isArrayLiteralExpression(one)) list = one;
    else if (list !== undefined && ((Node.isConditionalExpression(one) && isListed(one.getWhenTrue()) && isListed(one.getWhenFalse())) || isFiltered(one))) list = one as Expression;
    const goesOn = Node.isArrayLiteralExpression(parent) || Node.isSpreadElement(parent) || Node.isParenthesizedExpression(parent) || (Node.isConditionalExpression(parent) && parent.getCondition() !== one) || isFallback(parent) || isFilter(parent) || (Node.isCallExpression(parent) && isFilter(one));
    if (!goesOn) return list;
  }
  return list;
}

function isListed(node: Node): boolean {
  return Node.isArrayLiteralExpression(node) || (Node.isParenthesizedExpression(node) && isListed(node.getExpression())) || (Node.isConditionalExpression(node) && isListed(node.getWhenTrue()) && isListed(node.getWhenFalse()));
}

/** `process.env.CLIENT_URL || 'http://localhost:3000'` */
function isFallback(node: Node | undefined): boolean {
  return Node.isBinaryExpression(node) && /^(?:\|\||\?\?)$/.test(operatorOf(node));
}

/** `[…].filter` */
function isFilter(node: Node | undefined): boolean {
  return Node.isPropertyAccessExpression(node) && node.getName() === 'filter' && isListed(node.getExpression());
}

/** `[…].filter(Boolean)` */
function isFiltered(node: Node): boolean {
  return Node.isCallExpression(node) && isFilter(node.getExpression());
}

/** `origin: …` of options. */
function isOption(node: Node | undefined): boolean {
  return Node.isPropertyAssignment(node) && /^['"]?origin['"]?$/.test(node.getNameNode().getText());
}

function siteOfList(script: Script, list: Expression): OriginsSite {
  const parent = list.getParent();
  const items = Node.isArrayLiteralExpression(list) ? list.getElements() : [list];
  const site: InlineOrigins = { node: list, items, list, rename: (name) => script.replace(list, name) };
  if (isOption(parent)) return inline(site);
  if (Node.isPropertyAccessExpression(parent) && /^(?:includes|indexOf|some|find|findIndex|every|filter)$/.test(parent.getName())) return inline(site);
  if (Node.isAsExpression(parent) || Node.isSatisfiesExpression(parent)) return isAtTop(parent) ? { kind: 'kept' } : none('its type is stated with it');
  if (Node.isVariableDeclaration(parent)) return siteOfVariable(script, parent, site);
  return { kind: 'kept' };
}

function isAtTop(node: Node): boolean {
  return node.getAncestors().every((one) => !Node.isBlock(one) && !Node.isArrowFunction(one));
}

/** A list of a function's own becomes one of the file's; one of the file's has its name already. */
function siteOfVariable(script: Script, declaration: VariableDeclaration, site: InlineOrigins): OriginsSite {
  const statement = declaration.getVariableStatement();
  const { list } = site;
  if (statement === undefined) return { kind: 'kept' };
  if (Node.isSourceFile(statement.getParent())) return Node.isArrayLiteralExpression(list) ? { kind: 'named', named: { list, declaration } } : { kind: 'kept' };
  const name = declaration.getNameNode();
  const block = statement.getParent();
  const uses = block === undefined ? [] : namesOf(block, name.getText()).filter((one) => one !== name);
  const isChanged = uses.some((one) => isWritten(one));
  if (isChanged) return none('the list is changed while requests are answered');
  const isAlone = statement.getDeclarations().length === 1 && declaration.getTypeNode() === undefined && !uses.some(declares);
  if (!isAlone) return inline(site);
  return inline({
    ...site,
    rename: (wanted) => {
      script.removeStatements(statement);
      for (const use of uses) script.replace(use, Node.isShorthandPropertyAssignment(use.getParent()) ? `${use.getText()}: ${wanted}` : wanted);
    },
  });
}

/** Is a list changed at one of its uses? */
function isWritten(use: Node): boolean {
  const parent = use.getParent();
  if (Node.isPropertyAccessExpression(parent)) return /^(?:push|unshift|splice|pop|shift|sort|reverse|fill|copyWithin)$/.test(parent.getName());
  return Node.isBinaryExpression(parent) && parent.getOperatorToken().getText() === '=' && parent.getLeft() === use;
}

/** `origin === 'https://a.example' || origin === 'https://b.example'`, and its opposite with `!==` and `&&`. */
function siteOfComparison(script: Script, comparison: BinaryExpression, node: Node): OriginsSite {
  const operator = operatorOf(comparison);
  if (!/^[=!]==?$/.test(operator)) return none('it is one origin, and stands in no list');
  const isNegated = operator.startsWith('!');
  const joining = isNegated ? '&&' : '||';
  const asked = otherSide(comparison, node).getText();
  let chain: BinaryExpression = comparison;
  for (let parent = chain.getParent(); Node.isBinaryExpression(parent) && operatorOf(parent) === joining; parent = chain.getParent()) chain = parent;
  const parts = operandsOf(chain, joining);
  const compared = parts.map((part) => comparedIn(part, operator, asked));
  const items = compared.filter((one) => one !== undefined);
  // `!origin || origin === '…'`: what stands before them stays.
  const first = compared.findIndex((one) => one !== undefined);
  if (compared.slice(first).some((one) => one === undefined)) return none(`line ${script.lineOf(chain)} asks for something else among its origins`);
  const singles = items.length === 1 && comparisonsIn(comparison, asked) > 1;
  if (singles) return none('origins are compared one by one, each for something of its own');
  const start = parts[first]!;
  const test = (name: string): string => `${isNegated ? '!' : ''}${name}.includes(${asked})`;
  const isNarrowed = !script.isTypeScript || parts.slice(0, first).some((part) => part.getText() === `!${asked}`) || isPresentAt(chain, asked);
  const text = (name: string): string => (isNarrowed ? test(name) : isNegated ? `(${asked} === undefined || ${test(name)})` : `(${asked} !== undefined && ${test(name)})`);
  const whole = first === 0 && Node.isParenthesizedExpression(chain.getParent()) ? chain.getParentOrThrow() : chain;
  if (first === 0) return inline({ node: whole, items, rename: (name) => script.replace(whole, unwrapped(text(name), whole)) });
  return inline({ node: chain, items, rename: (name) => script.replaceBetween(start, chain, text(name)) });
}

/** Parentheses are not wanted where others stand already. */
function unwrapped(text: string, node: Node): string {
  return text.startsWith('(') && (Node.isIfStatement(node.getParent()) || Node.isReturnStatement(node.getParent())) ? text.slice(1, -1) : text;
}

/** `origin && (…)`: the code asked before whether there is one. */
function isPresentAt(node: Node, asked: string): boolean {
  return node.getAncestors().some((one) => Node.isBinaryExpression(one) && operatorOf(one) === '&&' && operandsOf(one, '&&').some((part) => part.getText() === asked));
}

function operatorOf(node: BinaryExpression): string {
  return node.getOperatorToken().getText();
}

function operandsOf(node: Node, joining: string): readonly Node[] {
  return Node.isBinaryExpression(node) && operatorOf(node) === joining ? [...operandsOf(node.getLeft(), joining), ...operandsOf(node.getRight(), joining)] : [node];
}

/** The text that a comparison compares what is asked with. */
function comparedIn(node: Node, operator: string, asked: string): Node | undefined {
  if (!Node.isBinaryExpression(node) || operatorOf(node).slice(0, 2) !== operator.slice(0, 2)) return undefined;
  const [left, right] = [node.getLeft(), node.getRight()];
  return left.getText() === asked && isText(right) ? right : right.getText() === asked && isText(left) ? left : undefined;
}

function isText(node: Node): boolean {
  return Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node);
}

function otherSide(comparison: BinaryExpression, node: Node): Node {
  return comparison.getLeft() === node ? comparison.getRight() : comparison.getLeft();
}

/** How many tests of its function compare the same with a text. */
function comparisonsIn(comparison: Node, asked: string): number {
  const around = comparison.getFirstAncestor((one) => Node.isArrowFunction(one) || Node.isFunctionExpression(one) || Node.isFunctionDeclaration(one) || Node.isMethodDeclaration(one));
  const all = around === undefined ? [] : descendants(around, Node.isBinaryExpression);
  return all.filter((one) => /^[=!]==?$/.test(operatorOf(one)) && [one.getLeft(), one.getRight()].some((side) => side.getText() === asked) && [one.getLeft(), one.getRight()].some(isText)).length;
}

/** `switch (origin) { case 'https://a.example': case 'https://b.example': …; break; default: … }` becomes an `if`. */
function siteOfSwitch(script: Script, node: SwitchStatement): OriginsSite {
  const clauses = node.getClauses();
  const cases = clauses.filter(Node.isCaseClause);
  const rest = clauses.find(Node.isDefaultClause);
  const asked = node.getExpression().getText();
  const [last] = cases.slice(-1);
  const isOneList = last !== undefined && cases.every((one) => isText(one.getExpression()) && (one === last || one.getStatements().length === 0)) && (rest === undefined || clauses.at(-1) === rest);
  if (!isOneList) return none(`the cases of line ${script.lineOf(node)} do several things, so that they are no one list`);
  const [then, otherwise] = [bodyOf(last), rest === undefined ? [] : bodyOf(rest)];
  // Without an end the first one goes on with the second.
  const falls = rest !== undefined && rest.getStatements().length > 0 && !endsIn(last);
  if (falls || then === undefined || otherwise === undefined) return none(`the cases of line ${script.lineOf(node)} fall through`);
  const items = cases.map((one) => one.getExpression());
  return inline({
    node,
    items,
    rename: (name) => {
      const test = script.isTypeScript && !isPresentAt(node, asked) ? `${asked} !== undefined && ${name}.includes(${asked})` : `${name}.includes(${asked})`;
      const { newline, indent } = script.style;
      const outer = script.indentOf(node);
      const block = (statements: readonly Node[]): string => statements.map((one) => `${outer}${indent}${reindented(script, one, outer + indent)}${newline}`).join('');
      const tail = otherwise.length === 0 ? '' : ` else {${newline}${block(otherwise)}${outer}}`;
      script.replace(node, `if (${test}) {${newline}${block(then)}${outer}}${tail}`);
    },
  });
}

/** Statements of a clause without the `break` at their end; undefined where another one stands among them. */
function bodyOf(clause: Node): readonly Node[] | undefined {
  if (!Node.isCaseClause(clause) && !Node.isDefaultClause(clause)) return undefined;
  const own = clause.getStatements();
  const [block] = own;
  const statements = own.length === 1 && Node.isBlock(block) ? block.getStatements() : own;
  const kept = Node.isBreakStatement(statements.at(-1)) ? statements.slice(0, -1) : statements;
  return kept.some((one) => Node.isBreakStatement(one) || descendants(one, Node.isBreakStatement).length > 0) ? undefined : kept;
}

function endsIn(clause: Node): boolean {
  const statements = Node.isCaseClause(clause) ? clause.getStatements() : [];
  const [block] = statements;
  const last = statements.length === 1 && Node.isBlock(block) ? block.getStatements().at(-1) : statements.at(-1);
  return Node.isBreakStatement(last) || Node.isReturnStatement(last) || Node.isThrowStatement(last);
}

/** A statement with its comments, its lines indented for another place. */
function reindented(script: Script, statement: Node, indent: string): string {
  const { newline } = script.style;
  const own = script.indentOf(statement);
  const lines = [...script.commentsOf(statement), statement.getText()].join(newline + own);
  return lines.replaceAll(`${newline}${own}`, `${newline}${indent}`);
}

/** What two lists have in common that let in the same: their items, in any order. */
export function keyOf(items: readonly Node[]): string {
  return [...new Set(items.map((item) => (Node.isStringLiteral(item) || Node.isNoSubstitutionTemplateLiteral(item) ? item.getLiteralValue() : item.getText())))].sort().join('\n');
}
