import type { Guard } from '../../policy/program.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** The requests of a route by their path, and one path to ask about. */
export interface RoutePath {
  readonly when: Guard;
  readonly sample: string;
}

/**
 * A route's path: text as find-my-way reads it (https://github.com/delvedor/find-my-way: `:name`, `:name(pattern)`, `*`;
 * case and a slash at the end count), the pattern of older versions, or `{ path, name }`.
 */
export function routePath(path: Value): RoutePath {
  if (path.kind === 'record') {
    const written = path.entries.findLast(({ key }) => key === 'path')?.value;
    return written === undefined || written.kind === 'record' ? open(path) : routePath(written);
  }
  if (path.kind === 'regex') return { when: { g: 'path', in: { s: 'regex', source: path.source, flags: path.flags, dialect: 'js', use: 'search', subject: 'origin', at: path.at } }, sample: '/' };
  if (path.kind !== 'string') return open(path);
  const body = path.value.replace(PIECE, (piece, name?: string, own?: string) => (name !== undefined ? (own ?? '[^/]+') : piece === '*' ? '.*' : piece.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')));
  return {
    when: { g: 'path', in: { s: 'regex', source: `^${body}$`, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: path.at } },
    sample: path.value.replace(PIECE, (piece, name?: string) => (name !== undefined ? '1' : piece === '*' ? 'x' : piece)) || '/',
  };
}

const PIECE = /:(\w+)(\([^)]*\))?|\*|./gs;

function open(path: Value): RoutePath {
  return { when: { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', path.at)) }, sample: '/' };
}
