import { allOf, complement, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { spanOf } from './values.js';

/** What a condition asks: of the request, of the response's status, of a header of the response as it is then. */
export type Test =
  | { readonly t: 'guard'; readonly guard: Guard }
  | { readonly t: 'status'; readonly in: readonly number[] }
  | { readonly t: 'inner'; readonly header: string; readonly in: OriginSet }
  | { readonly t: 'not'; readonly of: Test }
  | { readonly t: 'and' | 'or'; readonly of: readonly Test[] };

export function guarded(guard: Guard): Test {
  return { t: 'guard', guard };
}

export function allTests(of: readonly Test[]): Test {
  return combined('and', of);
}

export function anyTest(of: readonly Test[]): Test {
  return combined('or', of);
}

export function notTest(of: Test): Test {
  return of.t === 'guard' ? guarded(unless(of.guard)) : { t: 'not', of };
}

/** Guards are joined into one, so that tests of the request alone stay guards. */
function combined(t: 'and' | 'or', of: readonly Test[]): Test {
  const guards = of.flatMap((part) => (part.t === 'guard' ? [part.guard] : []));
  const others = of.filter((part) => part.t !== 'guard');
  const guard = t === 'and' ? whenAll(...guards) : whenAny(...guards);
  if (others.length === 0 || guard.g === (t === 'and' ? 'never' : 'always')) return guarded(guard);
  const neutral = guard.g === (t === 'and' ? 'always' : 'never');
  return neutral && others.length === 1 ? others[0]! : { t, of: neutral ? others : [guarded(guard), ...others] };
}

/** Where a test of the response holds, in the words of an effect. Clauses of a test exclude each other. */
export interface Clause {
  readonly when: Guard;
  readonly statuses: Effect['statuses'];
  readonly onlyIf?: NonNullable<Effect['onlyIf']>;
}

type Atom = Test & { readonly t: 'status' | 'inner' };

/** Different tests of the response in one condition past which they are not told apart. */
const MAX_ATOMS = 4;

export function clausesOf(test: Test, at: Span): readonly Clause[] {
  if (test.t === 'guard') return test.guard.g === 'never' ? [] : [{ when: test.guard, statuses: 'all' }];
  const atoms: Atom[] = [];
  collect(test, atoms);
  if (atoms.length > MAX_ATOMS) return [{ when: tooMany(at), statuses: 'all' }];
  return Array.from({ length: 2 ** atoms.length }, (_unused, row) => atoms.map((atom, index) => [atom, ((row >> index) & 1) === 1] as const)).flatMap((chosen) => {
    const when = guardFor(test, new Map(chosen));
    const statuses = statusesOf(chosen);
    if (when.g === 'never' || (statuses !== 'all' && statuses.length === 0)) return [];
    const inner = chosen.flatMap(([atom, holds]) => (atom.t === 'inner' ? [{ header: atom.header, in: holds ? atom.in : complement(atom.in) }] : []));
    const [first] = inner;
    if (first === undefined) return [{ when, statuses }];
    // An effect asks for one header.
    if (inner.some(({ header }) => header !== first.header)) return [{ when: whenAll(when, tooMany(at)), statuses }];
    return [{ when, statuses, onlyIf: { header: first.header, in: allOf(inner.map((one) => one.in)) } }];
  });
}

/** The test as a guard, where it asks nothing of the response. */
export function asGuard(test: Test): Guard | undefined {
  return test.t === 'guard' ? test.guard : undefined;
}

function tooMany(at: Span): Guard {
  return { g: 'fact', fact: { key: `haproxy@${at.file}:${at.start}`, reason: 'budget', detail: 'several tests of the response in one condition', at: spanOf(at) } };
}

function collect(test: Test, found: Atom[]): void {
  if (test.t === 'status' || test.t === 'inner') {
    if (!found.includes(test)) found.push(test);
  } else if (test.t === 'not') collect(test.of, found);
  else if (test.t !== 'guard') for (const part of test.of) collect(part, found);
}

function guardFor(test: Test, chosen: ReadonlyMap<Atom, boolean>): Guard {
  switch (test.t) {
    case 'guard':
      return test.guard;
    case 'not':
      return unless(guardFor(test.of, chosen));
    case 'and':
      return whenAll(...test.of.map((part) => guardFor(part, chosen)));
    case 'or':
      return whenAny(...test.of.map((part) => guardFor(part, chosen)));
    default:
      return chosen.get(test) === true ? ALWAYS : NEVER;
  }
}

const STATUSES = Array.from({ length: 500 }, (_unused, index) => 100 + index);

function statusesOf(chosen: readonly (readonly [Atom, boolean])[]): Effect['statuses'] {
  const asked = chosen.flatMap(([atom, holds]) => (atom.t === 'status' ? [{ in: new Set(atom.in), holds }] : []));
  return asked.length === 0 ? 'all' : STATUSES.filter((status) => asked.every((one) => one.in.has(status) === one.holds));
}
