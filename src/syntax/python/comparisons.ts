import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { casesOfValue } from '../../values/cases.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { requestComparison } from './request-text.js';
import { equals, truth } from './truth.js';

/** What Python's `==`, `in` and `is` ask; undefined when nothing can be said. `environment`: one side names where the process runs. */
export function compared(operator: string, left: Value, right: Value, environment: boolean, at: Span): Condition | undefined {
  // What names the environment does so whether it is set or not.
  if (environment && left.kind === 'either') return comparedOnes(operator, left, right, environment, at);
  if (environment && right.kind === 'either') return operator === 'in' ? undefined : comparedOnes(operator, right, left, environment, at);
  const conditions = casesOfValue(left).flatMap((a) => casesOfValue(right).map((b) => ({ when: and(a.when, b.when), holds: requestComparison(operator, a.value, b.value, at) ?? comparedOnes(operator, a.value, b.value, environment, at) })));
  const known = conditions.flatMap(({ when, holds }) => (holds === undefined ? [] : [and(when, holds)]));
  return known.length < conditions.length ? undefined : or(...known);
}

function comparedOnes(operator: string, left: Value, right: Value, environment: boolean, at: Span): Condition | undefined {
  if (operator === 'in') return contained(left, right, environment, at);
  return operator === '==' || operator === 'is' ? same(left, right, environment, at) : undefined;
}

function same(left: Value, right: Value, environment: boolean, at: Span): Condition | undefined {
  const [value, other] = isPlain(right) ? [left, right] : [right, left];
  const asked = requestComparison('==', left, right, at);
  if (asked !== undefined) return asked;
  // Members of enumerations, by their names.
  if (value.kind === 'handle' && other.kind === 'handle') return value.name === other.name && /^the member /.test(value.name) ? TRUE : /^the member /.test(value.name) && /^the member /.test(other.name) ? FALSE : undefined;
  if (other.kind === 'string') return equals(value, other.value, environment, at);
  if (other.kind === 'boolean') return value.kind === 'string' || value.kind === 'env' || value.kind === 'list' || value.kind === 'record' ? FALSE : other.value ? truth(value) : not(truth(value));
  if (other.kind === 'number') return value.kind === 'number' ? (value.value === other.value ? TRUE : FALSE) : isPlain(value) ? FALSE : undefined;
  if (other.kind === 'nothing') return value.kind === 'nothing' ? TRUE : value.kind === 'unknown' ? undefined : FALSE;
  return undefined;
}

function isPlain(value: Value): boolean {
  return value.kind === 'string' || value.kind === 'nothing' || value.kind === 'boolean' || value.kind === 'number';
}

/** `left in right`. */
function contained(left: Value, right: Value, environment: boolean, at: Span): Condition | undefined {
  switch (right.kind) {
    case 'list':
      return amongKnown(left, right.items, right.rest, environment, at);
    case 'record':
      return amongKnown(left, right.entries.map((one): Value => ({ kind: 'string', value: one.key, at: one.at })), right.rest, environment, at);
    case 'string':
      return left.kind === 'string' ? (right.value.includes(left.value) ? TRUE : FALSE) : undefined;
    default:
      return undefined;
  }
}

/** Is a value among items, each of which may be there only under its own condition? */
function amongKnown(value: Value, items: readonly Value[], rest: Value | undefined, environment: boolean, at: Span): Condition | undefined {
  const found = items.flatMap((item) => casesOfValue(item).map((one) => ({ when: one.when, holds: same(value, one.value, environment, at) })));
  if (found.some(({ holds }) => holds === undefined)) return undefined;
  const known = or(...found.map(({ when, holds }) => and(when, holds ?? FALSE)));
  if (known.c === 'true' || rest === undefined) return known;
  const why = rest.kind === 'unknown' || rest.kind === 'env' ? factOf(rest) : factOf(unknown('unsupported-syntax', 'a membership test', at));
  return or(known, { c: 'fact', fact: { ...why, key: `${why.key}∋${at.start}`, detail: `what ${why.detail} holds` } });
}
