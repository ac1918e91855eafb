import { admits } from '../../origins/membership.js';
import { leavesOf, type OriginSet } from '../../origins/origin-set.js';
import { samplesOfTree, treeOf } from '../../origins/pattern.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Probe, Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { HeaderRule } from './headers.js';
import type { Host } from './hosts.js';

/** The root, a path for every section that has headers, and one for every path that decides what becomes of a request. */
export function probesOf(rules: readonly HeaderRule[], steps: readonly Step[], { name: host, within }: Pick<Host, 'name' | 'within'>, at: Span): readonly Probe[] {
  const found: Probe[] = [];
  const add = (path: string | undefined, place: Span): void => {
    if (path === undefined || found.some((probe) => probe.path === path) || admits(within, path, () => undefined) !== true) return;
    found.push({ path, ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at: place });
  };
  for (const { scoped } of rules) {
    const sets = scoped.tests.flatMap((test) => (test.t === 'folder' || test.t === 'file' || test.t === 'location' ? [test.in] : []));
    add(sampleOf([within, ...sets]) ?? '/', scoped.directive.at);
  }
  for (const path of comparedPaths(steps)) add(path, at);
  return found.length > 0 ? found : [{ path: '/', ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at }];
}

/** A path that is in all of the sets. */
function sampleOf(sets: readonly OriginSet[]): string | undefined {
  const candidates = sets.flatMap((set) => [...leavesOf(set)].flatMap(({ leaf }): readonly string[] => {
    if (leaf.s === 'exact' || leaf.s === 'prefix') return [`${leaf.text.replace(/\/$/, '')}/x`, `${leaf.text}x`, leaf.text];
    const tree = leaf.s === 'regex' ? treeOf(leaf) : undefined;
    return tree === undefined ? [] : samplesOfTree(tree, 'x').flatMap((sample) => [sample, `/${sample}`, `/x${sample}`, `/x/${sample}`]);
  }));
  const folders = [...new Set(candidates.flatMap((path) => (path.startsWith('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])))];
  const fitting = ['/', ...candidates, ...folders.flatMap((folder) => candidates.map((path) => `${folder}${path}`))].filter((path) => path.startsWith('/') && sets.every((set) => admits(set, path, () => undefined) === true));
  // A file with a name, where there is a choice.
  return fitting.find((path) => path === '/' || !/\/$|\/\./.test(path)) ?? fitting[0];
}
