import { Node, type CallExpression, type Statement } from 'ts-morph';
import type { Span } from '../../text/span.js';
import { concernOf, handlerAround } from './handler.js';
import { Script, statementOf } from './script.js';
import { removeUnused } from './unused.js';

/** Methods by which an application takes what runs for many of its routes. */
const REGISTERING = new Set(['use', 'register', 'options', 'enableCors']);

/**
 * A file without the statements that register what sends headers of CORS: `app.use(cors(…))`, `app.options('*', cors())`,
 * `app.use((req, res, next) => { … })` that does nothing else. What only they asked for goes with them.
 * @param places what sends the headers, or says which
 * @returns undefined where something else does it: a route of its own, a function that does more
 */
export function registrationsRemoved(path: string, text: string, places: readonly Span[]): string | undefined {
  const script = Script.open(path, text);
  const found = new Set<Statement>();
  for (const place of places) {
    const registration = registrationAround(script, place);
    if (registration !== undefined) found.add(registration);
    // Options that stand in a variable go where nothing else asks for them.
    else if (!Node.isVariableStatement(statementOf(script.nodeAround(place)))) return undefined;
  }
  if (found.size === 0) return undefined;
  for (const statement of found) script.removeStatements(statement);
  removeUnused(script, [...found]);
  return script.result();
}

/** The outermost statement around a place that registers nothing but what sends headers of CORS. */
function registrationAround(script: Script, place: Span): Statement | undefined {
  const node = script.nodeAround(place);
  const calls = [node, ...node.getAncestors()].filter((one) => Node.isCallExpression(one));
  const call = calls.find((one) => methodOf(one) !== undefined && Node.isExpressionStatement(awaited(one)));
  if (call === undefined) return undefined;
  const statement = awaited(call);
  const [first, ...rest] = call.getArguments();
  const own = first !== undefined && (Node.isStringLiteral(first) || Node.isRegularExpressionLiteral(first)) ? rest : call.getArguments();
  return Node.isExpressionStatement(statement) && isAboutCors(own, node) ? statement : undefined;
}

/** `await app.register(…);` is a statement as `app.register(…);` is. */
function awaited(call: CallExpression): Node | undefined {
  const parent = call.getParent();
  return Node.isAwaitExpression(parent) ? parent.getParent() : parent;
}

function methodOf(call: CallExpression): string | undefined {
  const callee = call.getExpression();
  return Node.isPropertyAccessExpression(callee) && REGISTERING.has(callee.getName()) ? callee.getName() : undefined;
}

/** One middleware: the call of a package, what a plugin and its options are, or a function that does nothing but CORS. */
function isAboutCors(args: readonly Node[], place: Node): boolean {
  const [first, second] = args;
  if (args.length === 1 && (Node.isArrowFunction(first) || Node.isFunctionExpression(first))) {
    const handler = handlerAround(place);
    return handler?.node === first && handler.statements.every((statement) => ['cors', 'preflight', 'next', 'declares'].includes(concernOf(statement, handler)));
  }
  if (args.length === 1) return Node.isCallExpression(first) || Node.isObjectLiteralExpression(first) || Node.isIdentifier(first);
  return args.length === 0 || (args.length === 2 && Node.isIdentifier(first) && (Node.isObjectLiteralExpression(second) || Node.isIdentifier(second)));
}
