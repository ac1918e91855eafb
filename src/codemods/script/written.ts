import { Node, type ObjectLiteralExpression } from 'ts-morph';
import { contains, type Span } from '../../text/span.js';
import { isStillThere } from './cors-options.js';
import { descendants } from './nodes.js';
import type { Script } from './script.js';

/** A header as it is written. */
export interface Written {
  /** Lower-case. */
  readonly header: string;
  readonly value: Node;
  /** What stands for it alone: the call, or its property of an object. */
  readonly node: Node;
}

/**
 * The headers that a call writes: `res.set(name, value)`, `res.set({ name: value })`, `res.writeHead(200, { name: value })`,
 * with an object that has a name in the file too, and in loops over names or over such an object. Those whose names are not in
 * the text are left out.
 */
export function writtenBy(call: Node): readonly Written[] {
  if (!Node.isCallExpression(call)) return [];
  const args = call.getArguments();
  const record = args.map(recordOf).find((one) => one !== undefined);
  if (record !== undefined) return propertiesOf(record);
  const [name, value] = args;
  if (name === undefined || value === undefined) return [];
  return namesAt(name, value, call).map((one) => ({ ...one, header: one.header.toLowerCase() }));
}

/** Properties of objects with headers of CORS and others, which calls within a node are given. */
export function corsAmongOthers(node: Node): readonly Node[] {
  const calls = descendants(node, Node.isCallExpression);
  return calls.flatMap((call) => call.getArguments().filter(Node.isObjectLiteralExpression)).flatMap((record) => {
    const own = propertiesOf(record).filter(({ header }) => header.startsWith('access-control-'));
    return own.length < record.getProperties().length ? own.map((one) => one.node) : [];
  });
}

/** An object literal, as it stands or by the name that it has in the file. */
function recordOf(node: Node): ObjectLiteralExpression | undefined {
  if (Node.isObjectLiteralExpression(node)) return node;
  const value = valueOf(node);
  return Node.isObjectLiteralExpression(value) ? value : undefined;
}

/** What a name of the file stands for: the one declaration of that name. */
function valueOf(node: Node): Node | undefined {
  if (!Node.isIdentifier(node)) return undefined;
  const [declared, ...more] = descendants(node.getSourceFile(), Node.isVariableDeclaration).filter((one) => one.getName() === node.getText());
  const value = more.length === 0 ? declared?.getInitializer() : undefined;
  return Node.isAsExpression(value) || Node.isSatisfiesExpression(value) ? value.getExpression() : value;
}

function propertiesOf(record: ObjectLiteralExpression): readonly Written[] {
  return record.getProperties().flatMap((property): readonly Written[] => {
    if (!Node.isPropertyAssignment(property)) return [];
    const name = property.getNameNode();
    return [{ header: (Node.isStringLiteral(name) ? name.getLiteralValue() : name.getText()).toLowerCase(), value: property.getInitializerOrThrow(), node: property }];
  });
}

/** The headers that an expression names in a call. */
function namesAt(name: Node, value: Node, call: Node): readonly Written[] {
  if (Node.isStringLiteral(name) || Node.isNoSubstitutionTemplateLiteral(name)) return [{ header: name.getLiteralValue(), value, node: call }];
  if (Node.isIdentifier(name)) return loopedOver(name, value, call);
  // `Access-Control-Allow-${name}`
  const [span, ...more] = Node.isTemplateExpression(name) ? name.getTemplateSpans() : [];
  const part = span?.getExpression();
  if (!Node.isTemplateExpression(name) || !Node.isIdentifier(part) || more.length > 0) return [];
  return loopedOver(part, value, call).map((one) => ({ ...one, header: `${name.getHead().getLiteralText()}${one.header}${span!.getLiteral().getLiteralText()}` }));
}

/** What a name stands for that a loop gives: `for (const name of …)`, `….forEach((name) => …)`, pairs `[name, value]` too. */
function loopedOver(name: Node, value: Node, call: Node): readonly Written[] {
  for (const ancestor of call.getAncestors()) {
    const loop = loopOf(ancestor);
    if (loop === undefined) continue;
    const { item, list } = loop;
    if (Node.isArrayBindingPattern(item)) {
      const [first, second] = item.getElements().map((element) => (Node.isBindingElement(element) ? element.getName() : ''));
      if (first !== name.getText()) continue;
      return pairsOf(list).map((pair) => ({ header: pair.name, value: value.getText() === second ? pair.value : value, node: pair.node }));
    }
    if (item.getText() === name.getText()) return textsOf(list).map((text) => ({ header: text, value, node: call }));
  }
  return [];
}

/** The variable of a loop, and what it goes through. */
function loopOf(node: Node): { readonly item: Node; readonly list: Node } | undefined {
  if (Node.isForOfStatement(node)) {
    const declared = node.getInitializer();
    const item = Node.isVariableDeclarationList(declared) ? declared.getDeclarations()[0]?.getNameNode() : undefined;
    return item === undefined ? undefined : { item, list: node.getExpression() };
  }
  if (!Node.isArrowFunction(node) && !Node.isFunctionExpression(node)) return undefined;
  const around = node.getParent();
  const callee = Node.isCallExpression(around) ? around.getExpression() : undefined;
  const item = node.getParameters()[0]?.getNameNode();
  return Node.isPropertyAccessExpression(callee) && callee.getName() === 'forEach' && item !== undefined ? { item, list: callee.getExpression() } : undefined;
}

/** `Object.entries(headers)`, `[['name', 'value'], …]` */
function pairsOf(list: Node): readonly { readonly name: string; readonly value: Node; readonly node: Node }[] {
  const record = recordGiven(list, 'entries');
  if (record !== undefined) return propertiesOf(record).map(({ header, value, node }) => ({ name: header, value, node }));
  const items = Node.isArrayLiteralExpression(list) ? list : valueOf(list);
  if (!Node.isArrayLiteralExpression(items)) return [];
  return items.getElements().flatMap((pair) => {
    const [name, value] = Node.isArrayLiteralExpression(pair) ? pair.getElements() : [];
    return Node.isStringLiteral(name) && value !== undefined ? [{ name: name.getLiteralValue(), value, node: pair }] : [];
  });
}

/** `['name', …]`, `Object.keys(headers)` */
function textsOf(list: Node): readonly string[] {
  const record = recordGiven(list, 'keys');
  if (record !== undefined) return propertiesOf(record).map(({ header }) => header);
  const items = Node.isArrayLiteralExpression(list) ? list : valueOf(list);
  return Node.isArrayLiteralExpression(items) ? items.getElements().flatMap((item) => (Node.isStringLiteral(item) ? [item.getLiteralValue()] : [])) : [];
}

/** The `headers` of `Object.entries(headers)`. */
function recordGiven(node: Node, method: 'entries' | 'keys'): ObjectLiteralExpression | undefined {
  const [record] = Node.isCallExpression(node) && node.getExpression().getText() === `Object.${method}` ? node.getArguments() : [];
  return record === undefined ? undefined : recordOf(record);
}

/** The call that writes what stands at a place: around it, or one that is given the object in which it stands. */
export function writeAt(script: Script, at: Span): Node | undefined {
  const isWrite = (node: Node): boolean => writtenBy(node).some(({ header }) => header.startsWith('access-control-'));
  const node = script.nodeAround(at);
  const around = [node, ...node.getAncestors()].find(isWrite);
  if (around !== undefined) return around;
  const holds = (one: Node): boolean => contains(script.spanOf(one), at);
  return descendants(script.root, Node.isCallExpression).find((call) => writtenBy(call).some(({ header, value, node: own }) => header.startsWith('access-control-') && (holds(own) || holds(value))));
}

/** Where headers stand that nodes write: in them, and in objects that stand elsewhere in the file. */
export function placesWritten(script: Script, nodes: readonly Node[]): readonly Span[] {
  const written = nodes.flatMap((node) => descendants(node, Node.isCallExpression).flatMap(writtenBy));
  return [...nodes, ...written.map(({ node }) => node)].map((node) => script.spanOf(node));
}

/** Calls within nodes that write headers of CORS, and are in nothing that goes. */
export function writesLeft(nodes: readonly Node[], gone: readonly Node[]): readonly Node[] {
  const isGone = (one: Node): boolean => gone.some((node) => node.containsRange(one.getStart(), one.getEnd()));
  return nodes.flatMap((node) => descendants(node, Node.isCallExpression)).filter((call) => !isGone(call) && writtenBy(call).some(({ header, node }) => header.startsWith('access-control-') && !isGone(node)));
}

/** Is the origin that functions send an expression in which nothing of the request stands, and that nothing decides about? */
export function sendsOneOrigin(functions: readonly { readonly node: Node; readonly statements: readonly Node[] }[]): boolean {
  const values = functions.flatMap((one) => descendants(one.node, Node.isCallExpression).flatMap((call) => writtenBy(call).filter(({ header }) => header === 'access-control-allow-origin').map(({ value }) => ({ value, call, one }))));
  return values.length > 0 && values.every(({ value, call, one }) => isStillThere(value, [one.node]) && one.statements.some((statement) => Node.isExpressionStatement(statement) && statement.containsRange(call.getStart(), call.getEnd())));
}
