import { join } from '../../values/cases.js';
import { FALSE, or, type Condition } from '../../values/condition.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

/** Variables by their canonical names; what is not there has its first value. */
export type Variables = ReadonlyMap<string, Value>;

/** Where execution has come to: under which condition it is there, and what the variables then are. */
export interface State {
  readonly reach: Condition;
  readonly variables: Variables;
}

/** A `return (action)`: where a request leaves a subroutine. */
export interface Outcome extends State {
  readonly action: string;
  readonly args: readonly Value[];
  readonly at: Span;
}

/** Variables on one of several ways that exclude each other. */
export interface Way {
  readonly when: Condition;
  readonly variables: Variables;
}

/** What a variable is that the ways do not agree on, where that is not one of its values. */
type Settle = (name: string) => Value | undefined;

/** The variables where ways come together. */
export function joinedVariables(ways: readonly Way[], first: (name: string, variables: Variables) => Value, settle: Settle, at: Span): Variables {
  const alive = ways.filter(({ when }) => when.c !== 'false');
  const [only] = alive;
  if (only === undefined) return new Map();
  if (alive.every(({ variables }) => variables === only.variables)) return only.variables;
  const joined = new Map<string, Value>();
  for (const name of new Set(alive.flatMap(({ variables }) => [...variables.keys()]))) {
    const values = alive.map(({ variables }) => variables.get(name) ?? first(name, variables));
    const [value] = values as [Value];
    joined.set(name, values.every((other) => other === value) ? value : (settle(name) ?? join(alive.map(({ when }, index) => ({ when, value: values[index]! })), at)));
  }
  return joined;
}

export function reachOf(states: readonly State[]): Condition {
  const alive = states.filter(({ reach }) => reach.c !== 'false');
  return alive.length === 0 ? FALSE : or(...alive.map(({ reach }) => reach));
}
