import { admits } from '../../origins/membership.js';
import { ABSENT, allOf, anyOf, complement, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Token } from '../../syntax/nginx/index.js';
import { withoutPlaces, type Span } from '../../text/span.js';
import { guardOn } from './request-path.js';
import { joined, textOf, type Part } from './variables.js';
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
      return guardOn({ g: 'path', in: set }, only.of);
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
      return guardOn({ g: 'path', in: exact(wanted, at, ignoreCase ? ['ignore-case'] : []) }, part.of);
    case 'host':
      return { g: 'host', in: exact(wanted, at, ['ignore-case']) };
    case 'header':
      return about(part.name, wanted === '' ? anyOf([ABSENT, exact('', at)]) : exact(wanted, at, ignoreCase ? ['ignore-case'] : []));
    case 'response':
    case 'group':
    case 'unknown':
      return openTest([part], '=', exact(wanted, at));
  }
}

/** When do two texts equal each other? */
export function equalTexts(a: readonly Part[], b: readonly Part[], at: Span): Guard {
  const [left, right] = [textOf(a), textOf(b)];
  if (right !== undefined) return equals(a, right, false, at);
  if (left !== undefined) return equals(b, left, false, at);
  const [first, second] = [a[0]!, b[0]!];
  if (withoutPlaces(first) === withoutPlaces(second)) return equalTexts(a.slice(1), b.slice(1), at);
  if (first.p === 'text' && second.p === 'text') {
    const length = Math.min(first.text.length, second.text.length);
    return first.text.slice(0, length) !== second.text.slice(0, length) ? NEVER : equalTexts(joined([{ ...first, text: first.text.slice(length) }, ...a.slice(1)]).filter(isSomething), joined([{ ...second, text: second.text.slice(length) }, ...b.slice(1)]).filter(isSomething), at);
  }
  for (const parts of [a, b]) if (parts.some(({ p }) => p === 'method')) return METHODS.map((method) => whenAll({ g: 'method', in: [method] }, equalTexts(withMethod(a, method), withMethod(b, method), at))).reduce((all, one) => whenAny(all, one));
  // A text is never a piece of itself.
  const [longer, shorter] = a.length > b.length ? [a, b] : [b, a];
  if (shorter.length === 1 && longer.some((part) => withoutPlaces(part) === withoutPlaces(shorter[0]!)) && longer.some((part) => part.p === 'text' && part.text !== '')) return NEVER;
  return open(`${a.map(toldOf).join('')}=${b.map(toldOf).join('')}`, `whether ${a.map(toldOf).join('')} is ${b.map(toldOf).join('')}`, at);
}

function isSomething(part: Part): boolean {
  return part.p !== 'text' || part.text !== '';
}

function withMethod(parts: readonly Part[], method: string): readonly Part[] {
  return joined(parts.map((part): Part => (part.p === 'method' ? { p: 'text', text: method, at: part.at } : part)));
}

/** The method is one of a few: a text that holds it is looked at for each. */
function byMethod(parts: readonly Part[], test: (parts: readonly Part[]) => Guard): Guard | undefined {
  if (!parts.some(({ p }) => p === 'method')) return undefined;
  const tests = METHODS.map((method) => ({ method, when: test(withMethod(parts, method)) }));
  const surely = tests.filter(({ when }) => when.g === 'always').map(({ method }) => method);
  return whenAny(surely.length === 0 ? NEVER : { g: 'method', in: surely }, ...tests.filter(({ when }) => when.g !== 'always').map(({ method, when }) => whenAll({ g: 'method', in: [method] }, when)));
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
    case 'group':
      return `group ${part.group} of the pattern ${part.pattern.source}`;
    case 'unknown':
      return part.fact.detail;
  }
}
