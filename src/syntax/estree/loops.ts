import { and, not, TRUE, type Condition } from '../../values/condition.js';
import type { UnknownReason } from '../../values/fact.js';
import { unknown, type Value } from '../../values/value.js';
import { fork, gather, wayOn } from '../../values/ways.js';
import { bindPattern } from './bindings.js';
import { truthy } from './either.js';
import { evaluate, pairsOf } from './evaluate.js';
import { execute } from './execute.js';
import type { Exit, Frame } from './session.js';
import { rangeOf, type DoWhileStatement, type ForInStatement, type ForOfStatement, type ForStatement, type Node, type WhileStatement } from './tree.js';
import { leavesSince } from './leaves.js';

/** So many turns of a loop are followed one by one. */
const MAX_TURNS = 64;
/** So many turns of a loop whose end depends on the request. */
const MAX_OPEN_TURNS = 16;

/** `for (… of list)`, `for (… in object)`: once for each item in view, and once more for those that are not. */
export function forEach(node: ForOfStatement | ForInStatement, frame: Frame): void {
  const at = frame.module.spanOf(node);
  const value = evaluate(node.right, frame);
  const list = node.type === 'ForInStatement' ? keysOf(value) : value.kind === 'record' ? pairsOf(value) : value;
  const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]!.id : node.left;
  const items: readonly Value[] | undefined = list.kind === 'list' && list.items.length <= MAX_TURNS ? list.items : undefined;
  inLoop(frame, () => {
    for (const item of items ?? []) turn(frame, TRUE, () => bindPattern(target, item, frame), node.body);
    const more = list.kind === 'list' ? (items === undefined ? unknown('budget', 'a long list', at) : list.rest) : list;
    if (more !== undefined && more.kind !== 'nothing') turn(frame, maybe(node, frame), () => bindPattern(target, more.kind === 'unknown' || more.kind === 'env' ? more : unknown('unsupported-syntax', 'an item of a list', at), frame), node.body);
  });
}

/** `for (;;)`, `while`, `do`: as often as the test says; where only facts decide it, once or not at all. */
export function repeat(node: ForStatement | WhileStatement | DoWhileStatement, frame: Frame): void {
  const { test, body } = node;
  inLoop(frame, () => {
    if (node.type === 'DoWhileStatement') turn(frame, TRUE, () => undefined, body);
    for (let turns = 0; frame.reached.c !== 'false'; turns++) {
      const goes = test === null ? TRUE : truthy(evaluate(test, frame));
      if (goes.c === 'false') return;
      const many = turns >= (goes.c === 'true' ? MAX_TURNS : MAX_OPEN_TURNS);
      if (many || isOpen(goes)) return anyTurns(node, many ? 'budget' : 'unsupported-syntax', frame);
      if (goes.c !== 'true') {
        frame.exits.at(-1)!.breaks.push({ ...wayOn(frame), when: and(frame.reached, not(goes)) });
        frame.reached = and(frame.reached, goes);
      }
      turn(frame, TRUE, () => undefined, body);
      if (node.type === 'ForStatement' && node.update !== null) evaluate(node.update, frame);
    }
  });
}

/** Does only what the text does not say decide it? */
function isOpen(condition: Condition): boolean {
  if (condition.c === 'and' || condition.c === 'or') return condition.of.every(isOpen);
  return condition.c === 'not' ? isOpen(condition.of) : condition.c === 'fact';
}

/** Turns that nobody counts: what they may do is seen once, and what they make of variables is not known. */
function anyTurns(node: ForStatement | WhileStatement | DoWhileStatement, reason: UnknownReason, frame: Frame): void {
  const before = frame.env.variables;
  turn(frame, maybe(node, frame), () => undefined, node.body);
  const at = frame.module.spanOf(node);
  for (const [variable, value] of before) if (frame.env.variables.get(variable) !== value) frame.env.variables.set(variable, unknown(reason, `what a loop makes of ${variable.name}`, at));
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
  const exit: Exit = { breaks: [], continues: [], loop: true };
  const from = frame.events.length;
  frame.exits.push(exit);
  run();
  frame.exits.pop();
  if (exit.breaks.length > 0) gather(start, [wayOn(frame), ...exit.breaks], frame);
  if (!leavesSince(from, frame)) frame.reached = start;
}

function turn(frame: Frame, condition: Condition, bind: () => void, body: Node): void {
  const exit = frame.exits.at(-1)!;
  fork(condition, () => {
    const start = frame.reached;
    bind();
    execute(body, frame);
    const continued = exit.continues.splice(0);
    if (continued.length > 0) gather(start, [wayOn(frame), ...continued], frame);
  }, () => undefined, frame);
}
