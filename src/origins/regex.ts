import { matchesByAutomaton } from './automaton.js';
import { translate } from './dialect.js';
import type { RegexSet } from './origin-set.js';
import { mayBacktrack, treeOf } from './pattern.js';

const compiled = new Map<string, RegExp | 'slow' | { readonly detail: string }>();

/**
 * Runs a pattern of any dialect on a text, by the dialect's own rules; a construct that cannot be run is named.
 * Patterns that could make a backtracking engine slow are run as automata, within a budget.
 */
export function matchesRegex(set: RegexSet, text: string): boolean | { readonly detail: string } {
  const key = `${set.dialect}/${set.use}/${set.flags}/${set.source}`;
  let runner = compiled.get(key);
  if (runner === undefined) compiled.set(key, (runner = compile(set)));
  if (runner instanceof RegExp) return runner.test(text);
  return runner === 'slow' ? matchesByAutomaton(set, text) : runner;
}

function compile(set: RegexSet): RegExp | 'slow' | { readonly detail: string } {
  const translated = translate(set.source, set.flags, set.dialect);
  if ('detail' in translated) return { detail: `${translated.detail} in the pattern ${shortened(set.source)}` };
  const tree = treeOf(set);
  if (tree === undefined) return { detail: `the pattern ${shortened(set.source)}` };
  if (mayBacktrack(tree)) return 'slow';
  const { source, flags } = translated;
  try {
    return new RegExp(set.use === 'search' ? source : set.use === 'full' ? `^(?:${source})$` : `^(?:${source})`, flags);
  } catch (error) {
    return { detail: `the pattern ${shortened(set.source)}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function shortened(source: string): string {
  return source.length > 60 ? `${source.slice(0, 57)}…` : source;
}
