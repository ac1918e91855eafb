import { ANY, anyOf, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import type { Span } from '../../text/span.js';
import type { Word } from '../../syntax/apache/index.js';

/** A part of the paths that stands for a folder of the disk: `DocumentRoot`, `Alias`. */
export interface Mount {
  /** Without a slash at its end; empty for the root. */
  readonly url: string;
  readonly folder: string;
}

const SPECIAL = /[.+^${}()|[\]\\*?]/g;

function pattern(source: string, at: Span, use: RegexSet['use'] = 'full'): RegexSet {
  return { s: 'regex', source, flags: '', dialect: 'pcre', use, subject: 'origin', at };
}

/** The path itself and all below it. */
export function below(path: string, at: Span): OriginSet {
  if (path === '' || path === '/') return ANY;
  const bare = path.replace(/\/$/, '');
  return anyOf([{ s: 'exact', text: bare, comparison: [], at }, { s: 'prefix', text: `${bare}/`, subject: 'origin', ignoreCase: false, at }]);
}

/** Wildcards of the shell: `*` and `?` stay within a part of the path. */
function glob(text: string): string {
  return text.replace(/\[[^\]]*\]|[.+^${}()|[\]\\*?]/g, (one) => (one === '*' ? '[^/]*' : one === '?' ? '[^/]' : one.length > 1 ? one.replace(/^\[!/, '[^') : one.replace(SPECIAL, '\\$&')));
}

function hasWildcard(text: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(text);
}

/** Paths that `<Location …>` takes: whole parts of a path. */
export function locationSet(word: Word): OriginSet {
  const { text } = word;
  // With wildcards it is the whole path that has to be like it.
  if (hasWildcard(text)) return pattern(glob(text), word);
  // With a slash at its end the folder itself is not meant.
  return text.endsWith('/') && text !== '/' ? { s: 'prefix', text, subject: 'origin', ignoreCase: false, at: word } : below(text, word);
}

/** Paths that ProxyPass, Alias and Redirect take (alias_match). */
export function aliasSet(word: Word): OriginSet {
  return word.text.endsWith('/') && word.text !== '/' ? { s: 'prefix', text: word.text, subject: 'origin', ignoreCase: false, at: word } : below(word.text, word);
}

export function patternPaths(word: Word): OriginSet {
  return pattern(word.text, word, 'search');
}

/** Paths of files whose name is one, or is like a pattern of the shell. */
export function fileSet(word: Word): OriginSet {
  return pattern(`(?:.*/)?${glob(word.text)}`, word);
}

/** Paths whose last part matches; undefined when the pattern cannot be said of whole paths. */
export function fileMatchSet(word: Word): OriginSet | undefined {
  const alternatives = topAlternatives(word.text);
  if (alternatives === undefined) return undefined;
  const names = alternatives.map((alternative) => {
    const start = alternative.startsWith('^') ? alternative.slice(1) : `[^/]*${alternative}`;
    return /(?:^|[^\\])(?:\\\\)*\$$/.test(start) ? start.slice(0, -1) : `${start}[^/]*`;
  });
  return pattern(`.*/(?:${names.join('|')})`, word);
}

/** Parts of a pattern between bars that stand in no group; undefined when an anchor stands inside of one. */
function topAlternatives(source: string): readonly string[] | undefined {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at]!;
    if (character === '\\') at += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if ((character === '^' || character === '$') && depth > 0) return undefined;
    else if (character === '|' && depth === 0) {
      found.push(source.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, source.slice(from)];
}

/** Paths that lie in a folder of the disk, by what stands for which folder. Of two mounts the longer one has a path. */
export function folderSet(folder: string, mounts: readonly Mount[], at: Span): OriginSet {
  const wanted = folder.replace(/\/+$/, '');
  const sets = mounts.flatMap((mount): OriginSet[] => {
    const others = mounts.filter((other) => other !== mount && other.url.startsWith(`${mount.url}/`)).map((other): OriginSet => ({ s: 'not', of: below(other.url, at) }));
    const here = inside(wanted, mount, at);
    return here === undefined ? [] : [others.length === 0 ? here : { s: 'and', of: [here, ...others] }];
  });
  return anyOf(sets);
}

function inside(folder: string, mount: Mount, at: Span): OriginSet | undefined {
  if (hasWildcard(folder)) return wildFolder(folder, mount, at);
  if (folder === '' || mount.folder === folder || mount.folder.startsWith(`${folder}/`)) return mount.url === '' ? ANY : below(mount.url, at);
  return folder.startsWith(`${mount.folder}/`) ? below(`${mount.url}${folder.slice(mount.folder.length)}`, at) : undefined;
}

/** `/srv/?/public`: the mount's folder may be one of those, or hold them. */
function wildFolder(folder: string, mount: Mount, at: Span): OriginSet | undefined {
  const parts = folder.split('/');
  const own = mount.folder.split('/');
  const common = Math.min(parts.length, own.length);
  for (let index = 0; index < common; index += 1) if (!new RegExp(`^${glob(parts[index]!)}$`).test(own[index]!)) return undefined;
  const rest = parts.slice(own.length);
  if (rest.length === 0) return mount.url === '' ? ANY : below(mount.url, at);
  return pattern(`${mount.url.replace(SPECIAL, '\\$&')}/${rest.map(glob).join('/')}(?:/.*)?`, at);
}

/** A pattern that is tried on what stands behind a prefix of the path; undefined when that cannot be said of whole paths. */
export function relativePattern(source: string, prefix: string, ignoreCase: boolean, at: Span): RegexSet | undefined {
  const alternatives = topAlternatives(source);
  if (alternatives === undefined) return undefined;
  const rests = alternatives.map((alternative) => (alternative.startsWith('^') ? alternative.slice(1) : `.*${alternative}`));
  return { ...pattern(`^${prefix.replace(SPECIAL, '\\$&')}(?:${rests.join('|')})`, at, 'search'), flags: ignoreCase ? 'i' : '' };
}
