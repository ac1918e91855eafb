import { folderOf, type Files } from '../../text/files.js';
import { filesMatching } from '../../text/glob.js';

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
    const found = filesMatching(files, root, relative);
    if (found.length > 0) return found;
  }
  return [];
}
