import { anyOf, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { samplesOfTree, treeOf } from '../../origins/pattern.js';
import { matchesRegex } from '../../origins/regex.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** Paths that a route takes, and one of them to ask about (undefined where none is known). */
export interface PathMatch {
  readonly guard: Guard;
  readonly sample: string | undefined;
}

export const EVERY_PATH: PathMatch = { guard: ALWAYS, sample: '/' };

export function exactPath(text: string, at: Span, ignoreCase = false): PathMatch {
  return { guard: { g: 'path', in: exact(text, at, ignoreCase ? ['ignore-case'] : []) }, sample: text };
}

/** A prefix of the text: `/api` takes `/apiary` as well. */
export function prefixPath(text: string, at: Span, ignoreCase = false): PathMatch {
  if (text === '' || text === '/') return EVERY_PATH;
  return { guard: { g: 'path', in: { s: 'prefix', text, subject: 'origin', ignoreCase, at } }, sample: text };
}

/** A prefix of whole segments: `/api` takes `/api` and `/api/…`. */
export function segmentsPath(text: string, at: Span, ignoreCase = false): PathMatch {
  const bare = text.replace(/\/+$/, '');
  if (bare === '') return EVERY_PATH;
  const below: OriginSet = { s: 'prefix', text: `${bare}/`, subject: 'origin', ignoreCase, at };
  return { guard: { g: 'path', in: anyOf([exact(bare, at, ignoreCase ? ['ignore-case'] : []), below]) }, sample: bare };
}

/** RE2 against the whole path. */
export function patternPath(source: string, at: Span): PathMatch {
  const set: RegexSet = { s: 'regex', source, flags: '', dialect: 're2', use: 'full', subject: 'origin', at };
  const tree = treeOf(set);
  const samples = tree === undefined ? [] : samplesOfTree(tree, 'x');
  return { guard: { g: 'path', in: set }, sample: samples.find((text) => /^\/[\w/.~-]*$/.test(text) && matchesRegex(set, text) === true) };
}
