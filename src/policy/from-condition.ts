import { ABSENT, anyOf, complement, NONE, type AffixSet, type DynamicSet, type OriginSet, type Subject } from '../origins/origin-set.js';
import type { Span } from '../text/span.js';
import type { Condition } from '../values/condition.js';
import type { Fact } from '../values/fact.js';
import { factOf, type ConcatValue, type DerivedValue, type EitherValue, type EnvValue, type RequestValue, type Value } from '../values/value.js';
import { NEVER, unless, whenAll, whenAny, type Guard, type HeaderValue } from './program.js';

/** Turns a language's condition into a guard. What the model cannot say becomes a fact that nobody knows. */
export function guardOf(condition: Condition): Guard {
  switch (condition.c) {
    case 'true':
      return { g: 'always' };
    case 'false':
      return NEVER;
    case 'and':
      return whenAll(...condition.of.map(guardOf));
    case 'or':
      return whenAny(...condition.of.map(guardOf));
    case 'not':
      return unless(guardOf(condition.of));
    case 'fact':
      return { g: 'fact', fact: condition.fact };
    case 'present': {
      const subject = requestPart(condition.value);
      if (subject === undefined) return unknownGuard(condition.at, 'whether a value is set');
      return about(subject, { s: 'and', of: [complement(ABSENT), complement({ s: 'exact', text: '', comparison: [], at: condition.at })] });
    }
    case 'equals': {
      const [subject, other] = requestPart(condition.left) === undefined ? [condition.right, condition.left] : [condition.left, condition.right];
      const part = requestPart(subject);
      if (part === undefined) return unknownGuard(condition.at, 'a comparison');
      return about(part, textSet(other, part, condition.ignoreCase, condition.at));
    }
    case 'member': {
      const part = requestPart(condition.item);
      if (part === undefined) return unknownGuard(condition.at, 'a membership test');
      return about(part, memberSet(condition.of, part, condition.at));
    }
    case 'starts-with':
    case 'ends-with':
    case 'contains':
      return affixGuard(condition);
    case 'matches': {
      const part = requestPart(condition.text);
      if (part === undefined || isPiece(part.subject)) return unknownGuard(condition.at, 'a pattern test');
      const { regex } = condition;
      const ignoreCase = part.ignoreCase && !regex.flags.includes('i') ? 'i' : '';
      return about(part, {
        s: 'regex',
        source: regex.source,
        flags: regex.flags + ignoreCase,
        dialect: regex.dialect,
        use: condition.use,
        subject: part.subject,
        ...(regex.keepsState === true ? { stateful: true } : {}),
        at: regex.at,
        ...(regex.sourceAt === undefined ? {} : { sourceAt: regex.sourceAt }),
      });
    }
  }
}

/** What a tested value is a part of, and how it was normalised before the test. */
interface RequestPart {
  readonly of: RequestValue;
  readonly subject: Subject | Piece;
  readonly ignoreCase: boolean;
  readonly comparison: ('ignore-case' | 'strip-trailing-slash')[];
}

/** Pieces of an origin that are only compared with whole texts: its scheme with the colon and without, its port. */
type Piece = 'protocol' | 'scheme' | 'port';

function isPiece(subject: Subject | Piece): subject is Piece {
  return subject === 'protocol' || subject === 'scheme' || subject === 'port';
}

/** Origins of which a piece is this text, as the URL parser gives it: a default port is the empty text. */
function withPiece(piece: Piece, text: string, at: Span): OriginSet {
  const quoted = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = piece === 'protocol' ? `^${quoted}//` : piece === 'scheme' ? `^${quoted}://` : text === '' ? '^[^:]*://(?:\\[[^\\]]*\\]|[^:]*)$' : `:${quoted}$`;
  return { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
}

function requestPart(value: Value): RequestPart | undefined {
  if (value.kind === 'request') return { of: value, subject: 'origin', ignoreCase: false, comparison: [] };
  if (value.kind !== 'derived') return undefined;
  const inner = requestPart(value.of);
  if (inner === undefined) return undefined;
  return normalised(inner, value.how);
}

function normalised(part: RequestPart, how: DerivedValue['how']): RequestPart | undefined {
  switch (how) {
    case 'lower-case':
    case 'upper-case':
      // A serialised origin and a method never differ from their normal case in a browser's request.
      return { ...part, ignoreCase: true, comparison: [...part.comparison, 'ignore-case'] };
    case 'trim':
      return part;
    case 'strip-trailing-slash':
      return { ...part, comparison: [...part.comparison, 'strip-trailing-slash'] };
    case 'url-origin':
      return part;
    case 'url-hostname':
      return { ...part, subject: 'host' };
    case 'url-host':
      return { ...part, subject: 'host-port' };
    case 'url-protocol':
      return { ...part, subject: 'protocol' };
    case 'url-scheme':
      return { ...part, subject: 'scheme' };
    case 'url-port':
      return { ...part, subject: 'port' };
  }
}

function about(part: RequestPart, set: OriginSet): Guard {
  if (isPiece(part.subject) && part.of.header !== 'origin') return unknownGuard(part.of.at, 'a part of a URL');
  // Under which names a server is reached, its code does not say.
  if (part.of.header === 'host') return unknownGuard(part.of.at, 'the name under which the server is asked');
  if (part.of.part === 'path') return { g: 'path', in: set };
  if (part.of.part === 'header') return part.of.header === 'origin' ? { g: 'origin', in: set } : { g: 'header', name: part.of.header ?? '', in: set };
  const methods = exactTexts(set);
  if (methods === undefined) return unknownGuard(part.of.at, 'the request method');
  return { g: 'method', in: methods.map((method) => (part.ignoreCase ? method.toUpperCase() : method)) };
}

function exactTexts(set: OriginSet): string[] | undefined {
  if (set.s === 'exact') return [set.text];
  if (set.s === 'none') return [];
  if (set.s === 'regex') {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
    try {
      const pattern = new RegExp(set.use === 'search' ? set.source : `^(?:${set.source})${set.use === 'full' ? '$' : ''}`, set.flags.replace(/[^imsu]/g, ''));
      return methods.filter((method) => pattern.test(method));
    } catch {
      return undefined;
    }
  }
  if (set.s !== 'or') return undefined;
  const parts = set.of.map(exactTexts);
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** The texts that equal a value. */
function textSet(value: Value, part: RequestPart, ignoreCase: boolean, at: Span): OriginSet {
  switch (value.kind) {
    case 'string':
      if (isPiece(part.subject)) return withPiece(part.subject, value.value, value.at);
      return {
        s: 'exact',
        text: value.value,
        comparison: ignoreCase && !part.comparison.includes('ignore-case') ? [...part.comparison, 'ignore-case'] : part.comparison,
        ...(part.subject === 'origin' ? {} : { subject: part.subject }),
        ...(value.made === true ? { made: true } : {}),
        at: value.at,
      };
    case 'nothing':
      return ABSENT;
    case 'either':
      return guardedSet(value, (option) => textSet(option, part, ignoreCase, at));
    case 'env':
    case 'concat':
      return unknownExact(doubtIn(value), value.at);
    case 'unknown':
      return { s: 'dynamic', why: factOf(value), lower: NONE, upper: { s: 'any' }, exactTexts: false, at: value.at };
    case 'number':
    case 'boolean':
      return { s: 'exact', text: String(value.value), comparison: part.comparison, at: value.at };
    default:
      return { s: 'dynamic', why: unknownFact(at, 'a comparison'), lower: NONE, upper: { s: 'any' }, exactTexts: false, at };
  }
}

/** What keeps a text from being known. */
function doubtIn(value: EnvValue | ConcatValue): Fact {
  if (value.kind === 'env') return factOf(value);
  const part = value.parts.find((candidate) => candidate.kind === 'env' || candidate.kind === 'unknown');
  return part === undefined ? unknownFact(value.at, 'a computed text') : factOf(part);
}

function memberSet(list: Value, part: RequestPart, at: Span): OriginSet {
  switch (list.kind) {
    case 'list': {
      const items = list.items.map((item) => textSet(item, part, false, at));
      return list.rest === undefined ? anyOf(items) : anyOf([...items, unknownExact(factOf(list.rest), list.rest.at)]);
    }
    case 'record': {
      const items = list.entries.map((candidate) => textSet({ kind: 'string', value: candidate.key, at: candidate.at }, part, false, at));
      return list.rest === undefined ? anyOf(items) : anyOf([...items, unknownExact(factOf(list.rest), list.rest.at)]);
    }
    case 'either':
      return guardedSet(list, (option) => memberSet(option, part, at));
    case 'env':
      return unknownExact(factOf(list), list.at);
    case 'unknown':
      return unknownExact(factOf(list), list.at);
    default:
      return { s: 'dynamic', why: unknownFact(at, 'a membership test'), lower: NONE, upper: { s: 'any' }, exactTexts: false, at };
  }
}

/** A finite list of exact texts that is not in view. */
export function unknownExact(why: Fact, at: Span): DynamicSet {
  return { s: 'dynamic', why, lower: NONE, upper: { s: 'any' }, exactTexts: true, at };
}

function affixGuard(condition: Condition & { c: 'starts-with' | 'ends-with' | 'contains' }): Guard {
  const s = ({ 'starts-with': 'prefix', 'ends-with': 'suffix', contains: 'contains' } as const)[condition.c];
  const part = requestPart(condition.text);
  if (part !== undefined) return about(part, affixSet(condition.part, s, part, condition));
  const piece = requestPart(condition.part);
  if (piece !== undefined && s === 'contains') return about(piece, affixSet(condition.text, 'part-of', piece, condition));
  return unknownGuard(condition.at, 'a text test');
}

function affixSet(value: Value, s: AffixSet['s'], part: RequestPart, condition: { readonly ignoreCase: boolean; readonly at: Span }): OriginSet {
  const { subject } = part;
  if (value.kind === 'string' && !isPiece(subject)) return { s, text: value.value, subject, ignoreCase: condition.ignoreCase || part.ignoreCase, at: value.at };
  if (value.kind === 'either') return guardedSet(value, (option) => affixSet(option, s, part, condition));
  const why = value.kind === 'unknown' || value.kind === 'env' ? factOf(value) : unknownFact(condition.at, 'a text test');
  return { s: 'dynamic', why, lower: NONE, upper: { s: 'any' }, exactTexts: false, at: value.at };
}

/** The set that an `either` makes when each option makes one. Conditions that depend on the request are not split here. */
export function guardedSet(value: EitherValue, setFor: (option: Value) => OriginSet): OriginSet {
  return anyOf(
    value.options.map(({ when, value: option }) => {
      const facts = conjunction(when);
      const set = setFor(option);
      if (facts === undefined) return { s: 'dynamic', why: unknownFact(value.at, 'a choice'), lower: NONE, upper: set, exactTexts: false, at: value.at } satisfies DynamicSet;
      return facts.reduce<OriginSet>((inner, { fact, negated }) => ({ s: 'guarded', when: fact, negated, set: inner }), set);
    }),
  );
}

function conjunction(condition: Condition): { fact: Fact; negated: boolean }[] | undefined {
  if (condition.c === 'true') return [];
  if (condition.c === 'fact') return [{ fact: condition.fact, negated: false }];
  if (condition.c === 'not' && condition.of.c === 'fact') return [{ fact: condition.of.fact, negated: true }];
  if (condition.c !== 'and') return undefined;
  const parts = condition.of.map(conjunction);
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** The set that a list of exact texts makes, as frameworks compare their `origins` options. */
export function exactSetOf(value: Value, at: Span): OriginSet {
  return memberSet(value.kind === 'string' ? { kind: 'list', items: [value], at: value.at } : value, { of: { kind: 'request', part: 'header', header: 'origin', at }, subject: 'origin', ignoreCase: false, comparison: [] }, at);
}

/** Each alternative of a value under its guard; a value that is no `either` is its own only alternative. */
export function casesOf(value: Value): readonly { readonly when: Guard; readonly value: Exclude<Value, EitherValue> }[] {
  if (value.kind !== 'either') return [{ when: { g: 'always' }, value }];
  return value.options.flatMap((option) => casesOf(option.value).map((inner) => ({ when: whenAll(guardOf(option.when), inner.when), value: inner.value })));
}

/** The text of a header for a value; undefined for values that are no text (lists, functions, nothing): readers decide those. */
export function headerValueOf(value: Value): HeaderValue | undefined {
  switch (value.kind) {
    case 'string':
      return { v: 'literal', text: value.value, at: value.at, written: value.made !== true };
    case 'number':
    case 'boolean':
      return { v: 'literal', text: String(value.value), at: value.at, written: true };
    case 'request':
      return value.part === 'header' ? { v: 'request-header', name: value.header ?? '', at: value.at } : { v: 'unknown', fact: unknownFact(value.at, `the request's ${value.part}`), at: value.at };
    case 'derived': {
      const part = requestPart(value);
      // Normalising changes nothing about what a browser sends; a part of the origin is another text.
      if (part?.subject === 'origin' && part.of.part === 'header') return { v: 'request-header', name: part.of.header ?? '', at: value.at };
      return { v: 'unknown', fact: unknownFact(value.at, 'a computed text'), at: value.at };
    }
    case 'concat': {
      const parts = value.parts.map(headerValueOf);
      if (parts.includes(undefined)) return { v: 'unknown', fact: unknownFact(value.at, 'a computed text'), at: value.at };
      return { v: 'concat', parts: parts.flatMap((part) => part ?? []), at: value.at };
    }
    case 'env':
    case 'unknown':
      return { v: 'unknown', fact: factOf(value), at: value.at };
    default:
      return undefined;
  }
}

function unknownFact(at: Span, detail: string): Fact {
  return factOf({ kind: 'unknown', reason: 'unsupported-syntax', detail, at });
}

function unknownGuard(at: Span, detail: string): Guard {
  return { g: 'fact', fact: unknownFact(at, detail) };
}
