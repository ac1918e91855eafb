import { casesOf } from '../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard, type HeaderValue } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { and, not } from '../values/condition.js';
import type { Fact } from '../values/fact.js';
import { entry, factOf, unknown, type EitherValue, type ListValue, type RecordEntry, type RecordValue, type Value } from '../values/value.js';

/** A value that is not one of several. */
export type Case = Exclude<Value, EitherValue>;

/** One way in which options can be: each of them a single value, or not given. */
export interface Way<Option extends string> {
  readonly when: Guard;
  readonly options: ReadonlyMap<Option, Case>;
}

/** All ways, with what is the same in each of them. */
export interface Ways<Option extends string> {
  readonly ways: readonly Way<Option>[];
  /** The option as written: key and value. */
  readonly places: ReadonlyMap<Option, Span>;
  /** Names that are no options. */
  readonly others: readonly RecordEntry[];
}

/** So many ways are told apart; past it an option that is one of several counts as not known. */
const MAX_WAYS = 32;

/** Every way in which options can be, each under its guard. `positions`: values that were given by position, in the order of the names. */
export function optionWays<Option extends string>(names: readonly Option[], given: RecordValue, positions: readonly Value[] = []): Ways<Option> {
  let ways: readonly Way<Option>[] = [{ when: ALWAYS, options: new Map() }];
  const places = new Map<Option, Span>();
  names.forEach((name, index) => {
    const written = entry(given, name);
    const value = written?.value ?? positions[index] ?? given.rest;
    if (value === undefined) return;
    places.set(name, written?.at ?? value.at);
    const cases = casesOf(withStarsApart(value));
    const told = ways.length * cases.length <= MAX_WAYS ? cases : [{ when: ALWAYS, value: unknown('budget', 'too many choices', value.at) }];
    ways = ways.flatMap((way) => told.map(({ when, value: one }) => ({ when: whenAll(way.when, when), options: new Map(way.options).set(name, one) })));
  });
  return { ways: ways.filter(({ when }) => when.g !== 'never'), places, others: given.entries.filter(({ key }) => !names.some((name) => name === key)) };
}

/** A list with an item that is `*` in some cases: with it everything may be let in, so the cases are told apart. */
function withStarsApart(value: Value): Value {
  if (value.kind === 'either') return { ...value, options: value.options.map((option) => ({ ...option, value: withStarsApart(option.value) })) };
  if (value.kind !== 'list') return value;
  const index = value.items.findIndex((item) => item.kind === 'either' && item.options.some((option) => option.value.kind === 'string' && option.value.value === '*'));
  const item = value.items[index];
  if (item?.kind !== 'either') return value;
  const replaced = (by: readonly Value[]): ListValue => ({ ...value, items: [...value.items.slice(0, index), ...by, ...value.items.slice(index + 1)] });
  const left = and(...item.options.map(({ when }) => not(when)));
  return { kind: 'either', options: [...item.options.map((option) => ({ when: option.when, value: replaced([option.value]) })), ...(left.c === 'false' ? [] : [{ when: left, value: replaced([]) }])], at: value.at };
}

/** The place of an item of a list, or of a piece of a text: Python's `in` on what is either. */
export function placeOf(piece: string, value: Case | undefined): Span | undefined {
  if (value?.kind === 'string') return value.value.includes(piece) ? value.at : undefined;
  return value?.kind === 'list' ? value.items.find((item) => item.kind === 'string' && item.value === piece)?.at : undefined;
}

/** What Python gets when it goes through the value: items of a list, characters of a text; undefined when one of them is not known. */
export function itemsIn(value: Case): readonly string[] | undefined {
  if (value.kind === 'string') return [...value.value];
  if (value.kind !== 'list' || value.rest !== undefined) return undefined;
  const items = value.items.map((item) => (item.kind === 'string' ? item.value : undefined));
  return items.includes(undefined) ? undefined : items.flatMap((item) => item ?? []);
}

/** `sorted(set(…))`, by code points. */
export function sortedSet(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The fact behind an option that is not known. */
export function doubtAbout(value: Value, what: string): Fact {
  return factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', what, value.at));
}

/** A header whose text is an option that is not known. */
export function unknownText(value: Value, what: string): HeaderValue {
  return { v: 'unknown', fact: doubtAbout(value, what), at: value.at };
}
