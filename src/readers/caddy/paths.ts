import { admits } from '../../origins/membership.js';
import { ANY, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import { isOneWay, openFact } from './texts.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';

/** What the path of a request is at a point of its way: as it came without a prefix, a fixed one, or not known. */
export type PathView = { readonly kind: 'stripped'; readonly prefix: string; readonly at: Span } | { readonly kind: 'fixed'; readonly path: string } | { readonly kind: 'unknown'; readonly fact: Fact };

/** The views that the ways up to here have led to; they exclude each other. */
export type Paths = readonly { readonly when: Guard; readonly view: PathView }[];

export const AS_SENT: Paths = [{ when: ALWAYS, view: { kind: 'stripped', prefix: '', at: { file: '', start: 0, end: 0 } } }];

/** Views past which paths are not followed any more. */
const MAX_VIEWS = 12;

/** When does the path, as it is now, lie in a set of paths? */
export function pathLies(paths: Paths, set: OriginSet): Guard {
  return whenAny(...paths.map(({ when, view }) => whenAll(when, viewLies(view, set))));
}

function viewLies(view: PathView, set: OriginSet): Guard {
  if (set.s === 'any') return ALWAYS;
  if (view.kind === 'unknown') return { g: 'fact', fact: view.fact };
  if (view.kind === 'stripped') {
    const whole = view.prefix === '' ? set : behind(view.prefix, set);
    return whole === undefined ? openFact('at' in set ? set.at : view.at, 'a pattern of the path behind a prefix') : { g: 'path', in: whole };
  }
  const lies = admits(set, view.path, () => undefined);
  return typeof lies === 'boolean' ? (lies ? ALWAYS : NEVER) : { g: 'fact', fact: lies };
}

/** Paths that lie in the set once a prefix is taken off, as far as they begin with it; undefined: that cannot be said. */
function behind(prefix: string, set: OriginSet): OriginSet | undefined {
  const quoted = prefix.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  switch (set.s) {
    case 'exact':
    case 'prefix':
      return { ...set, text: prefix + set.text };
    case 'suffix':
    case 'contains': {
      const text = set.text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      return pattern(`^${quoted}.*${text}${set.s === 'suffix' ? '$' : ''}`, 'i', set.at);
    }
    case 'regex': {
      if (set.source.startsWith('^') && isOneWay(set.source)) return pattern(`^(?i:${quoted})${set.source.slice(1)}`, set.flags, set.at);
      return /[\^]|\\[AbB]/.test(set.source) ? undefined : pattern(`^(?i:${quoted}).*(?:${set.source})`, set.flags, set.at);
    }
    default:
      return undefined;
  }
}

/** The views after those requests for which the guard holds were given another one. */
export function rewritten(paths: Paths, when: Guard, into: (view: PathView) => PathView, at: Span): Paths {
  const [first] = paths;
  if (paths.length === 1 && first?.view.kind === 'unknown' && first.view.fact.reason === 'budget') return paths;
  const changed = paths.map((one) => ({ when: whenAll(when, one.when), view: into(one.view) }));
  const kept = paths.map((one) => ({ when: whenAll(unless(when), one.when), view: one.view }));
  const fixed = changed.every(({ view }) => view.kind !== 'stripped' && sameView(view, changed[0]!.view));
  const all = [...(fixed ? [{ when, view: changed[0]!.view }] : changed), ...kept].filter((one) => one.when.g !== 'never');
  return limited(all, at);
}

/** Views that are too many are one of which nothing is known. */
export function limited(paths: Paths, at: Span): Paths {
  if (paths.length <= MAX_VIEWS) return paths;
  return [{ when: ALWAYS, view: { kind: 'unknown', fact: { key: `caddy:path@${at.file}:${at.start}`, reason: 'budget', detail: 'the path after many rewrites', at } } }];
}

function sameView(a: PathView, b: PathView): boolean {
  return a.kind === 'fixed' && b.kind === 'fixed' ? a.path === b.path : a.kind === 'unknown' && b.kind === 'unknown' && a.fact.key === b.fact.key;
}

/** The path without a prefix, compared without case; a path that does not begin with it stays. */
export function withoutPrefix(view: PathView, prefix: string, at: Span): PathView {
  if (view.kind === 'stripped') return { kind: 'stripped', prefix: view.prefix + prefix, at };
  if (view.kind === 'unknown') return view;
  return { kind: 'fixed', path: view.path.toLowerCase().startsWith(prefix.toLowerCase()) ? view.path.slice(prefix.length) : view.path };
}

/**
 * Paths that a pattern admits (caddyhttp.MatchPath): without case; `*` at one end or both stands for any text, elsewhere
 * as `?` and `[…]` for characters without `/` (Go's path.Match).
 */
export function pathPattern(text: string, at: Span): OriginSet {
  const lower = text.toLowerCase();
  const stars = lower.split('*').length - 1;
  const plain = !/[?[\\]/.test(lower);
  if (lower === '*') return ANY;
  if (stars === 2 && lower.startsWith('*') && lower.endsWith('*')) return { s: 'contains', text: lower.slice(1, -1), subject: 'origin', ignoreCase: true, at };
  if (stars === 1 && lower.startsWith('*')) return { s: 'suffix', text: lower.slice(1), subject: 'origin', ignoreCase: true, at };
  if (stars === 1 && lower.endsWith('*')) return { s: 'prefix', text: lower.slice(0, -1), subject: 'origin', ignoreCase: true, at };
  if (stars === 0 && plain) return exact(lower, at, ['ignore-case']);
  const source = lower.replace(/\\(.)|\[(\^?)([^\]]*)\]|[.+^${}()|\\/]|\*|\?/g, (whole, escaped?: string, not?: string, members?: string) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
    if (members !== undefined) return `[${not ?? ''}${members}]`;
    return whole === '*' ? '[^/]*' : whole === '?' ? '[^/]' : `\\${whole}`;
  });
  return pattern(`^${source}$`, 'i', at);
}

function pattern(source: string, flags: string, at: Span): OriginSet {
  return { s: 'regex', source, flags, dialect: 're2', use: 'search', subject: 'origin', at };
}
