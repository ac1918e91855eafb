import type { RankedPath } from '../../middleware/ranked-routes.js';
import { ALWAYS, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** `::` is a colon, `:name` and `:name(pattern)` are pieces between slashes, `:name?` may be missing at the end, `*` is any rest. */
const PIECE = /::|\/:(\w+)\?$|:(\w+)(\([^)]*\))?|\*|./gs;

/**
 * A path of find-my-way (https://github.com/delvedor/find-my-way), Fastify's router, below the prefix of its instance.
 * Case and a slash at the end count; only `/` of a prefixed instance is there with and without its slash.
 */
export function placeOf(prefix: string | undefined, path: Value | undefined, at: Span): RankedPath {
  if (prefix === undefined || path?.kind !== 'string') {
    const fact = factOf(unknown('dynamic-key', 'a path put together at run time', path?.at ?? at));
    return { when: { g: 'fact', fact }, sample: '/', rank: 0, serves: () => false };
  }
  const own = path.value === '/' && prefix !== '' ? '' : path.value;
  const text = `${prefix}${own}`;
  const optionalSlash = own === '' && prefix !== '';
  if (text === '*' || text === '/*') return { when: ALWAYS, sample: '/x', rank: 2, serves: () => true };
  if (!/[:*]/.test(text) && !optionalSlash) return { when: { g: 'path', in: { s: 'exact', text, comparison: [], at: path.at } }, sample: text, rank: 0, serves: (asked) => asked === text };
  const source = `^${bodyOf(text, (own) => own)}${optionalSlash ? '/?' : ''}$`;
  // A pattern of the author's is not run here.
  const pattern = new RegExp(`^${bodyOf(text, () => '[^/]+')}$`);
  return {
    when: { g: 'path', in: { s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: path.at } },
    sample: sampleOf(text),
    rank: text.includes('*') ? 2 : /(?<!:):(?!:)/.test(text) ? 1 : 0,
    serves: (asked) => pattern.test(asked),
  };
}

/** Any path below a prefix: what a plugin that is not in view may serve. */
export function below(prefix: string, at: Span): Guard {
  return prefix === '' ? ALWAYS : { g: 'path', in: { s: 'prefix', text: prefix, subject: 'origin', ignoreCase: false, at } };
}

function bodyOf(path: string, patternFor: (own: string) => string): string {
  return path.replace(PIECE, (piece, optional?: string, name?: string, own?: string) => {
    if (piece === '::') return ':';
    if (optional !== undefined) return '(?:/[^/]*)?';
    if (name !== undefined) return own === undefined ? '[^/]+?' : patternFor(own);
    return piece === '*' ? '.*' : piece.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');
  });
}

function sampleOf(path: string): string {
  return path.replace(PIECE, (piece, optional?: string, name?: string) => (piece === '::' ? ':' : optional !== undefined ? '/1' : name !== undefined ? '1' : piece === '*' ? 'x' : piece));
}
