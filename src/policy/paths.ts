import { leavesOf } from '../origins/origin-set.js';
import type { Guard, Step } from './program.js';

/** Paths that the steps compare the request's with; `/` where they compare it with none. */
export function comparedPaths(steps: readonly Step[]): readonly string[] {
  const paths = [...new Set(steps.flatMap(({ when }) => pathsIn(when)))];
  return paths.length > 0 ? paths : ['/'];
}

function pathsIn(guard: Guard): readonly string[] {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.flatMap(pathsIn);
  if (guard.g === 'not') return pathsIn(guard.of);
  return guard.g === 'path' ? [...leavesOf(guard.in)].flatMap(({ leaf }) => (leaf.s === 'exact' && leaf.text.startsWith('/') ? [leaf.text] : [])) : [];
}
