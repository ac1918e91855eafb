import type { Span } from '../../text/span.js';
import { pathPattern, quoted, unknownPath, type PathPattern } from './paths.js';

/** What may stand between the pieces of the sample path. */
const HOLE = '\u0000';

/**
 * A glob in the language of Node's `minimatch`, as Firebase reads it (`superstatic` 10, `utils/patterns`, run): `*` and
 * `?` within a part of the path, `**` for any parts, `@(a|b)`, `+(…)`, `?(…)`, `*(…)`, classes and braces. A star does
 * not take a dot at the start of a part. What begins with `!`, and `!(…)`, is not followed.
 */
export function globPath(text: string, at: Span): PathPattern {
  if (text.length > 1_000 || /^!|!\(|\{[^{}]*\.\.[^{}]*\}/.test(text)) return unknownPath('a glob that is not followed', at);
  const rooted = text.startsWith('/') ? text : `/${text}`;
  const read = translated(rooted);
  if (read === undefined) return unknownPath('a glob that is not followed', at);
  const pieces = read.sample.split(HOLE);
  return pathPattern(`^${read.source}/?$`, '', pieces, at);
}

/** One group that is open: how it closes, and what the sample was when it opened. */
interface Open {
  readonly close: ')' | '}';
  readonly tail: string;
  readonly sample: string;
  /** The sample with the first of the alternatives. */
  first?: string;
}

const TOKEN = /\/\*\*(?=\/|$)|[@+?*]\(|\\[^]|\[!?\^?\]?[^\]]*\]|\*+(?!\()|[^]/g;

function translated(glob: string): { readonly source: string; readonly sample: string } | undefined {
  let source = '';
  let sample = '';
  const open: Open[] = [];
  for (const match of glob.matchAll(TOKEN)) {
    const [token] = match;
    const next = glob[match.index + token.length];
    const group = open.at(-1);
    if (token === '/**') {
      source += `(?:/(?!\\.)[^/]*)${next === undefined ? '+' : '*'}`;
      sample += next === undefined ? `/${HOLE}` : '';
    } else if (/^[@+?*]\($/.test(token)) {
      open.push({ close: ')', tail: token === '@(' ? ')' : `)${token[0]}`, sample });
      source += '(?:';
    } else if (token === '{') {
      open.push({ close: '}', tail: ')', sample });
      source += '(?:';
    } else if (group !== undefined && token === group.close) {
      sample = group.first ?? sample;
      source += group.tail;
      open.pop();
    } else if (group !== undefined && token === (group.close === ')' ? '|' : ',')) {
      group.first ??= sample;
      sample = group.sample;
      source += '|';
    } else if (/^\*+$/.test(token)) {
      const first = source.endsWith('\\/');
      source += `${first ? '(?!\\.)' : ''}[^/]${first && (next === undefined || next === '/') ? '+' : '*'}`;
      sample += HOLE;
    } else if (token === '?') {
      source += '[^/]';
      sample += 'x';
    } else if (token.length > 1 && token.startsWith('[')) {
      source += `[${token.slice(1, -1).replace(/^!/, '^').replace(/[[\\]/g, '\\$&')}]`;
      sample += /^\[\w/.test(token) ? token[1]! : 'x';
    } else {
      const letter = token.startsWith('\\') && token.length > 1 ? token.slice(1) : token;
      source += quoted(letter);
      sample += letter;
    }
  }
  return open.length > 0 ? undefined : { source, sample };
}
