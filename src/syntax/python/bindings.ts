import type { SyntaxNode } from '../tree-sitter.js';

/** A test that must hold (or fail) for a statement to run. An `except` or `case` clause stands for itself: nobody knows when it runs. */
export interface Test {
  readonly node: SyntaxNode;
  readonly negated: boolean;
}

/** Something that is done to a name, under the tests around it. */
export interface Binding {
  readonly how: 'assign' | 'extend' | 'append' | 'opaque';
  readonly value: SyntaxNode;
  readonly tests: readonly Test[];
  /** The `for`s and `while`s that repeat it, outermost first; a loop that the use stands in too is not among them. */
  readonly loops: readonly SyntaxNode[];
}

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
      .filter((one) => one.statement.endIndex <= before || (one.how === 'opaque' && one.statement.startIndex < before))
      .map(({ how, value, loops }) => ({ how, value, tests: testsAround(value), loops: loops.filter((loop) => loop.endIndex <= before) }));
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
  readonly how: Binding['how'];
  readonly value: SyntaxNode;
  readonly statement: SyntaxNode;
  readonly loops: readonly SyntaxNode[];
}

/** Everything that the statements of a scope's own body do to names; functions and classes inside are scopes of their own. */
function writtenIn(scope: SyntaxNode): ReadonlyMap<string, readonly Written[]> {
  const found = new Map<string, Written[]>();

  const write = (names: readonly string[], how: Binding['how'], value: SyntaxNode, statement: SyntaxNode, loops: readonly SyntaxNode[]): void => {
    for (const name of names) {
      const list = found.get(name);
      if (list === undefined) found.set(name, [{ how, value, statement, loops }]);
      else list.push({ how, value, statement, loops });
    }
  };

  const visit = (node: SyntaxNode, loops: readonly SyntaxNode[], depth: number): void => {
    if (depth > MAX_NESTING) return;
    switch (node.type) {
      case 'expression_statement':
        for (const child of node.namedChildren) expression(child, loops);
        return;
      case 'delete_statement':
        write(namesIn(node), 'opaque', node, node, loops);
        return;
      case 'with_clause':
        write(node.descendantsOfType('as_pattern_target').map((target) => target.text), 'opaque', node, node, loops);
        return;
      case 'for_statement':
      case 'while_statement': {
        const target = node.childForFieldName('left');
        if (target !== null) write(namesIn(target), 'opaque', node, node, loops);
        for (const child of node.namedChildren) visit(child, child.type === 'block' ? [...loops, node] : loops, depth + 1);
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
    const how = CHANGES[callee.childForFieldName('attribute')?.text ?? ''];
    const argument = node.childForFieldName('arguments')?.namedChildren.at(-1);
    if (how !== undefined) write([callee.childForFieldName('object')?.text ?? ''], argument === undefined ? 'opaque' : how, argument === undefined || how === 'opaque' ? node : argument, node, loops);
  };

  const assign = (left: SyntaxNode, right: SyntaxNode, statement: SyntaxNode, loops: readonly SyntaxNode[]): void => {
    if (statement.type === 'augmented_assignment') write([left.text], statement.children.some((child) => child.type === '+=') ? 'extend' : 'opaque', right, statement, loops);
    else if (left.type === 'identifier' || left.type === 'attribute') write([left.text], 'assign', right, statement, loops);
    else if (left.type === 'subscript') write([left.childForFieldName('value')?.text ?? ''], 'opaque', statement, statement, loops);
    else {
      const values = ['expression_list', 'tuple', 'list'].includes(right.type) ? right.namedChildren : [];
      const plain = values.length === left.namedChildren.length && left.namedChildren.every((target) => target.type === 'identifier');
      left.namedChildren.forEach((target, index) => write(namesIn(target), plain ? 'assign' : 'opaque', values[index] ?? right, statement, loops));
    }
  };

  visit(scope, [], 0);
  return found;
}

/** Methods that change a list or a set in place. */
const CHANGES: Readonly<Record<string, Binding['how']>> = { append: 'append', add: 'append', insert: 'append', extend: 'extend', update: 'extend', remove: 'opaque', discard: 'opaque', pop: 'opaque', clear: 'opaque' };

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
