import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { and, not } from '../../values/condition.js';
import { entry, type EitherValue, type ListValue, type RecordEntry, type RecordValue, type Value } from '../../values/value.js';

export type Case = Exclude<Value, EitherValue>;

/** In the order in which they can be given by position; `allow_private_network` came in 0.51, behind `allow_origin_regex`. */
export const OPTIONS = ['allow_origins', 'allow_methods', 'allow_headers', 'allow_credentials', 'allow_origin_regex', 'allow_private_network', 'expose_headers', 'max_age'] as const;

export type Option = (typeof OPTIONS)[number];

/** One way in which the options can be: each of them a single value, or not given. */
export interface Settings {
  readonly options: Readonly<Partial<Record<Option, Case>>>;
  /** The option as written: key and value. */
  readonly places: Readonly<Partial<Record<Option, Span>>>;
  /** The call, for what is not written. */
  readonly at: Span;
  /** Names that the class does not take. */
  readonly unknownNames: readonly RecordEntry[];
}

/** So many ways are told apart; past it an option that is one of several counts as not known. */
const MAX_WAYS = 32;

/** Every way in which the options can be, each under its guard. What a spread may hold is not known. */
export function waysOf(keywords: RecordValue, positional: readonly Value[], at: Span): readonly { readonly when: Guard; readonly settings: Settings }[] {
  let ways: readonly { readonly when: Guard; readonly options: Settings['options'] }[] = [{ when: ALWAYS, options: {} }];
  const places: Partial<Record<Option, Span>> = {};
  OPTIONS.forEach((option, index) => {
    const written = entry(keywords, option);
    const value = written?.value ?? positional[index] ?? keywords.rest;
    if (value === undefined) return;
    places[option] = written?.at ?? value.at;
    const cases = casesOf(option === 'allow_origins' ? withStarsApart(value) : value);
    const told = ways.length * cases.length <= MAX_WAYS ? cases : [{ when: ALWAYS, value: uncertain(value) }];
    ways = ways.flatMap((way) => told.map(({ when, value: one }) => ({ when: whenAll(way.when, when), options: { ...way.options, [option]: one } })));
  });
  const unknownNames = keywords.entries.filter(({ key }) => !OPTIONS.some((option) => option === key));
  return ways.map(({ when, options }) => ({ when, settings: { options, places, at, unknownNames } }));
}

function uncertain(value: Value): Case {
  return { kind: 'unknown', reason: 'budget', detail: 'too many choices', at: value.at };
}

/** A list with an item that is `*` in some cases: with it everybody is let in, so the cases are told apart. */
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
