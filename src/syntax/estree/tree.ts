/** The tree that both parsers and ESLint agree on (TS-ESTree), by the names that `oxc-parser` gives its types. */
import type { Node as OxcNode } from 'oxc-parser';

export type {
  Argument,
  ArrayExpression,
  AssignmentExpression,
  CallExpression,
  DoWhileStatement,
  Class,
  Expression,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  Function as FunctionNode,
  ArrowFunctionExpression,
  IdentifierReference,
  LogicalExpression,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  Program,
  Statement,
  SwitchStatement,
  TSEnumDeclaration,
  TemplateLiteral,
  TryStatement,
  WhileStatement,
} from 'oxc-parser';

export type Node = OxcNode;

/** Start and end in UTF-16 offsets of the text that was parsed. ESLint's trees have `range` only. */
export function rangeOf(node: Node): readonly [number, number] {
  return node.range ?? [node.start, node.end];
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  const keep = (item: unknown): void => {
    if (typeof item === 'object' && item !== null && typeof (item as { type?: unknown }).type === 'string') children.push(item as Node);
  };
  for (const key in node) {
    if (key === 'parent' || key === 'tokens' || key === 'comments') continue;
    const value = (node as unknown as Readonly<Record<string, unknown>>)[key];
    if (Array.isArray(value)) value.forEach(keep);
    else keep(value);
  }
  return children;
}

/**
 * Parents before children, in the order of the text; nothing below a node that `isLeaf` names. Deep trees are no
 * danger: the stack is our own.
 */
export function* walk(root: Node, isLeaf: (node: Node) => boolean = () => false): Generator<{ node: Node; parent: Node | undefined }> {
  const pending: { node: Node; parent: Node | undefined }[] = [{ node: root, parent: undefined }];
  while (pending.length > 0) {
    const next = pending.pop()!;
    yield next;
    if (isLeaf(next.node)) continue;
    const children = childrenOf(next.node);
    for (let index = children.length - 1; index >= 0; index--) pending.push({ node: children[index]!, parent: next.node });
  }
}

/** Takes off what changes nothing at run time: parentheses, `as`, `satisfies`, `!`, chains, `await`. */
export function bare(node: Node): Node {
  switch (node.type) {
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ChainExpression':
      return bare(node.expression);
    case 'AwaitExpression':
      return bare(node.argument);
    default:
      return node;
  }
}

/** The name of a property as written: `a.b`, `a['b']`, `{ b: … }`; undefined when it is computed. */
export function keyOf(key: Node, computed: boolean): string | undefined {
  if (key.type === 'Identifier' && !computed) return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Literal') return String(key.value);
  return undefined;
}
