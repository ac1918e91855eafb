import { effectOf } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { ALWAYS, NEVER, unless, whenAll, whenAny, type Effect, type Gap, type Guard, type HeaderValue, type Policy, type Step } from '../../policy/program.js';
import type { Span } from '../../text/span.js';
import type { Fact } from '../../values/fact.js';
import type { Value } from '../../values/value.js';
import { probesFor, sharedPath, type PathPattern } from './paths.js';

/** One rule of a static host: headers for the paths of a pattern. */
export interface HeaderRule {
  readonly place: PathPattern;
  /** What else must hold: other parts of the request, no earlier rule. */
  readonly when: Guard;
  readonly writes: readonly HeaderWrite[];
}

export interface HeaderWrite {
  /** Lower-case. */
  readonly header: string;
  /** Undefined: the header is taken away. A `HeaderValue` where the host puts it together. */
  readonly value: Value | HeaderValue | undefined;
  /** Name and value. */
  readonly at: Span;
}

/**
 * What becomes of a header that is set more than once for one path, `within` one rule and `across` several: the last one
 * counts, the texts are joined with a comma and a blank, or nobody says which.
 */
export interface Combining {
  readonly within: 'last' | 'joined';
  readonly across: 'last' | 'joined' | { readonly unknown: Fact };
}

export const LAST: Combining = { within: 'last', across: 'last' };
export const JOINED: Combining = { within: 'joined', across: 'joined' };

/** Headers that matter to CORS; the others are left out. */
export function concernsCors(header: string): boolean {
  return /^(?:access-control-|vary$|timing-allow-origin$|cross-origin-)/.test(header);
}

/** Rules past which a file is no configuration that a person wrote. */
const MAX_RULES = 400;
const MAX_WRITES = 2_000;
/** Headers of one rule. */
export const MAX_WRITES_OF_RULE = 100;

/** Rules within the limits, and a gap where there are more: what lies past them is not looked at. */
export function withinLimits(rules: Iterable<HeaderRule>): { readonly rules: readonly HeaderRule[]; readonly gaps: readonly Gap[] } {
  const kept: HeaderRule[] = [];
  let writes = 0;
  for (const rule of rules) {
    writes += rule.writes.length;
    if (kept.length === MAX_RULES || rule.writes.length > MAX_WRITES_OF_RULE || writes > MAX_WRITES) return { rules: kept, gaps: [{ at: rule.place.at, reason: 'budget', message: `only the first ${kept.length} rules with CORS headers are followed` }] };
    kept.push(rule);
  }
  return { rules: kept, gaps: [] };
}

/** Routes past the limit, of products in which an earlier one keeps a request from a later one. */
export function routesWithinLimits<Item extends { readonly at: Span }>(routes: readonly Item[]): { readonly routes: readonly Item[]; readonly gaps: readonly Gap[] } {
  const more = routes[MAX_RULES];
  return { routes: routes.slice(0, MAX_RULES), gaps: more === undefined ? [] : [{ at: more.at, reason: 'budget', message: `only the first ${MAX_RULES} routes are followed` }] };
}

/** Where a header was set before, and where it was taken away again since. */
interface SetBefore {
  readonly by: HeaderRule;
  readonly reached: Guard;
  readonly removed: Guard[];
}

/** The steps of rules in their order. */
export function stepsOf(rules: readonly HeaderRule[], { within, across }: Combining): readonly Step[] {
  const set = new Map<string, readonly SetBefore[]>();
  return rules.flatMap((rule) => rule.writes.flatMap((write): readonly Step[] => {
    const { header, at, value } = write;
    const reached = whenAll(rule.place.when, rule.when);
    const before = set.get(header) ?? [];
    if (value === undefined) {
      for (const one of before) one.removed.push(reached);
      return [{ when: reached, effects: [{ op: 'remove', header, value: { v: 'literal', text: '', at, written: true }, statuses: 'all', at }], at }];
    }
    set.set(header, [...before, { by: rule, reached, removed: [] }]);
    const own = before.some(({ by }) => by === rule);
    const again = own ? (within === 'joined' ? ALWAYS : NEVER) : across === 'last' ? NEVER : whenAny(...before.map((one) => whenAll(one.reached, unless(whenAny(...one.removed)))));
    return valuesOf(write, value).flatMap(({ when, effect }) => {
      const here = whenAll(reached, when);
      return [
        { when: whenAll(here, unless(again)), effects: [effect], at },
        { when: whenAll(here, again), effects: [{ ...effect, value: combined(effect, own ? 'joined' : across) }], at },
      ].filter((step) => step.when.g !== 'never');
    });
  }));
}

function combined({ header, value, at }: Effect, across: Combining['across']): HeaderValue {
  if (typeof across === 'object') return { v: 'unknown', fact: across.unknown, at: value.at };
  return { v: 'concat', parts: [{ v: 'response-header', name: header, at }, { v: 'literal', text: ', ', at: value.at, written: false }, value], at: value.at };
}

function valuesOf({ header, at }: HeaderWrite, value: Value | HeaderValue): readonly { readonly when: Guard; readonly effect: Effect }[] {
  if ('v' in value) return [{ when: ALWAYS, effect: { op: 'set', header, value, statuses: 'all', at } }];
  return casesOf(value).map((one) => ({ when: one.when, effect: effectOf('set', header, one.value, at) }));
}

/** Rules past which pairs are not compared. */
const MAX_COMPARED = 60;

/** Writes of a header that an earlier rule sets for the same path: what the host must combine. */
export function repeated(rules: readonly HeaderRule[]): readonly HeaderWrite[] {
  const compared = rules.slice(0, MAX_COMPARED);
  return compared.flatMap((rule, index) => rule.writes.filter((write) => write.value !== undefined && compared.slice(0, index).some((earlier) => setsToo(earlier, rule, write) && !compared.slice(0, index + 1).some((one) => takesAway(one, rule, write)))));
}

function setsToo(earlier: HeaderRule, rule: HeaderRule, { header }: HeaderWrite): boolean {
  return earlier.writes.some((one) => one.header === header && one.value !== undefined) && sharedPath(earlier.place, rule.place) !== undefined;
}

function takesAway(one: HeaderRule, rule: HeaderRule, { header }: HeaderWrite): boolean {
  return one.writes.some((write) => write.header === header && write.value === undefined) && (one === rule || one.place.matches(rule.place.sample) === true);
}

/** How a product that does not document it combines several rules: nobody knows, and each place where it matters is a gap. */
export function repetition(rules: readonly HeaderRule[], product: string, at: Span): { readonly combining: Combining; readonly gaps: readonly Gap[] } {
  const why: Fact = { key: `repetition@${at.file}:${at.start}`, reason: 'conflicting-writes', detail: `which of several rules of ${product} counts`, at };
  const message = (header: string): string => `another rule sets \`${header}\` for the same path: ${why.detail} is not documented`;
  return { combining: { within: 'joined', across: { unknown: why } }, gaps: repeated(rules).map((write) => ({ at: write.at, reason: why.reason, message: message(write.header) })) };
}

/** The policy of a site whose headers are the same for every request to a path, whoever answers it. */
export function sitePolicy(own: Pick<Policy, 'reader' | 'title' | 'at' | 'steps'> & Partial<Pick<Policy, 'behind' | 'version' | 'parts' | 'probes'>>, patterns: readonly PathPattern[]): Policy {
  return {
    layer: 'static-host',
    behind: { options: null },
    probes: probesFor(patterns),
    survivesUncaught: true,
    listens: [],
    // `Vary` is one more header of a rule; all these hosts speak TLS.
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, https: 'yes' },
    notes: [],
    ...own,
  };
}
