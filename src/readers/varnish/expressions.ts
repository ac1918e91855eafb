import { admits } from '../../origins/membership.js';
import { ABSENT, anyOf, exact, PRESENT, type RegexSet } from '../../origins/origin-set.js';
import type { Expression } from '../../syntax/vcl/index.js';
import type { Span } from '../../text/span.js';
import { casesOfValue, fromCondition, mapCases } from '../../values/cases.js';
import { and, FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import { factOf, type ConcatValue, type RegexValue, type Value } from '../../values/value.js';
import { callOf } from './functions.js';
import type { Knowledge, Written } from './knowledge.js';

/** Response headers whose absence behind is taken for granted until something writes them: those of CORS. */
const OF_CORS = /^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/;

/** Parts of one text, and tests in one condition, past which it is not known. */
const MAX_PARTS = 200;

/** What an expression needs of the place where it stands. */
export interface Place {
  readonly knowledge: Knowledge;
  /** Value of a variable. */
  read(name: string, at: Span): Value;
  /** What was written up to here, for a question about a header. */
  written(header: string): Written;
}

export function valueOf(expression: Expression, place: Place): Value {
  const { at } = expression;
  switch (expression.e) {
    case 'text':
      return { kind: 'string', value: expression.value, at: expression.inside };
    case 'number':
      return expression.unit === '' ? { kind: 'number', value: expression.value, at } : { kind: 'string', value: `${expression.value}${expression.unit}`, at };
    case 'name':
      return place.read(expression.name, at);
    case 'call':
      return callOf(expression, place, valueOf);
    case 'join':
      if (expression.of.length > MAX_PARTS) return { kind: 'unknown', reason: 'budget', detail: 'a text of too many parts', at };
      return expression.of.map((part) => valueOf(part, place)).reduce((left, right) => joined(left, right, at));
    case 'other':
      return { kind: 'unknown', reason: 'unsupported-syntax', detail: 'a computed number', at };
    default:
      return fromCondition(conditionOf(expression, place), at);
  }
}

/** Texts side by side; one that is not set is empty. */
export function joined(left: Value, right: Value, at: Span): Value {
  return mapCases(left, at, (a) => mapCases(right, at, (b) => concatenated(a, b, at)));
}

function concatenated(left: Value, right: Value, at: Span): Value {
  const parts = [left, right].flatMap((part): readonly Value[] => (part.kind === 'concat' ? part.parts : part.kind === 'nothing' ? [] : part.kind === 'number' || part.kind === 'boolean' ? [{ kind: 'string', value: String(part.value), at: part.at }] : [part]));
  const found: Value[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (part.kind === 'string' && last?.kind === 'string') found[found.length - 1] = { kind: 'string', value: last.value + part.value, at };
    else found.push(part);
  }
  if (found.length === 0) return { kind: 'string', value: '', at };
  return found.length === 1 && found[0]!.kind === 'string' ? found[0]! : { kind: 'concat', parts: found, at };
}

export function conditionOf(expression: Expression, place: Place): Condition {
  switch (expression.e) {
    case 'not':
      return not(conditionOf(expression.of, place));
    case 'and':
    case 'or':
      if (expression.of.length > MAX_PARTS) return place.knowledge.fact(`condition@${expression.at.file}:${expression.at.start}`, 'a condition of too many parts', 'budget');
      return (expression.e === 'and' ? and : or)(...expression.of.map((part) => conditionOf(part, place)));
    case 'compare':
      return comparison(expression, place);
    default:
      return eachCase(valueOf(expression, place), (value) => isSet(value, place));
  }
}

/** The condition that holds where it holds for the alternative that is the case. */
function eachCase(value: Value, test: (value: Value) => Condition): Condition {
  return or(...casesOfValue(value).map(({ when, value: option }) => and(when, test(option))));
}

/** A variable of type BOOL is true; a text is set, even to an empty one. */
function isSet(value: Value, { knowledge, written }: Place): Condition {
  switch (value.kind) {
    case 'nothing':
      return FALSE;
    case 'boolean':
      return value.value ? TRUE : FALSE;
    case 'condition':
      return value.condition;
    case 'request':
      return value.part === 'header' ? not({ c: 'equals', left: value, right: { kind: 'nothing', what: 'undefined', at: value.at }, ignoreCase: false, at: value.at }) : TRUE;
    case 'unknown': {
      const header = knowledge.headerOf(value);
      if (header !== undefined) return OF_CORS.test(header) ? knowledge.headerIs(header, PRESENT, written(header)) : knowledge.fact(`set:${header}`, value.detail, 'upstream');
      return { c: 'fact', fact: factOf(value) };
    }
    default:
      return TRUE;
  }
}

function comparison(expression: Expression & { e: 'compare' }, place: Place): Condition {
  const { operator, left, right, at } = expression;
  const subject = valueOf(left, place);
  if (operator === '~' || operator === '!~') {
    const matched = patternIn(right) === undefined ? listed(left, right, place) : eachCase(subject, (value) => matches(value, patternIn(right)!, at, place));
    return operator === '~' ? matched : not(matched);
  }
  const other = valueOf(right, place);
  if (operator === '==' || operator === '!=') {
    const same = eachCase(subject, (a) => eachCase(other, (b) => equals(a, b, at, place)));
    return operator === '==' ? same : not(same);
  }
  return eachCase(subject, (a) => eachCase(other, (b) => ordered(a, operator, b, at, place)));
}

/** Addresses are looked up in an `acl`. */
function listed(left: Expression, right: Expression, { knowledge }: Place): Condition {
  const name = right.e === 'name' ? right.name : '';
  if (left.e === 'name' && left.name === 'client.ip') {
    const fact = knowledge.clientIn(name);
    if (fact !== undefined) return { c: 'fact', fact };
  }
  return knowledge.fact(`acl:${left.e === 'name' ? left.name : `${left.at.file}:${left.at.start}`}:${name}`, `whether the address is in ${name === '' ? 'a list' : name}`);
}

export interface Pattern {
  readonly source: string;
  readonly at: Span;
  readonly verbatim: boolean;
}

/** Patterns are constant texts, one or several joined. */
export function patternIn(expression: Expression): Pattern | undefined {
  if (expression.e === 'text') return { source: expression.value, at: expression.inside, verbatim: true };
  if (expression.e !== 'join') return undefined;
  const parts = expression.of.map(patternIn);
  return parts.includes(undefined) ? undefined : { source: parts.map((part) => part!.source).join(''), at: expression.at, verbatim: false };
}

function matches(value: Value, pattern: Pattern, at: Span, { knowledge, written }: Place): Condition {
  const set: RegexSet = { s: 'regex', source: pattern.source, flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at: pattern.at, ...(pattern.verbatim ? { sourceAt: pattern.at } : {}) };
  const regex: RegexValue = { kind: 'regex', source: pattern.source, flags: '', dialect: 'pcre', at: pattern.at, ...(pattern.verbatim ? { sourceAt: pattern.at } : {}) };
  // A pattern is tried on the empty text where the subject is not set.
  const empty = admits(set, '', () => undefined);
  const known = (text: string): Condition => {
    const answer = admits(set, text, () => undefined);
    return typeof answer === 'boolean' ? (answer ? TRUE : FALSE) : { c: 'fact', fact: answer };
  };
  switch (value.kind) {
    case 'nothing':
      return known('');
    case 'string':
      return known(value.value);
    case 'number':
      return known(String(value.value));
    case 'request': {
      if (value.part === 'header' && value.header === 'host') return knowledge.guard({ g: 'host', in: set }, pattern.at);
      const found: Condition = { c: 'matches', text: value, regex, use: 'search', at };
      return empty === true && value.part === 'header' ? or(found, { c: 'equals', left: value, right: { kind: 'nothing', what: 'undefined', at }, ignoreCase: false, at }) : found;
    }
    case 'derived':
      return { c: 'matches', text: value, regex, use: 'search', at };
    case 'unknown': {
      const header = knowledge.headerOf(value);
      if (header !== undefined && OF_CORS.test(header)) return knowledge.headerIs(header, empty === true ? anyOf([set, ABSENT]) : set, written(header));
      if (value === knowledge.status) return knowledge.statusIs((status) => admits(set, String(status), () => undefined) === true);
      return knowledge.fact(`${factOf(value).key}~${pattern.source}`, value.detail, value.reason);
    }
    default:
      return knowledge.fact(`match@${at.file}:${at.start}`, 'a pattern test on a computed text');
  }
}

function equals(left: Value, right: Value, at: Span, place: Place): Condition {
  const { knowledge, written } = place;
  if (left.kind === 'nothing' || right.kind === 'nothing') return FALSE;
  const [a, b] = right.kind === 'string' || right.kind === 'number' || right.kind === 'boolean' ? [left, right] : [right, left];
  if (b.kind === 'string' || b.kind === 'number' || b.kind === 'boolean') {
    if (a.kind === 'string' || a.kind === 'number' || a.kind === 'boolean') return String(a.value) === String(b.value) ? TRUE : FALSE;
    if (a === knowledge.status && b.kind === 'number') return knowledge.statusIs((status) => status === b.value);
    const header = knowledge.headerOf(a);
    if (header !== undefined && OF_CORS.test(header)) return knowledge.headerIs(header, exact(String(b.value), b.at), written(header));
    if (a.kind === 'request' || a.kind === 'derived') {
      if (a.kind === 'request' && a.header === 'host') return knowledge.guard({ g: 'host', in: exact(String(b.value).replace(/:\d+$/, '').toLowerCase(), b.at) }, b.at);
      return { c: 'equals', left: a, right: b, ignoreCase: false, at };
    }
    if (a.kind === 'concat' && b.kind === 'string') return concatEquals(a, b.value, b.at, place);
    if (a.kind === 'condition') return b.kind === 'boolean' && !b.value ? not(a.condition) : a.condition;
    if (a.kind === 'unknown') return knowledge.fact(`${factOf(a).key}==${String(b.value)}`, a.detail, a.reason);
  }
  return knowledge.fact(`equals@${at.file}:${at.start}`, 'a comparison of two texts');
}

/** `"https://" + req.http.X` equals a text that begins so where the header is the rest of it. */
function concatEquals(value: ConcatValue, text: string, at: Span, place: Place): Condition {
  const open = value.parts.filter(({ kind }) => kind !== 'string');
  const index = value.parts.indexOf(open[0]!);
  const textsIn = (parts: readonly Value[]): string => parts.map((part) => (part.kind === 'string' ? part.value : '')).join('');
  const [before, after] = [textsIn(value.parts.slice(0, index)), textsIn(value.parts.slice(index + 1))];
  if (open.length !== 1) return place.knowledge.fact(`equals@${at.file}:${at.start}`, 'a comparison with a computed text');
  if (text.length < before.length + after.length || !text.startsWith(before) || !text.endsWith(after)) return FALSE;
  return equals(open[0]!, { kind: 'string', value: text.slice(before.length, text.length - after.length), at }, at, place);
}

function ordered(left: Value, operator: '<' | '>' | '<=' | '>=', right: Value, at: Span, { knowledge }: Place): Condition {
  const holds = (a: number, b: number): boolean => ({ '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b })[operator];
  if (left.kind === 'number' && right.kind === 'number') return holds(left.value, right.value) ? TRUE : FALSE;
  if (left === knowledge.status && right.kind === 'number') return knowledge.statusIs((status) => holds(status, right.value));
  if (right === knowledge.status && left.kind === 'number') return knowledge.statusIs((status) => holds(left.value, status));
  const open = [left, right].find((value) => value.kind === 'unknown');
  return open?.kind === 'unknown' ? knowledge.fact(`${factOf(open).key}${operator}${right.kind === 'number' || right.kind === 'string' ? right.value : `@${at.start}`}`, open.detail, open.reason) : knowledge.fact(`order@${at.file}:${at.start}`, 'a comparison');
}
