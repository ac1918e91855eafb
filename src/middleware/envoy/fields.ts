import { casesOf, headerValueOf } from '../../policy/from-condition.js';
import { NEVER, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { keyOf, pairsOf, truthOf, valueOfPair, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type UnknownValue, type Value } from '../../values/value.js';
import type { Comparison } from './matchers.js';
import { matcher } from './matchers.js';
import type { Matcher, Origins, Switch, Written } from './level.js';

/** A mapping of settings as written: by field, and what a template may add to it. */
export interface Fields {
  readonly file: YamlFile;
  readonly at: Span;
  readonly all: ReadonlyMap<string, Field>;
  readonly rest?: UnknownValue;
}

export interface Field {
  readonly value: Value;
  /** Key and value. */
  readonly at: Span;
  readonly pair: YamlPair;
}

/** The fields of a mapping; `nameOf` makes one name of the spellings that a product takes. */
export function fieldsOf(file: YamlFile, node: YamlNode, nameOf: (key: string) => string = (key) => key): Fields {
  const all = new Map<string, Field>();
  for (const pair of pairsOf(node)) {
    const key = keyOf(pair);
    if (key !== undefined) all.set(nameOf(key), { value: valueOfPair(file, pair), at: pair.at, pair });
  }
  return { file, at: node.at, all };
}

/** Protobuf's JSON names and its own: `allow_methods`, `allowMethods`. */
export function protoName(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());
}

/** Something the product refuses: none of the object is deployed. */
export interface Refused {
  readonly at: Span;
  readonly refused: string;
}

/** The items of a list; for what is no list, `undefined`. An unknown list is one unknown item. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.rest === undefined ? value.items : [...value.items, value.rest];
  if (value.kind === 'unknown' || value.kind === 'env' || value.kind === 'concat' || value.kind === 'either') return [value];
  return value.kind === 'nothing' ? [] : undefined;
}

/** A list of origins that are all compared in one way; an empty list is none. */
export function originsFrom(field: Field | undefined, comparison: Comparison): Origins | Refused | undefined {
  if (field === undefined) return undefined;
  const items = itemsOf(field.value);
  if (items === undefined) return { at: field.value.at, refused: 'the origins are not a list' };
  const odd = items.find((item) => item.kind === 'record' || item.kind === 'list' || item.kind === 'boolean' || item.kind === 'number');
  if (odd !== undefined) return { at: odd.at, refused: 'an origin is a text here' };
  return items.length === 0 ? undefined : { at: field.at, matchers: items.map((item) => matcher(item, comparison, item.at)) };
}

/** Two lists of matchers as one. */
export function bothOrigins(first: Origins | undefined, second: Origins | undefined): Origins | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { at: first.at, matchers: [...first.matchers, ...second.matchers] satisfies readonly Matcher[] };
}

/** The text of a header; an empty one is none. */
export function textFrom(field: Field | undefined): Written | undefined {
  if (field === undefined || field.value.kind === 'nothing' || (field.value.kind === 'string' && field.value.value === '')) return undefined;
  const value = headerValueOf(field.value) ?? { v: 'unknown' as const, fact: factOf(unknown('template-syntax', 'a text that a template writes', field.value.at)), at: field.value.at };
  return { value, at: field.at };
}

/** A list as the text of a header: its items joined by a comma. */
export function listFrom(field: Field | undefined, separator: string): Written | undefined {
  if (field === undefined) return undefined;
  const { value, at } = field;
  if (value.kind === 'nothing' || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined)) return undefined;
  const texts = value.kind === 'list' && value.rest === undefined ? value.items.map((item) => (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean' ? String(item.value) : undefined)) : [undefined];
  if (texts.includes(undefined)) {
    const open = value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', 'a list that a template writes', value.at);
    return { value: { v: 'unknown', fact: factOf(open), at: value.at }, at };
  }
  return { value: { v: 'literal', text: texts.join(separator), at: value.at, written: true }, at };
}

/** A switch, as YAML 1.1 reads booleans; `spelled`: texts count too (protobuf's JSON takes none). */
export function switchFrom(file: YamlFile, field: Field | undefined): Switch | undefined {
  if (field === undefined || field.value.kind === 'nothing') return undefined;
  return { on: truth(file, field.value), at: field.at };
}

function truth(file: YamlFile, value: Value): Guard {
  return whenAny(
    ...casesOf(value).map(({ when, value: option }) => {
      const meant = truthOf(file, option);
      if (meant.kind === 'boolean') return meant.value ? when : NEVER;
      if (meant.kind === 'unknown' || meant.kind === 'env') return whenAll(when, { g: 'fact', fact: factOf(meant) });
      if (meant.kind === 'string') return meant.value === 'true' ? when : NEVER;
      if (meant.kind === 'concat') return whenAll(when, { g: 'fact', fact: factOf(unknown('template-syntax', 'a switch that a template writes', meant.at)) });
      return NEVER;
    }),
  );
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, 'µs': 1e-6, 'μs': 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Whole seconds of a Go duration (`1h30m`), rounded down; undefined for what is none. */
export function secondsOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(trimmed)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of trimmed.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) seconds += Number(number) * UNITS[unit!]!;
  return Math.trunc((trimmed.startsWith('-') ? -1 : 1) * Math.round(seconds * 1e9) / 1e9);
}

/** A duration as the seconds that Envoy is given. */
export function durationFrom(field: Field | undefined): Written | Refused | undefined {
  if (field === undefined || field.value.kind === 'nothing') return undefined;
  const { value } = field;
  if (value.kind !== 'string' && value.kind !== 'number') return textFrom(field);
  const seconds = secondsOf(String(value.value));
  if (seconds === undefined) return { at: value.at, refused: `\`${String(value.value)}\` is no duration such as 10m` };
  return { value: { v: 'literal', text: String(seconds), at: value.at, written: true }, at: field.at };
}
