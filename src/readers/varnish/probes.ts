import { admits } from '../../origins/membership.js';
import { leavesOf } from '../../origins/origin-set.js';
import { samplesOfTree, treeOf } from '../../origins/pattern.js';
import type { Guard, Probe, Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';

/** Places that are told apart past which nothing more is asked. */
const MAX_PROBES = 12;

/** A request for every path and host name that the program asks about, and for what it does not. */
export function probesOf(steps: readonly Step[], at: Span): readonly Probe[] {
  const paths = new Map<string, Span>();
  const hosts = new Map<string, Span>();
  for (const { when, effects } of steps) {
    if (effects.length === 0) continue;
    for (const guard of guardsIn(when)) {
      if (guard.g !== 'path' && guard.g !== 'host') continue;
      for (const { leaf } of leavesOf(guard.in)) {
        const candidates = leaf.s === 'exact' || leaf.s === 'prefix' ? [leaf.text] : leaf.s === 'regex' ? samplesOf(leaf) : [];
        const sample = candidates.find((candidate) => (guard.g === 'path' ? candidate.startsWith('/') : /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(candidate)) && admits(leaf, candidate, () => undefined) === true);
        if (sample !== undefined) (guard.g === 'path' ? paths : hosts).set(sample, leaf.at);
      }
    }
  }
  const other = ['/', '/other', '/x/y/z'].find((path) => !paths.has(path)) ?? '/';
  const probe = (path: string, place: Span, host?: string): Probe => ({ path, ...(host === undefined ? {} : { host }), methods: null, requestHeaders: [], at: place });
  const open = hosts.size === 0 ? [undefined] : [...hosts.keys(), undefined];
  return open.flatMap((host) => [probe(other, (host === undefined ? undefined : hosts.get(host)) ?? at, host), ...[...paths].map(([path, place]) => probe(path, place, host))]).slice(0, MAX_PROBES);
}

function samplesOf(leaf: Parameters<typeof treeOf>[0]): readonly string[] {
  const tree = treeOf(leaf);
  return tree === undefined ? [] : samplesOfTree(tree, 'x').flatMap((sample) => [sample, `/${sample}`, `/x${sample}`, `/x/${sample}`, `www.${sample}`]);
}

function* guardsIn(guard: Guard): Generator<Guard> {
  if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* guardsIn(part);
  else if (guard.g === 'not') yield* guardsIn(guard.of);
  else yield guard;
}
