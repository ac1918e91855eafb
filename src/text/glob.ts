import { resolvePath, type Files } from './files.js';

/**
 * Files below a folder that a pattern of `glob(3)` names: a path, or one with `*`, `?`, `[a-z]`, `[!a]` in any of its
 * parts and a backslash before a letter that stands for itself; in byte order. It matches no hidden file unless it says so.
 */
export function filesMatching(files: Files, folder: string, pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  let folders: readonly string[] = [folder];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (!/[*?[]/.test(part)) {
      folders = folders.flatMap((one) => resolvePath(one, part) ?? []);
      continue;
    }
    const matches = matcher(part);
    folders = folders.flatMap((one) => files.list(one).flatMap((name) => {
      const isFolder = name.endsWith('/');
      const bare = isFolder ? name.slice(0, -1) : name;
      return isFolder === !last && matches(bare) ? [one === '' ? bare : `${one}/${bare}`] : [];
    }));
  }
  return folders.filter((path) => files.exists(path));
}

/** One part of a path in the language of `glob(3)`: `*`, `?`, `[a-z]`, `[!a]`, and `\` before a letter that stands for itself. */
function matcher(part: string): (name: string) => boolean {
  const source = part.replace(/\\([^])|\[(!?)(\]?[^\]]*)\]|[^]/g, (piece: string, escaped: string | undefined, not: string | undefined, members: string | undefined) => {
    if (escaped !== undefined) return quoted(escaped);
    if (members !== undefined) return `[${not === '!' ? '^' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]`;
    return piece === '*' ? '.*' : piece === '?' ? '.' : quoted(piece);
  });
  const pattern = asRegExp(`^(?:${source})$`);
  return (name) => (name.startsWith('.') ? part.startsWith('.') : true) && (pattern === undefined ? name === part : pattern.test(name));
}

function quoted(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

/** A range such as `[z-a]` is none. */
function asRegExp(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'su');
  } catch {
    return undefined;
  }
}
