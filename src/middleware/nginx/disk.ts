import { unless, whenAll, type Guard } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import { inherited, named, type Level } from './levels.js';
import { guardOn, type RequestPath } from './request-path.js';
import type { Expander } from './variables.js';
import { open, pathIn, type Way } from './ways.js';

/** Names of index files that are looked at. */
const MAX_INDEXES = 3;

/** Names of the files that stand for their folder. */
export function indexNames(level: Level): readonly string[] {
  const names = inherited(level, 'index').flatMap(({ args }) => args.map(({ text }) => text)).slice(0, MAX_INDEXES);
  return names.length === 0 ? ['index.html'] : names;
}

/** May `try_files` be content with a folder? */
export function triesFolders({ directives }: Level): boolean {
  return named(directives, 'try_files').some(({ args }) => args.slice(0, -1).some(({ text }) => text.endsWith('/')));
}

/** Does a level look anew at the path of an index file: `try_files` without the path itself, a `rewrite`, a test or a text that asks for the path? */
export function looksAnew(level: Level, expander: Expander): boolean {
  if (level.kind !== 'if' && named(level.directives, 'try_files').some(({ args }) => !args.slice(0, -1).some(({ text }) => text === '$uri'))) return true;
  for (let one: Level | undefined = level; one !== undefined; one = one.parent) if (expander.asksPath(one.directives)) return true;
  return false;
}

/** Names of folders as they are. */
export function slashed(at: Span): Guard {
  return pathIn({ s: 'suffix', text: '/', subject: 'origin', ignoreCase: false, at });
}

/** What stands on the disk at a way's path. */
export function onDisk(what: 'file' | 'folder' | 'missing', { path }: Way, at: Span): Guard {
  const place = toldOf(path);
  return open(`${what}${place}`, what === 'missing' ? `whether there is no file${place}` : `whether there is a ${what}${place}`, at, 'database-or-io');
}

/** Behind a word about a path: which one, when it is not the client's. */
export function toldOf(path: RequestPath): string {
  switch (path.kind) {
    case 'own':
      return '';
    case 'text':
      return ` at ${path.text}`;
    case 'index':
      return ` at index ${path.name}`;
    case 'mapped':
      return ` at ${path.by} for ${path.prefix}${path.tail === '' ? '' : ` with ${path.tail}`}`;
    case 'unknown':
      return ` at the path by ${path.key}`;
  }
}

/** When a file's own answer has an error status: it is missing, a folder without an index, or a folder's name without its slash. */
export function failsWith(status: number, way: Way, at: Span): Guard {
  if (status === 404) return onDisk('missing', way, at);
  return whenAll(guardOn(status === 403 ? slashed(at) : unless(slashed(at)), way.path), onDisk('folder', way, at));
}
