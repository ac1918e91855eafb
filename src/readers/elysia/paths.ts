import type { OriginSet } from '../../origins/origin-set.js';
import type { Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** Where a route stands: its requests, and one path to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** The path as written, with its prefix: of two routes with one path the later stands. */
  readonly written: string | undefined;
}

/**
 * Which of two routes the router tries first: a whole text before what has parameters, there those of one method before
 * those of all; segment by segment a text before a parameter, that before a star.
 */
export function compareRoutes(a: Routed, b: Routed): number {
  return turnOf(a) - turnOf(b) || comparePlaces(a.place, b.place);
}

interface Routed {
  readonly place: Place;
  readonly method: string | undefined;
}

function turnOf({ place, method }: Routed): number {
  const every = method === undefined ? 1 : 0;
  return /[:*]/.test(place.written ?? '*') ? 2 + every : every;
}

function comparePlaces(a: Place, b: Place): number {
  const [left, right] = [a, b].map(({ written }) => (written ?? '/*').split('/').map((segment) => (segment.endsWith('*') ? 2 : segment.startsWith(':') ? 1 : 0)));
  for (const [index, rank] of left!.entries()) {
    const other = right![index];
    if (other !== undefined && other !== rank) return rank - other;
  }
  return 0;
}

/** The paths that one with optional parameters stands for: `/x/:id?` is `/x` and `/x/:id`. */
export function pathsIn(path: Value): readonly Value[] {
  if (path.kind !== 'string') return [path];
  const optional = /\/:\w+\?/.exec(path.value);
  if (optional === null) return [path];
  const [before, piece, after] = [path.value.slice(0, optional.index), optional[0].slice(0, -1), path.value.slice(optional.index + optional[0].length)];
  return [before + after, before + piece + after].flatMap((value) => pathsIn({ ...path, value }));
}

/** The place of a path below a prefix; a slash at the end means nothing. */
export function placeOf(prefix: string | undefined, path: Value | undefined, at: Span): Place {
  if (prefix === undefined || path?.kind !== 'string') return { when: { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', path?.at ?? at)) }, sample: prefix === undefined || prefix === '' ? '/' : prefix, written: undefined };
  const whole = joinedPath(prefix, path.value);
  return { when: { g: 'path', in: regex(`^${bodyOf(whole)}/?$`, path.at) }, sample: sampleOf(whole), written: whole };
}

/** A prefix and what follows it, each with one slash in front and none behind. */
export function joinedPath(prefix: string, path: string): string {
  const parts = [prefix, path].map((part) => part.replace(/^\/|\/$/g, '')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

const PIECE = /\/:\w+|\*$|./gs;

function bodyOf(path: string): string {
  if (path === '/') return '';
  return path.replace(PIECE, (piece) => {
    if (piece.startsWith('/:')) return '/[^/]+';
    return piece === '*' ? '.*' : piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
}

function sampleOf(path: string): string {
  return path.replace(PIECE, (piece) => (piece.startsWith('/:') ? '/1' : piece === '*' ? 'x' : piece));
}

function regex(source: string, at: Span): OriginSet {
  return { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at };
}
