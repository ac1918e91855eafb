import { anyOf, exact, NONE, type Comparison, type OriginSet } from '../../origins/origin-set.js';
import { casesOf, exactSetOf } from '../../policy/from-condition.js';
import { NEVER, whenAll, whenAny, type Effect, type Guard, type HeaderValue } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type EnvValue, type UnknownValue, type Value } from '../../values/value.js';

/** One init parameter of a servlet filter: a text. */
export interface Param {
  readonly value: Value;
  /** The text's items between commas, trimmed; the same alternatives as `value`. */
  readonly items: Value;
  /** Name and value as written. */
  readonly at: Span;
}

export type Params = ReadonlyMap<string, Param>;

/** One alternative of a parameter that is a list; a list that is not known has no items and a rest. */
export interface Listed {
  readonly when: Guard;
  readonly items: readonly Value[];
  readonly rest?: UnknownValue | EnvValue;
  /** The whole text, where it is known. */
  readonly text?: string;
  readonly at: Span;
  readonly written: boolean;
}

/** The alternatives of a list; `fallback` is what the filter takes for a parameter that is not there. */
export function listCases(param: Param | undefined, fallback: string, at: Span): readonly Listed[] {
  if (param === undefined) return [{ when: { g: 'always' }, items: itemsOf(fallback, at), text: fallback, at, written: false }];
  const texts = casesOf(param.value);
  return casesOf(param.items).map(({ when, value }, index): Listed => {
    const text = texts[index]?.value;
    const known = text?.kind === 'string' ? { text: text.value } : {};
    if (value.kind !== 'list') return { when, items: [], rest: doubtOf(value), at: param.at, written: true };
    return { when, items: value.items.filter((item) => item.kind !== 'string' || item.value !== ''), ...(value.rest === undefined ? {} : { rest: value.rest }), ...known, at: value.at, written: true };
  });
}

function itemsOf(text: string, at: Span): readonly Value[] {
  return text.split(',').filter((item) => item !== '').map((value) => ({ kind: 'string', value, at }));
}

export function doubtOf(value: Value): UnknownValue | EnvValue {
  return value.kind === 'env' || value.kind === 'unknown' ? value : unknown('unsupported-syntax', 'a parameter of the filter', value.at);
}

/** `Boolean.parseBoolean`: `true` in any case, everything else is false. */
export function isTrue(param: Param | undefined, fallback: boolean): Guard {
  if (param === undefined) return fallback ? { g: 'always' } : NEVER;
  return whenAny(
    ...casesOf(param.value).map(({ when, value }): Guard => {
      if (value.kind === 'boolean') return value.value ? when : NEVER;
      if (value.kind === 'string') return value.value.toLowerCase() === 'true' ? when : NEVER;
      return whenAll(when, { g: 'fact', fact: factOf(doubtOf(value)) });
    }),
  );
}

/** Texts that a list names. */
export function setOf(cases: readonly Listed[], comparison: readonly Comparison[]): OriginSet {
  return anyOf(cases.map((one) => (one.when.g === 'never' ? NONE : namedBy(one, comparison))));
}

export function namedBy({ items, rest, at }: Listed, comparison: readonly Comparison[]): OriginSet {
  const sets = items.map((item): OriginSet => (item.kind === 'string' ? exact(item.value, item.at, comparison) : exactSetOf({ kind: 'list', items: [item], at: item.at }, item.at)));
  return anyOf([...sets, ...(rest === undefined ? [] : [exactSetOf({ kind: 'list', items: [], rest, at }, at)])]);
}

/** The list as a header's text, with what stands in it twice if `twice`; undefined when it is empty. */
export function joined({ items, rest, at, written }: Listed, separator: string, spelled: (item: string) => string, twice: boolean): HeaderValue | undefined {
  const doubt = rest ?? items.find((item) => item.kind !== 'string');
  if (doubt !== undefined) return { v: 'unknown', fact: factOf(doubtOf(doubt)), at };
  const all = items.flatMap((item) => (item.kind === 'string' ? [spelled(item.value)] : []));
  const texts = twice ? all : [...new Set(all)];
  return texts.length === 0 ? undefined : { v: 'literal', text: texts.join(separator), at, written };
}

/** As it is written. */
export const asWritten = (item: string): string => item;

export function effectOf(op: Effect['op'], header: string, value: HeaderValue, at: Span): Effect {
  return { op, header, value, statuses: 'all', at };
}

export function literal(text: string, at: Span, written: boolean): HeaderValue {
  return { v: 'literal', text, at, written };
}
