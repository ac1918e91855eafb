import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { withoutPlaces } from '../../text/span.js';

/** What holds where a guard is asked: tests that were answered. */
type Known = Map<string, boolean>;

/**
 * A guard in which no test is asked again whose answer the tests around it have settled: rules ask the same of a request
 * again and again, and what they leave behind is compared with all of it.
 */
export function simplified(guard: Guard): Guard {
  return guard.g === 'and' || guard.g === 'or' || guard.g === 'not' ? within(guard, new Map()) : guard;
}

function within(guard: Guard, known: Known): Guard {
  switch (guard.g) {
    case 'always':
    case 'never':
      return guard;
    case 'not':
      return unless(within(guard.of, known));
    case 'and':
    case 'or': {
      const scope = new Map(known);
      const parts: Guard[] = [];
      for (const part of guard.of) {
        const simple = within(part, scope);
        if (simple.g === (guard.g === 'and' ? 'never' : 'always')) return simple;
        // What stands before it holds in a conjunction, and does not in a disjunction.
        learn(simple, guard.g === 'and', scope);
        parts.push(simple);
      }
      return guard.g === 'and' ? whenAll(...parts) : whenAny(...parts);
    }
    default: {
      const answer = known.get(keyOf(guard));
      return answer === undefined ? guard : answer ? ALWAYS : NEVER;
    }
  }
}

function learn(guard: Guard, holds: boolean, known: Known): void {
  if (guard.g === 'not') return learn(guard.of, !holds, known);
  if (guard.g === (holds ? 'and' : 'or')) {
    for (const part of guard.of) learn(part, holds, known);
    return;
  }
  if (guard.g !== 'and' && guard.g !== 'or' && guard.g !== 'always' && guard.g !== 'never') known.set(keyOf(guard), holds);
}

const keys = new WeakMap<Guard, string>();

/** A text that two tests share when they ask the same. */
function keyOf(guard: Guard): string {
  let key = keys.get(guard);
  if (key === undefined) {
    key = guard.g === 'fact' ? `fact ${guard.fact.key}` : withoutPlaces(guard);
    keys.set(guard, key);
  }
  return key;
}

const sizes = new WeakMap<Guard, number>();

/** Tests in a guard, shared parts counted wherever they stand. */
export function sizeOf(guard: Guard): number {
  if (guard.g === 'not') return sizeOf(guard.of);
  if (guard.g !== 'and' && guard.g !== 'or') return 1;
  let size = sizes.get(guard);
  if (size === undefined) sizes.set(guard, (size = guard.of.reduce((sum, part) => sum + sizeOf(part), 0)));
  return size;
}
