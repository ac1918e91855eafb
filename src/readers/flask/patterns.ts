import { ANY, anyOf, exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { isRefused } from '../../middleware/python-pattern.js';
import { exactSetOf } from '../../policy/from-condition.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import type { EitherValue, EnvValue, UnknownValue, Value } from '../../values/value.js';
import { underFacts } from '../../middleware/options.js';
import type { FlaskCorsVersion } from './version.js';

type Case = Exclude<Value, EitherValue>;

/** One entry of `origins` or `allow_headers`, there where its condition holds. */
export interface Entry {
  readonly when: Condition;
  readonly value: Case;
  readonly is: 'star' | 'pattern' | 'bad-pattern' | 'text' | 'no-text' | 'unknown';
}

export interface Entries {
  readonly all: readonly Entry[];
  /** There may be more. */
  readonly rest: UnknownValue | EnvValue | undefined;
}

/** A text with one of these is taken for a pattern (flask_cors/core.py, `probably_regex`). */
const HINTS = /[*\\\]?$^[()]/;

export function probablyPattern(text: string): boolean {
  return HINTS.test(text);
}

/** What is no list is a list of itself, text included; a dictionary is the list of its keys (`ensure_iterable`, `re_fix`). */
export function entriesOf(value: Case): Entries {
  if (value.kind === 'list') return { all: value.items.flatMap((item) => alternatives(item, TRUE)), rest: value.rest };
  if (value.kind === 'record') return { all: value.entries.flatMap(({ key, at }) => alternatives({ kind: 'string', value: key, at }, TRUE)), rest: value.rest };
  // An environment variable is one text, an unknown value may be a list.
  if (value.kind === 'unknown') return { all: [], rest: value };
  return { all: alternatives(value, TRUE), rest: undefined };
}

function alternatives(value: Value, when: Condition): readonly Entry[] {
  if (value.kind === 'either') return value.options.flatMap((option) => alternatives(option.value, and(when, option.when)));
  return [{ when, value, is: kindOf(value) }];
}

function kindOf(value: Case): Entry['is'] {
  switch (value.kind) {
    case 'string':
      if (value.value === '*' || value.value === '.*') return 'star';
      if (!probablyPattern(value.value)) return 'text';
      return isRefused(value.value, 'i') ? 'bad-pattern' : 'pattern';
    case 'regex':
      return 'pattern';
    case 'number':
    case 'boolean':
    case 'nothing':
      return 'no-text';
    default:
      return 'unknown';
  }
}

/**
 * What the entries match: patterns with `re.match`, which is anchored at the start only, texts as a whole, both without
 * regard to case; compiled patterns by their own flags.
 */
export function matchedBy({ all, rest }: Entries, version: FlaskCorsVersion): OriginSet {
  const sets = all.map((entry) => underFacts(entry.when, setOf(entry, version), entry.value.at));
  return anyOf(rest === undefined ? sets : [...sets, exactSetOf({ kind: 'list', items: [], rest, at: rest.at }, rest.at)]);
}

export function setOf({ value, is }: Entry, version: FlaskCorsVersion): OriginSet {
  if (is === 'star') return ANY;
  if (is === 'bad-pattern') return NONE;
  if (value.kind === 'string') return is === 'text' ? exact(value.value, value.at, ['ignore-case']) : { s: 'regex', source: value.value, flags: 'i', dialect: 'python', use: 'match-prefix', subject: 'origin', at: value.at, sourceAt: value.at };
  if (value.kind === 'regex') return { s: 'regex', source: value.source, flags: value.flags, dialect: value.dialect, use: 'match-prefix', subject: 'origin', at: value.at, ...(value.sourceAt === undefined ? {} : { sourceAt: value.sourceAt }) };
  // `str(None)`, `str(True)`: compared with it from 6.0.4 on, an exception before.
  if (is === 'no-text') return version.badPattern === 'refused' ? exact(pythonText(value), value.at, ['ignore-case']) : NONE;
  return exactSetOf({ kind: 'list', items: [value], at: value.at }, value.at);
}

/** `str(…)` of what is not a text; undefined for what cannot be told. */
export function pythonText(value: Case): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'number':
      return String(value.value);
    case 'boolean':
      return value.value ? 'True' : 'False';
    default:
      return 'None';
  }
}
