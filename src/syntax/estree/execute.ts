import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { bindPattern } from './bindings.js';
import { equality, join, nothing, truthy } from './either.js';
import { evaluate, pairsOf } from './evaluate.js';
import { classValue, functionValue } from './functions.js';
import { importModuleMember, stateOf } from './imports.js';
import { MAX_DEPTH, meet, type Frame, type ModuleState } from './session.js';
import { rangeOf, type Node, type Statement, type SwitchStatement, type TryStatement } from './tree.js';
import type { Variable } from './scopes.js';

/** So many turns of a loop are followed one by one. */
const MAX_TURNS = 64;

/** Function declarations are there before the first statement runs. */
export function hoist(statements: readonly Node[], frame: Frame): void {
  for (const statement of statements) {
    const declaration = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'FunctionDeclaration' && declaration.id !== null) bindPattern(declaration.id, functionValue(declaration, frame), frame);
  }
}

/** Runs a module's top level and collects what it exports. */
export function runModule(frame: Frame, state: ModuleState): void {
  const { body } = frame.module.program;
  if (frame.module.file.endsWith('.json')) {
    if (body[0]?.type === 'ExpressionStatement') state.exports.set('module.exports', evaluate(body[0].expression, frame));
    return;
  }
  hoist(body, frame);
  for (const statement of body) execute(statement, frame);
  for (const statement of body) collectExports(statement, frame, state);
}

function collectExports(statement: Node, frame: Frame, state: ModuleState): void {
  if (statement.type === 'ExportDefaultDeclaration') {
    const { declaration } = statement;
    const named = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
    if (named) state.exports.set('default', evaluate(declaration.id ?? declaration, frame));
  } else if (statement.type === 'ExportAllDeclaration') {
    if (statement.exportKind === 'type') return;
    const all = importModuleMember(statement.source.value, '*', frame, statement);
    if (statement.exported !== null) state.exports.set(exportName(statement.exported), all);
    else if (all.kind === 'record') for (const { key, value } of all.entries) if (key !== 'default' && !state.exports.has(key)) state.exports.set(key, value);
  } else if (statement.type === 'ExportNamedDeclaration' && statement.exportKind !== 'type') {
    for (const specifier of statement.specifiers) {
      const local = exportName(specifier.local);
      const value = statement.source === null ? evaluate(specifier.local, frame) : importModuleMember(statement.source.value, local, frame, specifier);
      state.exports.set(exportName(specifier.exported), value);
    }
    for (const name of namesDeclaredBy(statement.declaration)) state.exports.set(name.name, evaluate(name, frame));
  } else if (statement.type === 'TSExportAssignment') state.exports.set('module.exports', evaluate(statement.expression, frame));
}

type Name = Node & { type: 'Identifier' };

function namesDeclaredBy(declaration: Node | null): readonly Name[] {
  switch (declaration?.type) {
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(({ id }) => namesIn(id));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return declaration.id === null ? [] : namesIn(declaration.id);
    default:
      return [];
  }
}

/** Names that a pattern binds. */
function namesIn(pattern: Node): readonly Name[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => namesIn(property.type === 'RestElement' ? property.argument : property.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** `namespace N { export const … }`: an object of what it exports. */
function namespaceOf(node: Node & { type: 'TSModuleDeclaration' }, frame: Frame): void {
  if (node.id.type !== 'Identifier' || node.body?.type !== 'TSModuleBlock' || node.declare) return;
  const { body } = node.body;
  hoist(body, frame);
  for (const statement of body) execute(statement, frame);
  const names = body.flatMap((statement) => (statement.type === 'ExportNamedDeclaration' ? namesDeclaredBy(statement.declaration) : []));
  bindPattern(node.id, { kind: 'record', entries: names.map((name) => ({ key: name.name, value: evaluate(name, frame), at: frame.module.spanOf(name) })), at: frame.module.spanOf(node) }, frame);
}

function exportName(name: Node): string {
  return name.type === 'Identifier' ? name.name : name.type === 'Literal' ? String(name.value) : '';
}

/** Runs a statement: events and bindings go to the frame, whose `reached` says when the next statement runs. */
export function execute(node: Statement | Node, frame: Frame): void {
  const { session } = frame;
  if (frame.reached.c === 'false' || !session.spend() || session.depth > MAX_DEPTH) return;
  session.depth++;
  try {
    step(node, frame);
  } finally {
    session.depth--;
  }
}

function step(node: Node, frame: Frame): void {
  const at = frame.module.spanOf(node);
  switch (node.type) {
    case 'ExpressionStatement':
      evaluate(node.expression, frame);
      return;
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) bindPattern(id, init === null ? nothing(at) : evaluate(init, frame), frame);
      return;
    case 'ClassDeclaration':
      for (const { expression } of node.decorators ?? []) evaluate(expression, frame);
      if (node.id !== null) bindPattern(node.id, classValue(node, frame), frame);
      return;
    case 'ImportDeclaration':
      if (node.importKind !== 'type' && node.source.value.startsWith('.')) importModuleMember(node.source.value, '*', frame, node);
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration !== null) execute(node.declaration, frame);
      return;
    case 'ExportDefaultDeclaration': {
      const { declaration } = node;
      if (declaration.type === 'FunctionDeclaration' || declaration.type === 'TSInterfaceDeclaration') return;
      if (declaration.type === 'ClassDeclaration') return execute(declaration, frame);
      stateOf(frame.module, frame.session, frame.hops).exports.set('default', evaluate(declaration, frame));
      return;
    }
    case 'BlockStatement':
    case 'StaticBlock':
      hoist(node.body, frame);
      for (const statement of node.body) execute(statement, frame);
      return;
    case 'TSModuleDeclaration':
      return namespaceOf(node, frame);
    case 'LabeledStatement':
      return execute(node.body, frame);
    case 'IfStatement': {
      const test = truthy(evaluate(node.test, frame));
      fork(test, () => execute(node.consequent, frame), () => node.alternate !== null && execute(node.alternate, frame), frame);
      return;
    }
    case 'ReturnStatement': {
      const value = node.argument === null ? nothing(at) : evaluate(node.argument, frame);
      frame.events.push({ kind: 'return', when: frame.reached, value, at });
      frame.reached = FALSE;
      return;
    }
    case 'ThrowStatement':
      evaluate(node.argument, frame);
      frame.events.push({ kind: 'throw', when: frame.reached, at });
      frame.reached = FALSE;
      return;
    case 'BreakStatement':
    case 'ContinueStatement': {
      const exit = node.type === 'BreakStatement' ? frame.exits.at(-1) : frame.exits.findLast(({ loop }) => loop);
      (node.type === 'BreakStatement' ? exit?.breaks : exit?.continues)?.push(frame.reached);
      frame.reached = FALSE;
      return;
    }
    case 'SwitchStatement':
      return choose(node, frame);
    case 'TryStatement':
      return attempt(node, frame);
    case 'ForOfStatement':
    case 'ForInStatement': {
      const value = evaluate(node.right, frame);
      const list = node.type === 'ForInStatement' ? keysOf(value) : value.kind === 'record' ? pairsOf(value) : value;
      const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]!.id : node.left;
      const items: readonly Value[] | undefined = list.kind === 'list' && list.items.length <= MAX_TURNS ? list.items : undefined;
      inLoop(frame, () => {
        for (const item of items ?? []) turn(frame, TRUE, () => bindPattern(target, item, frame), node.body);
        const more = list.kind === 'list' ? (items === undefined ? unknown('budget', 'a long list', at) : list.rest) : list;
        if (more !== undefined && more.kind !== 'nothing') turn(frame, maybe(node, frame), () => bindPattern(target, more.kind === 'unknown' || more.kind === 'env' ? more : unknown('unsupported-syntax', 'an item of a list', at), frame), node.body);
      });
      return;
    }
    case 'ForStatement': {
      if (node.init !== null) execute(node.init, frame);
      return repeat(node, node.test, node.body, node.update, frame);
    }
    case 'WhileStatement':
      return repeat(node, node.test, node.body, null, frame);
    case 'DoWhileStatement':
      return inLoop(frame, () => turn(frame, TRUE, () => undefined, node.body));
    default:
      // Expressions stand in the head of `for`; types and empty statements do nothing.
      if (/Expression$/.test(node.type)) evaluate(node, frame);
  }
}

/** Runs both sides of a choice on their own copies of the variables and joins them. */
function fork(test: Condition, yes: () => unknown, no: () => unknown, frame: Frame): void {
  if (test.c === 'true') return void yes();
  if (test.c === 'false') return void no();
  const { env } = frame;
  const start = frame.reached;
  const before = env.variables;
  const side = (condition: Condition, run: () => unknown): { inside: Condition; after: Condition; variables: Map<Variable, Value> } => {
    env.variables = new Map(before);
    frame.reached = and(start, condition);
    const inside = frame.reached;
    run();
    return { inside, after: frame.reached, variables: env.variables };
  };
  const a = side(test, yes);
  const b = side(not(test), no);
  frame.reached = a.after === a.inside && b.after === b.inside ? start : meet(start, [a.after, b.after]);
  env.variables = a.after.c === 'false' ? b.variables : b.after.c === 'false' ? a.variables : joined(test, a.variables, b.variables);
}

function joined(test: Condition, a: Map<Variable, Value>, b: Map<Variable, Value>): Map<Variable, Value> {
  const result = new Map<Variable, Value>();
  for (const variable of new Set([...a.keys(), ...b.keys()])) {
    const x = a.get(variable);
    const y = b.get(variable);
    if (x === undefined || y === undefined || x === y) result.set(variable, (x ?? y)!);
    else result.set(variable, join([{ when: test, value: x }, { when: not(test), value: y }], x.at));
  }
  return result;
}

function choose(node: SwitchStatement, frame: Frame): void {
  const value = evaluate(node.discriminant, frame);
  const start = frame.reached;
  const tests = node.cases.map((branch) => (branch.test === null ? undefined : equality(value, evaluate(branch.test, frame), frame.module.spanOf(branch))));
  const exit = { breaks: [] as Condition[], continues: [] as Condition[], loop: false };
  frame.exits.push(exit);
  let fallen: Condition = FALSE;
  let taken: Condition = FALSE;
  const none = not(or(...tests.flatMap((test) => test ?? [])));
  node.cases.forEach((branch, index) => {
    const test = tests[index];
    const entered = test === undefined ? none : and(not(taken), test);
    if (test !== undefined) taken = or(taken, test);
    frame.reached = or(and(start, entered), fallen);
    // Variables are joined as if each branch were an `if`.
    const inside = frame.reached;
    const before = frame.env.variables;
    frame.env.variables = new Map(before);
    for (const statement of branch.consequent) execute(statement, frame);
    fallen = frame.reached;
    const left = fallen.c === 'false' && !exit.breaks.some((reached) => reached === inside);
    frame.env.variables = left && exit.breaks.length === 0 ? before : joined(inside, frame.env.variables, before);
  });
  frame.exits.pop();
  const hasDefault = tests.includes(undefined);
  const after = meet(start, [fallen, ...exit.breaks, ...(hasDefault ? [] : [and(start, none)])]);
  const left = node.cases.length > 0 && frame.events.some((event) => event.kind === 'return' || event.kind === 'throw');
  frame.reached = left ? after : start;
}

/** What is thrown inside, by a statement or by code that is not in view, is handled here. */
function attempt(node: TryStatement, frame: Frame): void {
  const { session, events, env } = frame;
  const start = frame.reached;
  const from = events.length;
  const calls = session.unknownCalls;
  const before = new Map(env.variables);
  const guarded = (): void => {
    if (node.handler !== null) session.catching++;
    execute(node.block, frame);
    if (node.handler !== null) session.catching--;
  };
  guarded();
  let thrown: Condition = or(...events.slice(from).flatMap((event) => (event.kind === 'throw' ? [event.when] : [])));
  if (session.unknownCalls > calls && node.handler !== null) {
    // Code that is not in view may throw: run again, as far as it does not.
    const at = frame.module.spanOf(node);
    const throws: Condition = { c: 'fact', fact: { key: `throws@${at.file}:${at.start}`, reason: 'function-call', detail: 'whether something inside `try` throws', at } };
    events.length = from;
    env.variables = before;
    frame.reached = and(start, not(throws));
    guarded();
    thrown = or(and(start, throws), ...events.slice(from).flatMap((event) => (event.kind === 'throw' ? [event.when] : [])));
  }
  if (node.handler !== null && thrown.c !== 'false') {
    for (let index = events.length - 1; index >= from; index--) if (events[index]!.kind === 'throw') events.splice(index, 1);
    const after = frame.reached;
    frame.reached = thrown;
    if (node.handler.param !== null) bindPattern(node.handler.param, whatWasThrown(frame.module.spanOf(node.handler)), frame);
    execute(node.handler.body, frame);
    // Both ways went on: nothing was decided here.
    frame.reached = frame.reached === thrown && after.c !== 'false' && events.slice(from).every((event) => event.kind !== 'return') ? start : meet(start, [after, frame.reached]);
  }
  if (node.finalizer !== null) {
    const after = frame.reached;
    frame.reached = start;
    execute(node.finalizer, frame);
    frame.reached = frame.reached === start ? after : and(after, frame.reached);
  }
}

/** An object: something is there, its properties are not known. */
function whatWasThrown(at: Value['at']): Value {
  return { kind: 'record', entries: [], rest: unknown('unsupported-syntax', 'what was thrown', at), at };
}

function keysOf(value: Value): Value {
  if (value.kind !== 'record') return value;
  return { kind: 'list', items: value.entries.map(({ key, at }): Value => ({ kind: 'string', value: key, at })), ...(value.rest === undefined ? {} : { rest: value.rest }), at: value.at };
}

function maybe(node: Node, frame: Frame): Condition {
  const at = frame.module.spanOf(node);
  return { c: 'fact', fact: { key: `loop@${at.file}:${rangeOf(node)[0]}`, reason: 'unsupported-syntax', detail: 'whether a loop runs', at } };
}

function inLoop(frame: Frame, run: () => void): void {
  const start = frame.reached;
  const exit = { breaks: [] as Condition[], continues: [] as Condition[], loop: true };
  const from = frame.events.length;
  frame.exits.push(exit);
  run();
  frame.exits.pop();
  const left = frame.events.slice(from).some((event) => event.kind === 'return' || event.kind === 'throw');
  frame.reached = left ? meet(start, [frame.reached, ...exit.breaks]) : start;
}

function turn(frame: Frame, condition: Condition, bind: () => void, body: Node): void {
  const exit = frame.exits.at(-1)!;
  fork(condition, () => {
    const start = frame.reached;
    bind();
    execute(body, frame);
    const continued = exit.continues.splice(0);
    if (continued.length > 0) frame.reached = meet(start, [frame.reached, ...continued]);
  }, () => undefined, frame);
}

function repeat(node: Node, test: Node | null, body: Node, update: Node | null, frame: Frame): void {
  inLoop(frame, () => {
    for (let turns = 0; turns < MAX_TURNS && frame.reached.c !== 'false'; turns++) {
      const goes = test === null ? TRUE : truthy(evaluate(test, frame));
      if (goes.c === 'false') return;
      if (goes.c !== 'true') return turn(frame, maybe(node, frame), () => undefined, body);
      turn(frame, TRUE, () => undefined, body);
      if (update !== null) evaluate(update, frame);
    }
  });
}
