import type { OriginSet } from '../../origins/origin-set.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';
import { ALWAYS, whenAll, whenAny, type Guard } from '../../policy/program.js';

/** Where a layer of the stack applies: the paths, and one path to ask about. */
export interface Place {
  readonly when: Guard;
  readonly sample: string;
  /** The text of the path so far, to put what is mounted below behind it; undefined when it is no text. */
  readonly prefix: string | undefined;
  /** The path cannot be used with this major of Express: it throws when the app starts. */
  readonly refused: boolean;
}

export const ROOT: Place = { when: ALWAYS, sample: '', prefix: '', refused: false };

/**
 * The requests that `app.use(path)` (`whole: false`) or a route (`whole: true`) below `outer` sees. Paths ignore case
 * and a slash at the end; patterns are those of path-to-regexp 0.1 (Express 4) and 8 (Express 5).
 */
export function placeOf(path: Value | undefined, whole: boolean, outer: Place, major: number | undefined): Place {
  if (path === undefined) return whole ? outer : { ...outer, refused: false };
  switch (path.kind) {
    case 'string':
      return outer.prefix === undefined ? { ...outer, when: whenAll(outer.when, opaque(path.at)) } : ofText(outer.prefix + path.value, path.value, whole, major, path.at);
    case 'regex':
      return { when: whenAll(outer.when, { g: 'path', in: regex(path.source, path.flags, path.at) }), sample: `${outer.sample}/`, prefix: undefined, refused: false };
    case 'list': {
      const places = path.items.map((item) => placeOf(item, whole, outer, major));
      const first = places[0];
      if (first === undefined || path.rest !== undefined) return { ...outer, when: whenAll(outer.when, opaque(path.at)), prefix: undefined };
      return { when: whenAny(...places.map(({ when }) => when)), sample: first.sample, prefix: places.length === 1 ? first.prefix : undefined, refused: places.some(({ refused }) => refused) };
    }
    default:
      return { ...outer, when: whenAll(outer.when, opaque(path.at)), prefix: undefined };
  }
}

function opaque(at: Span): Guard {
  return { g: 'fact', fact: factOf(unknown('dynamic-key', 'a path put together at run time', at)) };
}

function ofText(text: string, own: string, whole: boolean, major: number | undefined, at: Span): Place {
  const refused = major !== undefined && major >= 5 && REFUSED.test(own);
  const path = text.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  const sample = sampleOf(path);
  if (path === '/' || path === '') return { when: whole ? { g: 'path', in: regex('^/?$', '', at) } : ALWAYS, sample: whole ? '/' : '', prefix: path === '/' ? '' : path, refused };
  const body = bodyOf(path);
  const set = regex(`^${body}${whole ? '/?$' : '(?:/|$)'}`, 'i', at);
  return { when: { g: 'path', in: set }, sample: sample === '' ? '/' : sample, prefix: path, refused };
}

function regex(source: string, flags: string, at: Span): OriginSet {
  return { s: 'regex', source, flags, dialect: 'js', use: 'search', subject: 'origin', at };
}

/** Express 5 refuses stars without a name, groups and quantifiers. Without a version, such a path says that it is not Express 5. */
const REFUSED = /(?:^|[^\\:])\*(?![\w"])|(?<!\\)[()[\]?+!]/;

/** `\x`, `/:name?`, `{/*name}`, `:name(pattern)`, `*name`, `(.*)`, `*`, `{group}`, and of Express 4 quantifiers and groups. */
const PIECE = /\\(.)|\/:(\w+)\?|\/?\{\/?\*\w+\}|:(\w+)(\([^)]*\))?|\*\w+|\(\.\*\)|\*|\{([^}]*)\}|[?+]|\([^)]*\)|[^:*{(]|./gs;

interface Piece {
  readonly escaped: string | undefined;
  readonly optional: string | undefined;
  readonly name: string | undefined;
  readonly own: string | undefined;
  readonly group: string | undefined;
}

function pieces(path: string, each: (text: string, piece: Piece) => string): string {
  return path.replace(PIECE, (text: string, escaped?: string, optional?: string, name?: string, own?: string, group?: string) => each(text, { escaped, optional, name, own, group }));
}

function bodyOf(path: string): string {
  return pieces(path, (text, { escaped, optional, name, own, group }) => {
    if (escaped !== undefined) return literal(escaped);
    if (optional !== undefined) return '(?:/[^/]+?)?';
    if (name !== undefined) return own ?? '[^/]+?';
    if (/^\/?\{\/?\*/.test(text)) return '(?:/.*)?';
    if (/^\*\w/.test(text)) return '.+';
    if (text === '*' || text === '(.*)') return '.*';
    if (group !== undefined) return `(?:${bodyOf(group)})?`;
    return /^(?:[?+]|\()/.test(text) ? text : literal(text);
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A path that the pattern takes. */
function sampleOf(path: string): string {
  return pieces(path, (text, { escaped, optional, name, group }) => {
    if (escaped !== undefined) return escaped;
    if (optional !== undefined) return '/1';
    if (name !== undefined) return '1';
    if (/^\/?\{\/?\*/.test(text)) return '/x';
    if (/^\*/.test(text) || text === '(.*)') return 'x';
    if (group !== undefined) return sampleOf(group);
    return text === '?' || text === '+' ? '' : /^\(([^|)]*)/.exec(text)?.[1] ?? text;
  });
}
