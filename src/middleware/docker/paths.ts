import type { Copied } from '../../policy/topology.js';

/** A path in a container, made absolute; without a slash at its end. */
export function absolute(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A source of `COPY` as a path of the build context: nothing outside can be named. */
export function inContext(source: string): string {
  return absolute('/', source).slice(1);
}

/** The path of the build context that stands at a path of a container; undefined where no copy put it there. The last copy wins. */
export function atPath(copies: readonly Copied[], path: string): string | undefined {
  for (const { from, to } of copies.toReversed()) {
    if (to === path) return from;
    const folder = to.endsWith('/') ? to : `${to}/`;
    if (!path.startsWith(folder)) continue;
    const rest = path.slice(folder.length);
    if (from.includes('*')) {
      if (isNamedBy(from, rest)) return `${from.slice(0, from.lastIndexOf('/') + 1)}${rest}`;
    } else if (!/.\.[\w-]+$/.test(from.slice(from.lastIndexOf('/') + 1))) return from === '' ? rest : `${from}/${rest}`;
  }
  return undefined;
}

function isNamedBy(pattern: string, name: string): boolean {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1).replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]');
  return new RegExp(`^${last}$`).test(name);
}
