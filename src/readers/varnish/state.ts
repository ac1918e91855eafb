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

/** One state for several that exclude each other; `whole` is their condition where they are all ways of one place. */
export function merged(states: readonly State[], first: (name: string, variables: Variables) => Value, at: Span, whole?: Condition): State {
  const alive = states.filter(({ reach }) => reach.c !== 'false');
  const [only] = alive;
  if (only === undefined) return { reach: FALSE, variables: new Map() };
  if (alive.length === 1) return whole === undefined ? only : { ...only, reach: whole };
  const reach = whole ?? or(...alive.map((state) => state.reach));
  if (alive.every(({ variables }) => variables === only.variables)) return { reach, variables: only.variables };
  const variables = new Map<string, Value>();
  for (const name of new Set(alive.flatMap((state) => [...state.variables.keys()]))) {
    const values = alive.map((state) => state.variables.get(name) ?? first(name, state.variables));
    const [value] = values as [Value];
    variables.set(name, values.every((other) => other === value) ? value : join(alive.map((state, index) => ({ when: state.reach, value: values[index]! })), at));
  }
  return { reach, variables };
}
