import { ALWAYS, whenAny, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';

/** One URL pattern of the servlet specification (12.2): `/*`, a prefix before `/*`, an extension behind `*.`, `/` for the rest, or a path. */
export interface UrlPattern {
  readonly text: string;
  readonly at: Span;
}

/** The requests that the patterns take; all where there is none. `open`: one of them is not known, it may take any. */
export function patternGuard(patterns: readonly UrlPattern[], open: boolean, at: Span): Guard {
  if (open) return whenAny(...patterns.map(guardOfPattern), { g: 'fact', fact: factOf(unknown('dynamic-key', 'a URL pattern', at)) });
  return patterns.length === 0 ? ALWAYS : whenAny(...patterns.map(guardOfPattern));
}

function guardOfPattern({ text, at }: UrlPattern): Guard {
  if (text === '/*' || text === '/') return ALWAYS;
  if (text.startsWith('*.')) return { g: 'path', in: { s: 'suffix', text: text.slice(1), subject: 'origin', ignoreCase: false, at } };
  const path = text.replace(/\/\*$/, '');
  const exact: Guard = { g: 'path', in: { s: 'exact', text: path, comparison: [], at } };
  return path === text ? exact : whenAny(exact, { g: 'path', in: { s: 'prefix', text: `${path}/`, subject: 'origin', ignoreCase: false, at } });
}

/** A path that a pattern takes. */
export function samplePath({ text }: UrlPattern): string {
  if (text === '/*' || text === '/') return '/';
  return text.startsWith('*.') ? `/x${text.slice(1)}` : text.replace(/\*$/, 'x');
}
