import { anyOf, exact, NONE, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import type { Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { casesOfValue } from '../../values/cases.js';
import type { Value } from '../../values/value.js';
import { underFacts } from '../options.js';
import { unknownOrigins } from '../unknown-origins.js';
import type { QuarkusBehaviour } from './version.js';

/** What one reading of `origins` means. */
export interface Origins {
  readonly when: Guard;
  /** Everybody: `*` by itself, or no `origins` at all in old releases. */
  readonly any: boolean;
  /** Origins that an entry or a pattern matches. */
  readonly matched: OriginSet;
  /** Those of which the list has the very text. */
  readonly listed: OriginSet;
  /** Same-origin requests pass. */
  readonly own: boolean;
  readonly at: Span;
}

/** The meanings of the list, each under its guard; `fallback` is the place that stands for a list that is not there. */
export function originCases(list: Value | undefined, behaviour: QuarkusBehaviour, files: Files, fallback: Span): readonly Origins[] {
  return (list === undefined ? [{ when: ALWAYS, value: undefined }] : casesOf(list)).map(({ when, value }): Origins => {
    if (value === undefined || value.kind === 'nothing') return { when, any: behaviour.unset === 'any', matched: NONE, listed: NONE, own: behaviour.unset === 'own', at: fallback };
    const items = value.kind === 'list' ? [...value.items, ...(value.rest === undefined ? [] : [value.rest])] : [value];
    const [first] = items;
    const alone = items.length === 1 && first?.kind === 'string' ? first.value : undefined;
    const any = alone === '*' || (alone === '/.*/' && behaviour.patternsExplicit);
    return { when, any, matched: any ? NONE : anyOf(items.map((item) => entrySet(item, files))), listed: anyOf(items.filter((item) => item.kind !== 'string' || !isPattern(item.value)).map((item) => entrySet(item, files))), own: behaviour.refuses && behaviour.unset !== 'any', at: any ? first!.at : value.at };
  });
}

function isPattern(text: string): boolean {
  return text.length > 1 && text.startsWith('/') && text.endsWith('/');
}

/** `/…/` is a Java pattern of the whole origin; everything else is compared byte for byte, `*` too. */
function entrySet(item: Value, files: Files): OriginSet {
  if (item.kind === 'either') return anyOf(casesOfValue(item).map(({ when, value }) => underFacts(when, entrySet(value, files), item.at)));
  if (item.kind !== 'string') return unknownOrigins(item);
  if (!isPattern(item.value)) return exact(item.value, item.at);
  const source = item.value.slice(1, -1);
  const inner: Span = { file: item.at.file, start: item.at.start + 1, end: item.at.end - 1 };
  const verbatim = (files.read(inner.file) ?? '').slice(inner.start, inner.end) === source;
  return { s: 'regex', source, flags: '', dialect: 'java', use: 'full', subject: 'origin', at: item.at, ...(verbatim ? { sourceAt: inner } : {}) };
}
