import type { OriginSet } from '../../origins/origin-set.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Where a route stands: its requests, one path to ask about, and how early the router tries it. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** The path as written, with its prefix: of two routes with one path the later stands. */
  readonly written: string | undefined;
  /** 0 for a path without parameters, 1 for one with them, 2 for one with a star. */
  readonly rank: 0 | 1 | 2;
}

/** The place of a path below a prefix; a slash at the end means nothing. */
export function placeOf(prefix: string | undefined, path: Value | undefined, at: Span): Place {
  if (prefix === undefined || path?.kind !== 'string') return { when: { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', path?.at ?? at)) }, sample: prefix === undefined || prefix === '' ? '/' : prefix, written: undefined, rank: 2 };
  const whole = joinedPath(prefix, path.value);
  return { when: { g: 'path', in: regex(`^${bodyOf(whole)}/?$`, path.at) }, sample: sampleOf(whole), written: whole, rank: whole.includes('*') ? 2 : whole.includes(':') ? 1 : 0 };
}

/** A prefix and what follows it, each with one slash in front and none behind. */
export function joinedPath(prefix: string, path: string): string {
  const parts = [prefix, path].map((part) => part.replace(/^\/|\/$/g, '')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

const PIECE = /\/:\w+(\?)?|\*$|./gs;

function bodyOf(path: string): string {
  if (path === '/') return '';
  return path.replace(PIECE, (piece, optional: string | undefined) => {
    if (piece.startsWith('/:')) return optional === undefined ? '/[^/]+' : '(?:/[^/]+)?';
    return piece === '*' ? '.*' : piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
}

function sampleOf(path: string): string {
  return path.replace(PIECE, (piece) => (piece.startsWith('/:') ? '/1' : piece === '*' ? 'x' : piece));
}

function regex(source: string, at: Span): OriginSet {
  return { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
}
