import { leavesOf } from '../origins/origin-set.js';
import type { Guard, Step } from './program.js';

/** Paths worth asking about: those that the steps compare the request's with, one below each prefix, and `/` for the rest. */
export function comparedPaths(steps: readonly Step[]): readonly string[] {
  return [...new Set([...steps.flatMap(({ when }) => pathsIn(when)), '/'])];
}

function pathsIn(guard: Guard): readonly string[] {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.flatMap(pathsIn);
  if (guard.g === 'not') return pathsIn(guard.of);
  if (guard.g !== 'path') return [];
  return [...leavesOf(guard.in)].flatMap(({ leaf }) => ((leaf.s === 'exact' || leaf.s === 'prefix') && leaf.text.startsWith('/') ? [leaf.s === 'prefix' && leaf.text.endsWith('/') ? `${leaf.text}x` : leaf.text] : []));
}
