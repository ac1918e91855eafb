import { admits } from '../../origins/membership.js';
import { exact, NONE, PRESENT, type AffixSet, type OriginSet } from '../../origins/origin-set.js';
import { guardedSet } from '../../policy/from-condition.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import type { Matcher } from './level.js';

/** How a text is compared: Envoy's StringMatcher, or a matcher that a product builds from its own words. */
export type Comparison =
  | { readonly by: 'exact' | 'prefix' | 'suffix' | 'contains'; readonly ignoreCase: boolean }
  /** RE2, against the whole text. */
  | { readonly by: 'regex' }
  /** What a product makes of a text is its own business. */
  | { readonly by: (text: string, at: Span) => OriginSet };

/**
 * One entry. Envoy holds each matcher first against the text `*`, and lets everybody in where that is accepted
 * (`CorsFilter::isOriginAllowed` of cors_filter.cc): `prefix: "*"`, `regex: .+` and the like mean everybody.
 */
export function matcher(value: Value, comparison: Comparison, at: Span): Matcher {
  const set = setOf(value, comparison);
  const everybody = admits(set, '*', () => undefined) === true;
  return { set: everybody ? PRESENT : set, at, everybody };
}

/** No pattern that people write is so long. */
const MAX_PATTERN = 4_000;

function setOf(value: Value, comparison: Comparison): OriginSet {
  switch (value.kind) {
    case 'string':
      return textSet(value.value, comparison, value.at);
    case 'number':
    case 'boolean':
      return textSet(String(value.value), comparison, value.at);
    case 'nothing':
      return NONE;
    case 'either':
      return guardedSet(value, (option) => setOf(option, comparison));
    case 'env':
    case 'unknown':
      return { s: 'dynamic', why: factOf(value), lower: NONE, upper: PRESENT, exactTexts: false, at: value.at };
    case 'concat': {
      const part = value.parts.find((candidate) => candidate.kind === 'env' || candidate.kind === 'unknown');
      const why = part?.kind === 'env' || part?.kind === 'unknown' ? factOf(part) : factOf(unknown('template-syntax', 'a text that is put together when the configuration is made', value.at));
      return { s: 'dynamic', why, lower: NONE, upper: PRESENT, exactTexts: false, at: value.at };
    }
    default:
      return { s: 'dynamic', why: factOf(unknown('unsupported-syntax', 'an origin that is no text', value.at)), lower: NONE, upper: PRESENT, exactTexts: false, at: value.at };
  }
}

function textSet(text: string, comparison: Comparison, at: Span): OriginSet {
  switch (comparison.by) {
    case 'exact':
      return text === '' ? NONE : exact(text, at, comparison.ignoreCase ? ['ignore-case'] : []);
    case 'prefix':
    case 'suffix':
    case 'contains':
      return affix(comparison.by, text, comparison.ignoreCase, at);
    case 'regex':
      if (text.length > MAX_PATTERN) return { s: 'dynamic', why: factOf(unknown('regex-too-complex', 'a pattern of thousands of characters', at)), lower: NONE, upper: PRESENT, exactTexts: false, at };
      return { s: 'regex', source: text, flags: '', dialect: 're2', use: 'full', subject: 'origin', at };
    default:
      return comparison.by(text, at);
  }
}

function affix(s: AffixSet['s'], text: string, ignoreCase: boolean, at: Span): AffixSet {
  return { s, text, subject: 'origin', ignoreCase, at };
}

/** What RE2 refuses though other dialects know it; undefined for a pattern that it may take. */
export function refusedByRe2(source: string): string | undefined {
  if (/(?<!\\)(?:\\\\)*\(\?(?:[=!>]|<[=!])/.test(source)) return 'RE2 has no look-around';
  if (/(?<!\\)(?:\\\\)*\\[1-9]/.test(source)) return 'RE2 has no backreferences';
  if (/^(?:\^|\(\?:|\((?!\?))*[*+?]/.test(source)) return 'nothing stands before its first quantifier';
  return undefined;
}
