import { anyOf, complement, exact, NONE, PRESENT, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { matchesRegex } from '../../origins/regex.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import { itemSpans } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type EnvValue, type UnknownValue, type Value } from '../../values/value.js';
import { listCases } from '../gateway-plugins/lists.js';
import { settingOf, type Refused, type Settings } from '../gateway-plugins/settings.js';

/** Whose origin is sent back, and who gets `*`. */
export interface Origins {
  readonly when: Guard;
  readonly echoed: OriginSet;
  /** A pattern matches the empty text, which a request without Origin stands for: an empty header is sent. */
  readonly blank: boolean;
  /** The `*` of the list: for everybody who stands not before it. */
  readonly star: { readonly at: Span; readonly to: OriginSet } | undefined;
}

/**
 * The list is walked in order, byte by byte, then the patterns (Go's, searched anywhere in the origin, ended by
 * nothing). Items are trimmed; a text that is no list is one with commas, as in labels.
 */
export function originCases(settings: Settings): readonly Origins[] | Refused {
  const lists = casesIn(settings, 'accesscontrolalloworiginlist');
  if ('refused' in lists) return lists;
  const patterns = casesIn(settings, 'accesscontrolalloworiginlistregex');
  if ('refused' in patterns) return patterns;
  const cases: Origins[] = [];
  for (const list of lists) {
    for (const { when, items } of patterns) {
      const found = originsOf(list.items, items);
      if ('refused' in found) return found;
      cases.push({ when: whenAll(list.when, when), ...found });
    }
  }
  return cases;
}

function casesIn(settings: Settings, field: string): readonly { readonly when: Guard; readonly items: readonly Value[] }[] | Refused {
  const value = settingOf(settings, field);
  if (value === undefined) return [{ when: ALWAYS, items: [] }];
  return casesOf(value).flatMap(({ when, value: list }) => {
    if (list.kind === 'nothing') return [{ when, items: [] }];
    const items = list.kind === 'list' ? (list.rest === undefined ? list.items : [...list.items, list.rest]) : list.kind === 'string' ? itemSpans(settings.file, list).map((item): Value => ({ kind: 'string', value: item.text, at: item.at })) : [list];
    return (listCases(items) ?? [{ when: ALWAYS, items: [unknown('budget', 'too many conditional origins', list.at)] }]).map((one) => ({ when: whenAll(when, one.when), items: one.items }));
  });
}

function originsOf(list: readonly Value[], patterns: readonly Value[]): Omit<Origins, 'when'> | Refused {
  // All patterns are compiled, those behind a `*` too.
  const matched = patternsOf(patterns);
  if ('refused' in matched) return matched;
  const echoed: OriginSet[] = [];
  for (const item of list) {
    if (item.kind === 'unknown' || item.kind === 'env' || item.kind === 'concat') {
      echoed.push(unreadable(item));
    } else if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') {
      const text = String(item.value).trim();
      if (text === '*') {
        const before = anyOf(echoed);
        return { echoed: before, blank: false, star: { at: item.at, to: complement(before) } };
      }
      if (text !== '') echoed.push(exact(text, item.at));
    } else return { at: item.at, refused: 'an origin is a text' };
  }
  return { echoed: anyOf([...echoed, ...matched.sets]), blank: matched.blank, star: undefined };
}

function patternsOf(patterns: readonly Value[]): { readonly sets: readonly OriginSet[]; readonly blank: boolean } | Refused {
  const sets: OriginSet[] = [];
  let blank = false;
  for (const item of patterns) {
    if (item.kind === 'unknown' || item.kind === 'env' || item.kind === 'concat') {
      sets.push(unreadable(item));
    } else if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') {
      const set: RegexSet = { s: 'regex', source: String(item.value).trim(), flags: '', dialect: 're2', use: 'search', subject: 'origin', at: item.at };
      const foreign = /\(\?(?:[=!>#]|<[=!])|\\[1-9]|[*+?}]\+/.exec(set.source.replace(/\\[^1-9]|\[[^\]]*\]/g, ''));
      if (foreign !== null || !compiles(set.source)) return { at: item.at, refused: `\`${set.source}\` does not compile as a regular expression of Go` };
      blank ||= matchesRegex(set, '') === true;
      sets.push(set);
    } else return { at: item.at, refused: 'a pattern is a text' };
  }
  return { sets, blank };
}

/** What no engine takes: brackets and groups that do not close, a sign of repetition with nothing before it. */
function compiles(source: string): boolean {
  try {
    new RegExp(source.replace(/\(\?P</g, '(?<').replace(/\(\?[imsU]+(?:-[imsU]+)?([:)])/g, (_all, end: string) => (end === ')' ? '' : '(?:')).replace(/\[\[:\^?\w+:\]/g, '[a').replace(/\\[AzQECa]/g, ''));
    return true;
  } catch {
    return false;
  }
}

function unreadable(item: UnknownValue | EnvValue | (Value & { readonly kind: 'concat' })): OriginSet {
  const why = factOf(item.kind === 'concat' ? unknown('template-syntax', 'a text that is put together when the configuration is made', item.at) : item);
  return { s: 'dynamic', why, lower: NONE, upper: PRESENT, exactTexts: false, at: item.at };
}
