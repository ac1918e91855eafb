import { composed } from '../../middleware/ingress/values.js';
import { isAtLeast, type ImageVersion } from '../../middleware/ingress/version.js';
import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import { itemSpans, type YamlFile } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** What `cors-allow-origin` means. */
export type Origins =
  /** `*` is sent to everybody. `refused`: the value that the controller did not take and replaced by it. */
  | { readonly o: 'all'; readonly at: Span; readonly written: boolean; readonly refused: boolean }
  | { readonly o: 'set'; readonly set: OriginSet }
  | { readonly o: 'unknown'; readonly fact: Fact };

/** Version of the controller by which values are read; the newest where none is in view. */
export const NEWEST: ImageVersion = { major: 1, minor: 15, patch: 0 };

/**
 * From version 1.12 the controller checks the whole value first, without its blanks, and takes `*` for one that
 * fails. Entries without a scheme pass that and are skipped one by one, as all wrong ones are before 1.12, where a `*`
 * anywhere means `*`; when none is left nothing is sent.
 */
export function originCases(file: YamlFile, value: Value | undefined, fallback: Span, version: ImageVersion): readonly { readonly when: Guard; readonly origins: Origins }[] {
  if (value === undefined) return [{ when: ALWAYS, origins: { o: 'all', at: fallback, written: false, refused: false } }];
  return casesOf(value).map(({ when, value: option }) => ({ when, origins: originsOf(file, option, fallback, version) }));
}

function originsOf(file: YamlFile, value: Value, fallback: Span, version: ImageVersion): Origins {
  switch (value.kind) {
    case 'nothing':
      return { o: 'all', at: fallback, written: false, refused: false };
    case 'string': {
      if (value.value.trim() === '*') return { o: 'all', at: value.at, written: true, refused: false };
      if (!isAtLeast(version, 1, 0, 5)) return { o: 'unknown', fact: factOf(unknown('unsupported-syntax', 'a value that the controller before 1.0.5 sends as it stands', value.at)) };
      const checked = isAtLeast(version, 1, 12);
      const items = itemSpans(file, value);
      const star = items.find(({ text }) => text === '*');
      if (checked ? !isAccepted(value.value) : value.value.trim() === '') return { o: 'all', at: value.at, written: false, refused: true };
      if (!checked && star !== undefined) return { o: 'all', at: star.at, written: true, refused: false };
      return { o: 'set', set: anyOf(items.flatMap((item) => entrySet(item.text, item.at, version))) };
    }
    case 'unknown':
    case 'env':
      return { o: 'unknown', fact: factOf(value) };
    default:
      return { o: 'unknown', fact: factOf(composed(value)) };
  }
}

/** The controller's own test, `^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$`, without its ambiguities. */
function isAccepted(text: string): boolean {
  const joined = text.replace(/\s/g, '');
  return joined !== '' && /^(?:[a-z]:\/\/|[A-Za-z0-9\-.,]|:\d|\*\.)*$/.test(joined);
}

/**
 * nginx holds the entries, escaped, against the Origin without regard to case and anchored at the end alone. The open
 * start lets in other schemes (`x-https://…`), which no browser sends: entries are whole origins here.
 */
function entrySet(entry: string, at: Span, version: ImageVersion): readonly OriginSet[] {
  const unknownYet = (entry === 'null' && !isAtLeast(version, 1, 13)) || (/^(?!https?:)[a-z]+:\/\//.test(entry) && !isAtLeast(version, 1, 12));
  if (entry === '' || unknownYet) return [];
  return entry.includes('*') ? [{ s: 'glob', text: entry, star: 'one-label', ignoreCase: true, ports: 'as-written', at }] : [exact(entry, at, ['ignore-case'])];
}
