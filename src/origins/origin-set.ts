import type { Span } from '../text/span.js';
import type { Fact } from '../values/fact.js';

/** How an exact entry is compared with the request's text. Several apply together; none of them means byte for byte. */
export type Comparison = 'ignore-case' | 'strip-trailing-slash' | 'parsed-scheme-netloc' | 'drop-default-port';

/** What is looked at: the whole serialised origin, its host without port, or host with the port as written. */
export type Subject = 'origin' | 'host' | 'host-port';

export type Dialect = 'js' | 'python' | 'java' | 'pcre' | 're2' | 'lua';

/** What a `*` stands for: any text, one or more labels with their dots, or one label. */
export type StarMeaning = 'any-text' | 'labels' | 'one-label';

/**
 * A set of texts that a request header can have, the absent header being one of them. Made for `Origin`, and used for
 * every text that a guard asks about (methods as text, paths, other headers). Plain data; leaves carry their places.
 */
export type OriginSet =
  | { readonly s: 'none' }
  /** Everything: any text, `null`, and the absent header. */
  | { readonly s: 'any' }
  /** The header is not there. */
  | { readonly s: 'absent' }
  | ExactSet
  | GlobSet
  | RegexSet
  | AffixSet
  | { readonly s: 'and' | 'or'; readonly of: readonly OriginSet[] }
  | { readonly s: 'not'; readonly of: OriginSet }
  /** `lower` ⊆ the real set ⊆ `upper`; which of it is decided at run time. */
  | DynamicSet
  /** `set` while the fact holds (or, negated, while it does not), else nothing. */
  | { readonly s: 'guarded'; readonly when: Fact; readonly negated: boolean; readonly set: OriginSet };

/** One text. `null` is written so too. */
export interface ExactSet {
  readonly s: 'exact';
  readonly text: string;
  readonly comparison: readonly Comparison[];
  /** The text is compared with this part of the origin; absent: the whole. */
  readonly subject?: Subject;
  /** The language made it of a missing value, which stands at `at`: nobody wrote the text. */
  readonly made?: true;
  readonly at: Span;
}

export interface GlobSet {
  readonly s: 'glob';
  readonly text: string;
  readonly star: StarMeaning;
  readonly ignoreCase: boolean;
  /** Ports that may follow: exactly those of the text, one of a list (then mandatory), or none or any. */
  readonly ports: 'as-written' | 'any' | readonly number[];
  readonly at: Span;
}

export interface RegexSet {
  readonly s: 'regex';
  readonly source: string;
  /** Letters of the dialect: `i`, `m`, `s`, `x`, `g`, `y`, `u`, `v`. */
  readonly flags: string;
  readonly dialect: Dialect;
  readonly use: 'search' | 'match-prefix' | 'full';
  readonly subject: Subject;
  /** JavaScript's `lastIndex` is carried from request to request (`g` or `y` with `test` or `exec`). */
  readonly stateful?: boolean;
  readonly at: Span;
  /** The span of `source` itself when it stands there verbatim; a fix may rewrite only this. */
  readonly sourceAt?: Span;
}

export interface AffixSet {
  /** `part-of`: the request's text is a piece of `text` (`'a,b'.includes(origin)`). */
  readonly s: 'prefix' | 'suffix' | 'contains' | 'part-of';
  readonly text: string;
  readonly subject: Subject;
  readonly ignoreCase: boolean;
  readonly at: Span;
}

export interface DynamicSet {
  readonly s: 'dynamic';
  readonly why: Fact;
  readonly lower: OriginSet;
  readonly upper: OriginSet;
  /** The real set is a finite list of exact texts that somebody writes elsewhere: never an attacker's by itself. */
  readonly exactTexts: boolean;
  readonly at: Span;
}

export const NONE: OriginSet = { s: 'none' };
export const ANY: OriginSet = { s: 'any' };
export const ABSENT: OriginSet = { s: 'absent' };
export const PRESENT: OriginSet = { s: 'not', of: ABSENT };

export function exact(text: string, at: Span, comparison: readonly Comparison[] = []): ExactSet {
  return { s: 'exact', text, comparison, at };
}

export function anyOf(of: readonly OriginSet[]): OriginSet {
  const parts = of.flatMap((part) => (part.s === 'or' ? part.of : [part])).filter((part) => part.s !== 'none');
  if (parts.some((part) => part.s === 'any')) return ANY;
  return parts.length === 0 ? NONE : parts.length === 1 ? parts[0]! : { s: 'or', of: parts };
}

export function allOf(of: readonly OriginSet[]): OriginSet {
  const parts = of.flatMap((part) => (part.s === 'and' ? part.of : [part])).filter((part) => part.s !== 'any');
  if (parts.some((part) => part.s === 'none')) return NONE;
  return parts.length === 0 ? ANY : parts.length === 1 ? parts[0]! : { s: 'and', of: parts };
}

export function complement(set: OriginSet): OriginSet {
  if (set.s === 'none') return ANY;
  if (set.s === 'any') return NONE;
  return set.s === 'not' ? set.of : { s: 'not', of: set };
}

/** Every leaf that names a text or a pattern, with whether it admits (false below an odd number of `not`s). */
export function* leavesOf(set: OriginSet, admits = true): Generator<{ leaf: ExactSet | GlobSet | RegexSet | AffixSet; admits: boolean }> {
  switch (set.s) {
    case 'and':
    case 'or':
      for (const part of set.of) yield* leavesOf(part, admits);
      return;
    case 'not':
      yield* leavesOf(set.of, !admits);
      return;
    case 'guarded':
      yield* leavesOf(set.set, admits);
      return;
    case 'dynamic':
      yield* leavesOf(set.lower, admits);
      return;
    case 'exact':
    case 'glob':
    case 'regex':
    case 'prefix':
    case 'suffix':
    case 'contains':
    case 'part-of':
      yield { leaf: set, admits };
  }
}
