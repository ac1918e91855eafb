import { allOf, complement, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Guard } from '../../policy/program.js';
import { withoutPlaces, type Span } from '../../text/span.js';
import { simplified } from './guards.js';
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

/** `again`: may the effect happen twice, as a header that is set may be set again? */
export function clausesOf(test: Test, at: Span, again: boolean): readonly Clause[] {
  if (test.t === 'guard') return test.guard.g === 'never' ? [] : [{ when: test.guard, statuses: 'all' }];
  const atoms = new Map<string, Atom>();
  collect(test, atoms);
  const [asked, inner] = [[...atoms.values()].filter((atom) => atom.t === 'status'), [...atoms.values()].flatMap((atom) => (atom.t === 'inner' ? [atom] : []))];
  // An effect asks for one header.
  const open: readonly Clause[] = [{ when: tooMany(at), statuses: 'all' }];
  if (atoms.size > MAX_ATOMS || inner.some(({ header }) => header !== inner[0]!.header)) return open;
  const found: Clause[] = [];
  for (const chosen of choices(asked)) {
    const statuses = statusesOf(chosen);
    if (statuses !== 'all' && statuses.length === 0) continue;
    const [only, ...others] = inner;
    const decided = (held: readonly Choice[]): Guard => guardFor(test, new Map([...chosen, ...held].map(([atom, holds]) => [keyOf(atom), holds])));
    if (only === undefined) found.push({ when: decided([]), statuses });
    else if (others.length === 0) {
      const [held, not] = [decided([[only, true]]), decided([[only, false]])];
      // Guards that exclude each other: after one effect the header may be another.
      found.push({ when: whenAll(held, not), statuses }, { when: whenAll(held, unless(not)), statuses, onlyIf: { header: only.header, in: only.in } }, { when: whenAll(not, unless(held)), statuses, onlyIf: { header: only.header, in: complement(only.in) } });
    } else {
      const rows = choices(inner).map((row): Clause => ({ when: decided(row), statuses, onlyIf: { header: only.header, in: allOf(row.map(([atom, holds]) => (atom.t !== 'inner' ? { s: 'any' } : holds ? atom.in : complement(atom.in)))) } }));
      const possible = rows.filter(({ when }) => simplified(when).g !== 'never');
      if (!again && possible.length > 1) return open;
      found.push(...possible);
    }
  }
  return found.map((clause) => ({ ...clause, when: simplified(clause.when) })).filter(({ when }) => when.g !== 'never');
}

type Choice = readonly [atom: Atom, holds: boolean];

/** Every way in which the tests can come out. */
function choices(atoms: readonly Atom[]): readonly (readonly Choice[])[] {
  return Array.from({ length: 2 ** atoms.length }, (_unused, row) => atoms.map((atom, index) => [atom, ((row >> index) & 1) === 1] as const));
}

/** A text that two tests share when they ask the same. */
function keyOf(atom: Atom): string {
  return atom.t === 'status' ? `status ${atom.in.join(' ')}` : `${atom.header} ${withoutPlaces(atom.in)}`;
}

/** The test as a guard, where it asks nothing of the response. */
export function asGuard(test: Test): Guard | undefined {
  return test.t === 'guard' ? test.guard : undefined;
}

function tooMany(at: Span): Guard {
  return { g: 'fact', fact: { key: `haproxy@${at.file}:${at.start}`, reason: 'budget', detail: 'several tests of the response in one condition', at: spanOf(at) } };
}

function collect(test: Test, found: Map<string, Atom>): void {
  if (test.t === 'status' || test.t === 'inner') found.set(keyOf(test), test);
  else if (test.t === 'not') collect(test.of, found);
  else if (test.t !== 'guard') for (const part of test.of) collect(part, found);
}

function guardFor(test: Test, chosen: ReadonlyMap<string, boolean>): Guard {
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
      return chosen.get(keyOf(test)) === true ? ALWAYS : NEVER;
  }
}

const STATUSES = Array.from({ length: 500 }, (_unused, index) => 100 + index);

function statusesOf(chosen: readonly Choice[]): Effect['statuses'] {
  const asked = chosen.flatMap(([atom, holds]) => (atom.t === 'status' ? [{ in: new Set(atom.in), holds }] : []));
  return asked.length === 0 ? 'all' : STATUSES.filter((status) => asked.every((one) => one.in.has(status) === one.holds));
}
