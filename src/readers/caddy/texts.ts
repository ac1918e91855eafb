import { admits } from '../../origins/membership.js';
import { ABSENT, anyOf, exact, NONE, PRESENT, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, type Guard, type HeaderValue } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';

/** A piece of a text: known, a request header, the method, the path, or not known. */
export type Part =
  | { readonly p: 'text'; readonly text: string; readonly at: Span }
  | { readonly p: 'header'; readonly name: string; readonly at: Span }
  | { readonly p: 'method' | 'path'; readonly at: Span }
  | { readonly p: 'unknown'; readonly fact: Fact; readonly at: Span };

/** One of the texts that a word can be, and when. */
export interface Case {
  readonly when: Guard;
  readonly parts: readonly Part[];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The text, where all of it is known. */
export function textOf(parts: readonly Part[]): string | undefined {
  return parts.every((part) => part.p === 'text') ? parts.map((part) => part.text).join('') : undefined;
}

/** What a fact leaves open. */
export function openFact(at: Span, detail: string, reason: Fact['reason'] = 'unsupported-syntax'): Guard {
  return { g: 'fact', fact: { key: `caddy@${at.file}:${at.start}`, reason, detail, at } };
}

/** When does a text lie in a set, which an absent request header never does? `about` says what a request header is at this point. */
export function lies(parts: readonly Part[], set: OriginSet, about: (name: string, set: OriginSet) => Guard): Guard {
  const text = textOf(parts);
  if (text !== undefined) return decided(admits(set, text, () => undefined));
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) return open(parts);
  switch (only.p) {
    case 'method':
      return { g: 'method', in: METHODS.filter((method) => admits(set, method, () => undefined) === true) };
    case 'path':
      return { g: 'path', in: set };
    case 'header': {
      // An absent header is the empty text.
      const empty = admits(set, '', () => undefined) === true;
      return about(only.name, empty ? anyOf([ABSENT, set]) : set);
    }
    default:
      return open(parts);
  }
}

/** When does a text equal another one? A text around one moving part is looked through. */
export function equals(parts: readonly Part[], wanted: string, at: Span, about: (name: string, set: OriginSet) => Guard): Guard {
  const moving = parts.filter((part) => part.p !== 'text');
  const [only] = moving;
  if (moving.length !== 1 || only === undefined) return moving.length === 0 ? (textOf(parts) === wanted ? ALWAYS : NEVER) : open(parts);
  const index = parts.indexOf(only);
  const [before, after] = [textOf(parts.slice(0, index)) ?? '', textOf(parts.slice(index + 1)) ?? ''];
  if (!wanted.startsWith(before) || !wanted.endsWith(after) || wanted.length < before.length + after.length) return NEVER;
  return lies([only], exact(wanted.slice(before.length, wanted.length - after.length), at), about);
}

function decided(membership: boolean | Fact): Guard {
  return typeof membership === 'boolean' ? (membership ? ALWAYS : NEVER) : { g: 'fact', fact: membership };
}

function open(parts: readonly Part[]): Guard {
  const part = parts.find((one) => one.p === 'unknown') ?? parts[0]!;
  return part.p === 'unknown' ? { g: 'fact', fact: part.fact } : openFact(part.at, 'a text put together at run time');
}

/** Neighbouring known texts as one. */
export function joined(parts: readonly Part[]): readonly Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last?.p === 'text' && part.p === 'text') all[all.length - 1] = { ...last, text: last.text + part.text };
    else all.push(part);
  }
  return all;
}

/** The text that a header is given: an absent request header is the empty text, and is sent as such. */
export function headerValue(parts: readonly Part[], at: Span): HeaderValue {
  const text = textOf(parts);
  if (text !== undefined) return { v: 'literal', text: text.replace(/[\r\n]/g, ' ').trim(), at: parts.length === 1 ? parts[0]!.at : at, written: true };
  return { v: 'concat', parts: parts.filter((part) => part.p !== 'text' || part.text !== '').map(valueOf), at };
}

function valueOf(part: Part): HeaderValue {
  switch (part.p) {
    case 'text':
      return { v: 'literal', text: part.text, at: part.at, written: true };
    case 'header':
      return { v: 'request-header', name: part.name, at: part.at };
    case 'unknown':
      return { v: 'unknown', fact: part.fact, at: part.at };
    default:
      return { v: 'unknown', fact: { key: `caddy:${part.p}`, reason: 'unsupported-syntax', detail: `the request's ${part.p}`, at: part.at }, at: part.at };
  }
}

/**
 * Texts that a header matcher's value admits (caddyhttp.matchHeaders): `*` alone is any, at an end or both it stands for
 * the rest, and in the middle it is itself.
 */
export function headerPattern(text: string, at: Span): OriginSet {
  if (text === '*') return PRESENT;
  const [first, last] = [text.startsWith('*'), text.endsWith('*')];
  const part = text.slice(first ? 1 : 0, last ? -1 : undefined);
  if (first && last) return { s: 'contains', text: part, subject: 'origin', ignoreCase: false, at };
  if (first) return { s: 'suffix', text: part, subject: 'origin', ignoreCase: false, at };
  if (last) return { s: 'prefix', text: part, subject: 'origin', ignoreCase: false, at };
  return exact(text, at);
}

/** A set of texts that somebody writes elsewhere. */
export function writtenElsewhere(why: Fact, at: Span): OriginSet {
  return { s: 'dynamic', why, lower: NONE, upper: PRESENT, exactTexts: true, at };
}

/** Does the pattern cover the whole text that it matches? RE2 anchors at the ends of the text. */
export function coversWhole(source: string): boolean {
  const body = /^(?:\(\?[is]+\))?(?:\^|\\A)([\s\S]*?)(?<!\\)(?:\$|\\z)$/.exec(source)?.[1];
  return body !== undefined && topLevel(body) !== undefined;
}

/** The group that covers the whole text, if one does: `^(…)$`. */
export function coveringGroup(source: string): boolean {
  const body = /^(?:\(\?[is]+\))?(?:\^|\\A)\(([\s\S]*)\)(?:\$|\\z)$/.exec(source)?.[1];
  return body !== undefined && !body.startsWith('?') && topLevel(body, true) !== undefined;
}

/** A text whose parentheses match and that is no alternative at its top level (inside a group it may be). */
function topLevel(body: string, inGroup = false): true | undefined {
  let depth = 0;
  let inClass = false;
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index]!;
    if (character === '\\') index += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth < 0) return undefined;
    } else if (character === '|' && depth === 0 && !inGroup) return undefined;
  }
  return depth === 0 ? true : undefined;
}

/** Is the pattern no alternative at its top level? */
export function isOneWay(source: string): boolean {
  return topLevel(source) === true;
}

/** Both guards, or never when one of them denies what the other one demands. */
export function within(outer: Guard, inner: Guard): Guard {
  const demanded = new Set(partsOf(outer));
  const denies = partsOf(inner).some((part) => part.g === 'not' && partsOf(part.of).every((one) => demanded.has(one)));
  return denies ? NEVER : whenAll(outer, inner);
}

function partsOf(guard: Guard): readonly Guard[] {
  return guard.g === 'and' ? guard.of : [guard];
}

/** Cases past which a word is not followed. */
export const MAX_CASES = 64;

/** Every combination of two words' cases, one behind the other. */
export function combined(left: readonly Case[], right: readonly Case[]): readonly Case[] {
  return left.flatMap((one) => right.map((two) => ({ when: whenAll(one.when, two.when), parts: joined([...one.parts, ...two.parts]) }))).filter(({ when }) => when.g !== 'never');
}

/** The first of several cases whose guard holds. */
export function firstOf(cases: readonly Case[]): readonly Case[] {
  let earlier: readonly Guard[] = [];
  return cases.flatMap((one) => {
    const when = whenAll(...earlier, one.when);
    earlier = [...earlier, unless(one.when)];
    return when.g === 'never' ? [] : [{ ...one, when }];
  });
}

