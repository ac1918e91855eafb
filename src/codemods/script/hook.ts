import { Node, type ArrowFunction, type FunctionDeclaration, type FunctionExpression, type MethodDeclaration } from 'ts-morph';
import type { Span } from '../../text/span.js';
import { mountsOf, type Mount } from './mounts.js';
import { descendants, namesOf, nodesIn } from './nodes.js';
import type { Script } from './script.js';
import { corsAmongOthers, writtenBy, type Written } from './written.js';

/**
 * A function that an application runs for its requests: a hook of Fastify, middleware of Koa, Hono and Connect, a route
 * that answers OPTIONS. `(request, reply)`, `(ctx, next)`, `(c, next)`, `(req, res, next)`.
 */
export interface Hook {
  readonly node: ArrowFunction | FunctionExpression | FunctionDeclaration;
  readonly mount: Mount;
  readonly span: Span;
  /** It is asked for OPTIONS alone. */
  readonly preflight: boolean;
  readonly statements: readonly { readonly node: Node; readonly concern: Concern }[];
}

/**
 * `cors` sends CORS headers or decides which; `preflight` answers OPTIONS too; `next` hands on; `declares` variables;
 * `mixed` does both this and something else; `other` is about something else.
 */
export type Concern = 'cors' | 'preflight' | 'next' | 'declares' | 'mixed' | 'other';

const SETTERS = new Set(['set', 'header', 'headers', 'setHeader', 'append', 'appendHeader', 'vary']);
const CORS = /^(?:access-control-.*|vary)$/;

/** The function in which headers are written that somebody runs for requests; a text where there is none. */
export function functionAround(node: Node): Hook['node'] | MethodDeclaration | string {
  for (const ancestor of node.getAncestors()) {
    if (Node.isMethodDeclaration(ancestor)) return ancestor;
    if (!Node.isArrowFunction(ancestor) && !Node.isFunctionExpression(ancestor) && !Node.isFunctionDeclaration(ancestor)) continue;
    if (ancestor.getParameters().length > 0 && !isAskedByList(ancestor)) return ancestor;
  }
  return 'the headers are written outside of functions that an application runs';
}

/** The hook that a function is; undefined where no call of its file mounts it, a text where several do. */
export function hookOfFunction(script: Script, node: Hook['node']): Hook | string | undefined {
  const [mount, ...more] = mountsOf(script, node);
  if (more.length > 0) return 'the function that writes the headers is used at more than one place';
  return mount === undefined ? undefined : hookOf(script, node, mount);
}

/** `list.forEach((name) => { … })` */
function isAskedByList(node: Node): boolean {
  const call = node.getParent();
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  return Node.isPropertyAccessExpression(callee) && /^(?:forEach|map|filter|some|every|find)$/.test(callee.getName());
}

export function hookOf(script: Script, node: Hook['node'], mount: Mount): Hook {
  const preflight = mount.method === 'options';
  return { node, mount, span: script.spanOf(node), preflight, statements: statementsOf(node, preflight) };
}

/** What the statements of a function are about. */
export function statementsOf(node: Hook['node'] | MethodDeclaration, preflight: boolean): Hook['statements'] {
  const body = node.getBody();
  const parameters = node.getParameters().map((one) => one.getName());
  // `() => ({ ok: true })` and `(c) => c.body(null, 204)` are what they return.
  const all: readonly Node[] = Node.isBlock(body) ? body.getStatements() : body === undefined ? [] : [body];
  // Behind `if (method !== 'OPTIONS') return next();` all is for OPTIONS.
  const from = all.findIndex((one) => Node.isIfStatement(one) && askedOptions(one.getExpression()) === 'is not' && one.getElseStatement() === undefined && descendants(one.getThenStatement(), Node.isReturnStatement).length + Number(Node.isReturnStatement(one.getThenStatement())) > 0);
  return all.map((statement, index) => ({ node: statement, concern: concernOf(statement, parameters, preflight || (from !== -1 && index > from)) }));
}

function concernOf(statement: Node, parameters: readonly string[], preflight: boolean): Concern {
  const told = new Set(partsOf(statement, parameters, preflight));
  if (told.has('other')) return told.has('cors') || told.has('preflight') ? 'mixed' : 'other';
  return (['preflight', 'cors', 'declares'] as const).find((concern) => told.has(concern)) ?? 'next';
}

type Part = Exclude<Concern, 'mixed'>;

/** What is done in a node, down to what does something. `preflight`: it is done for OPTIONS alone. */
function partsOf(node: Node | undefined, parameters: readonly string[], preflight: boolean): readonly Part[] {
  if (node === undefined) return [];
  const all = (nodes: readonly (Node | undefined)[], inside = preflight): readonly Part[] => nodes.flatMap((one) => partsOf(one, parameters, inside));
  if (Node.isBlock(node)) return all(node.getStatements());
  if (Node.isIfStatement(node)) {
    const asked = askedOptions(node.getExpression());
    return [...all([node.getThenStatement()], preflight || asked === 'is'), ...all([node.getElseStatement()], preflight || asked === 'is not')];
  }
  if (Node.isSwitchStatement(node)) return node.getClauses().flatMap((clause) => all(clause.getStatements(), preflight || (isMethod(node.getExpression()) && Node.isCaseClause(clause) && isOptionsText(clause.getExpression()))));
  if (Node.isForOfStatement(node)) return all([node.getStatement()]);
  if (Node.isBreakStatement(node) || Node.isContinueStatement(node) || Node.isEmptyStatement(node)) return [];
  if (Node.isVariableStatement(node)) return [descendants(node, Node.isAwaitExpression).length > 0 ? 'other' : 'declares'];
  if (Node.isExpressionStatement(node)) return all([node.getExpression()]);
  // What a hook returns is sent: a text for OPTIONS, the payload that it was given.
  if (Node.isReturnStatement(node)) return preflight && isPlain(node.getExpression()) ? ['preflight'] : all([node.getExpression()]);
  if (Node.isParenthesizedExpression(node) || Node.isAwaitExpression(node) || Node.isVoidExpression(node)) return all([node.getExpression()]);
  if (Node.isConditionalExpression(node)) {
    const asked = askedOptions(node.getCondition());
    return [...all([node.getWhenTrue()], preflight || asked === 'is'), ...all([node.getWhenFalse()], preflight || asked === 'is not')];
  }
  if (Node.isIdentifier(node) || Node.isLiteralLike(node)) return [];
  if (Node.isBinaryExpression(node)) {
    const operator = node.getOperatorToken().getText();
    if (operator === '&&' || operator === '||') return all([node.getRight()], preflight || askedOptions(node.getLeft()) === (operator === '&&' ? 'is' : 'is not'));
    if (operator !== '=') return ['other'];
    return Node.isIdentifier(node.getLeft()) ? ['declares'] : preflight && parameters.includes(rootOf(node.getLeft())) ? ['preflight'] : ['other'];
  }
  if (preflight && Node.isNewExpression(node) && node.getExpression().getText() === 'Response') return ['preflight'];
  return Node.isCallExpression(node) ? partsOfCall(node, parameters, preflight) : ['other'];
}

function partsOfCall(call: Node, parameters: readonly string[], preflight: boolean): readonly Part[] {
  if (!Node.isCallExpression(call)) return ['other'];
  const callee = call.getExpression();
  // `next()`, `done(null, payload)`
  if (Node.isIdentifier(callee)) return parameters.includes(callee.getText()) && call.getArguments().every((one) => one.getText() === 'null' || parameters.includes(one.getText())) ? ['next'] : ['other'];
  if (!Node.isPropertyAccessExpression(callee)) return ['other'];
  // `list.forEach((name) => { … })`
  const [callback] = call.getArguments();
  if (callee.getName() === 'forEach' && (Node.isArrowFunction(callback) || Node.isFunctionExpression(callback))) return partsOf(callback.getBody(), parameters, preflight);
  if (!parameters.includes(rootOf(callee))) return ['other'];
  const before = nodesIn(callee.getExpression()).find(Node.isCallExpression);
  const first = before === undefined ? [] : partsOfCall(before, parameters, preflight);
  if (isCorsWrite(call)) return [...first, 'cors'];
  return [...first, preflight ? 'preflight' : 'other'];
}

/** Does a call write headers of CORS, and nothing else? */
function isCorsWrite(call: Node): boolean {
  const callee = Node.isCallExpression(call) ? call.getExpression() : undefined;
  if (!Node.isCallExpression(call) || !Node.isPropertyAccessExpression(callee) || !SETTERS.has(callee.getName())) return false;
  if (callee.getName() === 'vary') return call.getArguments().every(isOriginText);
  const written = writtenBy(call);
  return written.length > 0 && written.every(({ header, value }) => CORS.test(header) && (header !== 'vary' || isOriginText(value)));
}

function isOriginText(node: Node): boolean {
  return Node.isStringLiteral(node) && node.getLiteralValue().split(',').every((item) => /^(?:origin|access-control-request-(?:headers|method))$/i.test(item.trim()));
}

/** `ctx` of `ctx.response.set(…).vary`. */
function rootOf(node: Node): string {
  if (Node.isPropertyAccessExpression(node) || Node.isCallExpression(node) || Node.isParenthesizedExpression(node)) return rootOf(node.getExpression());
  return node.getText();
}

function isPlain(node: Node | undefined): boolean {
  return node === undefined || Node.isLiteralLike(node) || node.getText() === 'null' || node.getText() === 'undefined' || /^\{\s*\}$/.test(node.getText());
}

/** Does a condition ask for OPTIONS (`is`), or for all but OPTIONS? */
function askedOptions(condition: Node): 'is' | 'is not' | undefined {
  if (!Node.isBinaryExpression(condition)) return undefined;
  const operator = condition.getOperatorToken().getText();
  if (operator === '&&') return [condition.getLeft(), condition.getRight()].some((one) => askedOptions(one) === 'is') ? 'is' : undefined;
  const sides = [condition.getLeft(), condition.getRight()];
  if (!sides.some(isMethod) || !sides.some(isOptionsText)) return undefined;
  return /^===?$/.test(operator) ? 'is' : /^!==?$/.test(operator) ? 'is not' : undefined;
}

function isMethod(node: Node): boolean {
  return /(?:^|\.)method(?:\.to(?:Upper|Lower)Case\(\))?$/.test(node.getText());
}

function isOptionsText(node: Node): boolean {
  return /^['"`]options['"`]$/i.test(node.getText());
}

/** Statements of a hook that are about CORS alone, variables that only they read, and properties of objects that hold other headers too. */
export function aboutCors({ node, statements }: Hook): readonly Node[] {
  const gone = statements.filter(({ concern }) => concern === 'cors' || concern === 'preflight').map((one) => one.node);
  // From the last to the first: a variable may be read by another one's value.
  for (const { node: statement, concern } of [...statements].reverse()) {
    if (concern !== 'declares' || !Node.isVariableStatement(statement)) continue;
    const names = statement.getDeclarations().flatMap((one) => nodesIn(one.getNameNode())).filter(Node.isIdentifier).map((name) => name.getText());
    const isRead = names.some((name) => namesOf(node, name).some((one) => ![statement, ...gone].some((other) => other.containsRange(one.getStart(), one.getEnd()))));
    if (!isRead) gone.push(statement);
  }
  return [...gone, ...statements.flatMap((one) => (one.concern === 'other' ? corsAmongOthers(one.node) : []))];
}

/** What stands in functions of headers: calls that write them. */
export function writesIn(nodes: readonly Node[]): readonly Written[] {
  return nodes.flatMap((node) => descendants(node, Node.isCallExpression).flatMap((call) => writtenBy(call)));
}
