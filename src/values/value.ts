import type { Span } from '../text/span.js';
import type { Condition } from './condition.js';
import type { Fact, UnknownReason } from './fact.js';

/**
 * What an expression of any language may be at run time. Each language's evaluator produces these; readers see nothing
 * else of an expression. `at` is where the text of the value stands (the literal, across files), not where it is used.
 */
export type Value =
  | StringValue
  | { readonly kind: 'number'; readonly value: number; readonly at: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: Span }
  | NothingValue
  | ListValue
  | RecordValue
  | RegexValue
  | EnvValue
  | EitherValue
  | RequestValue
  | ConcatValue
  | DerivedValue
  | { readonly kind: 'condition'; readonly condition: Condition; readonly at: Span }
  | FunctionValue
  | Handle
  | UnknownValue;

export interface StringValue {
  readonly kind: 'string';
  readonly value: string;
  /** The language made it of a missing value (`String(null)`), which stands at `at`: nobody wrote the text. */
  readonly made?: true;
  readonly at: Span;
}

/** JavaScript's `undefined`, `null`, Python's `None`, Java's `null`. */
export interface NothingValue {
  readonly kind: 'nothing';
  readonly what: 'undefined' | 'null';
  readonly at: Span;
}

/**
 * Lists, tuples and sets. `rest` says that there may be more items, of which only this is known. An item that is an
 * `either` whose conditions do not cover everything is there only where one of them holds.
 */
export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly rest?: UnknownValue | EnvValue;
  readonly at: Span;
}

/**
 * An object literal, keyword arguments, an options object. Later entries override earlier ones.
 * `rest` says that keys not listed here may exist too (an unresolved spread); a spread after a known key
 * makes that key `either` its value or unknown.
 */
export interface RecordValue {
  readonly kind: 'record';
  readonly entries: readonly RecordEntry[];
  readonly rest?: UnknownValue;
  readonly at: Span;
}

export interface RecordEntry {
  readonly key: string;
  readonly value: Value;
  /** The key and the value with everything between them. */
  readonly at: Span;
}

/** A compiled pattern. `dialect` names the engine that will run it. */
export interface RegexValue {
  readonly kind: 'regex';
  readonly source: string;
  readonly flags: string;
  readonly dialect: 'js' | 'python' | 'java' | 'pcre' | 're2';
  readonly at: Span;
  /** The span of `source` as written, when it stands there verbatim (a regex literal, a raw string without escapes). */
  readonly sourceAt?: Span;
  /** JavaScript: it carries `lastIndex` from request to request (`g` or `y`, made once), for methods that heed it. */
  readonly keepsState?: true;
}

/** The text of an environment variable or a setting that is not in the repository. Present, whatever it is. */
export interface EnvValue {
  readonly kind: 'env';
  readonly name: string;
  readonly at: Span;
}

/** One of several, each under its condition. The conditions exclude each other and cover everything. */
export interface EitherValue {
  readonly kind: 'either';
  readonly options: readonly { readonly when: Condition; readonly value: Value }[];
  readonly at: Span;
}

/** A value that has no alternatives. */
export type SingleValue = Exclude<Value, EitherValue>;

/** A part of the request: a header's text (nothing when the header is absent), the method, the path. */
export interface RequestValue {
  readonly kind: 'request';
  readonly part: 'method' | 'path' | 'header';
  /** Lower-case header name; only with part `header`. */
  readonly header?: string;
  readonly at: Span;
}

/** A text put together at run time: template strings, `+`, f-strings. Neighbouring known texts are already joined. */
export interface ConcatValue {
  readonly kind: 'concat';
  readonly parts: readonly Value[];
  readonly at: Span;
}

/** A text computed from another one in a way that the origin matchers understand. */
export interface DerivedValue {
  readonly kind: 'derived';
  readonly how: 'lower-case' | 'upper-case' | 'trim' | 'strip-trailing-slash' | 'url-host' | 'url-hostname' | 'url-origin' | 'url-protocol' | 'url-scheme' | 'url-port';
  readonly of: Value;
  readonly at: Span;
}

/**
 * A function whose body can be followed. `run` binds the arguments, executes the body symbolically and lists what
 * happened, in program order, each event under the condition on which it is reached.
 */
export interface FunctionValue {
  readonly kind: 'function';
  readonly parameters: number;
  readonly isAsync: boolean;
  readonly at: Span;
  /** `keywords`: arguments by name, where the language has them. */
  run(args: readonly Value[], keywords?: RecordValue): readonly Event[];
}

/**
 * An object that a framework hands to the user's code (a request, a response, a callback) and whose meaning the
 * reader supplies. Calls on it are recorded as events whatever `call` answers.
 */
export interface Handle {
  readonly kind: 'handle';
  readonly name: string;
  readonly at: Span;
  /** Value of a property; undefined when it means nothing to CORS. */
  get(property: string): Value | undefined;
  /** Result of a method (or of the handle itself, with an empty name); undefined when unknown. `keywords`: arguments by name, where the language has them. */
  call(method: string, args: readonly Value[], at: Span, keywords?: RecordValue): Value | undefined;
}

export interface UnknownValue {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
  /** Completes "depends on …". */
  readonly detail: string;
  readonly at: Span;
}

/** One thing that a followed function does. */
export type Event =
  /** `receiver.method(args)`; a handle called directly has an empty method. */
  | { readonly kind: 'call'; readonly when: Condition; readonly receiver: Handle; readonly method: string; readonly args: readonly Value[]; readonly keywords?: RecordValue; readonly at: Span }
  | { readonly kind: 'assign'; readonly when: Condition; readonly receiver: Handle; readonly property: string; readonly value: Value; readonly at: Span }
  /** The function ends; `value` of a bare return is nothing. */
  | { readonly kind: 'return'; readonly when: Condition; readonly value: Value; readonly at: Span }
  /** `value`: what is raised, where the language says so. */
  | { readonly kind: 'throw'; readonly when: Condition; readonly value?: Value; readonly at: Span }
  /** Something was done with a handle that could not be followed (it was passed to unknown code). */
  | { readonly kind: 'escape'; readonly when: Condition; readonly receiver: Handle; readonly reason: UnknownReason; readonly detail: string; readonly at: Span };

export function unknown(reason: UnknownReason, detail: string, at: Span): UnknownValue {
  return { kind: 'unknown', reason, detail, at };
}

/** The fact behind a value that is not known: used when a decision rests on it. */
export function factOf(value: UnknownValue | EnvValue): Fact {
  if (value.kind === 'env') {
    return { key: `env:${value.name}`, reason: 'env-variable', detail: `the value of ${value.name}`, at: value.at };
  }
  return { key: `${value.reason}@${value.at.file}:${value.at.start}`, reason: value.reason, detail: value.detail, at: value.at };
}

export function entry(record: RecordValue, key: string): RecordEntry | undefined {
  return record.entries.findLast((candidate) => candidate.key === key);
}
