import { and, not, type Condition } from '../../values/condition.js';
import type { Value } from '../../values/value.js';
import { join } from './either.js';
import type { Variable } from './scopes.js';
import { meet, type Frame, type Way } from './session.js';

/** The way that leads on from the current point. */
export function wayOn(frame: Frame): Way {
  return { when: frame.reached, variables: new Map(frame.env.variables) };
}

/** Runs both sides of a choice on their own copies of the variables and joins them. */
export function fork(test: Condition, yes: () => unknown, no: () => unknown, frame: Frame): void {
  if (test.c === 'true') return void yes();
  if (test.c === 'false') return void no();
  const { env, reached: start } = frame;
  const before = env.variables;
  const side = (condition: Condition, run: () => unknown): { readonly inside: Condition; readonly when: Condition; readonly variables: Map<Variable, Value> } => {
    env.variables = new Map(before);
    frame.reached = and(start, condition);
    const inside = frame.reached;
    run();
    return { inside, when: frame.reached, variables: env.variables };
  };
  const a = side(test, yes);
  const b = side(not(test), no);
  frame.reached = a.when === a.inside && b.when === b.inside ? start : meet(start, [a.when, b.when]);
  env.variables = a.when.c === 'false' ? b.variables : b.when.c === 'false' ? a.variables : joined(test, a.variables, b.variables);
}

/** Goes on where several ways that began at `start` meet; their conditions exclude each other. */
export function gather(start: Condition, ways: readonly Way[], frame: Frame): void {
  const [first, ...others] = ways.filter(({ when }) => when.c !== 'false');
  frame.reached = meet(start, ways.map(({ when }) => when));
  if (first !== undefined) frame.env.variables = others.reduce((known, { when, variables }) => joined(when, variables, known), new Map(first.variables));
}

/** Variables that are those of `a` where the test holds and those of `b` elsewhere. */
export function joined(test: Condition, a: ReadonlyMap<Variable, Value>, b: ReadonlyMap<Variable, Value>): Map<Variable, Value> {
  const result = new Map<Variable, Value>();
  for (const variable of new Set([...a.keys(), ...b.keys()])) {
    const x = a.get(variable);
    const y = b.get(variable);
    if (x === undefined || y === undefined || x === y) result.set(variable, (x ?? y)!);
    else result.set(variable, join([{ when: test, value: x }, { when: not(test), value: y }], x.at));
  }
  return result;
}

/** Has the function been left, by a return or a throw, since so many events had happened? */
export function leavesSince(from: number, frame: Frame): boolean {
  for (let index = from; index < frame.events.length; index++) {
    const { kind } = frame.events[index]!;
    if (kind === 'return' || kind === 'throw') return true;
  }
  return false;
}
