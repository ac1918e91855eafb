import type { SyntaxNode } from '../tree-sitter.js';
import { CHANGING } from './collections.js';

/** A test that must hold (or fail) for a statement to run. An `except` or `case` clause stands for itself: nobody knows when it runs. */
export interface Test {
  readonly node: SyntaxNode;
  readonly negated: boolean;
}

/** What is done to a name: `name = value`, a part of what is assigned to several, `name += value`, `name.append(…)`, `name[key] = value`. */
export type Deed =
  | { readonly how: 'assign' | 'extend' | 'opaque'; readonly value: SyntaxNode }
  | { readonly how: 'part'; readonly value: SyntaxNode; readonly target: SyntaxNode }
  | { readonly how: 'call'; readonly value: SyntaxNode; readonly method: string }
  | { readonly how: 'item'; readonly value: SyntaxNode; readonly key: SyntaxNode };

/** Something that is done to a name, under the tests around it. */
export type Binding = Deed & {
  readonly tests: readonly Test[];
  /** The `for`s and `while`s that repeat it, outermost first; a loop that the use stands in too is not among them. */
  readonly loops: readonly SyntaxNode[];
};

/** A parameter of the function around a place. */
export interface Parameter {
  readonly parameterOf: SyntaxNode;
}

/** Statements nested deeper than this are not looked into. */
const MAX_NESTING = 100;

/** The names of one file, scope by scope; a scope is looked through once. */
export class Scopes {
  readonly #written = new Map<number, ReadonlyMap<string, readonly Written[]>>();

  constructor(private readonly root: SyntaxNode) {}

  /**
   * What is done to a name before a place, in order: in the function around the place if it binds the name, else in
   * the module. A use inside a function sees everything that the module does.
   */
  bindingsOf(name: string, place: SyntaxNode | undefined): readonly Binding[] | Parameter {
    for (let scope = place === undefined ? null : functionAround(place); scope !== null; scope = functionAround(scope)) {
      const body = scope.childForFieldName('body');
      const own = body === null ? [] : this.within(body, name, place);
      if (own.length > 0) return own;
      if (parameterNames(scope).includes(name)) return { parameterOf: scope };
    }
    const inFunction = place !== undefined && functionAround(place) !== null;
    return this.within(this.root, name, inFunction ? undefined : place);
  }

  /** What the statements of one body do to a name before a place, or altogether. */
  within(scope: SyntaxNode, name: string, place: SyntaxNode | undefined): readonly Binding[] {
    let written = this.#written.get(scope.id);
    if (written === undefined) {
      written = writtenIn(scope);
      this.#written.set(scope.id, written);
    }
    const before = place?.startIndex ?? Infinity;
    return (written.get(name) ?? [])
      .filter((one) => one.statement.endIndex <= before || (one.deed.how === 'opaque' && one.statement.startIndex < before))
      .map(({ deed, loops }) => ({ ...deed, tests: testsAround(deed.value), loops: loops.filter((loop) => loop.endIndex <= before) }));
  }
}

/** Names of a function's parameters in order. */
export function parameterNames(definition: SyntaxNode): readonly string[] {
  const parameters = definition.childForFieldName('parameters')?.namedChildren ?? [];
  return parameters.flatMap((parameter) => {
    const node = parameter.type === 'identifier' ? parameter : (parameter.childForFieldName('name') ?? parameter.namedChildren.find((child) => child.type === 'identifier'));
    return node?.type === 'identifier' ? [node.text] : [];
  });
}

/** The tests around a node within its function or module; statements behind `if …: return` are behind its opposite. */
export function testsAround(node: SyntaxNode): readonly Test[] {
  const tests: Test[] = [];
  let inside = node;
  for (let parent = node.parent; parent !== null; inside = parent, parent = parent.parent) {
    if (parent.type === 'block') tests.push(...leftBefore(parent, inside));
    if (inside.type !== 'block') continue;
    if (parent.type === 'function_definition' || parent.type === 'class_definition') break;
    if (parent.type === 'except_clause' || parent.type === 'case_clause') tests.push({ node: parent, negated: false });
    if (parent.type === 'if_statement' || parent.type === 'elif_clause' || parent.type === 'else_clause') tests.push(...testsOfArm(parent));
  }
  return tests;
}

/** The function whose body or head holds the node; null in a module's own statements. */
export function functionAround(node: SyntaxNode): SyntaxNode | null {
  let parent = node.parent;
  while (parent !== null && parent.type !== 'function_definition') parent = parent.parent;
  return parent;
}

interface Written {
  readonly deed: Deed;
  readonly statement: SyntaxNode;
  readonly loops: readonly SyntaxNode[];
}

/** Everything that the statements of a scope's own body do to names; functions and classes inside are scopes of their own. */
function writtenIn(scope: SyntaxNode): ReadonlyMap<string, readonly Written[]> {
  const found = new Map<string, Written[]>();

  const write = (names: readonly string[], deed: Deed, statement: SyntaxNode, loops: readonly SyntaxNode[]): void => {
    for (const name of names) {
      const list = found.get(name);
      if (list === undefined) found.set(name, [{ deed, statement, loops }]);
      else list.push({ deed, statement, loops });
    }
  };
  const opaque = (value: SyntaxNode): Deed => ({ how: 'opaque', value });

  const visit = (node: SyntaxNode, loops: readonly SyntaxNode[], depth: number): void => {
    if (depth > MAX_NESTING) return;
    switch (node.type) {
      case 'expression_statement':
        for (const child of node.namedChildren) expression(child, loops);
        return;
      case 'delete_statement':
        write(namesIn(node), opaque(node), node, loops);
        return;
      case 'with_clause':
        write(node.descendantsOfType('as_pattern_target').map((target) => target.text), opaque(node), node, loops);
        return;
      case 'for_statement':
      case 'while_statement': {
        const target = node.childForFieldName('left');
        if (target !== null) write(namesIn(target), opaque(node), node, loops);
        for (const child of node.namedChildren) visit(child, child.type === 'block' ? [...loops, node] : loops, depth + 1);
        return;
      }
      case 'parenthesized_expression':
      case 'boolean_operator':
      case 'not_operator':
      case 'comparison_operator':
        for (const child of node.namedChildren) visit(child, loops, depth + 1);
        return;
      case 'named_expression': {
        const [name, value] = [node.childForFieldName('name'), node.childForFieldName('value')];
        if (name !== null && value !== null) write([name.text], { how: 'assign', value }, node, loops);
        return;
      }
      case 'module':
      case 'block':
      case 'if_statement':
      case 'elif_clause':
      case 'else_clause':
      case 'try_statement':
      case 'except_clause':
      case 'finally_clause':
      case 'with_statement':
      case 'match_statement':
      case 'case_clause':
        for (const child of node.namedChildren) visit(child, loops, depth + 1);
    }
  };

  const expression = (node: SyntaxNode, loops: readonly SyntaxNode[]): void => {
    if (node.type === 'assignment' || node.type === 'augmented_assignment') {
      let [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      const targets: SyntaxNode[] = [];
      for (; left !== null && right?.type === 'assignment'; left = right.childForFieldName('left'), right = right.childForFieldName('right')) targets.push(left);
      if (left === null || right === null) return;
      for (const target of [...targets, left]) assign(target, right, node, loops);
      return;
    }
    const callee = node.type === 'call' ? node.childForFieldName('function') : null;
    if (callee?.type !== 'attribute') return;
    const method = callee.childForFieldName('attribute')?.text ?? '';
    if (CHANGING.has(method)) write([callee.childForFieldName('object')?.text ?? ''], { how: 'call', value: node, method }, node, loops);
  };

  const assign = (left: SyntaxNode, right: SyntaxNode, statement: SyntaxNode, loops: readonly SyntaxNode[]): void => {
    if (statement.type === 'augmented_assignment') {
      const adds = statement.children.some((child) => child.type === '+=' || child.type === '|=');
      write([left.text], adds ? { how: 'extend', value: right } : opaque(right), statement, loops);
    } else if (left.type === 'identifier' || left.type === 'attribute') write([left.text], { how: 'assign', value: right }, statement, loops);
    else if (left.type === 'subscript') {
      const key = left.childForFieldName('subscript');
      write([left.childForFieldName('value')?.text ?? ''], key === null || key.type === 'slice' ? opaque(statement) : { how: 'item', value: right, key }, statement, loops);
    } else write(namesIn(left), ['pattern_list', 'tuple_pattern', 'list_pattern'].includes(left.type) ? { how: 'part', value: right, target: left } : opaque(right), statement, loops);
  };

  visit(scope, [], 0);
  return found;
}

function namesIn(target: SyntaxNode): readonly string[] {
  return target.type === 'identifier' ? [target.text] : target.descendantsOfType('identifier').map((node) => node.text);
}

/** The opposites of the tests of earlier statements that leave the block when they hold. */
function leftBefore(block: SyntaxNode, statement: SyntaxNode): Test[] {
  const tests: Test[] = [];
  for (const earlier of block.namedChildren) {
    if (earlier.startIndex >= statement.startIndex) break;
    if (earlier.type !== 'if_statement' || earlier.childForFieldName('alternative') !== null) continue;
    const last = earlier.childForFieldName('consequence')?.namedChildren.at(-1);
    const test = earlier.childForFieldName('condition');
    if (test !== null && last !== undefined && /^(return|raise|continue|break)_statement$/.test(last.type)) tests.push({ node: test, negated: true });
  }
  return tests;
}

/** What must hold for an arm of an `if` to run: its own test, and none of those before it. */
function testsOfArm(arm: SyntaxNode): Test[] {
  const own = arm.childForFieldName('condition');
  const tests: Test[] = own === null ? [] : [{ node: own, negated: false }];
  const statement = arm.type === 'if_statement' ? null : arm.parent;
  if (statement?.type !== 'if_statement') return tests;
  for (const earlier of [statement, ...statement.namedChildren.filter((child) => child.type === 'elif_clause' && child.startIndex < arm.startIndex)]) {
    const test = earlier.childForFieldName('condition');
    if (test !== null) tests.push({ node: test, negated: true });
  }
  return tests;
}
