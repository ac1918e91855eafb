import type { Related } from './findings/finding.js';
import type { ClientCall } from './policy/client-call.js';
import type { Gap, Policy } from './policy/program.js';
import { Topology } from './layers/topology.js';
import type { DeclaredLayer, PlainLayer, TopologyFact } from './policy/topology.js';
import type { Problem } from './syntax/language.js';
import { sameSpan, spanKey, withoutPlaces, type Span } from './text/span.js';

/** What was read in one file. */
export interface FileReading {
  readonly path: string;
  /** Files whose text the reading depends on, this one among them. */
  readonly dependsOn: ReadonlySet<string>;
  readonly policies: readonly Policy[];
  readonly gaps: readonly Gap[];
  readonly calls: readonly ClientCall[];
  readonly problems: readonly Problem[];
  readonly covers: readonly string[];
  readonly layers: readonly PlainLayer[];
  readonly topology: readonly TopologyFact[];
  /** It is read for what it tells of layers, and for nothing else. */
  readonly beside?: true;
}

/**
 * The readings that say what their files are about: those of files that are not read elsewhere. Of parts that each read
 * all of one main file, which nobody reads itself, the first stays.
 */
export function uncovered(readings: readonly FileReading[]): readonly FileReading[] {
  // A main file without a word about CORS tells nothing of the policies of its parts.
  const whole = new Set(readings.flatMap(({ path, beside }) => (beside === true ? [] : [path])));
  const covered = new Set(readings.flatMap(({ path, covers, beside }) => covers.filter((other) => other !== path && !(beside === true && whole.has(other)))));
  const kept = new Set(readings.filter(({ path }) => !covered.has(path)));
  const read = new Set([...kept].flatMap(({ covers }) => covers));
  for (const reading of readings) {
    if (kept.has(reading) || read.has(reading.path)) continue;
    kept.add(reading);
    for (const path of reading.covers) read.add(path);
  }
  return readings.filter((reading) => kept.has(reading));
}

/**
 * Two parts of one main file, each read in it, give the same policies and layers: the first reading keeps them. What an
 * overlay makes of a policy is another one.
 */
export function unrepeated(readings: readonly FileReading[]): readonly FileReading[] {
  const seen = new Map<string, Policy[]>();
  return readings.map((reading) => {
    const known = ({ reader, title, at }: Policy): Policy[] => remembered(seen, `${reader} ${title} ${spanKey(at)}`);
    const policies = reading.policies.filter((policy) => policy.at.file === reading.path || !known(policy).some((other) => wordsOf(other) === wordsOf(policy)));
    for (const policy of policies) known(policy).push(policy);
    const layers = reading.layers.filter(({ policy }) => !known(policy).some((other) => wordsOf(other) === wordsOf(policy)));
    for (const { policy } of layers) known(policy).push(policy);
    return { ...reading, policies, layers };
  });
}

function remembered(lists: Map<string, Policy[]>, key: string): Policy[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** All policies of some files, those of layers that say nothing of CORS among them. */
export function policiesIn(readings: readonly FileReading[]): readonly Policy[] {
  return readings.flatMap(({ policies, layers }) => [...policies, ...layers.map(({ policy }) => policy)]);
}

/** What a file tells of layers, and nothing else of it. Who answers errors in place of the layer behind takes its headers away without a word about CORS. */
export function onlyLayers<Of extends Omit<FileReading, 'dependsOn'>>(reading: Of): Of {
  const taking = reading.policies.filter((policy) => policy.at.file === reading.path && onlyTakes(policy));
  return { ...reading, policies: [], layers: [...reading.layers, ...taking.map((policy) => ({ policy }))], gaps: [], calls: [], problems: [], beside: true };
}

function onlyTakes({ steps }: Policy): boolean {
  return steps.every(({ effects, end }) => [...effects, ...(end?.to === 'upstream' ? (end.upstream.response ?? []) : [])].every(({ op, header }) => op === 'remove' || !header.startsWith('access-control-')));
}

export function topologyOf(readings: readonly FileReading[], declared: readonly DeclaredLayer[] = []): Topology {
  return new Topology(readings.flatMap(({ topology }) => topology), readings.flatMap(({ layers }) => layers), declared);
}

/** How many mistakes of syntax they hold. */
export function problemsIn(readings: readonly FileReading[]): number {
  return readings.reduce((sum, { problems }) => sum + problems.length, 0);
}

/** The policies that an edit changes, as they were and as they are; all of them when they cannot be paired. */
export function changedPolicies(before: readonly Policy[], after: readonly Policy[]): readonly [before: readonly Policy[], after: readonly Policy[]] {
  if (before.length !== after.length || before.length === 1) return [before, after];
  const changed = before.map((policy, index) => wordsOf(policy) !== wordsOf(after[index]!));
  return [before.filter((_policy, index) => changed[index]), after.filter((_policy, index) => changed[index])];
}

/** The policies after a header was taken out; one that said nothing else is read no more, and counts without it. */
export function withSilent(policy: Policy, at: Span, before: readonly Policy[], after: readonly Policy[]): readonly Policy[] {
  const index = before.indexOf(policy);
  if (index === -1 || after.length !== before.length - 1) return after;
  const steps = policy.steps.map((step) => ({ ...step, effects: step.effects.filter((effect) => !sameSpan(effect.at, at)) }));
  return [...after.slice(0, index), { ...policy, steps }, ...after.slice(index)];
}

const words = new WeakMap<Policy, string>();

/** A policy is compared with many others. */
function wordsOf(policy: Policy): string {
  let known = words.get(policy);
  if (known === undefined) words.set(policy, (known = withoutPlaces(policy)));
  return known;
}

/** Places that put a file into a policy, past which no more are told. */
const MAX_USES = 3;

/** Where a file takes part in a policy that is written elsewhere. */
export function usesOf(file: string, policy: Policy): readonly Related[] {
  if (file === policy.at.file) return [];
  return (policy.parts ?? []).filter((part) => part.file === file).slice(0, MAX_USES).map(({ at }) => ({ at, message: 'It takes effect here.' }));
}
