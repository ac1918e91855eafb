import { isAsked } from '../../values/asked.js';
import { fromCondition, mapCases } from '../../values/cases.js';
import type { Condition } from '../../values/condition.js';
import { silent } from '../../values/silent.js';
import { unknown, type FunctionValue, type RegexValue, type Value } from '../../values/value.js';
import type { Span } from '../../text/span.js';
import { undecided } from './truth.js';

type Use = (Condition & { c: 'matches' })['use'];

/** `Pattern.compile(text, flags)`, `Regex(text, options)`, `text.toRegex()`: flags come as the letters of their constants, or in a list. */
export function compiled(source: Value | undefined, flags: readonly Value[], at: Span): Value | undefined {
  if (source?.kind === 'regex') return source;
  if (source === undefined) return undefined;
  const letters = flags.flatMap((flag) => (flag.kind === 'list' ? flag.items : [flag])).map((flag) => (flag.kind === 'string' ? flag.value : undefined));
  return mapCases(source, at, (text): Value => {
    if (text.kind !== 'string' || letters.includes(undefined)) return unknown('regex-too-complex', 'a pattern that is made at run time', at);
    return { kind: 'regex', source: text.value, flags: letters.join(''), dialect: 'java', at: text.at };
  });
}

/** Constants of `java.util.regex.Pattern` and of Kotlin's `RegexOption` as letters; those that change nothing about an origin are none. */
export function patternFlag(name: string, at: Span): Value | undefined {
  const letter = ({ CASE_INSENSITIVE: 'i', IGNORE_CASE: 'i', MULTILINE: 'm', DOTALL: 's', DOT_MATCHES_ALL: 's', COMMENTS: 'x', UNICODE_CASE: '' } as const)[name];
  return letter === undefined ? undefined : { kind: 'string', value: letter, at };
}

/** Methods of a compiled pattern in both languages; undefined for one that is not followed. */
export function patternMethod(regex: RegexValue, name: string, args: readonly Value[], at: Span): Value | undefined {
  const [text] = args;
  switch (name) {
    case 'matcher':
      return text === undefined ? undefined : silent('a matcher', at, () => undefined, (method, _given, place) => asked(regex, text, method, place));
    case 'asPredicate':
      return predicate(regex, 'search', at);
    case 'asMatchPredicate':
      return predicate(regex, 'full', at);
    case 'matches':
    case 'matchEntire':
    case 'matchesAt':
      return text === undefined || args.length > 1 ? undefined : presentMatch(tested(regex, text, 'full', at), name, at);
    case 'containsMatchIn':
    case 'find':
      return text === undefined || args.length > 1 ? undefined : presentMatch(tested(regex, text, 'search', at), name, at);
    case 'pattern':
    case 'toString':
      return { kind: 'string', value: regex.source, at: regex.at };
    case 'toPattern':
    case 'toRegex':
      return regex;
    default:
      return undefined;
  }
}

/** `matchEntire` and `find` of Kotlin give a match or null. */
function presentMatch(test: Value, name: string, at: Span): Value {
  if (name !== 'matchEntire' && name !== 'find') return test;
  const match: Value = silent('a match', at, () => undefined);
  const none: Value = { kind: 'nothing', what: 'null', at };
  if (test.kind === 'boolean') return test.value ? match : none;
  if (test.kind !== 'condition') return unknown('regex-too-complex', 'a match', at);
  return { kind: 'either', options: [{ when: test.condition, value: match }, { when: { c: 'not', of: test.condition }, value: none }], at };
}

function asked(regex: RegexValue, text: Value, method: string, at: Span): Value | undefined {
  const use = ({ matches: 'full', find: 'search', lookingAt: 'match-prefix', hitEnd: undefined } as const)[method];
  return use === undefined ? undefined : tested(regex, text, use, at);
}

/** Is the pattern found in the text? */
export function tested(regex: RegexValue, text: Value, use: Use, at: Span): Value {
  return mapCases(text, at, (one) => fromCondition(isAsked(one) ? { c: 'matches', text: one, regex, use, at } : undecided(at, 'a pattern test'), at));
}

function predicate(regex: RegexValue, use: Use, at: Span): FunctionValue {
  return { kind: 'function', parameters: 1, isAsync: false, at, run: ([text]) => [{ kind: 'return', when: { c: 'true' }, value: text === undefined ? unknown('parameter', 'a text', at) : tested(regex, text, use, at), at }] };
}
