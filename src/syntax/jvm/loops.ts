import { TRUE } from '../../values/condition.js';
import { unknown, type Value } from '../../values/value.js';
import { fork, gather, wayOn } from '../../values/ways.js';
import { evaluate, conditionOf, runAll } from './evaluate.js';
import type { Exit, Frame } from './session.js';
import { undecided } from './truth.js';
import type { Code, CodeOf } from './tree.js';

/** So many turns of a loop are followed one by one. */
const MAX_TURNS = 100;

export function forEach(code: CodeOf<'each'>, frame: Frame): Value {
  const { at } = code;
  const source = evaluate(code.source, frame);
  const exit: Exit = { breaks: [], continues: [], loop: true };
  const start = frame.reached;
  frame.exits.push(exit);
  if (source.kind === 'list' && source.items.length <= MAX_TURNS) {
    for (const item of source.items) {
      const turn = frame.reached;
      frame.env.variables.set(code.name, item);
      runAll(code.body, frame);
      const continues = exit.continues.splice(0);
      if (continues.length > 0) gather(turn, [wayOn(frame), ...continues], frame);
    }
    const { rest } = source;
    if (rest !== undefined) {
      const more: Exit = { breaks: [], continues: [], loop: true };
      frame.exits.push(more);
      once(code.body, () => frame.env.variables.set(code.name, rest), more, at, frame);
      frame.exits.pop();
    }
    if (exit.breaks.length > 0) gather(start, [wayOn(frame), ...exit.breaks], frame);
  } else {
    const known = source.kind === 'list' ? source.items : [];
    once(code.body, () => frame.env.variables.set(code.name, known[0] ?? unknown(source.kind === 'unknown' ? source.reason : 'unsupported-syntax', 'an item of a list', at)), exit, at, frame);
  }
  frame.exits.pop();
  return { kind: 'nothing', what: 'null', at };
}

/** A loop whose turns are not counted: its body runs once or not at all. */
export function repeat(code: CodeOf<'while'>, frame: Frame): Value {
  const { at } = code;
  runAll(code.before, frame);
  const exit: Exit = { breaks: [], continues: [], loop: true };
  const start = frame.reached;
  frame.exits.push(exit);
  let test = code.test === undefined ? TRUE : conditionOf(code.test, frame);
  // As long as it is known whether there is another turn, turns are followed one by one.
  for (let turns = 0; code.test !== undefined && code.after !== undefined && code.after.length > 0 && test.c === 'true' && turns < MAX_TURNS; turns += 1) {
    const turn = frame.reached;
    runAll(code.body, frame);
    const continues = exit.continues.splice(0);
    if (continues.length > 0) gather(turn, [wayOn(frame), ...continues], frame);
    runAll(code.after, frame);
    if (exit.breaks.length > 0 || frame.reached.c === 'false') break;
    test = conditionOf(code.test, frame);
  }
  if (exit.breaks.length > 0) {
    gather(start, [wayOn(frame), ...exit.breaks], frame);
    frame.exits.pop();
    return { kind: 'nothing', what: 'null', at };
  }
  once(code.body, () => undefined, exit, at, frame, test.c === 'false');
  frame.exits.pop();
  return { kind: 'nothing', what: 'null', at };
}

function once(body: readonly Code[], before: () => unknown, exit: Exit, at: Value['at'], frame: Frame, never = false): void {
  if (never) return;
  fork(undecided(at, 'whether a loop runs'), () => {
    const inside = frame.reached;
    before();
    runAll(body, frame);
    const ways = [...exit.breaks, ...exit.continues];
    if (ways.length > 0) gather(inside, [wayOn(frame), ...ways], frame);
  }, () => undefined, frame);
}
