import type { SyntaxNode } from '../tree-sitter.js';
import type { PythonModule } from './module.js';

/** Something that is done to a name, under the `if`s around it. */
export interface Binding {
  readonly how: 'assign' | 'extend' | 'append' | 'opaque';
  readonly value: SyntaxNode;
  readonly conditions: readonly { readonly test: SyntaxNode; readonly negated: boolean }[];
}

/**
 * What is done to a name before a place, in order: in the function around the place if it assigns the name, else in
 * the module. A use inside a function sees everything that the module does.
 */
export function bindingsOf(root: SyntaxNode, name: string, place: SyntaxNode | undefined): readonly Binding[] | 'parameter' {
  for (let scope = place === undefined ? null : functionAround(place); scope !== null; scope = functionAround(scope)) {
    const body = scope.childForFieldName('body');
    const own = body === null ? [] : within(body, name, place?.startIndex);
    if (own.length > 0) return own;
    const parameters = scope.childForFieldName('parameters');
    if (parameters?.descendantsOfType('identifier').some((node) => node?.text === name) === true) return 'parameter';
  }
  const inFunction = place !== undefined && functionAround(place) !== null;
  return within(root, name, inFunction ? undefined : place?.startIndex);
}

function functionAround(node: SyntaxNode): SyntaxNode | null {
  let parent = node.parent;
  while (parent !== null && parent.type !== 'function_definition' && parent.type !== 'lambda') parent = parent.parent;
  return parent;
}

function within(scope: SyntaxNode, name: string, before: number | undefined): Binding[] {
  const found: Binding[] = [];
  const visit = (node: SyntaxNode, conditions: Binding['conditions']): void => {
    if (before !== undefined && node.startIndex >= before) return;
    switch (node.type) {
      case 'function_definition':
      case 'class_definition':
      case 'lambda':
        return;
      case 'if_statement':
        visitIf(node, conditions);
        return;
      case 'assignment':
      case 'augmented_assignment': {
        const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
        if (left?.text === name && right !== null && (before === undefined || node.endIndex <= before)) {
          found.push({ how: node.type === 'assignment' ? 'assign' : node.children.some((child) => child.type === '+=') ? 'extend' : 'opaque', value: right, conditions });
        }
        return;
      }
      case 'call': {
        const callee = node.childForFieldName('function');
        const method = callee?.type === 'attribute' && callee.childForFieldName('object')?.text === name ? callee.childForFieldName('attribute')?.text : undefined;
        const argument = node.childForFieldName('arguments')?.namedChildren.at(-1);
        if (method === undefined || argument === undefined) return;
        const how = method === 'append' || method === 'add' || method === 'insert' ? 'append' : method === 'extend' || method === 'update' ? 'extend' : ['remove', 'pop', 'clear'].includes(method) ? 'opaque' : undefined;
        if (how !== undefined) found.push({ how, value: argument, conditions });
        return;
      }
      default:
        for (const child of node.namedChildren) visit(child, conditions);
    }
  };
  const visitIf = (node: SyntaxNode, conditions: Binding['conditions']): void => {
    const passed: { test: SyntaxNode; negated: boolean }[] = [];
    const arms = [node, ...node.namedChildren.filter((child) => child.type === 'elif_clause' || child.type === 'else_clause')];
    for (const arm of arms) {
      const test = arm.childForFieldName('condition');
      const body = arm.childForFieldName('consequence') ?? arm.childForFieldName('body');
      if (body !== null) visit(body, [...conditions, ...passed, ...(test === null ? [] : [{ test, negated: false }])]);
      if (test !== null) passed.push({ test, negated: true });
    }
  };
  visit(scope, []);
  return found;
}

/** A class by a name, or by a name that holds one of its objects, with its attributes' defaults. */
export interface FoundClass {
  readonly module: PythonModule;
  readonly attributes: ReadonlyMap<string, SyntaxNode>;
  /** A settings class: the environment overrides its attributes (pydantic `BaseSettings`, environ-config). */
  readonly fromEnvironment: boolean;
}

export function classNamed(module: PythonModule, node: SyntaxNode): FoundClass | undefined {
  if (node.type === 'call') {
    const callee = node.childForFieldName('function');
    return callee === null ? undefined : classNamed(module, callee) ?? classReturnedBy(module, callee);
  }
  if (node.type !== 'identifier') return undefined;
  const definition = module.root.descendantsOfType('class_definition').find((found) => found?.childForFieldName('name')?.text === node.text);
  if (definition !== undefined && definition !== null) return describe(module, definition);
  const assigned = module.root.namedChildren.flatMap((statement) => statement.namedChildren).find((child) => child.type === 'assignment' && child.childForFieldName('left')?.text === node.text)?.childForFieldName('right');
  if (assigned !== undefined && assigned !== null && assigned.type === 'call') return classNamed(module, assigned);
  const elsewhere = module.definitionOf(node.text);
  if (elsewhere === undefined) return undefined;
  const place = elsewhere.module.root.descendantsOfType('identifier').find((found) => found?.text === elsewhere.name);
  return place === undefined || place === null ? undefined : classNamed(elsewhere.module, place);
}

/** `get_settings()` whose body returns `Settings()`. */
function classReturnedBy(module: PythonModule, callee: SyntaxNode): FoundClass | undefined {
  const definition = module.root.descendantsOfType('function_definition').find((found) => found?.childForFieldName('name')?.text === callee.text);
  if (definition === undefined || definition === null) {
    const elsewhere = callee.type === 'identifier' ? module.definitionOf(callee.text) : undefined;
    const place = elsewhere?.module.root.descendantsOfType('identifier').find((found) => found?.text === elsewhere.name);
    return place === undefined || place === null || elsewhere === undefined ? undefined : classReturnedBy(elsewhere.module, place);
  }
  const returned = definition.descendantsOfType('return_statement')[0]?.namedChildren[0];
  return returned?.type === 'call' ? classNamed(module, returned.childForFieldName('function') ?? returned) : undefined;
}

function describe(module: PythonModule, definition: SyntaxNode): FoundClass {
  const attributes = new Map<string, SyntaxNode>();
  for (const statement of definition.childForFieldName('body')?.namedChildren ?? []) {
    const assignment = statement.namedChildren.find((child) => child.type === 'assignment');
    const [left, right] = [assignment?.childForFieldName('left'), assignment?.childForFieldName('right')];
    if (left?.type === 'identifier' && right !== null && right !== undefined) attributes.set(left.text, defaultIn(right));
  }
  return { module, attributes, fromEnvironment: /Settings\b/.test(definition.childForFieldName('superclasses')?.text ?? '') };
}

/** `Field(default=[…])`, `Field([…], …)` → its default. */
function defaultIn(value: SyntaxNode): SyntaxNode {
  if (value.type !== 'call' || !/(^|\.)[Ff]ield$/.test(value.childForFieldName('function')?.text ?? '')) return value;
  const args = value.childForFieldName('arguments')?.namedChildren ?? [];
  const named = args.find((arg) => arg.type === 'keyword_argument' && arg.childForFieldName('name')?.text === 'default')?.childForFieldName('value');
  return named ?? args.find((arg) => arg.type !== 'keyword_argument') ?? value;
}
