import type { Subject } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, type Guard, type HeaderValue, type PathRewrite } from '../../policy/program.js';
import type { Word } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { simplified, sizeOf } from './guards.js';
import type { Fact, UnknownReason } from '../../values/fact.js';
import { ABSENT, complement, PRESENT } from '../../origins/origin-set.js';

/** What an expression gives in one case. */
export type Value =
  /** Nothing: the header is not there, the variable was never set, the fetch cannot be asked here. */
  | { readonly t: 'missing' }
  | TextValue
  /** A request header, or a part of it; nothing where the header is absent. */
  | HeaderPart
  | { readonly t: 'method' | 'path' | 'status'; readonly at: Span }
  /** A header of the response as it is when the rule runs. */
  | { readonly t: 'inner'; readonly name: string; readonly items: boolean; readonly at: Span }
  /** How many values a header has. */
  | { readonly t: 'count'; readonly of: 'request' | 'response'; readonly name: string; readonly at: Span }
  | { readonly t: 'truth'; readonly when: Guard; readonly at: Span }
  | { readonly t: 'joined'; readonly parts: readonly Value[]; readonly at: Span }
  /** A path of which the start was replaced. */
  | { readonly t: 'moved'; readonly rewrite: PathRewrite; readonly at: Span }
  | { readonly t: 'unknown'; readonly fact: Fact; readonly at: Span };

/** A text that is written out; `env`: it holds a variable of the environment. */
export interface TextValue {
  readonly t: 'text';
  readonly text: string;
  readonly env?: Fact;
  readonly at: Span;
}

export interface HeaderPart {
  readonly t: 'header';
  readonly name: string;
  /** Which of its comma-separated values: any (in a condition), the last one (`req.hdr` as a text), or all as they stand (`req.fhdr`). */
  readonly which: 'any' | 'last' | 'whole';
  /** The whole text, or the host in it. */
  readonly subject: Subject;
  readonly lower: boolean;
  readonly at: Span;
}

/** One of the values of an expression, and when. The cases of an expression cover everything and exclude each other. */
export interface Case {
  readonly when: Guard;
  readonly value: Value;
}

export const MISSING: readonly Case[] = [{ when: ALWAYS, value: { t: 'missing' } }];

/** Cases of one expression past which it is not followed. */
export const MAX_CASES = 256;

/** Tests in the guards of one expression's cases past which it is not followed. */
const MAX_SIZE = 4_000;

export function spanOf({ file, start, end }: Span): Span {
  return { file, start, end };
}

export function textValue(text: string, at: Span, env?: Fact): TextValue {
  return { t: 'text', text, at: spanOf(at), ...(env === undefined ? {} : { env }) };
}

export function unknownValue(reason: UnknownReason, detail: string, at: Span): Value {
  return { t: 'unknown', fact: { key: `haproxy:${detail}`, reason, detail, at: spanOf(at) }, at: spanOf(at) };
}

/** What a word's variables of the environment leave open. */
export function envOf({ holes, ...at }: Pick<Word, 'holes'> & Span): Fact | undefined {
  const [hole] = holes;
  return hole === undefined ? undefined : { key: `env:${hole.name}`, reason: 'env-variable', detail: `the value of ${hole.name}`, at: spanOf(at) };
}

/** New cases where the guard holds, the old ones elsewhere. A new value that is nothing leaves the old one. */
export function overwritten(old: readonly Case[], when: Guard, cases: readonly Case[]): readonly Case[] {
  if (old.length === 1 && old[0]!.value.t === 'unknown' && old[0]!.value.fact.reason === 'budget') return old;
  const kept: Case[] = old.map((one) => ({ ...one, when: simplified(whenAll(one.when, unless(when))) }));
  for (const one of cases) {
    const here = whenAll(when, one.when);
    const there = presence(one.value);
    // A header that is absent counts as nothing, so one after nothing needs no test of it.
    const bare = old.every(({ value }) => value.t === 'missing');
    if (there.g !== 'never') kept.push({ when: simplified(bare ? here : whenAll(here, there)), value: one.value });
    if (there.g !== 'always' && !(bare && there.g !== 'never')) kept.push(...old.map((before) => ({ when: simplified(whenAll(before.when, here, unless(there))), value: before.value })));
  }
  return limited(kept.filter((one) => one.when.g !== 'never'));
}

export function limited(cases: readonly Case[]): readonly Case[] {
  if (cases.length <= MAX_CASES && cases.reduce((sum, { when }) => sum + sizeOf(when), 0) <= MAX_SIZE) return cases;
  const at = cases.map(({ value }) => ('at' in value ? value.at : undefined)).find((place) => place !== undefined) ?? { file: '', start: 0, end: 0 };
  return [{ when: ALWAYS, value: unknownValue('budget', 'too many conditions in a row', at) }];
}

/** When is there a value at all? */
export function presence(value: Value): Guard {
  if (value.t === 'missing') return NEVER;
  return value.t === 'header' ? about(value, PRESENT) : ALWAYS;
}

function about({ name }: HeaderPart, set: typeof PRESENT): Guard {
  return name === 'origin' ? { g: 'origin', in: set } : { g: 'header', name, in: set };
}

/** A header's text in a rule's response, and when: what is missing is the empty text, and an empty header is sent. */
export function headerValues(cases: readonly Case[], at: Span): readonly { readonly when: Guard; readonly value: HeaderValue }[] {
  return cases.flatMap(({ when, value }) => split(value).map((one) => ({ when: whenAll(when, one.when), value: written(one.parts, at) }))).filter(({ when }) => when.g !== 'never');
}

/** Which of the parts are there, and when. */
export function split(value: Value): readonly { readonly when: Guard; readonly parts: readonly Value[] }[] {
  let all: readonly { readonly when: Guard; readonly parts: readonly Value[] }[] = [{ when: ALWAYS, parts: [] }];
  for (const part of value.t === 'joined' ? value.parts : [value]) {
    if (part.t === 'missing') continue;
    const there = presence(part);
    all = all.flatMap((one) => [
      { when: whenAll(one.when, there), parts: [...one.parts, part] },
      ...(part.t === 'header' ? [{ when: whenAll(one.when, absence(part)), parts: one.parts }] : []),
    ]);
    if (all.length > MAX_CASES) return [{ when: ALWAYS, parts: [unknownValue('budget', 'too many headers in one text', part.t === 'header' ? part.at : { file: '', start: 0, end: 0 })] }];
  }
  return all;
}

function absence({ name }: HeaderPart): Guard {
  return name === 'origin' ? { g: 'origin', in: ABSENT } : { g: 'header', name, in: complement(PRESENT) };
}

function written(parts: readonly Value[], at: Span): HeaderValue {
  const values = parts.map((part): HeaderValue => headerValue(part, at));
  const [only] = values;
  if (values.length === 0) return { v: 'literal', text: '', at: spanOf(at), written: false };
  if (values.length === 1) return only!;
  if (values.every((value) => value.v === 'literal')) return { v: 'literal', text: values.map(({ text }) => text).join(''), at: spanOf(at), written: true };
  return { v: 'concat', parts: values, at: spanOf(at) };
}

const SINGLE = /^access-control-(?:allow-origin|allow-credentials|max-age)$/;

function headerValue(part: Value, at: Span): HeaderValue {
  switch (part.t) {
    case 'text':
      return part.env === undefined ? { v: 'literal', text: part.text, at: part.at, written: true } : { v: 'unknown', fact: part.env, at: part.at };
    case 'header':
      // Normalising changes nothing about an origin that a browser sends, and it is one value.
      if (part.subject !== 'origin') return open(part.at, `a part of the request header ${part.name}`);
      if (part.which === 'whole' || part.name === 'origin') return { v: 'request-header', name: part.name, at: part.at };
      return { v: 'request-items', name: part.name, in: { s: 'any' }, separator: ',', only: 'last', at: part.at };
    case 'unknown':
      return { v: 'unknown', fact: part.fact, at: part.at };
    case 'missing':
      return { v: 'literal', text: '', at: spanOf(at), written: false };
    case 'joined':
      return open(part.at, 'a text put together at run time');
    case 'inner':
      // Of several values `res.hdr` gives the last; these headers have one.
      if (!part.items || SINGLE.test(part.name)) return { v: 'response-header', name: part.name, at: part.at };
      return { v: 'unknown', fact: { key: `haproxy:res.hdr(${part.name})`, reason: 'upstream', detail: `the header ${part.name} of the layer behind`, at: part.at }, at: part.at };
    default:
      return open(part.at, part.t === 'truth' || part.t === 'count' ? 'a number' : part.t === 'moved' ? 'the path' : `the ${part.t}`);
  }
}

function open(at: Span, detail: string): HeaderValue {
  return { v: 'unknown', fact: { key: `haproxy:${detail}`, reason: 'unsupported-syntax', detail, at: spanOf(at) }, at: spanOf(at) };
}

/** The text of a value that is wholly written out. */
export function knownText(value: Value): string | undefined {
  if (value.t === 'text' && value.env === undefined) return value.text;
  if (value.t !== 'joined') return undefined;
  const parts = value.parts.filter((part) => part.t !== 'missing').map(knownText);
  return parts.includes(undefined) ? undefined : parts.join('');
}
