import { admits } from '../../origins/membership.js';
import { ABSENT, anyOf, exact, type Comparison, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { anchorsOf, treeOf } from '../../origins/pattern.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard, type HeaderValue } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact, UnknownReason } from '../../values/fact.js';

/** A piece of a text that is put together for each request. */
export type Part =
  | { readonly p: 'text'; readonly text: string; readonly at: Span }
  /** A request header; the empty text when the request has none. */
  | { readonly p: 'header'; readonly name: string; readonly at: Span }
  | { readonly p: 'method' | 'path' | 'host'; readonly at: Span }
  | { readonly p: 'unknown'; readonly fact: Fact; readonly at: Span };

/** No parts: the empty text. */
export type Text = readonly Part[];

/** One of the texts that something can be, and when; those of one thing exclude each other. */
export interface Case {
  readonly when: Guard;
  /** Undefined: a variable that is not set. */
  readonly text: Text | undefined;
}

/** The path that a pass of a request is about: the one that was asked for, or where it was sent on to. */
export type Path = { readonly p: 'asked' } | { readonly p: 'fixed'; readonly text: string } | { readonly p: 'unknown'; readonly fact: Fact };

/** What the parts of a text mean in one pass of a request. */
export interface Pass {
  readonly path: Path;
  /** `GET`: an error page is fetched so, whatever was asked. */
  readonly method: 'asked' | 'GET';
}

/** Past so many cases a text is not followed. */
const MAX_CASES = 40;

export function openFact(key: string, reason: UnknownReason, detail: string, at: Span): Fact {
  return { key: `apache:${key}`, reason, detail, at };
}

export function unknownPart(detail: string, at: Span, reason: UnknownReason = 'unsupported-syntax'): Part {
  return { p: 'unknown', fact: openFact(detail, reason, detail, at), at };
}

export function literalOf(text: Text): string | undefined {
  return text.every((part) => part.p === 'text') ? text.map((part) => part.text).join('') : undefined;
}

/** Every way to put cases one behind the other; an unset variable gives `unset`. */
export function joinedCases(pieces: readonly (readonly Case[])[], unset: string, at: Span): readonly Case[] {
  let all: readonly (Case & { readonly text: Text })[] = [{ when: ALWAYS, text: [] }];
  for (const piece of pieces) {
    all = all.flatMap((one) => piece.map((next) => ({ when: whenAll(one.when, next.when), text: [...one.text, ...(next.text ?? [{ p: 'text', text: unset, at } as const])] })).filter(({ when }) => when.g !== 'never'));
    if (all.length > MAX_CASES) return [{ when: ALWAYS, text: [unknownPart('a text of too many cases', at, 'budget')] }];
  }
  return all;
}

export function pathGuard(set: OriginSet, { path }: Pass): Guard {
  if (set.s === 'any') return ALWAYS;
  if (set.s === 'none') return NEVER;
  if (path.p === 'asked') return { g: 'path', in: set };
  if (path.p === 'fixed') return decided(admits(set, path.text, () => undefined));
  return matchesAnything(set) ? ALWAYS : { g: 'fact', fact: { ...path.fact, key: `${path.fact.key} ${JSON.stringify({ ...set, at: 0 }).slice(0, 200)}` } };
}

function decided(membership: boolean | Fact): Guard {
  return typeof membership === 'boolean' ? (membership ? ALWAYS : NEVER) : { g: 'fact', fact: membership };
}

/** `^`, `.*`, `^(.*)$` and their like. */
export function matchesAnything(set: OriginSet): boolean {
  return set.s === 'any' || (set.s === 'regex' && set.use === 'search' && /^(?:\^|\$|\^?\(?\.\*\)?\$?|)$/.test(set.source));
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];

export function methodGuard(allowed: (method: string) => boolean, { method }: Pass): Guard {
  if (method === 'GET') return allowed('GET') ? ALWAYS : NEVER;
  const listed = METHODS.filter(allowed);
  return listed.length === 0 ? NEVER : listed.length === METHODS.length ? ALWAYS : { g: 'method', in: listed };
}

/** When is the text in the set? An absent header is the empty text. */
export function isIn(text: Text, set: OriginSet, pass: Pass): Guard {
  const literal = literalOf(text);
  if (literal !== undefined) return decided(admits(set, literal, () => undefined));
  const [only] = text;
  if (text.length !== 1 || only === undefined) return open(text);
  if (only.p === 'header') return about(only.name, admits(set, '', () => undefined) === true ? anyOf([ABSENT, set]) : set);
  if (only.p === 'method') return methodGuard((method) => admits(set, method, () => undefined) === true, pass);
  if (only.p === 'path') return pathGuard(set, pass);
  return only.p === 'host' && (set.s === 'regex' || set.s === 'exact') ? { g: 'host', in: set } : open(text);
}

export function equals(text: Text, wanted: string, at: Span, pass: Pass, comparison: readonly Comparison[] = []): Guard {
  const moving = text.filter((part) => part.p !== 'text');
  if (moving.length !== 1) return isIn(text, exact(wanted, at, comparison), pass);
  const index = text.indexOf(moving[0]!);
  const [before, after] = [literalOf(text.slice(0, index))!, literalOf(text.slice(index + 1))!];
  if (!wanted.startsWith(before) || !wanted.endsWith(after) || wanted.length < before.length + after.length) return NEVER;
  return isIn(moving, exact(wanted.slice(before.length, wanted.length - after.length), at, comparison), pass);
}

export function isEmpty(text: Text, at: Span, pass: Pass): Guard {
  return equals(text, '', at, pass);
}

/** Over every case of a text. */
export function whenCases(cases: readonly Case[], test: (text: Text) => Guard): Guard {
  return whenAny(...cases.map((one) => whenAll(one.when, test(one.text ?? []))));
}

function about(header: string, set: OriginSet): Guard {
  return header === 'origin' ? { g: 'origin', in: set } : { g: 'header', name: header, in: set };
}

function open(text: Text): Guard {
  const part = text.find((one) => one.p === 'unknown') ?? text[0]!;
  return { g: 'fact', fact: part.p === 'unknown' ? part.fact : openFact(`text@${part.at.file}:${part.at.start}`, 'unsupported-syntax', 'a text that is put together from the request', part.at) };
}

/** What a header is set to. Header lines may be empty: the server sends them so. */
export function headerValue(text: Text, at: Span): HeaderValue {
  const values = text.map((part): HeaderValue => {
    switch (part.p) {
      case 'text':
        return { v: 'literal', text: part.text, at: part.at, written: true };
      case 'header':
        return { v: 'concat', parts: [{ v: 'request-header', name: part.name, at: part.at }], at: part.at };
      case 'unknown':
        return { v: 'unknown', fact: part.fact, at: part.at };
      default:
        return { v: 'unknown', fact: openFact(part.p, 'unsupported-syntax', `the request's ${part.p}`, part.at), at: part.at };
    }
  });
  return values.length === 0 ? { v: 'literal', text: '', at, written: true } : values.length === 1 ? values[0]! : { v: 'concat', parts: values, at };
}

export function patternSet(source: string, ignoreCase: boolean, at: Span): RegexSet {
  return { s: 'regex', source, flags: ignoreCase ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at };
}

/** The text that a group of a pattern holds after it was found in another text. */
export function groupOf(text: Text, set: RegexSet, group: number, at: Span, pass: Pass): readonly Case[] {
  const [only] = text;
  const literal = literalOf(text);
  if (group === 0 && literal !== undefined) {
    const whole = admits({ ...set, use: 'full' }, literal, () => undefined) === true;
    return [{ when: ALWAYS, text: whole ? text : [unknownPart(`a part of ${JSON.stringify(literal)}`, at)] }];
  }
  if (text.length !== 1 || only === undefined || only.p === 'unknown') return [{ when: ALWAYS, text: [only?.p === 'unknown' ? only : unknownPart(`what group ${group} of ${set.source} holds`, at)] }];
  const tree = treeOf(set);
  const anchors = tree === undefined ? undefined : anchorsOf(set, tree);
  const isWhole = group === 0 || spansAll(set.source, group);
  if (isWhole && anchors?.start === true && anchors.end) return [{ when: ALWAYS, text }];
  const part = unknownPart(`the part of the ${only.p === 'header' ? only.name : only.p} that ${set.source} matches`, at);
  if (!isWhole) return [{ when: ALWAYS, text: [part] }];
  // Found from the first character on to the last: the whole text. A shorter find is a part of it, and no origin.
  const full = isIn(text, { ...set, use: 'full' }, pass);
  return [
    { when: full, text },
    { when: unless(full), text: [part] },
  ];
}

/** `^(…)$`: does the first group hold all that is matched? */
function spansAll(source: string, group: number): boolean {
  const inner = source.replace(/^\^/, '').replace(/\$$/, '');
  if (group !== 1 || !inner.startsWith('(') || inner.startsWith('(?')) return false;
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < inner.length; at += 1) {
    const character = inner[at];
    if (character === '\\') at += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth += 1;
    else if (character === ')' && (depth -= 1) === 0) return at === inner.length - 1;
  }
  return false;
}
