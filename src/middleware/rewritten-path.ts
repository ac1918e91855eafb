import type { Upstream } from '../policy/program.js';

/** How a product names parts of a request in the target of a rule. */
interface Names {
  /** What every path begins with before the pattern is tried on the rest of it: a folder's own, the first slash. */
  readonly base: string;
  /** The text that the first group took. */
  readonly group: string;
  /** The text that the whole pattern took. */
  readonly whole: string;
  /** The path as it was asked for. */
  readonly asked: RegExp;
}

/** The rest of a path: all of it, or all behind a plain text at its start. */
const PATTERN = /^(\^?)((?:\/\?|\\[./-]|[^()[\]{}*+?|.^$\\])*)(\(\.[*+]\)|\.[*+]|)\$?$/;

/**
 * What a rule makes of the path with the path of its target, for patterns of which the one group is the rest of the path
 * and targets that end with it. Undefined: the path stays; null: what becomes of it is not known.
 */
export function rewrittenPath(pattern: string, target: string, { base, group, whole, asked }: Names): Upstream['path'] {
  const written = target.replace(/\?.*$/s, '');
  if (!/[$%{}]/.test(written)) return { whole: written === '' ? '/' : written };
  const before = written.replace(asked, '');
  if (before !== written) return isPlain(before) ? moved('', before) : null;
  const [, anchor, start, rest] = PATTERN.exec(pattern) ?? [];
  if (start === undefined || (anchor === '' && start !== '')) return null;
  // A path begins with a slash: where a pattern lets it be there, it is there, unless it was taken off before.
  const head = start.replace(/^\/\?/, base === '' ? '/' : '').replace(/\\(.)/g, '$1');
  if (head.includes('?')) return null;
  if (rest !== '' && written.endsWith(whole)) return moved(base, written.slice(0, -whole.length));
  return rest?.startsWith('(') === true && written.endsWith(group) ? moved(base + head, written.slice(0, -group.length)) : null;
}

function moved(prefix: string, by: string): Upstream['path'] {
  return !isPlain(by) ? null : by === prefix ? undefined : { prefix, by };
}

function isPlain(text: string): boolean {
  return !/[$%{}]/.test(text);
}
