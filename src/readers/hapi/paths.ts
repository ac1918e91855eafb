import type { RankedPath } from '../../middleware/ranked-routes.js';
import { ALWAYS } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** `{name}`, `{name?}` at the end, `{name*}` for any rest, `{name*2}` for so many segments. */
const PIECE = /\/?\{(\w+)(\?|\*\d*)?\}|./gs;

/** A path of hapi's router (https://hapi.dev/api#-path-parameters). Case and a slash at the end count. */
export function placeOf(prefix: string | undefined, path: Value | undefined, at: Span): RankedPath {
  if (prefix === undefined || path?.kind !== 'string') {
    const fact = factOf(unknown('dynamic-key', 'a path put together at run time', path?.at ?? at));
    return { when: { g: 'fact', fact }, sample: '/', rank: 0, serves: () => false };
  }
  const text = prefix + (prefix !== '' && path.value === '/' ? '' : path.value);
  if (/^\/?\{\w+\*\}$/.test(text) || text === '*') return { when: ALWAYS, sample: '/x', rank: 2, serves: () => true };
  if (!text.includes('{')) return { when: { g: 'path', in: { s: 'exact', text, comparison: [], at: path.at } }, sample: text, rank: 0, serves: (asked) => asked === text };
  const source = `^${text.replace(PIECE, (piece, name?: string, how?: string) => (name === undefined ? piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : bodyOf(piece.startsWith('/') ? '/' : '', how)))}$`;
  const pattern = new RegExp(source);
  return {
    when: { g: 'path', in: { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: path.at } },
    sample: text.replace(PIECE, (piece, name?: string) => (name === undefined ? piece : `${piece.startsWith('/') ? '/' : ''}1`)),
    rank: /\{\w+\*/.test(text) ? 2 : 1,
    serves: (asked) => pattern.test(asked),
  };
}

function bodyOf(slash: string, how: string | undefined): string {
  if (how === '?') return slash === '' ? '[^/]*' : '(?:/[^/]*)?';
  if (how === '*') return slash === '' ? '.*' : '(?:/.*)?';
  const count = how === undefined ? 1 : Number(how.slice(1));
  return `${slash}[^/]+${'/[^/]+'.repeat(Math.min(Math.max(count, 1), 20) - 1)}`;
}
