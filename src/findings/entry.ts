import { admittedBy } from '../origins/admitted.js';
import type { AffixSet, ExactSet, GlobSet, RegexSet } from '../origins/origin-set.js';
import type { Policy, Probe } from '../policy/program.js';
import { literalOrigins, originLeaves } from '../policy/views.js';
import type { Span } from '../text/span.js';
import type { Ask } from './ask.js';
import type { Exchange, FindingClass } from './finding.js';

/** An entry of a policy: what admits some origins, or the text that is sent as Access-Control-Allow-Origin. */
export interface Entry {
  /** Absent for a text that is sent. */
  readonly leaf?: ExactSet | GlobSet | RegexSet | AffixSet;
  /** The text as written, or the pattern's source. */
  readonly text: string;
  readonly at: Span;
}

/** An entry that lets an origin in, with the exchange that shows it. */
export interface LetIn<Candidate> {
  readonly entry: Entry;
  readonly candidate: Candidate;
  readonly probe: Probe;
  readonly credentialed: boolean;
  readonly witness: Exchange;
}

/** What was written to say who is let in. */
export function entriesOf(policy: Policy): readonly Entry[] {
  return [
    ...originLeaves(policy).filter((leaf) => leaf.s !== 'exact' || leaf.made !== true).map((leaf) => ({ leaf, text: leaf.s === 'regex' ? leaf.source : leaf.text, at: leaf.at })),
    ...literalOrigins(policy).filter(({ written }) => written).map(({ text, at }) => ({ text: text.trim(), at })),
  ];
}

/** Origins that an entry admits by itself. */
export function originsOf({ leaf, text }: Entry): readonly string[] {
  return leaf === undefined ? [text] : admittedBy(leaf);
}

/** Candidates of one entry that are tried on the whole policy. */
const MAX_TRIED = 8;

/**
 * Entries with the first of their candidates that the whole policy surely lets in, once each. Silent where every site is
 * let in, and where what is read without credentials is meant for everybody.
 */
export function* letIn<Candidate extends { readonly origin: string }>(ask: Ask, candidatesOf: (entry: Entry) => Iterable<Candidate>): Generator<LetIn<Candidate>> {
  for (const entry of entriesOf(ask.policy)) {
    const found = firstLetIn(ask, entry, candidatesOf);
    if (found !== undefined) yield found;
  }
}

function firstLetIn<Candidate extends { readonly origin: string }>(ask: Ask, entry: Entry, candidatesOf: (entry: Entry) => Iterable<Candidate>): LetIn<Candidate> | undefined {
  let tried = 0;
  for (const candidate of candidatesOf(entry)) {
    if (ask.trusts(candidate.origin)) continue;
    if ((tried += 1) > MAX_TRIED) return undefined;
    for (const probe of ask.probes) {
      if (ask.allowsStrangers(probe, 'omit')) continue;
      const credentialed = ask.letsIn(probe, { origin: candidate.origin, credentials: 'include' });
      const witness = credentialed ?? (probe.publicAsset === true ? undefined : ask.letsIn(probe, { origin: candidate.origin }));
      if (witness !== undefined) return { entry, candidate, probe, credentialed: credentialed !== undefined, witness };
    }
  }
  return undefined;
}

/** How bad it is that an attacker's origin is let in: without credentials they get what anybody gets, unless a network keeps others out. */
export function classOfGrant(policy: Policy, credentialed: boolean): FindingClass {
  return credentialed || policy.evidence.networkProtected !== undefined ? 'security-error' : 'correctness-warning';
}
