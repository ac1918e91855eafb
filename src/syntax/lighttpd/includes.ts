import { folderOf, type Files } from '../../text/files.js';

/** Where distributions put the main file; an absolute path below it is one of its neighbours. */
const HOME = /^\/(?:usr\/local\/)?etc\/lighttpd\//;

/** Alternatives of one pattern past which it is not followed. */
const MAX_ALTERNATIVES = 64;

/** Files of an `include`: a path or a pattern with `*`, `?`, `[…]`, `{a,b}`, in byte order; undefined when it lies outside of what is in view. */
export function filesMatching(files: Files, root: string, pattern: string): readonly string[] | undefined {
  const relative = pattern.replace(HOME, '');
  if (relative.startsWith('/')) return undefined;
  return alternatives(relative).flatMap((one) => matching(files, root, one));
}

function matching(files: Files, root: string, pattern: string): readonly string[] {
  let folders = [root];
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    folders = folders.flatMap((folder) => {
      if (part === '..') return folder === '' ? [] : [folderOf(folder)];
      if (!/[*?[]/.test(part)) return [folder === '' ? part : `${folder}/${part}`];
      const glob = part.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.').replaceAll('[!', '[^');
      const matcher = compiled(`^${glob}${last ? '' : '/'}$`);
      return files.list(folder).filter((name) => !name.startsWith('.') && matcher?.test(name) === true).map((name) => (folder === '' ? '' : `${folder}/`) + name.replace(/\/$/, ''));
    });
  }
  return folders.filter((path) => files.exists(path));
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

/** `{a,b}` written out. */
function alternatives(pattern: string): readonly string[] {
  let found = [pattern];
  for (;;) {
    const next = found.flatMap((one) => {
      const [whole, before = '', inner = '', after = ''] = /^([^{]*)\{([^{}]*)\}([\s\S]*)$/.exec(one) ?? [];
      return whole === undefined ? [one] : inner.split(',').map((part) => before + part + after);
    });
    if (next.length === found.length || next.length > MAX_ALTERNATIVES) return found;
    found = next;
  }
}
