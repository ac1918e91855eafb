import { folderOf, resolvePath, type Files } from '../../text/files.js';

/** Folders in which installed nginx has its main file: what is written with them stands beside the main file here. */
const INSTALLED = /^\/(?:etc\/nginx|usr\/local\/(?:etc\/nginx|nginx\/conf|openresty\/nginx\/conf)|opt\/(?:homebrew\/etc\/nginx|nginx\/conf|bitnami\/nginx\/conf))\//;

/** How far above a part its main file is looked for. */
const MAX_STEPS = 4;

/**
 * Folders to which the includes of a file may be relative, the likeliest first: its own for a main file
 * (`ngx_conf_full_name` takes the main file's), those above it too for a part, whose main file may be there.
 */
export function rootsOf(file: string, isMain: boolean): readonly string[] {
  const roots = [folderOf(file)];
  while (!isMain && roots.at(-1) !== '' && roots.length < MAX_STEPS) roots.push(folderOf(roots.at(-1)!));
  return roots;
}

/**
 * Files that an `include` names, below the first of the folders in which there are any: a path, or a pattern of
 * `glob(3)` in byte order, which matches no hidden file unless it says so. Empty: none is in view.
 */
export function filesIncluded(files: Files, roots: readonly string[], pattern: string): readonly string[] {
  const relative = pattern.replace(INSTALLED, '');
  if (relative.startsWith('/')) return [];
  for (const root of roots) {
    const found = below(files, root, relative);
    if (found.length > 0) return found;
  }
  return [];
}

function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

function below(files: Files, root: string, pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  let folders: readonly string[] = [root];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (!isPattern(part)) {
      folders = folders.flatMap((folder) => resolvePath(folder, part) ?? []);
      continue;
    }
    const matches = matcher(part);
    folders = folders.flatMap((folder) => files.list(folder).flatMap((name) => {
      const isFolder = name.endsWith('/');
      const bare = isFolder ? name.slice(0, -1) : name;
      return isFolder === !last && matches(bare) ? [folder === '' ? bare : `${folder}/${bare}`] : [];
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
