import { listCases } from '../../middleware/gateway-plugins/lists.js';
import type { Refused } from '../../middleware/gateway-plugins/settings.js';
import { anyOf, exact, NONE, PRESENT, type DynamicSet, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { matchesRegex } from '../../origins/regex.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** What the `origins` of the plugin mean. */
export type Origins =
  /** Everybody. `listed`: the `*` stands among others, which makes Kong send `Vary` and wait for an Origin. */
  | { readonly o: 'all'; readonly at: Span; readonly written: boolean; readonly listed: boolean }
  /** One plain entry: sent to everybody as it stands. */
  | { readonly o: 'fixed'; readonly text: string; readonly at: Span }
  | { readonly o: 'set'; readonly set: OriginSet; readonly at: Span }
  | { readonly o: 'unknown'; readonly fact: Fact; readonly at: Span };

/** The meanings of `origins`, each under its guard; `fallback` is the place that stands for a list that is not there. */
export function originCases(value: Value | undefined, fallback: Span, stars: boolean): readonly { readonly when: Guard; readonly origins: Origins }[] | Refused {
  const cases: { when: Guard; origins: Origins }[] = [];
  for (const { when, value: list } of value === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(value)) {
    if (list === undefined || list.kind === 'nothing') cases.push({ when, origins: { o: 'all', at: fallback, written: false, listed: false } });
    else if (list.kind === 'unknown' || list.kind === 'env' || list.kind === 'concat') cases.push({ when, origins: unreadable(list) });
    else if (list.kind !== 'list') return { at: list.at, refused: '`origins` is not a list' };
    else {
      const combinations = listCases(list.items);
      if (combinations === undefined) return [{ when: ALWAYS, origins: unreadable(unknown('budget', 'too many conditional origins', list.at)) }];
      for (const combination of combinations) {
        const items = list.rest === undefined ? combination.items : [...combination.items, list.rest];
        const origins = originsOf(items, list.at, stars);
        if ('refused' in origins) return origins;
        cases.push({ when: whenAll(when, combination.when), origins });
      }
    }
  }
  return cases;
}

/** Before 3.8 a `*` among others is a pattern that does not compile: it stands for nobody. */
function originsOf(all: readonly Value[], at: Span, stars: boolean): Origins | Refused {
  const items = stars || all.length === 1 ? all : all.filter((item) => !(item.kind === 'string' && item.value === '*'));
  const odd = items.find((item) => item.kind !== 'string' && item.kind !== 'unknown' && item.kind !== 'env' && item.kind !== 'concat');
  if (odd !== undefined) return { at: odd.at, refused: 'an origin is a text' };
  const [first] = all;
  if (first === undefined) return { o: 'all', at, written: true, listed: false };
  const star = items.find((item) => item.kind === 'string' && item.value === '*');
  if (star !== undefined) return { o: 'all', at: star.at, written: true, listed: items.length > 1 };
  if (all.length === 1) {
    if (first.kind !== 'string') return unreadable(first);
    if (FLAT.test(first.value)) return { o: 'fixed', text: first.value, at: first.at };
  }
  const sets: OriginSet[] = [];
  for (const item of items) {
    if (item.kind !== 'string') {
      const { fact } = unreadable(item);
      sets.push({ s: 'dynamic', why: fact, lower: NONE, upper: PRESENT, exactTexts: false, at: item.at } satisfies DynamicSet);
      continue;
    }
    const set = entrySet(item.value, item.at);
    if ('refused' in set) return set;
    sets.push(set);
  }
  return { o: 'set', set: anyOf(sets), at };
}

const FLAT = /^[A-Za-z0-9.:/-]+$/;

/**
 * One entry of several, or a pattern: plain entries are compared by scheme, host and port with default ports dropped;
 * others are patterns, anchored at their start, with a `$` put after their text whatever its alternatives are. A
 * pattern without a colon is held against the host alone.
 */
function entrySet(entry: string, at: Span): OriginSet | Refused {
  if (entry === '') return NONE;
  if (FLAT.test(entry)) {
    // A text without a scheme is parsed as no URL: it stays what it is, and no browser sends that.
    return exact(entry, at, /^[a-z][a-z0-9+.-]*:\/\//i.test(entry) ? ['parsed-scheme-netloc', 'drop-default-port'] : []);
  }
  if (/^\^?[*+?]/.test(entry)) return { at, refused: `\`${entry}\` is not a valid pattern (only a lone \`*\` stands for every origin)` };
  const source = `${entry}${entry.endsWith('$') ? '' : '$'}`.replace(/^\^/, '');
  const regex: RegexSet = { s: 'regex', source, flags: '', dialect: 'pcre', use: 'match-prefix', subject: entry.includes(':') ? 'origin' : 'host', at };
  // The origin `null` has no host; Kong then takes the whole text for it.
  return regex.subject === 'host' && matchesRegex(regex, 'null') === true ? anyOf([regex, exact('null', at)]) : regex;
}

function unreadable(value: Value): Origins & { readonly o: 'unknown' } {
  const fact = value.kind === 'unknown' || value.kind === 'env' ? factOf(value) : factOf(unknown('template-syntax', 'a text that is put together when the configuration is made', value.at));
  return { o: 'unknown', fact, at: value.at };
}
