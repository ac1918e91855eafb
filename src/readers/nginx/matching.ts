import { admits } from '../../origins/membership.js';
import { ABSENT, allOf, anyOf, complement, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Token } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { textOf, type Part } from './variables.js';
import { METHODS, open } from './ways.js';

/** `~pattern`, `~*pattern`. */
export function patternOf(token: Token, text: string): RegexSet {
  return { ...patternFor(token, /^!?~\*/.test(text)), source: text.replace(/^!?~\*?/, '') };
}

export function patternFor(token: Token, ignoreCase: boolean): RegexSet {
  return { s: 'regex', source: token.text, flags: ignoreCase ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at: token };
}

/** When is a text in a set? An empty one is in none: regexes of maps are never tried on it. */
export function matches(parts: readonly Part[], set: OriginSet): Guard {
  const text = textOf(parts);
  if (text !== undefined) return text === '' ? NEVER : admitted(set, text);
  const each = byMethod(parts, (one) => matches(one, set));
  if (each !== undefined) return each;
  const [only] = parts;
  const later = set.s === 'regex' ? behindText(parts, set) : undefined;
  if (later !== undefined) return later;
  if (parts.length !== 1 || only === undefined) return openTest(parts, '~', set);
  switch (only.p) {
    case 'path':
      return { g: 'path', in: set };
    case 'host':
      return { g: 'host', in: set };
    case 'header':
      return about(only.name, allOf([complement(ABSENT), complement(exact('', only.at)), set]));
    default:
      return openTest(parts, '~', set);
  }
}

/** A text that begins with known characters, on a pattern that says with which it begins. */
function behindText(parts: readonly Part[], set: RegexSet): Guard | undefined {
  const [first, second] = parts;
  const literal = /^\^([\w:;,=-]*)(?![\w:;,=-]*[*+?{|])/.exec(set.source)?.[1];
  if (parts.length !== 2 || first?.p !== 'text' || second === undefined || set.flags !== '' || literal === undefined || set.source.includes('|')) return undefined;
  if (literal.startsWith(first.text)) return matchesIf([second], { ...set, source: `^${set.source.slice(1 + first.text.length)}` });
  return first.text.startsWith(literal) ? undefined : NEVER;
}

/** `if ($x ~ pattern)`: unlike in a map the pattern is tried on the empty text too. */
export function matchesIf(parts: readonly Part[], set: RegexSet): Guard {
  const emptyToo = admits(set, '', () => undefined) === true;
  return emptyToo ? whenAny(equals(parts, '', false, set.at), matches(parts, set)) : matches(parts, set);
}

function admitted(set: OriginSet, text: string): Guard {
  const member = admits(set, text, () => undefined);
  return member === true ? ALWAYS : member === false ? NEVER : { g: 'fact', fact: member };
}

/** When does a text equal another one? */
export function equals(parts: readonly Part[], wanted: string, ignoreCase: boolean, at: Span): Guard {
  const same = (a: string, b: string): boolean => (ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b);
  const text = textOf(parts);
  if (text !== undefined) return same(text, wanted) ? ALWAYS : NEVER;
  const first = parts.findIndex((part) => part.p !== 'text');
  const last = parts.findLastIndex((part) => part.p !== 'text');
  const [before, after] = [textOf(parts.slice(0, first)) ?? '', textOf(parts.slice(last + 1)) ?? ''];
  if (wanted.length < before.length + after.length || !same(wanted.slice(0, before.length), before) || !same(wanted.slice(wanted.length - after.length), after)) return NEVER;
  const middle = wanted.slice(before.length, wanted.length - after.length);
  const moving = parts.slice(first, last + 1);
  if (middle === '') return whenAll(...moving.map((part) => partEquals(part, '', ignoreCase, at)));
  if (moving.length === 1) return partEquals(moving[0]!, middle, ignoreCase, at);
  return byMethod(moving, (one) => equals(one, middle, ignoreCase, at)) ?? openTest(moving, '=', exact(middle, at));
}

function partEquals(part: Part, wanted: string, ignoreCase: boolean, at: Span): Guard {
  switch (part.p) {
    case 'text':
      return equals([part], wanted, ignoreCase, at);
    case 'method':
      return { g: 'method', in: ignoreCase ? METHODS.filter((method) => method.toLowerCase() === wanted.toLowerCase()) : [wanted] };
    case 'path':
      return { g: 'path', in: exact(wanted, at, ignoreCase ? ['ignore-case'] : []) };
    case 'host':
      return { g: 'host', in: exact(wanted, at, ['ignore-case']) };
    case 'header':
      return about(part.name, wanted === '' ? anyOf([ABSENT, exact('', at)]) : exact(wanted, at, ignoreCase ? ['ignore-case'] : []));
    case 'response':
    case 'unknown':
      return openTest([part], '=', exact(wanted, at));
  }
}

/** The method is one of a few: a text that holds it is looked at for each. */
function byMethod(parts: readonly Part[], test: (parts: readonly Part[]) => Guard): Guard | undefined {
  if (!parts.some(({ p }) => p === 'method')) return undefined;
  return whenAny(...METHODS.map((method) => whenAll({ g: 'method', in: [method] }, test(parts.map((part) => (part.p === 'method' ? { p: 'text', text: method, at: part.at } : part))))));
}

/** `if ($v)`: neither empty nor exactly `0`. */
export function isTrue(parts: readonly Part[], at: Span): Guard {
  return unless(whenAny(equals(parts, '', false, at), equals(parts, '0', false, at)));
}

function about(header: string, set: OriginSet): Guard {
  return header === 'origin' ? { g: 'origin', in: set } : { g: 'header', name: header, in: set };
}

function openTest(parts: readonly Part[], how: '=' | '~', set: OriginSet): Guard {
  const wanted = set.s === 'exact' ? `"${set.text}"` : set.s === 'regex' ? `${set.flags}/${set.source}/` : JSON.stringify(set);
  const told = parts.map(toldOf).join('');
  return open(`${told}${how}${wanted}`, `whether ${told} ${how === '=' ? 'is' : 'matches'} ${wanted}`, parts[0]!.at);
}

/** A text as its configuration spells it. */
function toldOf(part: Part): string {
  switch (part.p) {
    case 'text':
      return part.text;
    case 'header':
      return `$http_${part.name.replaceAll('-', '_')}`;
    case 'method':
      return '$request_method';
    case 'path':
      return '$uri';
    case 'host':
      return '$host';
    case 'response':
      return `the response's ${part.name}`;
    case 'unknown':
      return part.fact.detail;
  }
}
