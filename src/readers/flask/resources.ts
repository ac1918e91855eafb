import { NONE, type OriginSet } from '../../origins/origin-set.js';
import { patternOf } from '../../origins/regex.js';
import { pathIn } from '../../middleware/python-paths.js';
import { unless, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type EitherValue, type RecordValue, type Value } from '../../values/value.js';
import { probablyPattern } from './patterns.js';
import type { FlaskCorsVersion } from './version.js';

/** One entry of `resources`: the paths it is for, and options of its own. */
export interface Resource {
  /** Requests that it is the first to match. */
  readonly when: Guard;
  /** A path that it matches. */
  readonly sample: string;
  readonly options: RecordValue | undefined;
  readonly at: Span;
}

interface Pattern {
  readonly text: string;
  readonly flags: string;
  readonly compiled: boolean;
  readonly options: RecordValue | undefined;
  readonly at: Span;
}

/** Patterns that match every path. */
const ALL = /^\^?(?:\/\*|\/?\.\*)(?:\$|\/\*)?$/;

/**
 * The resources in the order in which they are tried (`parse_resources`): those of a dictionary by their length up to
 * 5.x, from 6.0.0 on texts before patterns, then by the number of slashes, then by length. Matching is `re.match` for what
 * looks like a pattern, equality for the rest.
 */
export function resourcesOf(value: Exclude<Value, EitherValue>, version: FlaskCorsVersion): readonly Resource[] {
  const patterns = patternsIn(value, version);
  if (patterns === undefined) {
    const fact = factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('unsupported-syntax', 'the resources', value.at));
    return [{ when: { g: 'fact', fact: { ...fact, key: `${fact.key}:resources`, detail: `the paths of resources (${fact.detail})` } }, sample: '/', options: undefined, at: value.at }];
  }
  const sets = patterns.map((pattern) => pathsOf(pattern, version));
  return patterns.map((pattern, index) => ({
    when: whenAll(onPath(sets[index]!), ...sets.slice(0, index).map((set) => unless(onPath(set)))),
    sample: sampleOf(pattern, version),
    options: pattern.options,
    at: pattern.at,
  }));
}

function onPath(set: OriginSet): Guard {
  return set.s === 'any' ? { g: 'always' } : { g: 'path', in: set };
}

function patternsIn(value: Exclude<Value, EitherValue>, version: FlaskCorsVersion): readonly Pattern[] | undefined {
  switch (value.kind) {
    case 'string':
    case 'regex':
      return [patternFrom(value, undefined)].flatMap((pattern) => pattern ?? []);
    case 'list': {
      const patterns = value.items.map((item) => patternFrom(item, undefined));
      return value.rest !== undefined || patterns.includes(undefined) ? undefined : patterns.flatMap((pattern) => pattern ?? []);
    }
    case 'record': {
      if (value.rest !== undefined) return undefined;
      const keyed = new Map(value.entries.map((entry) => [entry.key, entry]));
      const patterns = [...keyed.values()].map(({ key, value: own, at }): Pattern => ({ text: fixed(key), flags: '', compiled: false, options: own.kind === 'record' ? own : openOptions(own), at }));
      return patterns.sort((a, b) => compared(rankOf(a, version), rankOf(b, version)));
    }
    default:
      return undefined;
  }
}

/** Options that are not in view: none of them is known. */
function openOptions(value: Value): RecordValue {
  const rest = value.kind === 'unknown' ? value : unknown('unsupported-syntax', 'the options of a resource', value.at);
  return { kind: 'record', entries: [], rest, at: value.at };
}

function patternFrom(value: Value, options: RecordValue | undefined): Pattern | undefined {
  if (value.kind === 'string') return { text: fixed(value.value), flags: '', compiled: false, options, at: value.at };
  return value.kind === 'regex' ? { text: value.source, flags: value.flags, compiled: true, options, at: value.at } : undefined;
}

/** `re_fix` */
function fixed(text: string): string {
  return text === '*' ? '.*' : text;
}

function rankOf({ text, compiled }: Pattern, version: FlaskCorsVersion): readonly number[] {
  if (!version.exactPaths) return [-text.length];
  const slashes = text.split('/').length - 1;
  return compiled ? [1, 0, -slashes, -text.length] : probablyPattern(text) ? [1, 1, -slashes, -text.length] : [0, 0, -slashes, -text.length];
}

function compared(a: readonly number[], b: readonly number[]): number {
  return a.map((number, index) => number - b[index]!).find((difference) => difference !== 0) ?? 0;
}

function pathsOf({ text, flags, compiled, at }: Pattern, version: FlaskCorsVersion): OriginSet {
  const ignoreCase = !version.exactPaths;
  if (!compiled && !probablyPattern(text)) return { s: 'exact', text, comparison: ignoreCase ? ['ignore-case'] : [], at };
  if (ALL.test(text)) return { s: 'any' };
  const source = { source: text, flags: compiled ? flags : ignoreCase ? 'i' : '', dialect: 'python', use: 'match-prefix' } as const;
  const parsed = patternOf(source);
  if ('detail' in parsed && /nothing to repeat|quantifier of a quantifier/.test(parsed.detail)) return NONE;
  return { s: 'regex', ...source, subject: 'origin', at };
}

/** A path to ask about. */
function sampleOf(pattern: Pattern, version: FlaskCorsVersion): string {
  const set = pathsOf(pattern, version);
  return set.s === 'exact' ? set.text : set.s === 'regex' ? (pathIn(set) ?? '/') : '/';
}
