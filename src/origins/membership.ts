import type { Fact } from '../values/fact.js';
import type { AffixSet, ExactSet, GlobSet, OriginSet, RegexSet, Subject } from './origin-set.js';
import { matchesRegex } from './regex.js';

/** Yes, no, or the fact on which it depends. */
export type Membership = boolean | Fact;

/** What is already decided about facts: by the analysis target or by an assumption; undefined when neither. */
export type Decide = (fact: Fact) => boolean | undefined;

/**
 * Does the set hold this header text (null: the header is absent)? Kleene logic over facts that `decide` leaves open.
 */
export function admits(set: OriginSet, text: string | null, decide: Decide): Membership {
  switch (set.s) {
    case 'none':
      return false;
    case 'any':
      return true;
    case 'absent':
      return text === null;
    case 'exact':
      return text !== null && admitsExact(set, text);
    case 'glob':
      return text === null ? false : admitsRegex(globAsRegex(set), text, decide);
    case 'regex':
      return text === null ? false : admitsRegex(set, text, decide);
    case 'prefix':
    case 'suffix':
    case 'contains':
    case 'part-of':
      return text !== null && admitsAffix(set, text);
    case 'and':
      return every(set.of, (part) => admits(part, text, decide));
    case 'or':
      return some(set.of, (part) => admits(part, text, decide));
    case 'not':
      return negate(admits(set.of, text, decide));
    case 'guarded': {
      const holds = decide(set.when);
      if (holds === undefined) {
        const inside = admits(set.set, text, decide);
        return inside === false ? false : set.when;
      }
      return holds !== set.negated && admits(set.set, text, decide);
    }
    case 'dynamic': {
      const lower = admits(set.lower, text, decide);
      if (lower === true) return true;
      const upper = admits(set.upper, text, decide);
      if (upper === false) return false;
      const member: Fact = { ...set.why, key: `${set.why.key}∋${text ?? ''}` };
      return decide(member) ?? member;
    }
  }
}

export function negate(membership: Membership): Membership {
  return typeof membership === 'boolean' ? !membership : membership;
}

/** Conjunction: the first `no` decides, then an open fact, then `yes`. */
export function every<T>(items: readonly T[], test: (item: T) => Membership): Membership {
  let open: Fact | undefined;
  for (const item of items) {
    const membership = test(item);
    if (membership === false) return false;
    if (membership !== true) open ??= membership;
  }
  return open ?? true;
}

/** Disjunction: the first `yes` decides, then an open fact, then `no`. */
export function some<T>(items: readonly T[], test: (item: T) => Membership): Membership {
  let open: Fact | undefined;
  for (const item of items) {
    const membership = test(item);
    if (membership === true) return true;
    if (membership !== false) open ??= membership;
  }
  return open ?? false;
}

function admitsExact(set: ExactSet, text: string): boolean {
  const looked = subjectOf(text, set.subject ?? 'origin');
  if (looked === undefined) return false;
  let own = looks.get(set);
  if (own === undefined) looks.set(set, (own = looksLike(set, set.text)));
  return looksLike(set, looked) === own;
}

/** What a list says is compared with many origins. */
const looks = new WeakMap<ExactSet, string>();

/** A text as the leaf's comparison looks at it. */
export function looksLike({ comparison }: ExactSet, text: string): string {
  if (comparison.length === 0) return text;
  let result = text;
  if (comparison.includes('strip-trailing-slash')) result = result.replace(/\/$/, '');
  if (comparison.includes('parsed-scheme-netloc')) result = result.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]*).*$/i, (_all, kept: string) => kept.replace(/^[^:]*/, (scheme) => scheme.toLowerCase()));
  if (comparison.includes('drop-default-port')) result = result.replace(/^(https:\/\/.*):443$|^(http:\/\/.*):80$/, (_all, secure?: string, plain?: string) => secure ?? plain ?? '');
  return comparison.includes('ignore-case') ? result.toLowerCase() : result;
}

const globs = new WeakMap<GlobSet, RegexSet>();

/** A glob says the same as this pattern of the whole origin. */
export function globAsRegex(set: GlobSet): RegexSet {
  let known = globs.get(set);
  if (known === undefined) globs.set(set, (known = regexFor(set)));
  return known;
}

function regexFor(set: GlobSet): RegexSet {
  const star = { 'any-text': '.*', labels: '[^/:]+', 'one-label': '[A-Za-z0-9-]+' }[set.star];
  const body = set.text.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join(star);
  const ports = set.ports === 'as-written' ? '' : set.ports === 'any' ? '(?::\\d+)?' : `:(?:${set.ports.join('|')})`;
  return { s: 'regex', source: `${body}${ports}`, flags: set.ignoreCase ? 'is' : 's', dialect: 'js', use: 'full', subject: 'origin', at: set.at };
}

function admitsRegex(set: RegexSet, text: string, decide: Decide): Membership {
  const looked = subjectOf(text, set.subject);
  if (looked === undefined) return false;
  const result = matchesRegex(set, looked);
  if (result === true && set.stateful === true && decide(askedBefore(set)) === true) return false;
  if (typeof result === 'boolean') return result;
  const fact: Fact = { key: `regex@${set.at.file}:${set.at.start}∋${text}`, reason: 'regex-too-complex', detail: result.detail, at: set.at };
  return decide(fact) ?? fact;
}

/** The pattern stands behind its last match: anchored, it finds nothing there. */
function askedBefore({ at }: RegexSet): Fact {
  return { key: `again@${at.file}:${at.start}`, reason: 'regex-too-complex', detail: 'the same request just before', at, repeated: true };
}

function admitsAffix(set: AffixSet, text: string): boolean {
  const subject = subjectOf(text, set.subject);
  if (subject === undefined) return false;
  const looked = set.ignoreCase ? subject.toLowerCase() : subject;
  const part = set.ignoreCase ? set.text.toLowerCase() : set.text;
  switch (set.s) {
    case 'prefix':
      return looked.startsWith(part);
    case 'suffix':
      return looked.endsWith(part);
    case 'contains':
      return looked.includes(part);
    case 'part-of':
      return part.includes(looked);
  }
}

/** The part of a serialised origin that a matcher looks at; undefined when the origin has no such part (`null`). */
export function subjectOf(origin: string, subject: Subject): string | undefined {
  if (subject === 'origin') return origin;
  const match = /^[a-z][a-z0-9+.-]*:\/\/(\[[^\]]*\]|[^:/?#]*)(:\d*)?/i.exec(origin);
  if (match === null) return undefined;
  return subject === 'host' ? match[1] : `${match[1]}${match[2] ?? ''}`;
}
