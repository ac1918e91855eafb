import { isAsked } from '../../values/asked.js';
import type { Span } from '../../text/span.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { runsIn, type Environment, type Fact } from '../../values/fact.js';
import { casesOfValue, fromCondition, join, mapCases, type Case } from '../../values/cases.js';
import { factOf, unknown, type UnknownValue, type Value } from '../../values/value.js';

export { casesOfValue, fromCondition, join, mapCases, type Case };

export function nothing(at: Span): Value {
  return { kind: 'nothing', what: 'undefined', at };
}

const absent = new WeakSet<Value>();

/** The value of a key that only other alternatives of a spread have: `{ ...(given && { key }) }`. */
export function absentKey(at: Span): Value {
  const value = nothing(at);
  absent.add(value);
  return value;
}

/** The value of a key as far as the key is there: an `either` without the alternatives that lack it. Undefined where all do. */
export function wherePresent(value: Value): Value | undefined {
  if (value.kind !== 'either') return absent.has(value) ? undefined : value;
  const options = value.options.filter((option) => !absent.has(option.value));
  return options.length === value.options.length ? value : options.length === 0 ? undefined : { ...value, options };
}

/** When is the value truthy? An environment variable that is there counts as not empty, a request header too. */
export function truthy(value: Value): Condition {
  switch (value.kind) {
    case 'string':
      return value.value === '' ? FALSE : TRUE;
    case 'number':
      return value.value === 0 ? FALSE : TRUE;
    case 'boolean':
      return value.value ? TRUE : FALSE;
    case 'nothing':
      return FALSE;
    case 'condition':
      return value.condition;
    case 'either':
      return or(...value.options.map(({ when, value: option }) => and(when, truthy(option))));
    case 'request':
      return value.part === 'header' ? { c: 'present', value, at: value.at } : TRUE;
    case 'derived':
      return truthy(value.of);
    case 'unknown':
      return (leastOf(value) ?? 0) > 0 ? TRUE : { c: 'fact', fact: factOf(value) };
    default:
      return TRUE;
  }
}

/** When is the value `null` or `undefined`? */
export function nullish(value: Value): Condition {
  switch (value.kind) {
    case 'nothing':
      return TRUE;
    case 'either':
      return or(...value.options.map(({ when, value: option }) => and(when, nullish(option))));
    case 'request':
      return value.part === 'header' ? not({ c: 'present', value, at: value.at }) : FALSE;
    case 'derived':
      return nullish(value.of);
    case 'unknown':
      return not({ c: 'fact', fact: factOf(value) });
    default:
      return FALSE;
  }
}

/** Numbers of which only the least possible value is known. */
const least = new WeakMap<UnknownValue, number>();

/** A position that `indexOf` found: not known, but not negative. */
export function foundPosition(at: Span): UnknownValue {
  return atLeast(0, 'a position in a text', at);
}

export function atLeast(minimum: number, detail: string, at: Span): UnknownValue {
  const number = unknown('unsupported-syntax', detail, at);
  least.set(number, minimum);
  return number;
}

/** The least that a number which is not known can be. */
export function leastOf(value: Value): number | undefined {
  return value.kind === 'unknown' ? least.get(value) : undefined;
}

/** When are the two values equal? Strictly (`===`) or not makes no difference to what is followed here. */
export function equality(left: Value, right: Value, at: Span): Condition {
  if (left.kind === 'either') return or(...left.options.map(({ when, value }) => and(when, equality(value, right, at))));
  if (right.kind === 'either') return or(...right.options.map(({ when, value }) => and(when, equality(left, value, at))));
  if (leastOf(left) !== undefined || leastOf(right) !== undefined) return comparedNumber(left, right, at);
  if (isAsked(left) || isAsked(right)) {
    const [text, other] = isAsked(left) ? [left, right] : [right, left];
    if (other.kind === 'nothing') return not(truthy(text));
    // A header, a method or a path is a text: never equal to anything else.
    if (['number', 'boolean', 'list', 'record', 'function', 'handle', 'regex'].includes(other.kind)) return FALSE;
    return { c: 'equals', left: text, right: other, ignoreCase: false, at };
  }
  if (left.kind === 'condition' || right.kind === 'condition') {
    const [condition, other] = left.kind === 'condition' ? [left.condition, right] : [right.kind === 'condition' ? right.condition : FALSE, left];
    if (other.kind === 'boolean') return other.value ? condition : not(condition);
  }
  if (left.kind === 'unknown' || right.kind === 'unknown') {
    const open = left.kind === 'unknown' ? left : right.kind === 'unknown' ? right : undefined;
    return open === undefined ? FALSE : compared(factOf(open), left.kind === 'unknown' ? right : left);
  }
  if (left.kind === 'env' || right.kind === 'env') {
    const [env, other] = left.kind === 'env' ? [left, right] : [right.kind === 'env' ? right : undefined, left];
    if (env === undefined) return FALSE;
    if (other.kind === 'nothing') return FALSE;
    if (env.name === 'NODE_ENV' && other.kind === 'string') return isEnvironment(other.value, compared({ ...factOf(env), detail: 'the value of NODE_ENV' }, other), at);
    return compared({ ...factOf(env), detail: `the value of ${env.name}` }, other);
  }
  const a = constant(left);
  const b = constant(right);
  if (a !== undefined && b !== undefined) return a === b ? TRUE : FALSE;
  return left === right ? TRUE : left.kind === right.kind && a === undefined ? { c: 'fact', fact: factOf(unknown('unsupported-syntax', 'a comparison', at)) } : FALSE;
}

/** Short names of the environments that the analysis tells apart. */
const ENVIRONMENTS: Readonly<Record<string, Environment>> = { production: 'production', prod: 'production', development: 'development', dev: 'development', local: 'development', test: 'test', testing: 'test' };

/** NODE_ENV has a name: one of the environments, or one beside them. */
function isEnvironment(name: string, other: Condition, at: Span): Condition {
  if (Object.hasOwn(ENVIRONMENTS, name)) return { c: 'fact', fact: runsIn(ENVIRONMENTS[name]!, at) };
  return and(...(['production', 'development', 'test'] as const).map((known) => not({ c: 'fact', fact: runsIn(known, at) })), other);
}

function compared(fact: Fact, other: Value): Condition {
  const text = constant(other) ?? `${other.at.file}:${other.at.start}`;
  return { c: 'fact', fact: { ...fact, key: `${fact.key}==${text}` } };
}

function comparedNumber(left: Value, right: Value, at: Span): Condition {
  const [minimum, other] = leastOf(left) === undefined ? [leastOf(right), left] : [leastOf(left), right];
  if (other.kind === 'number' && other.value < (minimum ?? 0)) return FALSE;
  return { c: 'fact', fact: factOf(unknown('unsupported-syntax', 'a comparison of numbers', at)) };
}

/** A text that tells constants of one value from those of another; undefined for what is no constant. */
export function constant(value: Value): string | undefined {
  switch (value.kind) {
    case 'string':
      return `"${value.value}"`;
    case 'number':
    case 'boolean':
      return String(value.value);
    case 'nothing':
      return 'nothing';
    default:
      return undefined;
  }
}
