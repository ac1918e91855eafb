import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Where a run takes place: paths of the engine are relative to the root, paths in reports to the working directory. */
export interface Root {
  readonly folder: string;
  /** Is the root that of a git repository? */
  readonly repository: boolean;
  readonly cwd: string;
}

/**
 * The repository's root, so that what stands above the working directory (package.json, a gateway's files) is in view;
 * without a repository the working directory. Paths that lie outside widen it.
 */
export function rootOf(cwd: string, paths: readonly string[]): Root {
  const repository = ancestors(cwd).find((folder) => existsSync(join(folder, '.git')));
  const start = repository ?? cwd;
  const folder = paths.reduce((common, path) => ancestors(common).find((candidate) => isInside(candidate, resolve(cwd, path))) ?? common, start);
  return { folder, repository: folder === repository, cwd };
}

export function ancestors(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}

/** The folder itself, or the nearest one above that is there; of a file the folder that it is in. */
export function existingAbove(path: string): string {
  return ancestors(path).find((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) ?? path;
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Absolute or relative to the working directory → relative to the root, with `/`. */
export function toRoot(root: Root, path: string): string {
  return relative(root.folder, resolve(root.cwd, path)).split(sep).join('/');
}

export function toDisk(root: Root, file: string): string {
  return join(root.folder, file);
}

/** Relative to the root → as reports show it. */
export function toReader(root: Root, file: string): string {
  return relative(root.cwd, toDisk(root, file)).split(sep).join('/');
}
