import { isAsked } from '../../values/asked.js';
import { fromCondition, mapCases } from '../../values/cases.js';
import { and, not, TRUE, FALSE, type Condition } from '../../values/condition.js';
import { unknown, type DerivedValue, type StringValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { equality } from './comparison.js';
import { compiled, patternMethod, tested } from './patterns.js';
import { appended, constantMethod } from './text-constants.js';
import { presence, undecided } from './truth.js';

/** Methods of a text of Java and Kotlin; undefined for one that is not followed. */
export function textMethod(text: Value, name: string, args: readonly Value[], at: Span): Value | undefined {
  const [first] = args;
  if (text.kind === 'regex') return patternMethod(text, name, args, at);
  const computed = text.kind === 'string' ? constantMethod(text, name, args, at) : undefined;
  if (computed !== undefined) return computed;
  switch (name) {
    case 'equals':
    case 'contentEquals': {
      const ignoreCase = args[1]?.kind === 'boolean' && args[1].value;
      return first === undefined ? undefined : fromCondition(equality(text, first, at, ignoreCase), at);
    }
    case 'equalsIgnoreCase':
      return first === undefined ? undefined : fromCondition(equality(text, first, at, true), at);
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return first === undefined ? undefined : mapCases(first, at, (part) => (part.kind === 'regex' && name === 'contains' ? tested(part, text, 'search', at) : fromCondition(affix(name, text, part, args[1]?.kind === 'boolean' && args[1].value, at), at)));
    case 'indexOf':
      return first === undefined ? undefined : mapCases(first, at, (part) => indexOf(text, part, at));
    case 'matches':
      return first === undefined ? undefined : mapCases(first, at, (pattern) => matches(text, pattern, at));
    case 'toRegex':
    case 'toPattern':
      return compiled(text, args, at);
    case 'getHost':
    case 'getScheme':
    case 'getProtocol':
    case 'getAuthority':
    case 'getPort':
      return part(text, name.slice(3).toLowerCase(), at);
    case 'isEmpty':
    case 'isBlank':
    case 'isNullOrEmpty':
    case 'isNullOrBlank':
      return text.kind === 'env' ? undefined : fromCondition(not(presence(name.endsWith('Blank') && text.kind === 'string' ? { ...text, value: text.value.trim() } : text)), at);
    case 'isNotEmpty':
    case 'isNotBlank':
      return text.kind === 'env' ? undefined : fromCondition(presence(text), at);
    case 'toLowerCase':
    case 'lowercase':
      return changed(text, 'lower-case', (value) => value.toLowerCase(), at);
    case 'toUpperCase':
    case 'uppercase':
      return changed(text, 'upper-case', (value) => value.toUpperCase(), at);
    case 'trim':
    case 'strip':
      return text.kind === 'string' ? trimmed(text) : changed(text, 'trim', (value) => value.trim(), at);
    case 'toString':
    case 'name':
    case 'intern':
    case 'trimIndent':
      return text;
    case 'removeSuffix':
      return first?.kind === 'string' && first.value === '/' ? changed(text, 'strip-trailing-slash', (value) => value.replace(/\/$/, ''), at) : undefined;
    case 'removePrefix':
    case 'substringAfter':
      return text.kind === 'env' ? text : undefined;
    case 'split':
      return split(text, args, at);
    case 'concat':
    case 'plus':
    case 'append':
      return first === undefined ? undefined : appended(text, [first], at);
    case 'length':
      return text.kind === 'string' ? { kind: 'number', value: text.value.length, at } : undefined;
    default:
      return undefined;
  }
}

function changed(text: Value, how: DerivedValue['how'], constant: (value: string) => string, at: Span): Value | undefined {
  if (text.kind === 'string') return { ...text, value: constant(text.value) };
  return text.kind === 'env' ? text : isAsked(text) ? { kind: 'derived', how, of: text, at } : undefined;
}

/** A part of a URL that a text holds, as `java.net.URI` and `URL` take it apart; undefined for one that is not followed. */
export function part(text: Value, name: string, at: Span): Value | undefined {
  // `RequestMethod.OPTIONS.name`: a constant is its name.
  if (text.kind === 'string' && name === 'name') return text;
  const how = ({ host: 'url-hostname', scheme: 'url-scheme', protocol: 'url-scheme', authority: 'url-host' } as const)[name];
  return how !== undefined && isAsked(text) ? { kind: 'derived', how, of: text, at } : undefined;
}

/** `text.matches(pattern)`; a constant that is asked for the text of the request, as Spring's `HttpMethod.OPTIONS.matches(…)`, is compared. */
function matches(text: Value, pattern: Value, at: Span): Value {
  if (pattern.kind === 'regex') return tested(pattern, text, 'full', at);
  if (text.kind === 'string' && isAsked(pattern)) return fromCondition(equality(text, pattern, at), at);
  return pattern.kind === 'string' ? tested({ kind: 'regex', source: pattern.value, flags: '', dialect: 'java', at: pattern.at }, text, 'full', at) : fromCondition(undecided(at, 'a pattern test'), at);
}

/** Where a text begins in another one, as far as comparisons with 0 and -1 tell: at its start, further on, nowhere. */
function indexOf(text: Value, part: Value, at: Span): Value | undefined {
  if (text.kind === 'string' && part.kind === 'string') return { kind: 'number', value: text.value.indexOf(part.value), at };
  if (!isAsked(text) && !isAsked(part)) return undefined;
  const contains = affix('contains', text, part, false, at);
  const starts = affix('startsWith', text, part, false, at);
  const number = (value: number): Value => ({ kind: 'number', value, at });
  return { kind: 'either', options: [{ when: starts, value: number(0) }, { when: and(contains, not(starts)), value: number(1) }, { when: not(contains), value: number(-1) }], at };
}

function affix(name: 'startsWith' | 'endsWith' | 'contains', text: Value, part: Value, ignoreCase: boolean, at: Span): Condition {
  if (text.kind === 'string' && part.kind === 'string') return (name === 'contains' ? text.value.includes(part.value) : name === 'startsWith' ? text.value.startsWith(part.value) : text.value.endsWith(part.value)) ? TRUE : FALSE;
  if (!isAsked(text) && !isAsked(part)) return undecided(at, 'a text test');
  return { c: ({ startsWith: 'starts-with', endsWith: 'ends-with', contains: 'contains' } as const)[name], text, part, ignoreCase, at };
}

/** `split(",")`: the separator is a pattern in Java; one without special characters is a text in both languages. */
function split(text: Value, args: readonly Value[], at: Span): Value | undefined {
  if (text.kind === 'env') return { kind: 'list', items: [], rest: text, at };
  const [separator] = args;
  if (text.kind !== 'string' || separator?.kind !== 'string') return undefined;
  const blanks = /^(?:\\s\*)?([,;|\s])(?:\\s\*)?$/.exec(separator.value);
  if (blanks === null && /[\\^$.*+?()[\]{}|]/.test(separator.value)) return unknown('unsupported-syntax', 'a split by a pattern', at);
  const by = blanks === null ? separator.value : new RegExp(separator.value);
  const pieces = text.value.split(by);
  while (pieces.length > 1 && pieces.at(-1) === '') pieces.pop();
  const inside = within(text);
  let offset = 0;
  return {
    kind: 'list',
    items: pieces.map((value): StringValue => {
      const start = text.value.indexOf(value, offset);
      offset = start + value.length;
      return { kind: 'string', value, at: inside === undefined || value === '' || pieces.length === 1 ? text.at : { ...text.at, start: inside + start, end: inside + offset } };
    }),
    at: text.at,
  };
}

/** Where the letters of a text begin that stands in its file as it is, in quotes or without; undefined for any other. */
function within({ value, at }: StringValue): number | undefined {
  const more = at.end - at.start - value.length;
  return more === 0 ? at.start : more === 2 ? at.start + 1 : undefined;
}

function trimmed(text: StringValue): StringValue {
  const value = text.value.trim();
  const start = text.at.end - text.at.start === text.value.length ? text.at.start + text.value.indexOf(value) : undefined;
  return { ...text, value, ...(start === undefined || value === '' ? {} : { at: { ...text.at, start, end: start + value.length } }) };
}
