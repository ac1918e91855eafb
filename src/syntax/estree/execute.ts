import { and, FALSE, not, or, type Condition } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { fork, gather, joined, wayOn, type Way } from '../../values/ways.js';
import { bindPattern } from './bindings.js';
import { equality, nothing, truthy } from './either.js';
import { evaluate } from './evaluate.js';
import { classValue, functionValue } from './functions.js';
import { importModuleMember, stateOf } from './imports.js';
import { forEach, repeat } from './loops.js';
import { isRelative } from './resolve.js';
import { skip } from './skip.js';
import type { Variable } from './scopes.js';
import { happen, MAX_DEPTH, type Exit, type Frame, type ModuleState } from './session.js';
import type { Node, Statement, SwitchStatement, TryStatement } from './tree.js';
import { leavesSince } from './leaves.js';

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
  for (const statement of body) {
    frame.session.begin();
    execute(statement, frame);
  }
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
  if (frame.reached.c === 'false') return;
  if (session.depth > MAX_DEPTH || !session.spend()) return skip(node, frame);
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
      if (node.importKind !== 'type' && isRelative(node.source.value)) importModuleMember(node.source.value, '*', frame, node);
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
      happen({ kind: 'return', when: frame.reached, value, at }, frame);
      frame.reached = FALSE;
      return;
    }
    case 'ThrowStatement':
      evaluate(node.argument, frame);
      happen({ kind: 'throw', when: frame.reached, at }, frame);
      frame.reached = FALSE;
      return;
    case 'BreakStatement':
    case 'ContinueStatement': {
      const exit = node.type === 'BreakStatement' ? frame.exits.at(-1) : frame.exits.findLast(({ loop }) => loop);
      (node.type === 'BreakStatement' ? exit?.breaks : exit?.continues)?.push(wayOn(frame));
      frame.reached = FALSE;
      return;
    }
    case 'SwitchStatement':
      return choose(node, frame);
    case 'TryStatement':
      return attempt(node, frame);
    case 'ForOfStatement':
    case 'ForInStatement':
      return forEach(node, frame);
    case 'ForStatement': {
      if (node.init !== null) execute(node.init, frame);
      return repeat(node, frame);
    }
    case 'WhileStatement':
    case 'DoWhileStatement':
      return repeat(node, frame);
    default:
      // Expressions stand in the head of `for`; types and empty statements do nothing.
      if (/Expression$/.test(node.type)) evaluate(node, frame);
  }
}

function choose(node: SwitchStatement, frame: Frame): void {
  const value = evaluate(node.discriminant, frame);
  const { reached: start, env } = frame;
  const from = frame.events.length;
  const before = env.variables;
  const tests = node.cases.map((branch) => (branch.test === null ? undefined : equality(value, evaluate(branch.test, frame), frame.module.spanOf(branch))));
  const exit: Exit = { breaks: [], continues: [], loop: false };
  frame.exits.push(exit);
  let fallen: Way<Variable> = { when: FALSE, variables: before };
  let taken: Condition = FALSE;
  const none = not(or(...tests.flatMap((test) => test ?? [])));
  node.cases.forEach((branch, index) => {
    const test = tests[index];
    const entered = and(start, test === undefined ? none : and(not(taken), test));
    if (test !== undefined) taken = or(taken, test);
    frame.reached = or(entered, fallen.when);
    env.variables = fallen.when.c === 'false' ? new Map(before) : joined(fallen.when, fallen.variables, before);
    for (const statement of branch.consequent) execute(statement, frame);
    fallen = wayOn(frame);
  });
  frame.exits.pop();
  const passed: readonly Way<Variable>[] = tests.includes(undefined) ? [] : [{ when: and(start, none), variables: before }];
  gather(start, [fallen, ...exit.breaks, ...passed], frame);
  if (!leavesSince(from, frame) && (frame.exits.findLast(({ loop }) => loop)?.continues.length ?? 0) === 0) frame.reached = start;
}

/** What is thrown inside, by a statement or by code that is not in view, is handled here. */
function attempt(node: TryStatement, frame: Frame): void {
  const { session, events, env, reached: start } = frame;
  const from = events.length;
  const calls = session.unknownCalls;
  const before = env.variables;
  const guarded = (): Condition => {
    env.variables = new Map(before);
    if (node.handler !== null) session.catching++;
    execute(node.block, frame);
    if (node.handler !== null) session.catching--;
    return or(...events.slice(from).flatMap((event) => (event.kind === 'throw' ? [event.when] : [])));
  };
  let thrown: Condition = session.throwing.has(node) ? FALSE : guarded();
  if (node.handler !== null && (session.unknownCalls > calls || session.throwing.has(node))) {
    // Code that is not in view may throw: run again, as far as it does not.
    session.throwing.add(node);
    const at = frame.module.spanOf(node);
    const throws: Condition = { c: 'fact', fact: { key: `throws@${at.file}:${at.start}`, reason: 'function-call', detail: 'whether something inside `try` throws', at } };
    events.length = from;
    frame.reached = and(start, not(throws));
    thrown = or(and(start, throws), guarded());
  }
  if (session.catching === 0) session.throwing.clear();
  if (node.handler !== null && thrown.c !== 'false') {
    for (let index = events.length - 1; index >= from; index--) if (events[index]!.kind === 'throw') events.splice(index, 1);
    const tried = wayOn(frame);
    frame.reached = thrown;
    env.variables = new Map(before);
    if (node.handler.param !== null) bindPattern(node.handler.param, whatWasThrown(frame.module.spanOf(node.handler)), frame);
    execute(node.handler.body, frame);
    const handled = wayOn(frame);
    gather(start, [tried, handled], frame);
    // Both ways went on: nothing was decided here.
    if (handled.when === thrown && tried.when.c !== 'false' && events.slice(from).every((event) => event.kind !== 'return')) frame.reached = start;
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
