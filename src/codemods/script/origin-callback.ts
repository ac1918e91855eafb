import { Node, type ArrowFunction, type FunctionDeclaration, type FunctionExpression, type MethodDeclaration } from 'ts-morph';
import { isReadonly, isStillThere } from './cors-options.js';
import { descendants, namesOf, nodesIn } from './nodes.js';
import type { Script } from './script.js';

/** A function by which a package asks whether an origin is let in. */
export interface OriginCallback {
  /** The option: `origin: (origin, callback) => …`, `origin(origin, callback) { … }`. */
  readonly property: Node;
  /** What stands there: the function, or its name. */
  readonly value: Node;
  readonly node: ArrowFunction | FunctionExpression | FunctionDeclaration | MethodDeclaration;
}

/** The function that stands as the option at a node; undefined where something else does. */
export function callbackAt(script: Script, node: Node | undefined): OriginCallback | undefined {
  if (Node.isMethodDeclaration(node)) return node.getName() === 'origin' ? { property: node, value: node, node } : undefined;
  if (Node.isShorthandPropertyAssignment(node)) return named(script, node, node.getNameNode());
  if (!Node.isPropertyAssignment(node)) return undefined;
  const value = bare(node.getInitializer());
  if (Node.isArrowFunction(value) || Node.isFunctionExpression(value)) return { property: node, value: node.getInitializerOrThrow(), node: value };
  return Node.isIdentifier(value) ? named(script, node, value) : undefined;
}

function bare(node: Node | undefined): Node | undefined {
  return Node.isParenthesizedExpression(node) || Node.isAsExpression(node) || Node.isSatisfiesExpression(node) ? bare(node.getExpression()) : node;
}

function named(script: Script, property: Node, value: Node): OriginCallback | undefined {
  for (const name of namesOf(script.root, value.getText())) {
    const parent = name.getParent();
    const node = Node.isFunctionDeclaration(parent) && parent.getNameNode() === name ? parent : Node.isVariableDeclaration(parent) && parent.getNameNode() === name ? bare(parent.getInitializer()) : undefined;
    if (Node.isFunctionDeclaration(node) || Node.isArrowFunction(node) || Node.isFunctionExpression(node)) return { property, value, node };
  }
  return undefined;
}

/** Methods that make another text of one. */
const CHANGES = /^(?:toLowerCase|toUpperCase|toLocaleLowerCase|trim|trimEnd|trimStart|replace|replaceAll|normalize|slice|substring|substr)$/;

/** Why a function does more than to look whether an origin is one of a list; undefined where it does not. */
export function besidesMembership(script: Script, { node }: OriginCallback): string | undefined {
  const [first, second] = node.getParameters();
  const origin = first?.getName() ?? 'origin';
  const callback = second?.getName();
  const at = (one: Node): string => `line ${script.lineOf(one)}`;
  for (const one of nodesIn(node)) {
    if (Node.isAwaitExpression(one)) return `${at(one)} waits for something before it decides: ${short(one)}`;
    if (Node.isCallExpression(one)) {
      const callee = one.getExpression();
      const isOwn = one.getFirstAncestor((around) => around === node || Node.isArrowFunction(around) || Node.isFunctionExpression(around) || Node.isFunctionDeclaration(around)) === node;
      if (callee.getText() === callback && !isOwn && !isOfEach(one, node)) return `${at(one)} decides when something else has answered`;
      if (Node.isPropertyAccessExpression(callee) && callee.getName() === 'then') return `${at(one)} waits for something before it decides: ${short(one)}`;
      if (Node.isPropertyAccessExpression(callee) && CHANGES.test(callee.getName()) && namesOf(callee.getExpression(), origin).length > 0) return `${at(one)} changes the origin before it is compared: ${short(one)}`;
    }
    if (Node.isNewExpression(one) && one.getExpression().getText() === 'URL') return `${at(one)} looks at a part of the origin: ${short(one)}`;
    if (Node.isExpressionStatement(one) && !isAnswer(one.getExpression(), callback) && !isKept(one.getExpression(), node)) return `${at(one)} does something besides: ${short(one)}`;
  }
  return undefined;
}

function short(node: Node): string {
  const line = node.getText().split(/\r?\n/)[0]!;
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Is it said within a function that is asked for every item of a list, right away? */
function isOfEach(node: Node, outer: Node): boolean {
  const around = node.getFirstAncestor((one) => one === outer || Node.isArrowFunction(one) || Node.isFunctionExpression(one));
  const call = around?.getParent();
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  return Node.isCallExpression(call) && call.getArguments()[0] === around && Node.isPropertyAccessExpression(callee) && /^(?:forEach|some|every|find)$/.test(callee.getName());
}

/** `callback(null, true)`, also behind `&&` or in a choice. */
function isAnswer(node: Node, callback: string | undefined): boolean {
  if (Node.isConditionalExpression(node)) return isAnswer(node.getWhenTrue(), callback) && isAnswer(node.getWhenFalse(), callback);
  if (Node.isParenthesizedExpression(node)) return isAnswer(node.getExpression(), callback);
  if (Node.isBinaryExpression(node)) return /^(?:&&|\|\|)$/.test(node.getOperatorToken().getText()) && isAnswer(node.getRight(), callback) && (descendants(node.getLeft(), Node.isCallExpression).every((call) => call.getExpression().getText() !== callback) || isAnswer(node.getLeft(), callback));
  return Node.isCallExpression(node) && node.getExpression().getText() === callback;
}

/** `allowed = true` of a variable of the function's own. */
function isKept(node: Node, outer: Node): boolean {
  return Node.isBinaryExpression(node) && node.getOperatorToken().getText() === '=' && Node.isIdentifier(node.getLeft()) && !isStillThere(node.getLeft(), [outer]);
}

/** Are other origins answered with an error? */
export function failsForOthers({ node }: OriginCallback): boolean {
  return descendants(node, Node.isThrowStatement).length > 0 || descendants(node, Node.isNewExpression).some((one) => /Error|Exception$/.test(one.getExpression().getText()));
}

/** The list that a function asks, as an expression that holds in its place; undefined where it asks for several things, or in another way. */
export function listAsked({ node }: OriginCallback): string | undefined {
  const origin = node.getParameters()[0]?.getName() ?? 'origin';
  const lists = new Set<string>();
  for (const call of descendants(node, Node.isCallExpression)) {
    const callee = call.getExpression();
    if (!Node.isPropertyAccessExpression(callee)) continue;
    const list = callee.getExpression();
    const [argument] = call.getArguments();
    const isAsked = /^(?:includes|indexOf|has)$/.test(callee.getName()) && argument?.getText() === origin;
    if (!isAsked && !(/^(?:some|find|findIndex)$/.test(callee.getName()) && argument !== undefined && comparesItems(argument, origin))) continue;
    if (!isStillThere(list, [node]) || !(Node.isIdentifier(list) || Node.isPropertyAccessExpression(list) || Node.isThisExpression(list))) return undefined;
    lists.add(callee.getName() === 'has' || isReadonly(list) ? `[...${list.getText()}]` : list.getText());
  }
  const isAskedOtherwise = nodesIn(node).some((one) => Node.isRegularExpressionLiteral(one) || ((Node.isStringLiteral(one) || Node.isNoSubstitutionTemplateLiteral(one)) && /^[a-z][\w+.-]*:\/\//.test(one.getLiteralValue())));
  const [only] = lists;
  return lists.size === 1 && !isAskedOtherwise ? only : undefined;
}

/** `(item) => item === origin`, `(item) => item.test(origin)`, `(item) => item instanceof RegExp ? item.test(origin) : item === origin` */
function comparesItems(test: Node, origin: string): boolean {
  if (!Node.isArrowFunction(test) && !Node.isFunctionExpression(test)) return false;
  const item = test.getParameters()[0]?.getName() ?? '';
  const said = descendants(test, Node.isCallExpression).map((call) => call.getText());
  return said.every((call) => call === `${item}.test(${origin})`) && !/[!=]==?\s*['"`]/.test(test.getText().replace(/typeof\s+\w+\s*===?\s*['"]\w+['"]/g, ''));
}

/** The comments that stand in a function, as lines. */
export function commentsIn(node: Node): readonly string[] {
  const text = node.getSourceFile().getFullText();
  const found = new Map<number, string>();
  for (const one of node.getDescendants()) for (const range of [...one.getLeadingCommentRanges(), ...one.getTrailingCommentRanges()]) if (range.getPos() >= node.getStart() && range.getEnd() <= node.getEnd()) found.set(range.getPos(), text.slice(range.getPos(), range.getEnd()));
  return [...found].sort(([a], [b]) => a - b).flatMap(([, comment]) => comment.split(/\r?\n/).map((line) => line.trim()));
}
