import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { isSilent } from '../../values/silent.js';
import { unknown, type Value } from '../../values/value.js';
import { fork, gather, wayOn } from '../../values/ways.js';
import type { SyntaxNode } from '../tree-sitter.js';
import { assign, assignUnknown, targetsIn } from './assign.js';
import { classValue } from './instances.js';
import { decorated, functionValue } from './functions.js';
import { namesEnvironment, patternHolds } from './calls.js';
import { evaluationIn } from './evaluate.js';
import { runImports } from './imported.js';
import { callHandle, elementsOf } from './invoke.js';
import { asList } from './lists.js';
import { MAX_NESTING, type Frame, type Loop } from './session.js';
import { shortened, undecided } from './truth.js';

/** So many turns of a loop are followed one by one. */
const MAX_TURNS = 100;

/** Runs the statements of a block: events and names go to the frame, whose `reached` says when the next statement runs. */
export function executeAll(block: SyntaxNode | null, frame: Frame): void {
  for (const statement of block?.namedChildren ?? []) execute(statement, frame);
}

export function execute(node: SyntaxNode, frame: Frame): void {
  const { session } = frame;
  if (frame.reached.c === 'false' || session.nesting > MAX_NESTING || !session.spend()) return;
  session.nesting += 1;
  step(node, frame);
  session.nesting -= 1;
}

function step(node: SyntaxNode, frame: Frame): void {
  const { module } = frame;
  const evaluation = evaluationIn(frame);
  const at = module.span(node);
  switch (node.type) {
    case 'expression_statement':
      for (const child of node.namedChildren) expression(child, frame);
      return;
    case 'function_definition':
    case 'class_definition':
    case 'decorated_definition':
      return define(node, frame);
    case 'return_statement': {
      const returned = node.namedChildren[0];
      frame.events.push({ kind: 'return', value: returned === undefined ? { kind: 'nothing', what: 'null', at } : evaluation.valueOf(returned), when: frame.reached, at });
      frame.reached = FALSE;
      return;
    }
    case 'raise_statement': {
      const raised = node.namedChildren[0];
      const value = raised === undefined ? undefined : evaluation.valueOf(raised);
      frame.events.push({ kind: 'throw', when: frame.reached, ...(value === undefined ? {} : { value }), at });
      frame.reached = FALSE;
      return;
    }
    case 'break_statement':
    case 'continue_statement': {
      const loop = frame.loops.at(-1);
      (node.type === 'break_statement' ? loop?.breaks : loop?.continues)?.push(wayOn(frame));
      frame.reached = FALSE;
      return;
    }
    case 'if_statement':
      return branch(node, node.childrenForFieldName('alternative').flatMap((child) => child ?? []), frame);
    case 'match_statement':
      return match(node, frame);
    case 'for_statement':
      return forEach(node, frame);
    case 'while_statement': {
      const condition = node.childForFieldName('condition');
      const test = condition === null ? TRUE : evaluation.conditionOf(condition);
      return repeatUnknown(node, test.c === 'true' ? undecided(at, 'how often a loop runs') : test, () => undefined, frame);
    }
    case 'try_statement':
      return attempt(node, frame);
    case 'with_statement':
      for (const item of node.descendantsOfType('with_item').filter((one) => one.parent?.parent?.id === node.id)) {
        const value = item.childForFieldName('value');
        if (value?.type === 'as_pattern') {
          const [opened, alias] = [value.namedChildren[0], value.childForFieldName('alias')?.namedChildren[0]];
          if (opened !== undefined && alias !== undefined && alias !== null) assign(alias, evaluation.valueOf(opened), frame);
        } else if (value !== null) evaluation.valueOf(value);
      }
      return executeAll(node.childForFieldName('body'), frame);
    case 'delete_statement':
      for (const target of targetsIn(node.namedChildren)) remove(target, frame);
      return;
    case 'global_statement':
    case 'nonlocal_statement':
      for (const name of node.namedChildren) frame.env.outer.add(name.text);
      return;
    case 'import_statement':
    case 'import_from_statement':
      return runImports(node, frame);
    case 'block':
    case 'module':
      return executeAll(node, frame);
  }
}

function expression(node: SyntaxNode, frame: Frame): void {
  const evaluation = evaluationIn(frame);
  if (node.type === 'assignment') {
    const targets: SyntaxNode[] = [];
    let right: SyntaxNode | null = node;
    for (; right?.type === 'assignment'; right = right.childForFieldName('right')) {
      const left = right.childForFieldName('left');
      if (left !== null) targets.push(left);
    }
    // `name: type` without a value binds nothing.
    if (right === null) return;
    const value = evaluation.valueOf(right);
    for (const target of targets) assign(target, value, frame);
  } else if (node.type === 'augmented_assignment') augment(node, frame);
  else if (node.type !== 'string' && node.type !== 'comment') evaluation.valueOf(node);
}

/** `name += value`; on a handle, the call that Python makes of it. */
function augment(node: SyntaxNode, frame: Frame): void {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (left === null || right === null) return;
  const evaluation = evaluationIn(frame);
  const [before, more, at] = [evaluation.valueOf(left), evaluation.valueOf(right), frame.module.span(node)];
  const operator = node.childForFieldName('operator')?.text ?? '';
  if (before.kind === 'handle') return void callHandle(before, operator === '|=' ? '__ior__' : '__iadd__', [more], undefined, frame, at);
  if (operator === '+=' || operator === '|=') return assign(left, evaluation.added(before, more, at), frame);
  assignUnknown(left, 'unsupported-syntax', shortened(node.text), frame);
}

function define(node: SyntaxNode, frame: Frame): void {
  const definition = node.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
  const name = definition?.childForFieldName('name')?.text;
  if (definition === null || definition === undefined || name === undefined) return;
  const plain = definition.type === 'class_definition' ? classValue(definition, frame) : functionValue(definition, frame);
  frame.env.assign(name, plain);
  frame.env.assign(name, decorated(node, plain, frame));
}

function branch(node: SyntaxNode, others: readonly SyntaxNode[], frame: Frame): void {
  const condition = node.childForFieldName('condition');
  const test = condition === null ? undecided(frame.module.span(node), 'a condition') : evaluationIn(frame).conditionOf(condition);
  const [next, ...later] = others;
  const otherwise = (): void => {
    if (next?.type === 'elif_clause') branch(next, later, frame);
    else if (next !== undefined) executeAll(next.childForFieldName('body'), frame);
  };
  fork(test, () => executeAll(node.childForFieldName('consequence'), frame), otherwise, frame);
}

function match(node: SyntaxNode, frame: Frame): void {
  const subject = node.childForFieldName('subject');
  const evaluation = evaluationIn(frame);
  const value = subject === null ? undefined : evaluation.valueOf(subject);
  const cases = node.childForFieldName('body')?.namedChildren.filter((child) => child.type === 'case_clause') ?? [];
  const from = (index: number): void => {
    const clause = cases[index];
    if (clause === undefined || value === undefined) return;
    const pattern = clause.namedChildren.find((child) => child.type === 'case_pattern');
    const guard = clause.childForFieldName('guard')?.namedChildren[0];
    const environment = subject !== null && namesEnvironment(subject);
    const matches = (pattern === undefined ? undefined : patternHolds(evaluation, value, pattern, environment)) ?? undecided(frame.module.span(clause), shortened(pattern?.text ?? 'a pattern'));
    fork(and(matches, guard === undefined ? TRUE : evaluation.conditionOf(guard)), () => executeAll(clause.childForFieldName('consequence'), frame), () => from(index + 1), frame);
  };
  from(0);
}

function forEach(node: SyntaxNode, frame: Frame): void {
  const [target, source, body] = [node.childForFieldName('left'), node.childForFieldName('right'), node.childForFieldName('body')];
  if (target === null || source === null) return;
  const at = frame.module.span(source);
  const evaluation = evaluationIn(frame);
  const over = elementsOf(evaluation.valueOf(source), at);
  const list = over.kind === 'handle' ? over : asList(over, at);
  if (list.kind === 'list' && list.rest === undefined && list.items.length <= MAX_TURNS && list.items.every((item) => item.kind !== 'either' || item.options.length !== 1)) {
    const loop: Loop = { breaks: [], continues: [] };
    frame.loops.push(loop);
    const start = frame.reached;
    for (const item of list.items) {
      const turn = frame.reached;
      assign(target, item, frame);
      executeAll(body, frame);
      const continues = loop.continues.splice(0);
      if (continues.length > 0) gather(turn, [wayOn(frame), ...continues], frame);
    }
    frame.loops.pop();
    if (loop.breaks.length > 0) gather(start, [wayOn(frame), ...loop.breaks], frame);
  } else {
    const element: Value = list.kind === 'handle' ? list : unknown(list.kind === 'unknown' ? list.reason : 'unsupported-syntax', `an item of ${shortened(source.text)}`, at);
    repeatUnknown(node, list.kind === 'handle' ? TRUE : undecided(at, `whether ${shortened(source.text)} is empty`), () => assign(target, element, frame), frame);
  }
  const alternative = node.childForFieldName('alternative');
  if (alternative !== null) executeAll(alternative.childForFieldName('body'), frame);
}

/** A loop whose turns cannot be counted: its body runs once or not at all, and may have run before. */
function repeatUnknown(node: SyntaxNode, runs: Condition, before: () => void, frame: Frame): void {
  const loop: Loop = { breaks: [], continues: [] };
  const start = frame.reached;
  frame.loops.push(loop);
  fork(runs, () => {
    const inside = frame.reached;
    before();
    executeAll(node.childForFieldName('body'), frame);
    const ways = [...loop.breaks, ...loop.continues];
    if (ways.length > 0) gather(inside, [wayOn(frame), ...ways], frame);
  }, () => undefined, frame);
  frame.loops.pop();
  if (runs.c === 'true' && frame.reached.c === 'false') frame.reached = start;
}

/** What is raised inside, by a statement or by code that is not in view, is handled here. */
function attempt(node: SyntaxNode, frame: Frame): void {
  const { session, events, env, reached: start } = frame;
  const at = frame.module.span(node);
  const handlers = node.namedChildren.filter((child) => child.type === 'except_clause' || child.type === 'except_group_clause');
  const before = env.variables;
  const [from, calls] = [events.length, session.unknownCalls];
  const guarded = (): Condition => {
    env.variables = new Map(before);
    executeAll(node.childForFieldName('body'), frame);
    return or(...events.slice(from).flatMap((event) => (event.kind === 'throw' ? [event.when] : [])));
  };
  let raised = guarded();
  const silentHandlers = handlers.every((handler) => /^except\s*\(?\s*(?:ImportError|ModuleNotFoundError)\b/.test(handler.text));
  if (!silentHandlers && session.unknownCalls > calls) {
    const raises: Condition = { c: 'fact', fact: { key: `raises@${at.file}:${at.start}`, reason: 'function-call', detail: 'whether something inside `try` raises', at } };
    events.length = from;
    frame.reached = and(start, not(raises));
    raised = or(and(start, raises), guarded());
  }
  const otherwise = node.namedChildren.find((child) => child.type === 'else_clause');
  if (otherwise !== undefined) executeAll(otherwise.childForFieldName('body'), frame);
  if (handlers.length > 0 && raised.c !== 'false') {
    const thrown = new Set(events.slice(from).flatMap((event) => (event.kind === 'throw' && event.value !== undefined ? [event.value] : [])));
    for (let index = events.length - 1; index >= from; index -= 1) if (events[index]!.kind === 'throw') events.splice(index, 1);
    const tried = wayOn(frame);
    const ways = handlers.map((handler, index) => {
      env.variables = new Map(before);
      // Which of several handlers it is, nobody knows.
      frame.reached = and(raised, index === handlers.length - 1 ? TRUE : undecided(frame.module.span(handler), shortened(handler.text.split(':')[0] ?? '')));
      const alias = handler.childForFieldName('value')?.childForFieldName('alias')?.namedChildren[0];
      if (alias !== undefined && alias !== null) assign(alias, thrown.size === 1 ? [...thrown][0]! : unknown('unsupported-syntax', 'what was raised', frame.module.span(alias)), frame);
      const entered = frame.reached;
      executeAll(handler.namedChildren.findLast((child) => child.type === 'block') ?? null, frame);
      return { ...wayOn(frame), passed: frame.reached === entered };
    });
    gather(start, [tried, ...ways], frame);
    if (ways.every(({ passed }) => passed) && tried.when.c !== 'false' && events.slice(from).every((event) => event.kind !== 'return' && event.kind !== 'throw')) frame.reached = start;
  }
  const last = node.namedChildren.find((child) => child.type === 'finally_clause');
  if (last !== undefined) {
    const after = frame.reached;
    frame.reached = start;
    executeAll(last.namedChildren.find((child) => child.type === 'block') ?? null, frame);
    frame.reached = frame.reached === start ? after : and(after, frame.reached);
  }
}

function remove(target: SyntaxNode, frame: Frame): void {
  const evaluation = evaluationIn(frame);
  const [object, key] = [target.childForFieldName('value'), target.childForFieldName('subscript')];
  if (target.type !== 'subscript' || object === null || key === null) return;
  const [owner, name] = [evaluation.valueOf(object), evaluation.valueOf(key)];
  if (owner.kind === 'handle' && !isSilent(owner)) callHandle(owner, '__delitem__', [name], undefined, frame, frame.module.span(target));
  else if (owner.kind === 'record' && name.kind === 'string') assign(object, { ...owner, entries: owner.entries.filter(({ key: known }) => known !== name.value) }, frame);
  else assignUnknown(object, 'conflicting-writes', shortened(target.text), frame);
}

