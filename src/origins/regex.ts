import type { RegexSet } from './origin-set.js';

/** Runs a pattern of any dialect on a text, by the dialect's own rules; a construct that cannot be run is named. */
export function matchesRegex(set: RegexSet, text: string): boolean | { readonly detail: string } {
  try {
    const flags = [...new Set(set.flags.replace(/[^ims]/g, ''))].join('');
    const source = set.use === 'search' ? set.source : set.use === 'full' ? `^(?:${set.source})$` : `^(?:${set.source})`;
    return new RegExp(source, flags).test(text);
  } catch (error) {
    return { detail: `the pattern ${set.source}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
