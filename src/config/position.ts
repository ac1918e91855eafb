/**
 * Offset of a key in a JSON or YAML text: the path's keys, each looked for behind the one before. Undefined when one
 * is not found. Good enough to send a reader to the right line; nothing is decided by it.
 * @param word where the place is that of a value behind the keys: the first such word there
 */
export function offsetOf(text: string, path: readonly (string | number)[], word?: string): number | undefined {
  let offset: number | undefined;
  let from = 0;
  for (const key of path) {
    if (typeof key === 'number') continue;
    const pattern = new RegExp(`(?<![\\w-])(["']?)${escaped(key)}\\1\\s*:`, 'g');
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    offset = match.index;
    from = pattern.lastIndex;
  }
  const found = word === undefined ? -1 : text.slice(from).search(new RegExp(`(?<![\\w/.*-])${escaped(word)}(?![\\w/.*-])`));
  return found === -1 ? offset : from + found;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** `:line:column`, from 1. A byte order mark has no column. */
export function positionAt(text: string, offset: number): string {
  const before = text.slice(0, offset).replace(/^\uFEFF/, '').split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
