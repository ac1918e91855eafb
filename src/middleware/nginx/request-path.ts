import { admits } from '../../origins/membership.js';
import { ANY, anyOf, exact, type OriginSet, type RegexSet } from '../../origins/origin-set.js';
import { changedPath } from '../../policy/holds.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Guard, type PathChange } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';

/** `$uri` at a point of a request's way: what the client asked for, or what a redirect inside made of it. */
export type RequestPath =
  | { readonly kind: 'own' }
  | { readonly kind: 'text'; readonly text: string }
  /** The client's path with another prefix: `rewrite ^/api/(.*)$ /$1`; the name of an index file may stand behind. */
  | ({ readonly kind: 'mapped' } & PathChange)
  /** The client's path, a folder's, with the name of its index file. */
  | { readonly kind: 'index'; readonly name: string }
  | { readonly kind: 'unknown'; readonly key: string };

export const OWN_PATH: RequestPath = { kind: 'own' };

/** The path of a folder's index file; undefined where the path is none of a folder. */
export function indexOf(path: RequestPath, name: string): RequestPath | undefined {
  switch (path.kind) {
    case 'own':
      return { kind: 'index', name };
    case 'text':
      return path.text.endsWith('/') ? { kind: 'text', text: path.text + name } : undefined;
    case 'mapped':
      return path.tail === '' ? { ...path, tail: name } : undefined;
    default:
      return undefined;
  }
}

/** What must hold of the client's path for a location's guard to hold of this one. */
export function guardOn(guard: Guard, path: RequestPath): Guard {
  switch (guard.g) {
    case 'path':
      return atomOn(guard.in, path);
    case 'and':
      return whenAll(...guard.of.map((part) => guardOn(part, path)));
    case 'or':
      return whenAny(...guard.of.map((part) => guardOn(part, path)));
    case 'not':
      return unless(guardOn(guard.of, path));
    default:
      return guard;
  }
}

function atomOn(set: OriginSet, path: RequestPath): Guard {
  switch (path.kind) {
    case 'own':
      return { g: 'path', in: set };
    case 'text': {
      const member = admits(set, path.text, () => undefined);
      return member === true ? ALWAYS : member === false ? NEVER : { g: 'fact', fact: member };
    }
    case 'mapped':
      return mapped(set, path);
    case 'index':
      return indexed(set, path.name);
    case 'unknown':
      return openPath(set, path.key);
  }
}

function mapped(set: OriginSet, path: RequestPath & { readonly kind: 'mapped' }): Guard {
  const { prefix, by, tail } = path;
  const start = startOf(set);
  if (!by.startsWith(start) && !start.startsWith(by)) return NEVER;
  if (tail !== '') return set.s === 'prefix' && by.startsWith(set.text) ? ALWAYS : changed(set, path);
  if (set.s === 'exact') return set.text.startsWith(by) ? { g: 'path', in: exact(prefix + set.text.slice(by.length), set.at) } : NEVER;
  if (set.s === 'prefix' && by.startsWith(set.text)) return ALWAYS;
  if (set.s === 'prefix') return set.text.startsWith(by) ? { g: 'path', in: { ...set, text: prefix + set.text.slice(by.length) } } : NEVER;
  const [, all] = set.s === 'regex' && set.flags === '' ? (/^\^([\w/-]+)(?:\(?\.\*\)?\$?)?$/.exec(set.source) ?? []) : [];
  if (all !== undefined && set.s === 'regex') return mapped({ s: 'prefix', text: all, subject: 'origin', ignoreCase: false, at: set.at }, path);
  // An end of a name has no slash: it is that of the client's path too.
  if (set.s === 'regex' && /^(?:\\\.|\w|\([\w|]+\)\??)+\$$/.test(set.source) && prefix.endsWith('/') && by.endsWith('/')) return { g: 'path', in: set };
  return changed(set, path);
}

/** With what every text of a set begins. */
function startOf(set: OriginSet): string {
  if (set.s === 'exact' && set.comparison.length === 0) return set.text;
  if (set.s === 'prefix' && !set.ignoreCase) return set.text;
  if (set.s !== 'regex' || set.flags !== '' || set.source.includes('|')) return '';
  return /^\^([\w/-]*)(?![\w/-]*[*+?{])/.exec(set.source)?.[1] ?? '';
}

/** The path that was made of the client's is looked at itself. */
function changed(set: OriginSet, { prefix, by, tail }: PathChange): Guard {
  return { g: 'path', in: set, as: { prefix, by, tail } };
}

/** How a path is made of the client's; undefined when that is not known. */
export function changeOf(path: RequestPath): PathChange | undefined {
  if (path.kind === 'mapped') return { prefix: path.prefix, by: path.by, tail: path.tail };
  return path.kind === 'index' ? { prefix: '', by: '', tail: path.name } : undefined;
}

/** Folders whose index file is in the set. */
function indexed(set: OriginSet, name: string): Guard {
  if (set.s === 'exact') return set.text.endsWith(`/${name}`) ? { g: 'path', in: exact(set.text.slice(0, -name.length), set.at) } : NEVER;
  if (set.s === 'prefix') {
    const slash = set.text.lastIndexOf('/') + 1;
    return { g: 'path', in: slash < set.text.length && name.startsWith(set.text.slice(slash)) ? anyOf([set, exact(set.text.slice(0, slash), set.at)]) : set };
  }
  if (set.s !== 'regex') return changed(set, { prefix: '', by: '', tail: name });
  const [starts, ends] = [/\^|\\A|\(\?/.test(set.source), /\$|\\[zZ]/.test(set.source)];
  if (!starts && admits(set, `/${name}`, () => undefined) === true) return { g: 'path', in: ANY };
  if (!starts && ends && !/[*+{]/.test(set.source)) return NEVER;
  // Without an end a pattern that a folder matches is matched by what is inside.
  const last = /^\^?(?:[\w/-]*\/)?([\w-]*)$/.exec(set.source)?.[1];
  return last !== undefined && !(last !== '' && name.startsWith(last)) ? { g: 'path', in: set } : changed(set, { prefix: '', by: '', tail: name });
}

/** Can a location take the index file of a folder that it does not take? */
export function namesIndex({ kind, text, set }: { readonly kind: string; readonly text: string; readonly set: OriginSet }, name: string): boolean {
  if (kind === 'exact') return text.endsWith(`/${name}`);
  if (kind === 'prefix') return !text.endsWith('/') && name.startsWith(text.slice(text.lastIndexOf('/') + 1));
  const guard = indexed(set, name);
  return guard.g !== 'never' && !(guard.g === 'path' && guard.in === set);
}

function openPath(set: OriginSet, key: string): Guard {
  const at: Span = 'at' in set ? set.at : { file: '', start: 0, end: 0 };
  const text = set.s === 'exact' || set.s === 'prefix' ? set.text : set.s === 'regex' ? set.source : set.s;
  const fact: Fact = { key: `nginx:path:${key}:${set.s}:${text}`, reason: 'unsupported-syntax', detail: `whether the rewritten path goes to ${text}`, at };
  return { g: 'fact', fact };
}

/** Does a location's guard hold for this path, as far as paths go? */
export function goesTo(guard: Guard, path: string): boolean {
  switch (guard.g) {
    case 'path':
      return admits(guard.in, changedPath(path, guard.as), () => undefined) === true;
    case 'and':
      return guard.of.every((part) => goesTo(part, path));
    case 'or':
      return guard.of.some((part) => goesTo(part, path));
    case 'not':
      return !goesTo(guard.of, path);
    default:
      return guard.g !== 'never';
  }
}

/**
 * The path after a `rewrite`: a target without variables is known; `^/a/(.*)$` to `/b/$1` changes the prefix.
 * A query behind the target is none of the path's.
 */
export function rewrittenPath(pattern: RegexSet, target: string, before: RequestPath, key: string): RequestPath {
  const text = target.replace(/\?.*$/s, '');
  if (!text.includes('$')) return { kind: 'text', text };
  const [, prefix] = /^\^([\w/-]*)\((?:\.\*|\.\+)\)\$?$/.exec(pattern.source) ?? [];
  const [, by] = /^([^$]*)\$1$/.exec(text) ?? [];
  if (prefix === undefined || by === undefined || pattern.flags !== '') return { kind: 'unknown', key };
  if (before.kind === 'own') return { kind: 'mapped', prefix, by, tail: '' };
  if (before.kind === 'text') return before.text.startsWith(prefix) ? { kind: 'text', text: by + before.text.slice(prefix.length) } : { kind: 'unknown', key };
  const change = changeOf(before);
  if (change === undefined) return { kind: 'unknown', key };
  if (change.by.startsWith(prefix)) return { kind: 'mapped', prefix: change.prefix, by: by + change.by.slice(prefix.length), tail: change.tail };
  // The pattern may reach into what was added at the end.
  const last = prefix.slice(prefix.lastIndexOf('/') + 1);
  if (!prefix.startsWith(change.by) || (last !== '' && change.tail.startsWith(last))) return { kind: 'unknown', key };
  return { kind: 'mapped', prefix: change.prefix + prefix.slice(change.by.length), by, tail: change.tail };
}
