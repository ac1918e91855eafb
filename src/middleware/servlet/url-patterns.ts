import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** A pattern of the Servlet specification (12.2) as it is written. */
export interface UrlPattern {
  readonly text: string;
  readonly at: Span;
}

/** Paths below the context that a pattern covers. `/` is the path `/` to a filter, and every path to a servlet or a constraint. */
export function pathsOf({ text, at }: UrlPattern, of: 'filter' | 'servlet'): OriginSet | 'all' {
  if (text === '/*' || (text === '/' && of === 'servlet')) return 'all';
  if (text.endsWith('/*')) return anyOf([exact(text.slice(0, -2), at), { s: 'prefix', text: text.slice(0, -1), subject: 'origin', ignoreCase: false, at }]);
  if (text.startsWith('*.')) return { s: 'suffix', text: text.slice(1), subject: 'origin', ignoreCase: false, at };
  return exact(text === '' ? '/' : text, at);
}

/** Requests whose path one of the patterns covers. */
export function covered(patterns: readonly UrlPattern[], of: 'filter' | 'servlet'): Guard {
  const sets = patterns.map((pattern) => pathsOf(pattern, of));
  const some = sets.filter((set): set is OriginSet => set !== 'all');
  return some.length < sets.length ? ALWAYS : { g: 'path', in: anyOf(some) };
}

/** A path that a pattern covers. */
export function samplePath({ text }: UrlPattern): string {
  const path = text.startsWith('*.') ? `/x${text.slice(1)}` : text.replace(/\/\*$/, '/x');
  return path === '/x' ? '/' : path.startsWith('/') ? path : `/${path}`;
}

/** The one that a container looks at first: exact paths, longer prefixes, extensions, everything. */
export function bySpecificity(a: UrlPattern, b: UrlPattern): number {
  const rank = ({ text }: UrlPattern): number => (text === '/' || text === '/*' ? 0 : text.startsWith('*.') ? 1 : text.endsWith('/*') ? 1 + text.length : 100_000);
  return rank(b) - rank(a);
}
