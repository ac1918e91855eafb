import type { FindingClass } from './findings/finding.js';
import type { Report, Rule } from './findings/rule.js';
import type { FileReading } from './engine-reading.js';
import type { Deployment } from './policy/evaluate.js';
import type { Policy } from './policy/program.js';
import type { TextEdit } from './text/edit.js';
import { spanKey, type Span } from './text/span.js';

/** A rule's report with the policy it is about. */
export interface Draft {
  readonly ruleId: string;
  readonly rule: Rule;
  readonly report: Report;
  readonly class: FindingClass;
  readonly deployment: Deployment;
  /** The layer that requests come to first: the policy itself, or one in front of it. */
  readonly entry: Deployment;
  /** It rests on a link between layers that is only likely. */
  readonly likely?: boolean;
}

/** A change of a policy as it was tried. */
export interface Tried {
  readonly edits: readonly TextEdit[];
  /** Policies that the edits change, and what they become. */
  readonly before: readonly Policy[];
  readonly after: readonly Policy[];
  /** The files that depend on the edited ones, as they were read before and as they are read then. */
  readonly affected: readonly FileReading[];
  readonly again: readonly FileReading[];
}

export function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  if (!known.has(key)) known.set(key, make());
  return known.get(key)!;
}

/** The first of each kind, in order. */
export function firsts<T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] {
  const found = new Map<string, T>();
  for (const one of all) remembered(found, keyOf(one), () => one);
  return [...found.values()];
}

/** Drops repetitions, and what another rule explains better. */
export function onePerCause(drafts: readonly Draft[]): readonly Draft[] {
  const worst = (draft: Draft): number => ['security-error', 'broken-in-browser', 'correctness-warning', 'hygiene'].indexOf(draft.class);
  const unique = firsts([...drafts].sort((a, b) => worst(a) - worst(b)), ({ ruleId, report }) => `${ruleId} ${report.message} ${spanKey(report.at)}`);
  const policies = new Map<string, Set<Policy>>();
  const places = new Set<string>();
  for (const { ruleId, report, deployment } of unique) {
    remembered(policies, ruleId, () => new Set()).add(deployment.policy);
    places.add(`${ruleId} ${spanKey(report.at)}`);
  }
  return unique.filter(({ rule, report, deployment }) =>
    !Object.entries(rule.yieldsTo ?? {}).some(([ruleId, within]) => (within === 'policy' ? policies.get(ruleId)?.has(deployment.policy) === true : places.has(`${ruleId} ${spanKey(report.at)}`))),
  );
}

export function byPlace(a: { at: Span; ruleId: string }, b: { at: Span; ruleId: string }): number {
  return compareText(a.at.file, b.at.file) || a.at.start - b.at.start || a.at.end - b.at.end || compareText(a.ruleId, b.ruleId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
