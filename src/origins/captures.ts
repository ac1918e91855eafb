import type { RegexSet } from './origin-set.js';

/** Characters of a text past which no group of it is looked for. */
const MAX_TEXT = 2_000;
/** Repeats of a pattern that is run with its groups: each may double back over the text. */
const MAX_REPEATS = 4;
/** Characters, escapes, classes and groups that Perl's and JavaScript's patterns read alike. */
const PLAIN = /^(?:[\w\s^$.|:@%,;=!~/"'<>&#-]|[*+?](?![+])|\\[dwsDWS.\\/$^|()[\]*+?{}:@-]|\[\^?(?:[\w\s.:@%,;=!~/"'$*+?()|-]|\\[dws.\\/[\]-])+\]|\((?:\?:|\?P?<[A-Za-z_]\w*>|(?!\?))|\))*$/;

/**
 * What a group of a pattern takes of a text, the empty text when it takes nothing; undefined when the text does not
 * match, or when the pattern is none that can be run with its groups (`capturable`).
 */
export function captureOf(set: RegexSet, group: number, text: string): string | undefined {
  if (!capturable(set) || text.length > MAX_TEXT) return undefined;
  const found = new RegExp(set.source.replaceAll('(?P<', '(?<'), set.flags).exec(text);
  return found === null ? undefined : (found[group] ?? '');
}

/** Can the pattern be run with its groups: written plainly, no group of it repeated? */
export function capturable({ source, flags, dialect, use }: RegexSet): boolean {
  if (dialect !== 'pcre' || use !== 'search' || !/^i?$/.test(flags) || !PLAIN.test(source)) return false;
  const bare = source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
  if (/\)[*+]/.test(bare) || (bare.match(/[*+]/g)?.length ?? 0) > MAX_REPEATS) return false;
  try {
    return new RegExp(source.replaceAll('(?P<', '(?<')).source !== '';
  } catch {
    return false;
  }
}
