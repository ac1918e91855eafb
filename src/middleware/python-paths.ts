import type { RegexSet } from '../origins/origin-set.js';
import { samplesOfTree, treeOf } from '../origins/pattern.js';
import { matchesRegex } from '../origins/regex.js';

/** A path that the pattern takes, to ask about; undefined when none is found. */
export function pathIn(set: RegexSet): string | undefined {
  const tree = treeOf(set);
  if (tree === undefined) return undefined;
  return samplesOfTree(tree, 'x').find((sample) => sample.startsWith('/') && matchesRegex(set, sample) === true);
}
