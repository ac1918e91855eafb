import { leavesOf } from '../origins/origin-set.js';
import type { Span } from '../text/span.js';
import type { Guard, Probe, Step } from './program.js';

/** Paths worth asking about: those that the steps compare the request's with, one below each prefix, and `/` for the rest. */
export function comparedPaths(steps: readonly Step[]): readonly string[] {
  return [...new Set([...steps.flatMap(({ when }) => pathsIn(when)), '/'])];
}

/** The routes of an app, and paths that its middleware tells apart by itself; `/` where there are neither. */
export function askedPaths(routes: readonly Probe[], steps: readonly Step[], at: Span): readonly Probe[] {
  const others = comparedPaths(steps).filter((path) => path !== '/' && !routes.some((route) => route.path === path));
  const probes = [...routes, ...others.map((path): Probe => ({ path, methods: null, requestHeaders: [], at }))];
  return routes.length > 0 ? probes : [{ path: '/', methods: null, requestHeaders: [], at }, ...probes];
}

function pathsIn(guard: Guard): readonly string[] {
  if (guard.g === 'and' || guard.g === 'or') return guard.of.flatMap(pathsIn);
  if (guard.g === 'not') return pathsIn(guard.of);
  if (guard.g !== 'path') return [];
  return [...leavesOf(guard.in)].flatMap(({ leaf }) => ((leaf.s === 'exact' || leaf.s === 'prefix') && leaf.text.startsWith('/') ? [leaf.s === 'prefix' && leaf.text.endsWith('/') ? `${leaf.text}x` : leaf.text] : []));
}
