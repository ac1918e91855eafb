import type { Span } from '../text/span.js';
import { and, FALSE, or, TRUE, type Condition } from './condition.js';
import { decided } from './decide.js';
import { unknown, type EitherValue, type SingleValue, type Value } from './value.js';

/** One alternative of a value. */
export interface Case<V extends Value = Value> {
  readonly when: Condition;
  readonly value: V;
}

/** More alternatives than this are not told apart. */
const MAX_CASES = 24;

/** Alternatives of alternatives may be more, up to this. */
const MAX_NESTED_CASES = 200;

/** Values share their parts: one that is asked for at many places is taken apart once. */
const takenApart = new WeakMap<EitherValue, readonly Case<SingleValue>[]>();

/** The alternatives of a value, those of alternatives among them; one that is no `either` is its own only one. */
export function casesOfValue(value: Value): readonly Case<SingleValue>[] {
  if (value.kind !== 'either') return [{ when: TRUE, value }];
  let cases = takenApart.get(value);
  if (cases === undefined) takenApart.set(value, (cases = nestedCases(value)));
  return cases;
}

function nestedCases({ options, at }: EitherValue): readonly Case<SingleValue>[] {
  if (options.every(isSingle)) return options;
  const cases = options.flatMap((option) => casesOfValue(option.value).map((inner) => ({ when: and(option.when, inner.when), value: inner.value })));
  return cases.length > MAX_NESTED_CASES ? [{ when: TRUE, value: unknown('budget', 'too many alternatives', at) }] : cases;
}

function isSingle(option: Case): option is Case<SingleValue> {
  return option.value.kind !== 'either';
}

/** One value for several under their conditions, which exclude each other. */
export function join(cases: readonly Case[], at: Span): Value {
  const flat: Case[] = [];
  for (const { when, value } of cases) {
    if (when.c === 'false') continue;
    for (const inner of casesOfValue(value)) {
      const condition = and(when, inner.when);
      if (condition.c === 'false') continue;
      const same = flat.findIndex((known) => known.value === inner.value);
      if (same === -1) flat.push({ when: condition, value: inner.value });
      else flat[same] = { when: or(flat[same]!.when, condition), value: inner.value };
    }
  }
  if (flat.length === 0) return { kind: 'nothing', what: 'undefined', at };
  if (flat.length === 1) return flat[0]!.value;
  if (flat.length > MAX_CASES) return unknown('budget', 'too many alternatives', at);
  if (flat.every(({ value }) => value.kind === 'condition' || value.kind === 'boolean')) {
    return fromCondition(decided(or(...flat.map(({ when, value }) => and(when, decidedBy(value))))), at);
  }
  return { kind: 'either', options: flat, at };
}

/**
 * Applies a function to each alternative; alternatives for which it answers undefined cannot happen and are left out. What is
 * there under a condition alone stays so.
 */
export function mapCases(value: Value, at: Span, apply: (value: Value, when: Condition) => Value | undefined): Value {
  const given = casesOfValue(value);
  const cases = given.flatMap(({ when, value: option }): Case[] => {
    const result = apply(option, when);
    return result === undefined ? [] : [{ when, value: result }];
  });
  const [only] = cases;
  if (only === undefined) return unknown('unsupported-syntax', 'an operation on a missing value', at);
  if (given.length === 1) return onlyWhen(only.when, only.value);
  return cases.length === 1 ? only.value : join(cases, at);
}

/** A list item that is there only under a condition: an `either` that does not cover everything. */
export function onlyWhen(when: Condition, value: Value): Value {
  if (when.c === 'true') return value;
  return { kind: 'either', options: casesOfValue(value).map((option) => ({ when: and(when, option.when), value: option.value })), at: value.at };
}

/** When an item of a list is there, and what it is then. */
export function presenceOf(item: Value): Case {
  if (item.kind !== 'either') return { when: TRUE, value: item };
  const [first, ...others] = item.options;
  return { when: decided(or(...item.options.map(({ when }) => when))), value: first !== undefined && others.length === 0 ? first.value : item };
}

/** A condition as a value; decided ones are booleans. */
export function fromCondition(condition: Condition, at: Span): Value {
  if (condition.c === 'true') return { kind: 'boolean', value: true, at };
  if (condition.c === 'false') return { kind: 'boolean', value: false, at };
  return { kind: 'condition', condition, at };
}

function decidedBy(value: Value): Condition {
  return value.kind === 'condition' ? value.condition : value.kind === 'boolean' && value.value ? TRUE : FALSE;
}
