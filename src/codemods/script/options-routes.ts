import { Node } from 'ts-morph';
import { hookOf, type Hook } from './hook.js';
import type { Mount } from './mounts.js';
import { descendants } from './nodes.js';
import { statementOf, type Script } from './script.js';

/** `app.options('*', …)` that do nothing but answer, besides those that write headers. */
export function optionsRoutes(script: Script, mount: Mount, found: readonly Hook[]): readonly Hook[] {
  return descendants(script.root, Node.isCallExpression).flatMap((call) => {
    const callee = call.getExpression();
    const [path, ...rest] = call.getArguments();
    const handler = rest.at(-1);
    const statement = statementOf(call);
    if (!Node.isPropertyAccessExpression(callee) || callee.getName() !== 'options' || callee.getExpression().getText() !== mount.receiver || !isEveryPath(path) || statement === undefined) return [];
    if (!Node.isArrowFunction(handler) && !Node.isFunctionExpression(handler)) return [];
    if (found.some(({ node }) => node === handler)) return [];
    const hook = hookOf(script, handler, { call, argument: handler, statement, receiver: mount.receiver, method: 'options' });
    return [hook];
  });
}

/** Another route for every path that OPTIONS come to: it is no hook that goes. */
export function rivalRoute(script: Script, gone: readonly Pick<Hook, 'mount'>[]): Node | undefined {
  return descendants(script.root, Node.isCallExpression).find((call) => {
    const callee = call.getExpression();
    const [first] = call.getArguments();
    if (!Node.isPropertyAccessExpression(callee) || first === undefined || gone.some(({ mount }) => mount.call === call)) return false;
    if (/^(?:options|all)$/.test(callee.getName())) return isEveryPath(first);
    const url = Node.isObjectLiteralExpression(first) ? first.getProperty('url') ?? first.getProperty('path') : undefined;
    return callee.getName() === 'route' && Node.isPropertyAssignment(url) && isEveryPath(url.getInitializer()) && /options/i.test(first.getText());
  });
}

function isEveryPath(node: Node | undefined): boolean {
  return Node.isStringLiteral(node) && /^\/?(?:\*|\(\.\*\))$/.test(node.getLiteralValue());
}
