import { admits } from '../../origins/membership.js';
import { allOf, anyOf, complement, exact, NONE, PRESENT, type AffixSet, type OriginSet, type RegexSet, type Subject } from '../../origins/origin-set.js';
import { unknownExact } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, type Guard, type PathRewrite } from '../../policy/program.js';
import type { Match } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { allTests, anyTest, guarded, notTest, type Test } from './tests.js';
import { knownText, presence, spanOf, split, textValue, type Case, type HeaderPart, type Value } from './values.js';

/** One pattern of an ACL; `env`: it holds a variable of the environment. */
export interface Pattern {
  readonly text: string;
  readonly env?: Fact;
  readonly at: Span;
}

/** How values are compared, and with what. */
export interface Comparison {
  readonly match: Match;
  readonly ignoreCase: boolean;
  readonly patterns: readonly Pattern[];
  /** A list of patterns that is not in view. */
  readonly unseen?: Fact;
  readonly at: Span;
}

const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PATCH'];
/** HAProxy knows these by number; the name of any other is gone with the request. */
const NUMBERED = METHODS.slice(0, -1);
const STATUSES = Array.from({ length: 500 }, (_unused, index) => 100 + index);

/** When does the expression match one of the patterns? */
export function matchesAny(cases: readonly Case[], comparison: Comparison, inResponse: boolean): Test {
  return anyTest(cases.map(({ when, value }) => allTests([guarded(when), matches(value, comparison, inResponse)])));
}

function matches(value: Value, comparison: Comparison, inResponse: boolean): Test {
  const { match } = comparison;
  if (value.t === 'missing') return guarded(NEVER);
  if (value.t === 'unknown') return guarded(open(value.fact, comparison));
  if (match === 'found') return value.t === 'inner' ? { t: 'inner', header: value.name, in: PRESENT } : guarded(presence(value));
  switch (value.t) {
    case 'truth':
      return guarded(match === 'bool' && comparison.patterns.length === 0 ? value.when : match === 'bool' || match === 'str' ? open(undefined, comparison) : NEVER);
    case 'status':
      return { t: 'status', in: match === 'int' ? STATUSES.filter(numbersIn(comparison.patterns)) : STATUSES.filter((status) => admits(setOf(comparison, 'origin'), String(status), () => undefined) === true) };
    case 'count': {
      const holds = numbersIn(comparison.patterns);
      const there: Test = value.of === 'response' ? { t: 'inner', header: value.name, in: PRESENT } : guarded({ g: value.name === 'origin' ? 'origin' : 'header', name: value.name, in: PRESENT } as Guard);
      // A browser sends a header once; a list in it has as many values as commas say.
      return anyTest([...(holds(1) ? [there] : []), ...(holds(0) ? [notTest(there)] : [])]);
    }
    case 'inner':
      return { t: 'inner', header: value.name, in: value.items ? itemwise(setOf(comparison, 'origin'), comparison) : setOf(comparison, 'origin') };
    case 'method':
      return guarded({ g: 'method', in: (inResponse ? NUMBERED : METHODS).filter((method) => admits(setOf(comparison, 'origin'), method, () => undefined) === true) });
    case 'path':
      return guarded({ g: 'path', in: setOf(comparison, 'origin') });
    case 'header':
      return guarded(aboutHeader(value, comparison));
    case 'moved':
      return guarded(comparison.match === 'found' ? ALWAYS : movedPath(value, comparison));
    case 'joined':
      return joinedMatches(value, comparison);
    case 'text': {
      const text = knownText(value);
      if (text === undefined) return guarded(open(value.env, comparison));
      if (match === 'int') return guarded(/^\d+$/.test(text) && numbersIn(comparison.patterns)(Number(text)) ? ALWAYS : NEVER);
      const held = admits(setOf(comparison, 'origin'), text, () => undefined);
      return guarded(held === true ? ALWAYS : held === false ? NEVER : { g: 'fact', fact: held });
    }
  }
}

/** A text put together: known where no header is in it, a comparison of the header alone where the rest of the text is cut from a whole one. */
function joinedMatches(value: Value & { readonly t: 'joined' }, comparison: Comparison): Test {
  return anyTest(
    split(value).map(({ when, parts }) => {
      const text = knownText({ t: 'joined', parts, at: value.at });
      if (text !== undefined) return allTests([guarded(when), matches(textValue(text, value.at), comparison, false)]);
      const texts = parts.filter((part) => part.t === 'text' && part.env === undefined && part.text === '');
      const rest = parts.filter((part) => !texts.includes(part));
      const [only] = rest;
      return allTests([guarded(when), only?.t === 'header' && rest.length === 1 ? guarded(aboutHeader(only, comparison)) : guarded(open(undefined, comparison))]);
    }),
  );
}

/** A path of which the start was replaced: what is asked of it, asked of the path that the request came with. */
function movedPath({ rewrite }: Value & { readonly t: 'moved' }, comparison: Comparison): Guard {
  const sets = comparison.patterns.map((one) => before(setFor(one, comparison, 'origin'), rewrite));
  return sets.includes(undefined) || comparison.unseen !== undefined ? open(undefined, comparison) : { g: 'path', in: anyOf(sets.flatMap((set) => set ?? [])) };
}

/** Paths with the old start that are in the set with the new one; undefined where that cannot be said. */
function before(set: OriginSet, { prefix, by }: PathRewrite): OriginSet | undefined {
  const back = (text: string): string | undefined => (text.startsWith(by) ? prefix + text.slice(by.length) : undefined);
  switch (set.s) {
    case 'exact': {
      const text = set.comparison.length > 0 ? undefined : back(set.text);
      return set.comparison.length > 0 ? undefined : text === undefined ? NONE : { ...set, text };
    }
    case 'prefix': {
      const text = back(set.text);
      return set.ignoreCase ? undefined : text !== undefined ? { ...set, text } : by.startsWith(set.text) ? { s: 'any' } : NONE;
    }
    case 'suffix':
      return prefix.endsWith('/') && by.endsWith('/') && !set.text.includes('/') ? set : undefined;
    case 'contains':
      return set.text.includes('/') || by.includes(set.text) || !by.endsWith('/') ? undefined : pattern(`^${quoted(prefix)}.*${quoted(set.text)}`, set.ignoreCase, set.at);
    default:
      return undefined;
  }
}

function aboutHeader(value: HeaderPart, comparison: Comparison): Guard {
  if (comparison.match === 'int' || comparison.match === 'ip' || comparison.match === 'bin' || comparison.match === 'bool') return open(undefined, comparison);
  const set = lowered(setOf(comparison, value.name === 'origin' ? value.subject : 'origin'), value.lower, comparison);
  // What may be anything is no absent header.
  const present = set.s === 'dynamic' || (set.s === 'or' && set.of.some(({ s }) => s === 'dynamic')) ? allOf([PRESENT, set]) : set;
  if (value.name === 'origin') return { g: 'origin', in: present };
  if (value.subject !== 'origin') return value.name === 'host' ? { g: 'host', in: present } : open(undefined, comparison);
  if (value.which === 'any' && value.name !== 'host') return { g: 'some-item', name: value.name, in: present };
  return { g: 'header', name: value.name, in: value.which === 'last' && value.name !== 'host' ? lastItem(present, comparison) : present };
}

/** Texts of which any comma-separated value is in a set: where a pattern would have to be taken apart for it, that is open for several. */
function itemwise(set: OriginSet, { at }: Comparison): OriginSet {
  const several: OriginSet = { s: 'contains', text: ',', subject: 'origin', ignoreCase: false, at: spanOf(at) };
  if (set.s === 'contains') return set;
  if (set.s === 'or') return anyOf(set.of.map((part) => itemwise(part, { match: 'str', ignoreCase: false, patterns: [], at })));
  if (set.s === 'exact') return pattern(`(?:^|,)[ \\t]*${quoted(set.text)}[ \\t]*(?:,|$)`, set.comparison.includes('ignore-case'), set.at);
  if (set.s === 'prefix') return pattern(`(?:^|,)[ \\t]*${quoted(set.text)}`, set.ignoreCase, set.at);
  if (set.s === 'suffix') return pattern(`${quoted(set.text)}[ \\t]*(?:,|$)`, set.ignoreCase, set.at);
  const open: Fact = { key: `haproxy:items@${at.file}:${at.start}`, reason: 'upstream', detail: 'one of several values of a header', at: spanOf(at) };
  return anyOf([allOf([complement(several), set]), allOf([several, { s: 'dynamic', why: open, lower: NONE, upper: { s: 'any' }, exactTexts: false, at: spanOf(at) }])]);
}

/** Texts of which the last comma-separated value is in a set. */
function lastItem(set: OriginSet, comparison: Comparison): OriginSet {
  const last = '(?:^|,)[ \\t]*(?=[^,]*$)';
  switch (set.s) {
    case 'or':
      return anyOf(set.of.map((part) => lastItem(part, comparison)));
    case 'suffix':
      return set;
    case 'exact':
      return pattern(`(?:^|,)[ \\t]*${quoted(set.text)}$`, set.comparison.includes('ignore-case'), set.at);
    case 'prefix':
      return pattern(`${last}${quoted(set.text)}`, set.ignoreCase, set.at);
    case 'contains':
      return pattern(`${quoted(set.text)}[^,]*$`, set.ignoreCase, set.at);
    case 'regex': {
      const anchored = /^\^((?:[^|^\\]|\\.|\((?:[^()^\\]|\\.)*\))*)$/.exec(set.source)?.[1];
      if (anchored !== undefined) return pattern(`${last}(?:${anchored})`, set.flags.includes('i'), set.at);
      return /\^/.test(set.source.replace(/\[\^/g, '[')) ? itemwise(set, comparison) : pattern(`${last}.*?(?:${set.source})`, set.flags.includes('i'), set.at);
    }
    default:
      return itemwise(set, comparison);
  }
}

function pattern(source: string, ignoreCase: boolean, at: Span): RegexSet {
  return { s: 'regex', source, flags: ignoreCase ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at };
}

/** What a text in lower case has to be for the set to hold it, asked of the text as it was sent. */
function lowered(set: OriginSet, lower: boolean, comparison: Comparison): OriginSet {
  if (!lower) return set;
  switch (set.s) {
    case 'or':
      return anyOf(set.of.map((part) => lowered(part, lower, comparison)));
    case 'exact':
      return set.text === set.text.toLowerCase() || set.comparison.includes('ignore-case') ? { ...set, comparison: ['ignore-case'] } : NONE;
    case 'prefix':
    case 'suffix':
    case 'contains':
      return set.text === set.text.toLowerCase() || set.ignoreCase ? { ...set, ignoreCase: true } : NONE;
    case 'regex':
      return /[A-Z]/.test(set.source.replace(/\\[A-Za-z]/g, '')) ? set : { ...set, flags: 'i' };
    default:
      return set;
  }
}

/** The texts that fit one of the patterns. */
function setOf(comparison: Comparison, subject: Subject): OriginSet {
  const { unseen, at } = comparison;
  return anyOf([
    ...comparison.patterns.map((pattern) => setFor(pattern, comparison, subject)),
    ...(unseen === undefined ? [] : [comparison.match === 'str' ? unknownExact(unseen, spanOf(at)) : ({ s: 'dynamic', why: unseen, lower: NONE, upper: { s: 'any' }, exactTexts: false, at: spanOf(at) } as const)]),
  ]);
}

function setFor({ text, env, at: place }: Pattern, { match, ignoreCase }: Comparison, subject: Subject): OriginSet {
  const at = spanOf(place);
  if (env !== undefined) return match === 'str' ? unknownExact(env, at) : { s: 'dynamic', why: env, lower: NONE, upper: { s: 'any' }, exactTexts: false, at };
  const affix = (s: AffixSet['s']): AffixSet => ({ s, text, subject, ignoreCase, at });
  const regex = (source: string): RegexSet => ({ s: 'regex', source, flags: ignoreCase ? 'i' : '', dialect: 'pcre', use: 'search', subject, at });
  switch (match) {
    case 'beg':
      return affix('prefix');
    case 'end':
      return affix('suffix');
    case 'sub':
      return affix('contains');
    case 'reg':
      return regex(text);
    case 'dom':
      return words(text, '/?.:', regex);
    case 'dir':
      return words(text, '/?', regex);
    case 'len':
      return /^\d{1,4}$/.test(text) ? regex(`^.{${text}}$`) : NONE;
    case 'found':
      return PRESENT;
    default:
      return { ...exact(text, at, ignoreCase ? ['ignore-case'] : []), ...(subject === 'origin' ? {} : { subject }) };
  }
}

/** The text as a run of whole words between delimiters, anywhere (`pat_match_dom`, `pat_match_dir`). */
function words(text: string, delimiters: string, regex: (source: string) => RegexSet): OriginSet {
  const trimmed = text.replace(new RegExp(`^[${delimiters}]+|[${delimiters}]+$`, 'g'), '');
  return regex(`(?:^|[${delimiters}])${quoted(trimmed)}(?:[${delimiters}]|$)`);
}

export function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Integers that fit: `200`, `500:599`, `gt 400` (an operator holds for the patterns behind it; each stands for itself). */
function numbersIn(patterns: readonly Pattern[]): (value: number) => boolean {
  const tests: ((value: number) => boolean)[] = [];
  let operator = 'eq';
  for (const { text } of patterns) {
    if (/^(?:eq|ge|gt|le|lt)$/.test(text)) {
      operator = text;
      continue;
    }
    const [, low, high] = /^(\d*)(?::(\d*))?$/.exec(text) ?? [];
    if (low === undefined) continue;
    const [from, to] = [low === '' ? -Infinity : Number(low), high === undefined ? Number(low) : high === '' ? Infinity : Number(high)];
    const by = operator;
    tests.push((value) => (by === 'ge' ? value >= from : by === 'gt' ? value > from : by === 'le' ? value <= to : by === 'lt' ? value < to : value >= from && value <= to));
  }
  return (value) => tests.some((test) => test(value));
}

/** A test that only the running server can decide; the same one is the same everywhere. */
export function open(fact: Fact | undefined, { match, patterns, at }: Comparison): Guard {
  const asked = `${match} ${patterns.map(({ text }) => text).join(' ').slice(0, 200)}`;
  const known: Fact = fact ?? { key: `haproxy@${at.file}:${at.start}`, reason: 'unsupported-syntax', detail: 'a comparison that is made at run time', at: spanOf(at) };
  return { g: 'fact', fact: { ...known, key: `${known.key} ${asked}` } };
}

