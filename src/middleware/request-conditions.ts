import { anyOf, complement, exact, PRESENT, type OriginSet } from '../origins/origin-set.js';
import { unless, whenAll, type Guard, type HeaderValue } from '../policy/program.js';
import type { Span } from '../text/span.js';
import { entry, factOf, unknown, type RecordValue, type Value } from '../values/value.js';

/** What `has` and `missing` of a rule ask of a request. */
export interface Asked {
  readonly when: Guard;
  /** Names of groups that hold the whole Origin: values may repeat it as `:name`. */
  readonly origin: readonly string[];
  /** Names of other groups. */
  readonly captured: readonly string[];
}

/** How a product reads the conditions. */
export interface ConditionDialect {
  /** The texts that a pattern stands for. */
  readonly whole: (pattern: string, at: Span) => OriginSet;
  /** The name that a value repeats the header by where no pattern is written. */
  readonly nameOf: (key: string) => string;
}

/**
 * Next.js: a pattern between `^` and `$`, whose alternatives stay open at their ends; `matchHas` of
 * `next/dist/shared/lib/router/utils/prepare-destination` (read).
 */
export const NEXT_CONDITIONS: ConditionDialect = {
  whole: (pattern, at) => ({ s: 'regex', source: `^${pattern}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at }),
  nameOf: (key) => key.toLowerCase().replace(/[^a-z]/g, ''),
};

/** `has` and `missing`: https://nextjs.org/docs/app/api-reference/config/next-config-js/headers#header-cookie-and-query-matching */
export function asked(rule: RecordValue, dialect: ConditionDialect): Asked {
  const has = conditionsIn(entry(rule, 'has')?.value).map((condition) => one(condition, dialect));
  const missing = conditionsIn(entry(rule, 'missing')?.value).map((condition) => one(condition, dialect));
  return {
    when: whenAll(...has.map(({ when }) => when), ...missing.map(({ when }) => unless(when))),
    origin: has.flatMap(({ origin }) => origin),
    captured: has.flatMap(({ captured }) => captured),
  };
}

/** The items of a list, or what stands in its place. */
export function conditionsIn(value: Value | undefined): readonly Value[] {
  if (value === undefined || value.kind === 'nothing') return [];
  return value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value];
}

function one(condition: Value, dialect: ConditionDialect): Asked {
  const open = (detail: string, at: Span): Asked => ({ when: { g: 'fact', fact: factOf(unknown('unsupported-syntax', detail, at)) }, origin: [], captured: [] });
  if (condition.kind !== 'record') return open('a condition of a rule', condition.at);
  const [type, key] = ['type', 'key'].map((name) => text(entry(condition, name)?.value));
  const written = entry(condition, 'value')?.value;
  const bare = written === undefined || written.kind === 'nothing';
  const set = bare ? PRESENT : textsOf(written, dialect);
  if (set === undefined) return open('a condition of a rule', condition.at);
  const pattern = patternIn(written);
  const groups = [...(pattern ?? '').matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name!);
  const whole = /^\(\?<(\w+)>[^]*\)$/.exec(pattern ?? '')?.[1];
  if (type === 'host') return { when: { g: 'host', in: set }, origin: [], captured: groups };
  if (type !== 'header' || key === undefined) return open(`a ${type ?? 'condition'} of the request`, condition.at);
  const name = key.toLowerCase();
  const named = bare ? [dialect.nameOf(key)] : [];
  if (name !== 'origin') return { when: { g: 'header', name, in: set }, origin: [], captured: [...groups, ...named] };
  const own = groups.length === 1 && whole !== undefined ? [whole] : named;
  return { when: { g: 'origin', in: set }, origin: own, captured: groups.filter((group) => !own.includes(group)) };
}

/** A pattern, as a text or as `{ re: … }`. */
function patternIn(value: Value | undefined): string | undefined {
  return value?.kind === 'record' ? text(entry(value, 're')?.value) : text(value);
}

/** The texts that a value stands for: a pattern, or `{ eq, neq, inc, ninc, pre, suf, re }` of Vercel. */
function textsOf(value: Value, dialect: ConditionDialect): OriginSet | undefined {
  if (value.kind === 'string') return dialect.whole(value.value, value.at);
  const [operation, ...others] = value.kind === 'record' ? value.entries : [];
  const operands = conditionsIn(operation?.value);
  const items = operands.flatMap((item) => (item.kind === 'string' ? [exact(item.value, item.at)] : []));
  const [first] = items;
  if (operation === undefined || first === undefined || others.length > 0 || items.length < operands.length) return undefined;
  const affix = (s: 'prefix' | 'suffix'): OriginSet => ({ s, text: first.text, subject: 'origin', ignoreCase: false, at: first.at });
  switch (operation.key) {
    case 'eq':
    case 'inc':
      return anyOf(items);
    case 'neq':
    case 'ninc':
      return complement(anyOf(items));
    case 'pre':
      return affix('prefix');
    case 'suf':
      return affix('suffix');
    case 're':
      return dialect.whole(first.text, first.at);
    default:
      return undefined;
  }
}

function text(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

/** `:name` in a value stands for a parameter of the path or a group of a condition; undefined for a value without any. */
export function filledIn(value: Value, conditions: Asked, parameters: readonly string[]): HeaderValue | undefined {
  if (value.kind !== 'string') return undefined;
  if (conditions.origin.some((name) => value.value === `:${name}`)) return { v: 'request-header', name: 'origin', at: value.at };
  const open = [...conditions.origin, ...conditions.captured, ...parameters].some((name) => value.value.includes(`:${name}`));
  return open ? { v: 'unknown', fact: factOf(unknown('parameter', 'a part of the request', value.at)), at: value.at } : undefined;
}
