import { patternMistake } from './pattern.js';
import type { Directive } from './tree.js';

/** A location's match as nginx takes it apart (`ngx_http_core_location`). */
export interface LocationMatch {
  readonly kind: 'exact' | 'prefix' | 'final' | 'pattern' | 'named';
  readonly text: string;
}

/** What a location matches, or why nginx refuses it. */
export function locationMatch({ args }: Directive): LocationMatch | string {
  const [first, second] = args.map(({ text }) => text);
  if (first === undefined) return { kind: 'prefix', text: '' };
  if (second !== undefined) {
    if (first === '=') return { kind: 'exact', text: second };
    if (first === '^~') return { kind: 'final', text: second };
    if (first === '~' || first === '~*') return { kind: 'pattern', text: second };
    return `invalid location modifier "${first}"`;
  }
  const modifier = /^(?:=|\^~|~\*?)/.exec(first)?.[0] ?? '';
  const text = first.slice(modifier.length);
  if (modifier.startsWith('~')) return { kind: 'pattern', text };
  if (modifier !== '') return { kind: modifier === '=' ? 'exact' : 'final', text };
  return { kind: text.startsWith('@') ? 'named' : 'prefix', text };
}

/** Why a location may not stand in the one around it, or not at all. */
export function locationMistake(match: LocationMatch | string, outer: LocationMatch | undefined): string | undefined {
  if (typeof match === 'string') return match;
  const wrong = match.kind === 'pattern' ? patternMistake(match.text) : undefined;
  if (wrong !== undefined || outer === undefined) return wrong;
  const name = `location "${match.text}"`;
  if (outer.kind === 'exact') return `${name} cannot be inside the exact location "${outer.text}"`;
  if (outer.kind === 'named') return `${name} cannot be inside the named location "${outer.text}"`;
  if (match.kind === 'named') return `named ${name} can be on the server level only`;
  return match.kind !== 'pattern' && !match.text.startsWith(outer.text) ? `${name} is outside location "${outer.text}"` : undefined;
}

/** The first location that repeats another one at its level; patterns may be repeated, and `=` may stand beside a prefix. */
export function duplicateLocation(directives: readonly Directive[]): { readonly directive: Directive; readonly message: string } | undefined {
  const seen = new Set<string>();
  for (const directive of directives) {
    const match = directive.name === 'location' && directive.block !== undefined ? locationMatch(directive) : undefined;
    if (match === undefined || typeof match === 'string' || match.kind === 'pattern' || match.kind === 'named') continue;
    const key = `${match.kind === 'exact' ? '=' : ''} ${match.text}`;
    if (seen.has(key)) return { directive, message: `duplicate location "${match.text}"` };
    seen.add(key);
  }
  return undefined;
}
