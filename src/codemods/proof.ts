import { urlOf } from '../findings/ask.js';
import { conversations, serverRequest, verdictOn, type Conversation } from '../findings/exchange.js';
import type { ClientRequest } from '../findings/finding.js';
import { placesOf } from '../findings/passage.js';
import type { Revised } from '../engine.js';
import { probeSet, type ProbeRequest, type Verdict } from '../policy/compare.js';
import { layersOf } from '../policy/deployment.js';
import type { Assumptions, Deployment, HttpResponse } from '../policy/evaluate.js';
import { originKinds, originProgram } from '../policy/origin-kinds.js';
import type { Policy, Probe } from '../policy/program.js';
import { acceptedCandidates } from '../policy/views.js';
import { withoutPlaces } from '../text/span.js';
import { settingIsAbsent, type Environment } from '../values/fact.js';

/** One request whose answer is another one after a rewriting. */
export interface Difference {
  readonly request: ProbeRequest;
  /** What differs: whether the page may read the response, or a header of the answers that decides nothing of this request. */
  readonly what: 'verdict' | 'preflight status' | `preflight ${string}` | `response ${string}`;
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
}

/** Layers as browsers see them that answer for the same places. */
interface Side {
  readonly entries: readonly Deployment[];
  readonly environment: Environment;
  readonly assumed: Assumptions;
  /** What was asked already. */
  readonly answers: Map<string, readonly Conversation[]>;
}

/** Places past which no more are asked about: routes beyond say the same again. */
const MAX_PLACES = 40;

/**
 * Compares what browsers see of the layers that a rewriting changes, from the outermost one inwards.
 * @param unset an environment variable that is taken for not set
 */
export function prove(before: Revised, after: Revised, unset?: string): Proof {
  const [was, is] = [changedIn(before.policies, after.policies), changedIn(after.policies, before.policies)];
  const [outer, nowOuter] = [entriesOf(before, was), entriesOf(after, is)];
  const pairs = paired(withLikesOf(nowOuter, outer, before), withLikesOf(outer, nowOuter, after));
  const sideOf = (entries: readonly Deployment[], { environment }: Revised): Side => ({ entries, environment, assumed: assuming(unset), answers: new Map() });
  const compared = pairs.map(([some, others]) => compareSides(sideOf(some, before), sideOf(others, after)));
  return { differences: compared.flatMap(({ differences }) => differences), proven: compared.every(({ proven }) => proven), before: was, after: is };
}

function assuming(unset: string | undefined): Assumptions {
  if (unset === undefined) return new Map();
  const fact = settingIsAbsent(unset, { file: '', start: 0, end: 0 });
  return new Map([[fact.key, { fact, holds: true }]]);
}

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
  const missing = new Set(others.map(keyOf));
  for (const one of own) missing.delete(keyOf(one));
  return missing.size === 0 ? own : [...own, ...layering.outermost.filter((one) => missing.has(keyOf(one)))];
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

function compareSides(before: Side, after: Side): Pick<Proof, 'differences' | 'proven'> {
  const places = new Map<string, Probe>();
  for (const { entries, environment } of [before, after]) for (const place of entries.flatMap((entry) => placesOf(entry, environment))) if (!places.has(urlOf(place))) places.set(urlOf(place), place);
  const asked = [...places.values()].slice(0, MAX_PLACES);
  const [was, is] = [merged(before), merged(after)];
  if (was === undefined && is === undefined) return { differences: [], proven: true };
  const [one, other] = [was ?? is!, is ?? was!];
  const alike = was !== undefined && is !== undefined && originProgram(was) === originProgram(is);
  const kinds = originKinds([one, other], asked.flatMap((probe) => serverRequest({ url: urlOf(probe) }, 'GET', []).target ?? []));
  const differences = asked.flatMap((probe) => probeSet(one, other, probe, kinds).flatMap(withHeaders).flatMap((request) => differencesOf(request, before, after)));
  return { differences, proven: alike || kinds !== undefined };
}

/** By its headers a `GET` has a preflight, too. */
function withHeaders(request: ProbeRequest): readonly ProbeRequest[] {
  const reads = request.method === 'GET' && request.headers.length === 0;
  return [request, ...(reads ? ([['authorization', 'Bearer x'], ['x-unlisted', '1']] as const).map((header) => ({ ...request, headers: [header] })) : [])];
}

/** All layers of a side as if they were one, for what they name. */
function merged({ entries }: Side): Policy | undefined {
  const [first, ...rest] = entries.flatMap(layersOf);
  return first === undefined ? undefined : { ...first, steps: [first, ...rest].flatMap(({ steps }) => steps) };
}

function differencesOf(request: ProbeRequest, before: Side, after: Side): readonly Difference[] {
  const [was, is] = [answersOf(before, request), answersOf(after, request)];
  // What no page may read exposes nothing to it; a page of the server's own origin reads all headers.
  const isUnread = (): boolean => (was.get('verdict') === 'blocked' && is.get('verdict') === 'blocked') || new URL(urlOf(request.probe)).origin === request.origin;
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((what) => {
    const [one = null, other = null] = [was.get(what), is.get(what)];
    return one === other || (what === 'response access-control-expose-headers' && isUnread()) ? [] : [{ request, what, before: one, after: other }];
  });
}

/** Headers by which browsers and caches are told something of CORS. */
const TOLD = /^(?:access-control-|vary$)/;

/** The verdict, and what the answers say, where all possible worlds say the same of it. */
function answersOf(side: Side, { probe, ...client }: ProbeRequest): ReadonlyMap<Difference['what'], string> {
  const url = urlOf(probe);
  const request = { ...client, url };
  const entry = side.entries.find(({ policy }) => policy.probes.some((place) => place.path === probe.path && place.host === probe.host)) ?? side.entries[0];
  if (entry === undefined) return new Map([['verdict', 'blocked']]);
  const worlds = worldsOf(entry, request, side);
  const verdicts = new Set(worlds.map(({ preflight, actual }) => verdictOn(request, actual.response, preflight?.response ?? null).allowed));
  const told = worlds.map(({ preflight, actual }) => new Map<Difference['what'], string>([
    ...(preflight === null ? [] : [['preflight status', String(preflight.response.status)] as const, ...headersOf('preflight', preflight.response)]),
    ...headersOf('response', actual.response),
  ]));
  const [first = new Map<Difference['what'], string>(), ...others] = told;
  const verdict: Verdict = verdicts.size === 1 ? [...verdicts][0]! : null;
  return new Map([['verdict', verdict === null ? 'undecided' : verdict ? 'allowed' : 'blocked'], ...[...first].filter(([what, text]) => others.every((other) => other.get(what) === text))]);
}

/** What servers answer; a request with a cookie gets what it got without one where nobody asks for cookies. */
function worldsOf(entry: Deployment, request: ClientRequest, { environment, assumed, answers }: Side): readonly Conversation[] {
  const key = JSON.stringify([request.url, request.origin, request.method, request.headers, asksForCookies(entry) && request.credentials]);
  let known = answers.get(key);
  if (known === undefined) answers.set(key, (known = conversations(entry, request, { environment, assumed })));
  return known;
}

const asking = new WeakMap<Deployment, boolean>();

/** May a layer tell requests with cookies from others? */
function asksForCookies(entry: Deployment): boolean {
  let known = asking.get(entry);
  if (known === undefined) asking.set(entry, (known = layersOf(entry).some(({ steps }) => /"cookie"|"request-header-names"/.test(JSON.stringify(steps)))));
  return known;
}

function headersOf(of: 'preflight' | 'response', { headers }: HttpResponse): readonly (readonly [Difference['what'], string])[] {
  const names = new Set(headers.map(({ name }) => name).filter((name) => TOLD.test(name)));
  return [...names].map((name) => [`${of} ${name}`, headers.filter((line) => line.name === name).map(({ text }) => text ?? '…').join(', ')] as const);
}

/** Origins that the policies of a repository let in, as far as they are written out: what a person may choose from. */
export function originsNamedIn({ policies }: Revised): readonly string[] {
  return [...new Set(policies.flatMap(acceptedCandidates))].sort();
}
