import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { unknownOrigins } from '../unknown-origins.js';

/** What a list of allowed origins means. */
export type Origins =
  /** Everybody, by a `*` anywhere in the list or by an empty one (`written: false`): the header is `*`. */
  | { readonly o: 'all'; readonly at: Span; readonly written: boolean }
  | { readonly o: 'set'; readonly set: OriginSet; readonly at: Span }
  | { readonly o: 'unknown'; readonly fact: Fact; readonly at: Span };

export interface OriginCase {
  readonly when: Guard;
  readonly origins: Origins;
}

/** Combinations of entries that a template writes or not, past which the list is not known. */
const MAX_CASES = 16;

/** The meanings of a list, each under its guard; `fallback` is the place that stands for a list that is not there. */
export function originCases(list: Value | undefined, fallback: Span): readonly OriginCase[] {
  if (list === undefined) return [{ when: ALWAYS, origins: { o: 'all', at: fallback, written: false } }];
  return casesOf(list).flatMap(({ when, value }): readonly OriginCase[] => {
    if (value.kind === 'nothing') return [{ when, origins: { o: 'all', at: fallback, written: false } }];
    if (value.kind !== 'list') return [{ when, origins: notKnown(value) }];
    const combinations = combined(value.items);
    if (combinations === undefined) return [{ when, origins: notKnown(unknown('budget', 'too many conditional origins', value.at)) }];
    return combinations.map((one) => ({ when: whenAll(when, one.when), origins: originsOf(value.rest === undefined ? one.items : [...one.items, value.rest], value.at) }));
  });
}

function notKnown(value: Value): Origins {
  return { o: 'unknown', fact: factOf(value.kind === 'unknown' || value.kind === 'env' ? value : unknown('template-syntax', 'a list that is put together when the configuration is made', value.at)), at: value.at };
}

function combined(items: readonly Value[]): readonly { readonly when: Guard; readonly items: readonly Value[] }[] | undefined {
  let combinations: { when: Guard; items: Value[] }[] = [{ when: ALWAYS, items: [] }];
  for (const item of items) {
    const options = casesOf(item);
    if (options.length === 1) {
      for (const known of combinations) known.items.push(item);
      continue;
    }
    combinations = combinations.flatMap((known) => options.map(({ when, value }) => ({ when: whenAll(known.when, when), items: value.kind === 'nothing' ? [...known.items] : [...known.items, value] })));
    if (combinations.length > MAX_CASES) return undefined;
  }
  return combinations;
}

function originsOf(items: readonly Value[], at: Span): Origins {
  const [first] = items;
  if (first === undefined) return { o: 'all', at, written: false };
  const star = items.find((item) => item.kind === 'string' && item.value === '*');
  if (star !== undefined) return { o: 'all', at: star.at, written: true };
  // What may be nothing at all, or `*`, decides alone.
  if (items.length === 1 && first.kind !== 'string') return notKnown(first);
  return { o: 'set', set: anyOf(items.map(entrySet)), at };
}

/**
 * One entry, compared without case as a whole. Its first `*` stands for any text; a second one is a `*`, which stands in
 * no origin.
 */
function entrySet(item: Value): OriginSet {
  if (item.kind !== 'string') return unknownOrigins(item);
  const stars = item.value.split('*').length - 1;
  return stars === 1 ? { s: 'glob', text: item.value, star: 'any-text', ignoreCase: true, ports: 'as-written', at: item.at } : exact(item.value, item.at, ['ignore-case']);
}
