import type { Span } from '../text/span.js';
import type { Fact } from './fact.js';
import type { RegexValue, Value } from './value.js';

/**
 * A boolean expression over values, in the terms that every language shares. Evaluators fold what is decided by
 * constants, so a condition that remains depends on the request or on a fact.
 */
export type Condition =
  | { readonly c: 'true' }
  | { readonly c: 'false' }
  | { readonly c: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly c: 'not'; readonly of: Condition }
  /** Truthiness in the sense of the language it came from, already reduced to: present and not empty. */
  | { readonly c: 'present'; readonly value: Value; readonly at: Span }
  | { readonly c: 'equals'; readonly left: Value; readonly right: Value; readonly ignoreCase: boolean; readonly at: Span }
  /** Exact membership in a list, a set, or among the keys of a record. */
  | { readonly c: 'member'; readonly item: Value; readonly of: Value; readonly at: Span }
  /** `text` starts with, ends with or contains `part`. */
  | { readonly c: 'starts-with' | 'ends-with' | 'contains'; readonly text: Value; readonly part: Value; readonly ignoreCase: boolean; readonly at: Span }
  | { readonly c: 'matches'; readonly text: Value; readonly regex: RegexValue; readonly use: 'search' | 'match-prefix' | 'full'; readonly at: Span }
  | { readonly c: 'fact'; readonly fact: Fact };

export const TRUE: Condition = { c: 'true' };
export const FALSE: Condition = { c: 'false' };

export function not(of: Condition): Condition {
  if (of.c === 'true') return FALSE;
  if (of.c === 'false') return TRUE;
  return of.c === 'not' ? of.of : { c: 'not', of };
}

export function and(...of: readonly Condition[]): Condition {
  return combined('and', of);
}

export function or(...of: readonly Condition[]): Condition {
  return combined('or', of);
}

function combined(c: 'and' | 'or', of: readonly Condition[]): Condition {
  const [decides, neutral, identity] = c === 'and' ? (['false', 'true', TRUE] as const) : (['true', 'false', FALSE] as const);
  const parts: Condition[] = [];
  let size = 1;
  for (const part of of) {
    if (part.c === decides) return part;
    if (part.c === neutral) continue;
    size += part.c === c ? sizeOf(part) - 1 : sizeOf(part);
    if (part.c === c) for (const inner of part.of) parts.push(inner);
    else parts.push(part);
  }
  return parts.length === 0 ? identity : parts.length === 1 ? parts[0]! : bounded({ c, of: parts }, size);
}

/** Tests in one condition, shared parts counted wherever they stand; past it the condition is a fact that nobody knows. */
const MAX_SIZE = 250;

const sizes = new WeakMap<Condition, number>();
let overgrown = 0;

/** Conditions share their parts, so one that looks small can be a tree without end: whoever walks it would never return. */
function bounded(condition: Condition & { readonly of: readonly Condition[] }, size: number): Condition {
  if (size <= MAX_SIZE) {
    sizes.set(condition, size);
    return condition;
  }
  overgrown += 1;
  return { c: 'fact', fact: { key: `overgrown:${overgrown}`, reason: 'budget', detail: 'a condition that is too large to follow', at: placeOf(condition) } };
}

/** Tests in a condition, shared parts counted wherever they stand. */
export function sizeOf(condition: Condition): number {
  if (condition.c === 'not') return sizeOf(condition.of);
  // A list is shorter than the tests that it stands for.
  if (condition.c === 'member' && condition.of.kind === 'list') return 1 + condition.of.items.length / 10;
  if (condition.c !== 'and' && condition.c !== 'or') return 1;
  let size = sizes.get(condition);
  if (size === undefined) sizes.set(condition, (size = condition.of.reduce((sum, part) => sum + sizeOf(part), 1)));
  return size;
}

function placeOf(condition: Condition): Span {
  if (condition.c === 'and' || condition.c === 'or') return placeOf(condition.of[0]!);
  if (condition.c === 'not') return placeOf(condition.of);
  if (condition.c === 'fact') return condition.fact.at;
  return 'at' in condition ? condition.at : { file: '', start: 0, end: 0 };
}
