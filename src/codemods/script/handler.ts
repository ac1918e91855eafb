import { Node, SyntaxKind, type ArrowFunction, type FunctionDeclaration, type FunctionExpression, type MethodDeclaration, type Statement } from 'ts-morph';
import { descendants, nodesIn } from './nodes.js';
import { writtenBy } from './written.js';

/** A function that is given a request, its response and what goes on, as Express, Connect and Polka have it. */
export interface Handler {
  readonly node: FunctionNode;
  readonly request: string;
  readonly response: string;
  /** Absent in handlers that end every request. */
  readonly next: string | undefined;
  readonly statements: readonly Statement[];
  /** It is asked for OPTIONS alone. */
  readonly preflight: boolean;
}

export type FunctionNode = ArrowFunction | FunctionExpression | FunctionDeclaration | MethodDeclaration;

/**
 * What a statement of a handler is about: `cors` sends CORS headers or decides which, and does nothing else; `preflight`
 * answers OPTIONS too; `next` hands on; `declares` variables; `mixed` does both, `other` is about something else.
 */
export type Concern = 'cors' | 'preflight' | 'next' | 'declares' | 'mixed' | 'other';

const SETTERS = new Set(['set', 'header', 'setHeader', 'append', 'appendHeader']);
const ANSWERS = new Set(['sendStatus', 'end', 'send', 'json', 'status', 'writeHead']);
const CORS = /^(?:access-control-.*|vary)$/;

/** The handler whose response is spoken of at a node; undefined where it is none of the three forms of functions. */
export function handlerAround(node: Node): Handler | undefined {
  for (const ancestor of node.getAncestors()) {
    if (!Node.isArrowFunction(ancestor) && !Node.isFunctionExpression(ancestor) && !Node.isFunctionDeclaration(ancestor) && !Node.isMethodDeclaration(ancestor)) continue;
    const names = ancestor.getParameters().map((parameter) => parameter.getNameNode());
    const [request, response, next] = names;
    if (names.length < 2 || names.length > 3 || !Node.isIdentifier(response) || !speaksOf(node, response.getText())) continue;
    const body = ancestor.getBody();
    return { node: ancestor, request: request!.getText(), response: response.getText(), next: next?.getText(), statements: Node.isBlock(body) ? body.getStatements() : [], preflight: isForOptions(ancestor) };
  }
  return undefined;
}

/** `app.options('*', (req, res) => { … })` */
function isForOptions(node: FunctionNode): boolean {
  const call = node.getParent();
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  return Node.isPropertyAccessExpression(callee) && callee.getName() === 'options';
}

function speaksOf(node: Node, name: string): boolean {
  const around = Node.isCallExpression(node) ? node : node.getFirstAncestorByKind(SyntaxKind.CallExpression) ?? node;
  return descendants(around, Node.isIdentifier).some((one) => one.getText() === name);
}

export function concernOf(statement: Node, handler: Handler): Concern {
  const concerns = partsOf(statement, handler, handler.preflight);
  const told = new Set<Concern>(concerns.map(({ concern }) => concern));
  if (!isQuietWithin(statement, handler)) told.add('other');
  if (told.has('other')) return told.has('cors') || (told.has('preflight') && isAboutOptions(statement, handler)) ? 'mixed' : 'other';
  for (const concern of ['preflight', 'cors', 'declares'] as const) if (told.has(concern)) return concern;
  return 'next';
}

interface Part {
  readonly concern: Exclude<Concern, 'mixed'>;
  readonly node: Node;
}

/** What stands in a statement, down to what does something. `preflight`: it is done for OPTIONS alone. */
function partsOf(node: Node, handler: Handler, preflight: boolean): readonly Part[] {
  const all = (nodes: readonly (Node | undefined)[], inPreflight = preflight): readonly Part[] => nodes.flatMap((one) => (one === undefined ? [] : partsOf(one, handler, inPreflight)));
  if (descendants(node, Node.isAwaitExpression).length > 0) return [{ concern: 'other', node }];
  if (Node.isBlock(node)) return all(node.getStatements());
  if (Node.isIfStatement(node)) {
    const about = isOptions(node.getExpression(), handler);
    return [...all([node.getThenStatement()], preflight || about === 'is'), ...all([node.getElseStatement()], preflight || about === 'is not')];
  }
  if (Node.isSwitchStatement(node)) return node.getClauses().flatMap((clause) => all(clause.getStatements(), preflight || (Node.isCaseClause(clause) && /^['"`]OPTIONS/.test(clause.getExpression().getText()))));
  if (Node.isForOfStatement(node) || Node.isForStatement(node) || Node.isForInStatement(node)) return all([node.getStatement()]);
  if (Node.isBreakStatement(node) || Node.isContinueStatement(node) || Node.isEmptyStatement(node)) return [];
  if (Node.isVariableStatement(node)) return [{ concern: 'declares', node }];
  if (Node.isReturnStatement(node)) return all([node.getExpression()]);
  if (Node.isExpressionStatement(node)) return all([node.getExpression()]);
  return partsOfExpression(node, handler, preflight);
}

function partsOfExpression(node: Node, handler: Handler, preflight: boolean): readonly Part[] {
  const again = (one: Node, inPreflight = preflight): readonly Part[] => partsOfExpression(one, handler, inPreflight);
  if (Node.isParenthesizedExpression(node)) return again(node.getExpression());
  if (Node.isConditionalExpression(node)) {
    const about = isOptions(node.getCondition(), handler);
    return [...again(node.getWhenTrue(), preflight || about === 'is'), ...again(node.getWhenFalse(), preflight || about === 'is not')];
  }
  if (Node.isBinaryExpression(node)) {
    const operator = node.getOperatorToken().getText();
    if (operator === '&&' || operator === '||') return again(node.getRight(), preflight || isOptions(node.getLeft(), handler) === (operator === '&&' ? 'is' : 'is not'));
    if (operator === ',') return [...again(node.getLeft()), ...again(node.getRight())];
    // A variable of the handler's own: `allowed = true`, told apart when it is seen who reads it.
    if (operator === '=') return [{ concern: node.getLeft().getText() === `${handler.response}.statusCode` && preflight ? 'preflight' : Node.isIdentifier(node.getLeft()) ? 'declares' : 'other', node }];
  }
  if (!Node.isCallExpression(node)) return isQuiet(node) ? [] : [{ concern: 'other', node }];
  const callee = node.getExpression();
  if (handler.next !== undefined && callee.getText() === handler.next) return node.getArguments().length === 0 ? [{ concern: 'next', node }] : [{ concern: 'other', node }];
  if (!Node.isPropertyAccessExpression(callee)) return [{ concern: 'other', node }];
  const receiver = callee.getExpression();
  const before = receiver.getText() === handler.response ? [] : chainOf(receiver, handler) ? again(receiver) : undefined;
  if (before !== undefined) return [...before, { concern: callOf(node, callee.getName(), preflight), node }];
  // `list.forEach((origin) => { … })`
  const [callback] = node.getArguments();
  if (callee.getName() === 'forEach' && (Node.isArrowFunction(callback) || Node.isFunctionExpression(callback))) return partsOf(callback.getBody(), handler, preflight);
  return [{ concern: 'other', node }];
}

function callOf(call: Node, method: string, preflight: boolean): Part['concern'] {
  if (isCorsWrite(call)) return 'cors';
  if (!preflight) return 'other';
  return ANSWERS.has(method) || (SETTERS.has(method) && Node.isCallExpression(call) && /^['"]content-length['"]$/i.test(call.getArguments()[0]?.getText() ?? '')) ? 'preflight' : 'other';
}

/** A call whose receiver is the response, or a call of this kind. */
function chainOf(node: Node, handler: Handler): boolean {
  if (node.getText() === handler.response) return true;
  if (!Node.isCallExpression(node)) return false;
  const callee = node.getExpression();
  return Node.isPropertyAccessExpression(callee) && chainOf(callee.getExpression(), handler);
}

/** Does a statement set headers of the response, and nothing else? */
export function setsHeaders(statement: Node, { response }: Handler): boolean {
  const call = Node.isExpressionStatement(statement) ? statement.getExpression() : undefined;
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  return Node.isPropertyAccessExpression(callee) && callee.getExpression().getText() === response && (SETTERS.has(callee.getName()) || callee.getName() === 'vary' || callee.getName() === 'removeHeader');
}

/** Does a call write headers of CORS, and nothing else? */
export function isCorsWrite(call: Node): boolean {
  if (!Node.isCallExpression(call)) return false;
  const callee = call.getExpression();
  const method = Node.isPropertyAccessExpression(callee) ? callee.getName() : '';
  const [first] = call.getArguments();
  if (method === 'vary') return isOrigin(first);
  if (!SETTERS.has(method) || first === undefined) return false;
  const written = writtenBy(call);
  return written.length > 0 && written.every(({ header, value }) => CORS.test(header) && (header !== 'vary' || isOrigin(value)));
}

function isOrigin(node: Node | undefined): boolean {
  return (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) && node.getLiteralValue().toLowerCase().split(',').every((item) => /^(?:origin|access-control-request-(?:headers|method))$/.test(item.trim()));
}

/** Does a condition ask for OPTIONS (`is`), or for all but OPTIONS? */
function isOptions(condition: Node, { request }: Handler): 'is' | 'is not' | undefined {
  const text = condition.getText();
  if (!new RegExp(`\\b${request}\\.method\\b`).test(text) || !/['"`]options['"`]/i.test(text)) return undefined;
  return /!==?/.test(text) ? 'is not' : 'is';
}

function isAboutOptions(statement: Node, handler: Handler): boolean {
  const expression = Node.isExpressionStatement(statement) || Node.isReturnStatement(statement) ? statement.getExpression() : undefined;
  const condition = Node.isIfStatement(statement) ? statement.getExpression() : Node.isConditionalExpression(expression) ? expression.getCondition() : undefined;
  return condition !== undefined && isOptions(condition, handler) !== undefined;
}

/** What reads and compares, and changes nothing. */
const QUIET = new Set(['get', 'header', 'getHeader', 'includes', 'indexOf', 'lastIndexOf', 'has', 'some', 'every', 'find', 'filter', 'map', 'flatMap', 'forEach', 'test', 'exec', 'match', 'split', 'join', 'concat', 'slice', 'trim', 'replace', 'replaceAll', 'toLowerCase', 'toUpperCase', 'toString', 'startsWith', 'endsWith', 'keys', 'values', 'entries', 'String', 'Number', 'Boolean', 'RegExp', 'URL', 'Set', 'Map', 'Array', 'isArray']);
/** Functions that call each other are followed so far. */
const MAX_CALLS = 3;

/** Does a node nothing but read, write to the response and hand on? Functions of the file are followed. */
function isQuietWithin(node: Node, handler: Handler, depth = 0): boolean {
  const isOwn = (name: string): boolean => [handler.node, node].some((scope) => descendants(scope, Node.isVariableDeclaration).some((declaration) => declaration.getName() === name));
  return nodesIn(node).every((one) => {
    if (Node.isPrefixUnaryExpression(one) || Node.isPostfixUnaryExpression(one)) return !/^(?:\+\+|--)|(?:\+\+|--)$/.test(one.getText()) || isOwn(one.getOperand().getText());
    if (Node.isDeleteExpression(one) || Node.isAwaitExpression(one) || Node.isYieldExpression(one)) return false;
    if (Node.isBinaryExpression(one) && /^[^=!<>]?=$|^(?:\*\*|<<|>>>?|&&|\|\||\?\?)=$/.test(one.getOperatorToken().getText())) {
      const name = one.getLeft().getText();
      return name === `${handler.response}.statusCode` || isOwn(name);
    }
    if (!Node.isCallExpression(one) && !Node.isNewExpression(one)) return true;
    const callee = one.getExpression();
    if (Node.isPropertyAccessExpression(callee)) return QUIET.has(callee.getName()) || chainOf(callee.getExpression(), handler);
    const name = callee.getText();
    if (name === handler.next || QUIET.has(name)) return true;
    const called = functionNamed(node, name);
    return called !== undefined && depth < MAX_CALLS && isQuietWithin(called, handler, depth + 1);
  });
}

/** The function of the file that has a name: `function f() {}`, `const f = () => …`. */
function functionNamed(node: Node, name: string): Node | undefined {
  const root = node.getSourceFile();
  const declared = descendants(root, Node.isVariableDeclaration).find((one) => one.getName() === name)?.getInitializer();
  return descendants(root, Node.isFunctionDeclaration).find((one) => one.getName() === name)?.getBody() ?? (Node.isArrowFunction(declared) || Node.isFunctionExpression(declared) ? declared.getBody() : undefined);
}

/** Names, texts and what is read do nothing by themselves. */
function isQuiet(node: Node): boolean {
  return Node.isIdentifier(node) || Node.isLiteralLike(node) || Node.isPropertyAccessExpression(node) || node.getKind() === SyntaxKind.TrueKeyword || node.getKind() === SyntaxKind.FalseKeyword || node.getKind() === SyntaxKind.NullKeyword;
}
