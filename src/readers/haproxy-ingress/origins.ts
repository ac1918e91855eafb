import { composed } from '../../middleware/ingress/values.js';
import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import { itemSpans } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Entries of one annotation past which they are not told apart. */
const MAX_ENTRIES = 2000;

/** One annotation with origins, read. */
export type Listed =
  | { readonly l: 'absent' }
  /** The controller did not take the value, which then counts as absent. */
  | { readonly l: 'refused'; readonly at: Span }
  | { readonly l: 'entries'; readonly entries: readonly Entry[] }
  | { readonly l: 'unknown'; readonly fact: Fact };

export interface Entry {
  readonly text: string;
  readonly at: Span;
}

/** The cases of an annotation that a template may write in several ways. */
export function casesIn(value: Value | undefined, read: (text: Value & { readonly kind: 'string' }) => Listed): readonly { readonly when: Guard; readonly listed: Listed }[] {
  if (value === undefined) return [{ when: ALWAYS, listed: { l: 'absent' } }];
  return casesOf(value).map(({ when, value: option }) => ({ when, listed: listedIn(option, read) }));
}

function listedIn(option: Value, read: (text: Value & { readonly kind: 'string' }) => Listed): Listed {
  switch (option.kind) {
    case 'nothing':
      return { l: 'absent' };
    case 'string':
      if (option.value.length > MAX_ENTRIES && option.value.split(/[, ]/, MAX_ENTRIES + 1).length > MAX_ENTRIES) return { l: 'unknown', fact: factOf(unknown('budget', 'a list of too many entries', option.at)) };
      return option.value === '' ? { l: 'absent' } : read(option);
    case 'unknown':
    case 'env':
      return { l: 'unknown', fact: factOf(option) };
    default:
      return { l: 'unknown', fact: factOf(composed(option)) };
  }
}

/** `cors-allow-origin`: entries between commas, not trimmed; one that is no origin discards all. Until 0.15 the schemes of the web alone. */
export function listOf(file: YamlFile, text: Value & { readonly kind: 'string' }, version: number): Listed {
  const accepted = version < 16 ? /^(?:https?:\/\/[A-Za-z0-9\-.]*(?::[0-9]+)?|\*)$/ : /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[A-Za-z0-9\-.]*(?::[0-9]+)?|\*)$/;
  const pieces = text.value.split(',');
  if (!pieces.every((piece) => accepted.test(piece))) return { l: 'refused', at: text.at };
  return { l: 'entries', entries: itemSpans(file, text) };
}

/** `cors-allow-origin-regex`: patterns between blanks. */
export function patternsOf(file: YamlFile, text: Value & { readonly kind: 'string' }): Listed {
  const written = file.source.text.slice(text.at.start, text.at.end);
  const inner = written.indexOf(text.value);
  let offset = 0;
  const entries = text.value.split(' ').map((piece): Entry => {
    const start = text.at.start + inner + offset;
    offset += piece.length + 1;
    return { text: piece, at: inner === -1 ? text.at : { file: text.at.file, start, end: start + piece.length } };
  });
  return { l: 'entries', entries };
}

/** HAProxy's `-m str`: byte for byte. */
export function exactly(entries: readonly Entry[]): OriginSet {
  return anyOf(entries.map(({ text, at }) => exact(text, at)));
}

/** HAProxy's `-m reg` in the controller's image: PCRE2, found anywhere. */
export function matching(entries: readonly Entry[]): OriginSet {
  return anyOf(entries.map(({ text, at }): OriginSet => ({ s: 'regex', source: text, flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at, sourceAt: at })));
}
