import type { OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Where a handler applies: the paths, and one path to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
}

/**
 * The requests that a path of a route or of `use` stands for, below a base path. Hono matches whole paths, case and
 * slash at the end included: `use('/api')` covers `/api` alone, `use('/api/*')` everything below and `/api` itself.
 * A base that is not in view is undefined.
 */
export function placeOf(base: string | undefined, path: Value | undefined, at: Span): Place {
  const text = path === undefined ? '*' : path.kind === 'string' ? path.value : undefined;
  if (base === undefined || text === undefined) return { when: opaque(path?.at ?? at), sample: base ?? '/' };
  const whole = joinedPath(base, text);
  if (/^\/?\*$/.test(whole)) return { when: ALWAYS, sample: '/' };
  return { when: { g: 'path', in: regex(`^${bodyOf(whole)}$`, path?.at ?? at) }, sample: sampleOf(whole) };
}

/** Two paths behind each other, as Hono's `mergePath`. */
export function joinedPath(base: string, path: string): string {
  const start = base.startsWith('/') ? base : `/${base}`;
  if (path === '/') return start;
  return `${start.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

function opaque(at: Span): Guard {
  return { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', at)) };
}

function regex(source: string, at: Span): OriginSet {
  return { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
}

/** `/:name`, `/:name?`, `/:name{pattern}`, a star in the middle, and one at the end with its slash. */
const PIECE = /\/:\w+(?:\{((?:[^{}]|\{[^{}]*\})*)\})?(\?)?|\/\*$|\*|./gs;

function bodyOf(path: string): string {
  return path.replace(PIECE, (piece, own: string | undefined, optional: string | undefined, offset: number) => {
    if (piece.startsWith('/:')) return optional === undefined ? `/${own === undefined ? '[^/]+' : `(?:${own})`}` : `(?:/${own === undefined ? '[^/]+' : `(?:${own})`})?`;
    if (piece === '/*') return '(?:/.*)?';
    if (piece === '*') return offset === path.length - 1 ? '.*' : '[^/]+';
    return piece.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');
  });
}

function sampleOf(path: string): string {
  return path.replace(PIECE, (piece) => (piece.startsWith('/:') ? '/1' : piece === '/*' ? '/x' : piece === '*' ? 'x' : piece));
}
