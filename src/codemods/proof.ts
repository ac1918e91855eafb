import { urlOf } from '../findings/ask.js';
import { serverRequest } from '../findings/exchange.js';
import { placesOf } from '../findings/passage.js';
import type { Revised } from '../engine.js';
import { askings, nearMisses, SHAPES, type Asking, type Shape } from '../policy/compare.js';
import { layersOf } from '../policy/deployment.js';
import type { Deployment, Scenario } from '../policy/evaluate.js';
import { originKinds, originProgram } from '../policy/origin-kinds.js';
import type { Policy, Probe } from '../policy/program.js';
import { acceptedCandidates } from '../policy/views.js';
import { withoutPlaces, type Span } from '../text/span.js';
import { settingIsAbsent, type Fact } from '../values/fact.js';
import { Answers, type Answer, type Asked, type AskedShape, type Part } from './answers.js';

/** One request whose answer is another one after a rewriting. */
export interface Difference {
  readonly request: Asked;
  /** What differs: whether the page may read the response, or a header of the answers that decides nothing of this request. */
  readonly what: Part;
  /** Texts as sent; verdicts are `allowed`, `blocked` and `undecided`. Null: not sent. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface Proof {
  readonly differences: readonly Difference[];
  /** Holds for all origins, not only for those that were asked about. */
  readonly proven: boolean;
  /** Policies that the rewriting changes, as they were and as they are. */
  readonly before: readonly Policy[];
  readonly after: readonly Policy[];
  /** What differs where an environment variable is not set. */
  whereUnset(variable: string): readonly Difference[];
}

/** Places past which no more are asked about: routes beyond say the same again. */
const MAX_PLACES = 40;

/** Compares what browsers see of the layers that a rewriting changes, from the outermost one inwards. */
export function prove(before: Revised, after: Revised): Proof {
  const [was, is] = [changedIn(before.policies, after.policies), changedIn(after.policies, before.policies)];
  const [outer, nowOuter] = [entriesOf(before, was), entriesOf(after, is)];
  const pairs = paired(withLikesOf(nowOuter, outer, before), withLikesOf(outer, nowOuter, after));
  const compared = pairs.map(([some, others]) => new Sides(new Answers(some, before.environment), new Answers(others, after.environment)));
  return {
    differences: compared.flatMap((sides) => sides.differences()),
    proven: compared.every(({ proven }) => proven),
    before: was,
    after: is,
    whereUnset: (variable) => compared.flatMap((sides) => sides.differences(settingIsAbsent(variable, NOWHERE))),
  };
}

const NOWHERE: Span = { file: '', start: 0, end: 0 };

/** Policies whose like is not among the others. */
function changedIn(policies: readonly Policy[], others: readonly Policy[]): readonly Policy[] {
  const left = new Map<string, number>();
  for (const policy of others) left.set(wordsOf(policy), (left.get(wordsOf(policy)) ?? 0) + 1);
  return policies.filter((policy) => {
    const count = left.get(wordsOf(policy)) ?? 0;
    left.set(wordsOf(policy), count - 1);
    return count <= 0;
  });
}

const words = new WeakMap<Policy, string>();

function wordsOf(policy: Policy): string {
  let known = words.get(policy);
  if (known === undefined) words.set(policy, (known = `${policy.at.file} ${withoutPlaces(policy)}`));
  return known;
}

/** The layers through which requests come to policies: the outermost ones, and the policy itself where it is reached past them. */
function entriesOf({ layering }: Revised, policies: readonly Policy[]): readonly Deployment[] {
  const found = new Map<Policy, Deployment>();
  for (const policy of policies) {
    const outer = layering.entriesTo(policy).map(({ deployment }) => deployment);
    for (const one of outer.length === 0 || layering.isExposed(policy) ? [...outer, layering.deploymentOf(policy)] : outer) found.set(one.policy, one);
  }
  return [...found.values()];
}

/**
 * Entries of one side with those that stand for the other side's: where a layer says nothing of CORS any more, no policy of
 * its own leads to what stands in front of it, or to itself.
 */
function withLikesOf(others: readonly Deployment[], own: readonly Deployment[], { layering }: Revised): readonly Deployment[] {
  const keyOf = ({ policy }: Deployment): string => `${policy.reader} ${policy.at.file} ${policy.title}`;
  const fileOf = ({ policy }: Deployment): string => policy.at.file;
  const missing = others.filter((other) => !own.some((one) => keyOf(one) === keyOf(other)));
  if (missing.length === 0) return own;
  // A plugin or a middleware gives a layer its name as long as it says something of CORS.
  return [...own, ...layering.outermost.filter((one) => !own.includes(one) && missing.some((other) => keyOf(other) === keyOf(one) || (fileOf(other) === fileOf(one) && !own.some((known) => fileOf(known) === fileOf(other)) && !layering.outermost.some((like) => keyOf(like) === keyOf(other)))))];
}

/** Entries before and after that stand for each other; what nothing stands for is compared with all that is left. */
function paired(before: readonly Deployment[], after: readonly Deployment[]): readonly (readonly [readonly Deployment[], readonly Deployment[]])[] {
  const keys: readonly ((one: Deployment) => string)[] = [({ policy }) => wordsOf(policy), ({ policy }) => `${policy.reader} ${policy.at.file} ${policy.title}`, ({ policy }) => `${policy.reader} ${policy.at.file}`, ({ policy }) => policy.reader];
  const pairs: [readonly Deployment[], readonly Deployment[]][] = [];
  let [left, right] = [before, after];
  for (const keyOf of keys) {
    for (const key of new Set(left.map(keyOf))) {
      const [some, others] = [left.filter((one) => keyOf(one) === key), right.filter((one) => keyOf(one) === key)];
      if (some.length !== others.length) continue;
      some.forEach((one, index) => pairs.push([[one], [others[index]!]]));
      left = left.filter((one) => !some.includes(one));
      right = right.filter((one) => !others.includes(one));
    }
  }
  return left.length + right.length === 0 ? pairs : takingIn(pairs, left, right);
}

/** What is left may be said by another one now: pairs of which only one side serves its places stand with it. */
function takingIn(pairs: ReturnType<typeof paired>, left: readonly Deployment[], right: readonly Deployment[]): ReturnType<typeof paired> {
  const serves = (entries: readonly Deployment[], { policy }: Deployment): boolean => entries.some((one) => one.policy.reader === policy.reader && one.policy.probes.some(({ path }) => policy.probes.some((place) => place.path === path)));
  const concerned = pairs.filter(([some, others]) => left.some((one) => serves(others, one) && !serves(some, one)) || right.some((one) => serves(some, one) && !serves(others, one)));
  return [...pairs.filter((pair) => !concerned.includes(pair)), [[...left, ...concerned.flatMap(([some]) => some)], [...right, ...concerned.flatMap(([, others]) => others)]]];
}

/** Entries before and after that stand for each other, and what is asked of them. */
class Sides {
  readonly #places: readonly Probe[];
  readonly #policies: readonly [Policy, Policy] | undefined;
  /** One origin of every kind, where they can be told. */
  readonly #kinds: readonly string[] | undefined;
  /** Holds for all origins. */
  readonly proven: boolean;

  constructor(
    private readonly before: Answers,
    private readonly after: Answers,
  ) {
    const places = new Map<string, Probe>();
    for (const { entries, environment } of [before, after]) for (const place of entries.flatMap((entry) => placesOf(entry, environment))) if (!places.has(urlOf(place))) places.set(urlOf(place), place);
    this.#places = toldApart([...places.values()], before, after).slice(0, MAX_PLACES);
    const [was, is] = [merged(before), merged(after)];
    this.#policies = was === undefined && is === undefined ? undefined : [was ?? is!, is ?? was!];
    this.#kinds = this.#policies && originKinds(this.#policies, this.#places.flatMap((probe) => serverRequest({ url: urlOf(probe) }, 'GET', []).target ?? []));
    this.proven = this.#policies === undefined || this.#kinds !== undefined || (was !== undefined && is !== undefined && originProgram(was) === originProgram(is));
  }

  /** What differs; where a fact holds, if there is one. */
  differences(fact?: Fact): readonly Difference[] {
    if (this.#policies === undefined) return [];
    const kinds = this.#kinds;
    const [before, after] = fact === undefined ? [this.before, this.after] : [this.before.assuming(fact), this.after.assuming(fact)];
    const withErrors = tellsErrors(before, after);
    const among = (all: readonly Asking[]): readonly Difference[] => this.#places.flatMap((probe) => all.flatMap(({ origins, shapes }) => differencesAt(probe, origins, [...shapes.flatMap(withHeaders), ...(withErrors ? failing(shapes) : [])], before, after)));
    const differences = among(kinds === undefined ? askings(...this.#policies) : [{ origins: kinds, shapes: SHAPES }]);
    // One of each kind proves it; people understand by its near misses what another pattern lets in, but not what nobody knows yet.
    const near = kinds !== undefined && differences.some(isDecidedOtherwise) ? among([nearMisses(...this.#policies, kinds)]) : [];
    return [...differences, ...near];
  }
}

function isDecidedOtherwise({ what, before, after }: Difference): boolean {
  return what === 'verdict' && before !== 'undecided' && after !== 'undecided';
}

/** One of the places at which both sides do the same. */
function toldApart(places: readonly Probe[], before: Answers, after: Answers): readonly Probe[] {
  const seen = new Map<string, Probe>();
  for (const place of places) {
    const conduct = `${place.host ?? ''}\n${before.conductAt(place)}\n${after.conductAt(place)}`;
    if (!seen.has(conduct)) seen.set(conduct, place);
  }
  return [...seen.values()];
}

/** By its headers a `GET` has a preflight, too. */
function withHeaders(shape: Shape): readonly Shape[] {
  return [shape, ...(isRead(shape) ? ([['authorization', 'Bearer x'], ['x-unlisted', '1']] as const).map((header) => ({ ...shape, headers: [header] })) : [])];
}

function isRead({ method, headers }: Shape): boolean {
  return method === 'GET' && headers.length === 0;
}

/** What handlers do that do not succeed: a page that may read no errors takes them for a network that is down. */
const FAILURES: readonly Scenario[] = [{ status: 404 }, { status: 500 }, { uncaught: true }];

/** Else errors differ as answers that succeed do. */
function tellsErrors(before: Answers, after: Answers): boolean {
  return before.looksAtStatuses || after.looksAtStatuses || new Set([...before.survival, ...after.survival]).size > 1;
}

/** Reads that end in an error. */
function failing(shapes: readonly Shape[]): readonly AskedShape[] {
  return shapes.filter(isRead).flatMap((shape) => FAILURES.map((scenario) => ({ ...shape, scenario })));
}

/** All layers of a side as if they were one, for what they name. */
function merged({ entries }: Answers): Policy | undefined {
  const [first, ...rest] = entries.flatMap(layersOf);
  return first === undefined ? undefined : { ...first, steps: [first, ...rest].flatMap(({ steps }) => steps) };
}

type Change = Pick<Difference, 'what' | 'before' | 'after'>;

/** What differs of the answers to pages of some origins. What neither side tells apart is asked once of each. */
function differencesAt(probe: Probe, origins: readonly string[], shapes: readonly AskedShape[], before: Answers, after: Answers): readonly Difference[] {
  const alike = new Map<string, AskedShape[]>();
  for (const shape of shapes) {
    const key = `${before.toldOf(probe, shape)} ${after.toldOf(probe, shape)}`;
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [shape]);
    else known.push(shape);
  }
  return origins.flatMap((origin) => [...alike.values()].flatMap((group) => {
    const asked: Asked = { probe, origin, ...group[0]! };
    const [one, other] = [before.to(asked), after.to(asked)];
    if (one.words === other.words) return [];
    const changes = changesOf(one.told, other.told);
    return group.flatMap((shape) => differencesOf({ probe, origin, ...shape }, one, other, changes));
  }));
}

/** @param changes statuses and headers that differ */
function differencesOf(request: Asked, before: Answer, after: Answer, changes: readonly Change[]): readonly Difference[] {
  const [was, is] = before.decisive === after.decisive ? [undefined, undefined] : [before.verdictOn(request), after.verdictOn(request)];
  // What no page may read exposes nothing to it; a page of the server's own origin reads all headers.
  const isUnread = (): boolean => ((was ?? before.verdictOn(request)) === 'blocked' && (is ?? after.verdictOn(request)) === 'blocked') || new URL(urlOf(request.probe)).origin === request.origin;
  const told = changes.filter(({ what }) => what !== 'response access-control-expose-headers' || !isUnread());
  return [...(was === undefined || is === undefined || was === is ? [] : [{ what: 'verdict', before: was, after: is } as const]), ...told].map((change) => ({ request, ...change }));
}

function changesOf(one: Answer['told'], other: Answer['told']): readonly Change[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((what) => {
    const [before = null, after = null] = [one.get(what), other.get(what)];
    return before === after ? [] : [{ what, before, after }];
  });
}

/** Origins that the policies of a repository let in, as far as they are written out: what a person may choose from. */
export function originsNamedIn({ policies }: Revised): readonly string[] {
  return [...new Set(policies.flatMap(acceptedCandidates))].sort();
}
