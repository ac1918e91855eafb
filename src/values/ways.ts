import { join } from './cases.js';
import { and, not, or, TRUE, type Condition } from './condition.js';
import type { Value } from './value.js';

/** Code being run, as far as choices between ways are concerned: `Name` is what the language knows its variables by. */
export interface Flow<Name> {
  /** The condition under which the current point is reached. */
  reached: Condition;
  readonly env: { variables: Map<Name, Value> };
}

/** One way in which a point is reached: under which condition, and what the variables are then. */
export interface Way<Name> {
  readonly when: Condition;
  readonly variables: ReadonlyMap<Name, Value>;
}

/** The way that leads on from the current point. */
export function wayOn<Name>(flow: Flow<Name>): Way<Name> {
  return { when: flow.reached, variables: new Map(flow.env.variables) };
}

/** Runs both sides of a choice on their own copies of the variables and joins them. */
export function fork<Name>(test: Condition, yes: () => unknown, no: () => unknown, flow: Flow<Name>): void {
  if (test.c === 'true') return void yes();
  if (test.c === 'false') return void no();
  const { env, reached: start } = flow;
  const before = env.variables;
  const side = (condition: Condition, run: () => unknown): { readonly inside: Condition; readonly when: Condition; readonly variables: Map<Name, Value> } => {
    env.variables = new Map(before);
    flow.reached = and(start, condition);
    const inside = flow.reached;
    run();
    return { inside, when: flow.reached, variables: env.variables };
  };
  const a = side(test, yes);
  const b = side(not(test), no);
  flow.reached = a.when === a.inside && b.when === b.inside ? start : meet(start, [a.when, b.when]);
  env.variables = a.when.c === 'false' ? b.variables : b.when.c === 'false' ? a.variables : joined(test, a.variables, b.variables);
}

/** Goes on where several ways that began at `start` meet; their conditions exclude each other. */
export function gather<Name>(start: Condition, ways: readonly Way<Name>[], flow: Flow<Name>): void {
  const [first, ...others] = ways.filter(({ when }) => when.c !== 'false');
  flow.reached = meet(start, ways.map(({ when }) => when));
  if (first !== undefined) flow.env.variables = others.reduce((known, { when, variables }) => joined(when, variables, known), new Map(first.variables));
}

/** Variables that are those of `a` where the test holds and those of `b` elsewhere. */
export function joined<Name>(test: Condition, a: ReadonlyMap<Name, Value>, b: ReadonlyMap<Name, Value>): Map<Name, Value> {
  const result = new Map<Name, Value>();
  for (const variable of new Set([...a.keys(), ...b.keys()])) {
    const x = a.get(variable);
    const y = b.get(variable);
    if (x === undefined || y === undefined || x === y) result.set(variable, (x ?? y)!);
    else result.set(variable, join([{ when: test, value: x }, { when: not(test), value: y }], x.at));
  }
  return result;
}

/**
 * Where several ways that all began at `start` meet again. What they share is said once, so that conditions grow with
 * the code and not with the number of ways through it.
 */
export function meet(start: Condition, ways: readonly Condition[]): Condition {
  const open = ways.filter((way) => way.c !== 'false');
  const beyond = open.map((way) => rest(start, way));
  return beyond.includes(undefined) ? or(...open) : and(start, or(...beyond.flatMap((way) => way ?? [])));
}

/** What `way` asks beyond `start`; undefined when it did not begin there. */
function rest(start: Condition, way: Condition): Condition | undefined {
  if (start.c === 'true') return way;
  const prefix = start.c === 'and' ? start.of : [start];
  const parts = way.c === 'and' ? way.of : [way];
  return prefix.every((part, index) => parts[index] === part) ? and(...parts.slice(prefix.length)) : undefined;
}

/** Evaluates something that happens only under a condition. */
export function under<T, Name>(flow: Flow<Name>, condition: Condition, evaluate: () => T): T {
  const before = flow.reached;
  const inside = and(before, condition);
  flow.reached = inside;
  const result = evaluate();
  // A call inside that may throw leaves a narrower condition behind; the other branch does not know of it.
  flow.reached = flow.reached === inside ? before : and(before, narrowed(inside, flow.reached, condition));
  return result;
}

function narrowed(inside: Condition, after: Condition, condition: Condition): Condition {
  if (after.c === 'false') return not(condition);
  return inside === after ? TRUE : or(not(condition), after);
}
