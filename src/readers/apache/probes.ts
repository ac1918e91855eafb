import { admits } from '../../origins/membership.js';
import { leavesOf, type OriginSet } from '../../origins/origin-set.js';
import { samplesOfTree, treeOf } from '../../origins/pattern.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Probe, Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { HeaderRule } from './headers.js';

/** The root, a path for every section that has headers, and one for every path that decides what becomes of a request. */
export function probesOf(rules: readonly HeaderRule[], steps: readonly Step[], host: string | undefined, at: Span): readonly Probe[] {
  const found: Probe[] = [];
  const add = (path: string | undefined, place: Span): void => {
    if (path === undefined || found.some((probe) => probe.path === path)) return;
    found.push({ path, ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at: place });
  };
  for (const { scoped } of rules) {
    const sets = scoped.tests.flatMap((test) => (test.t === 'folder' || test.t === 'file' || test.t === 'location' ? [test.in] : []));
    add(sets.length === 0 ? '/' : sampleOf(sets), scoped.directive.at);
  }
  for (const path of comparedPaths(steps)) add(path, at);
  return found;
}

/** A path that is in all of the sets. */
function sampleOf(sets: readonly OriginSet[]): string | undefined {
  const candidates = sets.flatMap((set) => [...leavesOf(set)].flatMap(({ leaf }): readonly string[] => {
    if (leaf.s === 'exact' || leaf.s === 'prefix') return [leaf.text, `${leaf.text}x`, `${leaf.text.replace(/\/$/, '')}/x`];
    const tree = leaf.s === 'regex' ? treeOf(leaf) : undefined;
    return tree === undefined ? [] : samplesOfTree(tree, 'x').flatMap((sample) => [sample, `/${sample}`, `/x${sample}`, `/x/${sample}`]);
  }));
  const prefixes = candidates.filter((path) => path.startsWith('/') && path.endsWith('/'));
  const all = [...candidates, ...prefixes.flatMap((prefix) => candidates.map((path) => prefix.slice(0, -1) + path))];
  return all.find((path) => path.startsWith('/') && sets.every((set) => admits(set, path, () => undefined) === true));
}
