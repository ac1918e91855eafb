import { isAsked } from '../../values/asked.js';
import { mapCases, fromCondition } from '../../values/cases.js';
import { FALSE, not, or, TRUE, type Condition } from '../../values/condition.js';
import type { Span } from '../../text/span.js';
import { unknown, type DerivedValue, type RegexValue, type Value } from '../../values/value.js';
import { truth, undecided } from './truth.js';

/** Methods of a text that comes with the request; undefined for one that is not followed. */
export function requestMethod(text: Value, name: string, args: readonly Value[], at: Span): Value | undefined {
  const [first] = args;
  const derived = (how: DerivedValue['how']): Value => ({ kind: 'derived', how, of: text, at });
  switch (name) {
    case 'lower':
    case 'casefold':
      return derived('lower-case');
    case 'upper':
      return derived('upper-case');
    case 'encode':
    case 'decode':
      return text;
    case 'strip':
    case 'rstrip':
    case 'lstrip':
      if (first === undefined) return derived('trim');
      return first.kind === 'string' && first.value === '/' && name !== 'lstrip' ? derived('strip-trailing-slash') : undefined;
    case 'startswith':
    case 'endswith': {
      const c = name === 'startswith' ? 'starts-with' : 'ends-with';
      const test = (part: Value): Condition => ({ c, text, part, ignoreCase: false, at });
      if (first === undefined) return undefined;
      return mapCases(first, at, (part) => fromCondition(part.kind === 'list' ? or(...part.items.map(test), ...(part.rest === undefined ? [] : [undecided(at, 'a prefix')])) : test(part), at));
    }
    default:
      return undefined;
  }
}

/** A comparison that asks something of the request: `==`, `in`, `is`; undefined when it does not. */
export function requestComparison(operator: string, left: Value, right: Value, at: Span): Condition | undefined {
  if (operator === 'in') return membership(left, right, at);
  if (left.kind === 'either' && !isAsked(right)) return alternatives(left, (option) => requestComparison(operator, option, right, at));
  if (right.kind === 'either' && !isAsked(left)) return alternatives(right, (option) => requestComparison(operator, left, option, at));
  if (!isAsked(left) && !isAsked(right)) return undefined;
  const [text, other] = isAsked(left) ? [left, right] : [right, left];
  if (other.kind === 'either') return alternatives(other, (option) => requestComparison(operator, text, option, at));
  if (other.kind === 'nothing') return not(truth(text));
  // A header, a method or a path is a text: never equal to anything else.
  if (['number', 'boolean', 'list', 'record', 'function', 'handle', 'regex'].includes(other.kind)) return FALSE;
  return { c: 'equals', left: text, right: other, ignoreCase: false, at };
}

function membership(item: Value, of: Value, at: Span): Condition | undefined {
  if (of.kind === 'handle') {
    const answer = of.call('__contains__', [item], at);
    return answer === undefined ? undecided(at, 'a membership test') : truth(answer);
  }
  if (item.kind === 'either') return alternatives(item, (option) => membership(option, of, at) ?? (option.kind === 'nothing' ? FALSE : undefined));
  if (isAsked(of)) return item.kind === 'list' || item.kind === 'record' ? undefined : { c: 'contains', text: of, part: item, ignoreCase: false, at };
  if (!isAsked(item)) return undefined;
  if (of.kind === 'either') return alternatives(of, (option) => membership(item, option, at));
  if (of.kind === 'string') return { c: 'contains', text: of, part: item, ignoreCase: false, at };
  return { c: 'member', item, of, at };
}

/** Undefined when one of the alternatives asks nothing of the request. */
function alternatives(value: Value & { kind: 'either' }, each: (option: Value) => Condition | undefined): Condition | undefined {
  const found = value.options.map(({ when, value: option }) => ({ when, condition: each(option) }));
  if (found.every(({ condition }) => condition === undefined)) return undefined;
  return or(...found.map(({ when, condition }): Condition => (condition === undefined ? undecided(value.at, 'a comparison') : { c: 'and', of: [when, condition] })));
}

/** Whether a pattern matches: a match object, or None. */
export function matchValue(text: Value, regex: RegexValue, use: 'search' | 'match-prefix' | 'full', at: Span): Value {
  return mapCases(text, at, (option) => {
    if (option.kind === 'nothing') return undefined;
    const test: Condition = isAsked(option) ? { c: 'matches', text: option, regex, use, at } : option.kind === 'string' && option.value === '' ? matchesNothing(regex, at) : undecided(at, 'a pattern test');
    return { kind: 'either', options: [{ when: test, value: { kind: 'record', entries: [{ key: 'matched', value: option, at }], rest: unknown('unsupported-syntax', 'a group of a pattern', at), at } }, { when: not(test), value: { kind: 'nothing', what: 'null', at } }], at };
  });
}

/** Does a pattern match the empty text, which stands for a header that is missing? */
function matchesNothing({ source, flags }: RegexValue, at: Span): Condition {
  try {
    return new RegExp(source, flags).test('') ? TRUE : FALSE;
  } catch {
    return undecided(at, 'a pattern test');
  }
}

/** `urllib.parse.urlparse(origin)` and `urlsplit(origin)`: the parts that tests ask about. */
export function urlParts(text: Value, at: Span): Value {
  return mapCases(text, at, (option): Value => {
    if (option.kind === 'string') return constantParts(option.value, at);
    if (!isAsked(option)) return unknown('unsupported-syntax', 'a part of a URL', at);
    const part = (key: string, how: DerivedValue['how']): { readonly key: string; readonly value: Value; readonly at: Span } => ({ key, value: { kind: 'derived', how, of: option, at }, at });
    const hostname: Value = { kind: 'derived', how: 'lower-case', of: part('hostname', 'url-hostname').value, at };
    return { kind: 'record', entries: [part('scheme', 'url-scheme'), part('netloc', 'url-host'), { key: 'hostname', value: hostname, at }], rest: unknown('unsupported-syntax', 'a part of a URL', at), at };
  });
}

function constantParts(text: string, at: Span): Value {
  const [, scheme = '', netloc = '', path = ''] = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/i.exec(text) ?? [];
  const entries = Object.entries({ scheme: scheme.toLowerCase(), netloc, hostname: netloc.replace(/^.*@/, '').replace(/:\d*$/, '').toLowerCase(), path });
  return { kind: 'record', entries: entries.map(([key, value]) => ({ key, value: { kind: 'string', value, at }, at })), at };
}
