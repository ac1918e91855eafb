import { samplesOf } from '../origins/attacker.js';
import { leavesOf, type AffixSet, type ExactSet, type GlobSet, type OriginSet, type RegexSet } from '../origins/origin-set.js';
import { isSerializableOrigin } from '../origins/serialization.js';
import { sameSpan, spanKey, type Span } from '../text/span.js';
import type { Fact } from '../values/fact.js';
import type { HeaderLine } from './evaluate.js';
import type { Effect, Guard, HeaderValue, Policy, Step } from './program.js';

type Leaf = ExactSet | GlobSet | RegexSet | AffixSet;

interface Written {
  readonly effect: Effect;
  readonly step: Step;
}

const written = new WeakMap<Policy, Map<string, Written[]>>();

/** Effects that can write a header, with the step that each belongs to. */
export function effectsOn(policy: Policy, header: string): readonly Written[] {
  let known = written.get(policy);
  if (known === undefined) {
    written.set(policy, (known = new Map()));
    for (const step of policy.steps) {
      for (const effect of step.effects) {
        const same = known.get(effect.header);
        if (same === undefined) known.set(effect.header, [{ effect, step }]);
        else same.push({ effect, step });
      }
    }
  }
  return known.get(header) ?? [];
}

/** The effect written at a place, also one on what an upstream answers: where a header line of a response came from. */
export function effectAt(policy: Policy, at: Span | undefined): Effect | undefined {
  const all = policy.steps.flatMap(({ effects, end }) => [...effects, ...(end?.to === 'upstream' ? (end.upstream.response ?? []) : [])]);
  return at === undefined ? undefined : all.find((effect) => sameSpan(effect.at, at));
}

/** May the layer write one of the headers, in its own steps or on its upstream's response? */
export function mayWrite(policy: Policy, ...headers: readonly string[]): boolean {
  return headers.some((header) => effectsOn(policy, header).length > 0 || policy.steps.some(({ end }) => end?.to === 'upstream' && end.upstream.response?.some((effect) => effect.header === header) === true));
}

/** The step with the effect that is written at a place. */
export function stepWith(policy: Policy, at: Span | undefined): Step | undefined {
  return at === undefined ? undefined : policy.steps.find(({ effects }) => effects.some((effect) => sameSpan(effect.at, at)));
}

/** Places at which the policy takes a header from what lies behind it. */
export function removalsOf(policy: Policy, header: string): readonly Span[] {
  const all = policy.steps.flatMap(({ effects, end }) => [...effects, ...(end?.to === 'upstream' ? (end.upstream.response ?? []) : [])]);
  return all.filter((effect) => effect.op === 'remove' && effect.header === header).map(({ at }) => at);
}

/** Does the policy make an answer of its own at a place? */
export function answersAt(policy: Policy, at: Span): boolean {
  return policy.steps.some((step) => step.end?.to === 'answer' && sameSpan(step.end.statusAt ?? step.at, at));
}

/** Where the text of a header line stands, if it is written out; else the place of what sends it. */
export function writtenAt(policy: Policy, header: string, line: { readonly at: Span; readonly text: string | null }): Span {
  const values = effectsOn(policy, header).filter(({ effect }) => sameSpan(effect.at, line.at)).map(({ effect }) => effect.value);
  return values.find((value) => value.v === 'literal' && value.written && value.text === line.text)?.at ?? line.at;
}

/** The line's text as its author wrote it out; undefined for what is made of the request, and for a product's default. */
export function writtenText(policy: Policy, { name, at, text }: HeaderLine): (HeaderValue & { readonly v: 'literal' }) | undefined {
  if (at === undefined) return undefined;
  const values = effectsOn(policy, name).filter(({ effect }) => sameSpan(effect.at, at)).map(({ effect }) => effect.value);
  return values.find((value): value is HeaderValue & { readonly v: 'literal' } => value.v === 'literal' && value.written && value.text === text);
}

/** Is the line a product's own default? */
export function isDefault(policy: Policy, { name, at, text }: HeaderLine): boolean {
  return at !== undefined && effectsOn(policy, name).some(({ effect: { value, at: place } }) => sameSpan(place, at) && value.v === 'literal' && !value.written && value.text === text);
}

/** Facts that a guard asks about. */
export function* factsIn(guard: Guard): Generator<Fact> {
  if (guard.g === 'fact') yield guard.fact;
  else if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* factsIn(part);
  else if (guard.g === 'not') yield* factsIn(guard.of);
}

/** Origin sets that a guard asks about. */
export function* originSetsIn(guard: Guard): Generator<OriginSet> {
  if (guard.g === 'origin') yield guard.in;
  else if (guard.g === 'and' || guard.g === 'or') for (const part of guard.of) yield* originSetsIn(part);
  else if (guard.g === 'not') for (const set of originSetsIn(guard.of)) yield { s: 'not', of: set };
}

/** View `origins`: the entries and patterns that decide who gets Access-Control-Allow-Origin, each place once. */
export function originLeaves(policy: Policy): readonly Leaf[] {
  const leaves = new Map<string, Leaf>();
  for (const { step } of effectsOn(policy, 'access-control-allow-origin')) {
    for (const set of originSetsIn(step.when)) {
      for (const { leaf, admits } of leavesOf(set)) {
        const key = `${leaf.s} ${spanKey(leaf.at)}`;
        if (admits && !leaves.has(key)) leaves.set(key, leaf);
      }
    }
  }
  return [...leaves.values()];
}

/** View `origins`: texts that are sent as Access-Control-Allow-Origin as they stand. */
export function literalOrigins(policy: Policy): readonly (HeaderValue & { readonly v: 'literal' })[] {
  const values = effectsOn(policy, 'access-control-allow-origin').map(({ effect }) => effect.value);
  return values.filter((value): value is HeaderValue & { readonly v: 'literal' } => value.v === 'literal').filter((value, index, all) => all.findIndex((other) => sameSpan(other.at, value.at) && other.text === value.text) === index);
}

const candidates = new WeakMap<Policy, readonly string[]>();

/** Origins that the author wrote or plainly meant; whether they are let through is the evaluator's business. */
export function acceptedCandidates(policy: Policy): readonly string[] {
  let known = candidates.get(policy);
  if (known === undefined) candidates.set(policy, (known = candidatesIn(policy)));
  return known;
}

function candidatesIn(policy: Policy): readonly string[] {
  const sent = literalOrigins(policy).map((value) => value.text.trim());
  const admitted = originLeaves(policy).flatMap((leaf) => (leaf.s === 'exact' ? [leaf.text] : samplesOf(leaf)));
  return [...new Set([...sent, ...admitted])].filter((origin) => origin !== 'null' && isSerializableOrigin(origin)).slice(0, 40);
}
