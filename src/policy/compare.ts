import { probesOf, STRANGERS } from '../origins/attacker.js';
import { isSerializableOrigin } from '../origins/serialization.js';
import { withoutPlaces } from '../text/span.js';
import type { HttpRequest } from './holds.js';
import { originKinds, originProgram } from './origin-kinds.js';
import { stepsAt } from './place.js';
import type { Policy, Probe } from './program.js';
import { acceptedCandidates, originLeaves } from './views.js';

/** What a page asks, wherever and of whatever origin it is. */
export interface Shape {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly credentials: 'omit' | 'include';
}

/** One request of the probe set. */
export interface ProbeRequest extends Shape {
  readonly probe: Probe;
  readonly origin: string;
}

/** Pages of each origin ask all of it. */
export interface Asking {
  readonly origins: readonly string[];
  readonly shapes: readonly Shape[];
}

/** Undecided is a verdict of its own. */
export type Verdict = boolean | null;

export interface Comparison {
  /** What browsers decide differently after the change: nothing, only refusals more, or grants too. */
  readonly relation: 'same' | 'narrower' | 'wider';
  /** Requests whose verdict differs. */
  readonly changed: readonly { readonly request: ProbeRequest; readonly before: Verdict; readonly after: Verdict }[];
  /** Every origin that the author wrote and that was let in stays in. */
  readonly keepsIntent: boolean;
  /**
   * Holds for all origins, not only for those that were asked about: what is said about origins stayed the same, or one of
   * every kind that can be told apart was asked about.
   */
  readonly proven: boolean;
}

/** Methods that are asked about. */
export const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const HEADERS: readonly Shape['headers'][] = [[['content-type', 'application/json']], [['authorization', 'Bearer x']], [['x-unlisted', '1']]];
/** Every method and every header, without and with credentials. */
export const SHAPES: readonly Shape[] = (['omit', 'include'] as const).flatMap((credentials) => [...METHODS.map((method) => ({ method, headers: [], credentials })), ...HEADERS.map((headers) => ({ method: 'POST', headers, credentials }))]);
/** A simple request, and a preflighted one with cookies. */
const SAMPLES: readonly Shape[] = [{ method: 'GET', headers: [], credentials: 'omit' }, { method: 'PUT', headers: [], credentials: 'include' }];
const ALWAYS_ASKED = ['null', ...STRANGERS, 'http://localhost:3000'];

/** Places at which the programs differ that a comparison asks about; routes beyond say the same again. */
const MAX_PLACES = 12;

/** Who answers for a policy. */
export interface Answers {
  verdict(policy: Policy, request: ProbeRequest): Verdict;
  /** The request that a probe's place gets, without the headers of a page. */
  requestAt(probe: Probe, method: string): HttpRequest;
}

/** The requests over which two programs are compared at a place. */
export function probeSet(before: Policy, after: Policy, probe: Probe, kinds: readonly string[] = []): readonly ProbeRequest[] {
  return askings(before, after, kinds).flatMap(({ origins, shapes }) => origins.flatMap((origin) => shapes.map((shape) => ({ probe, origin, ...shape }))));
}

/**
 * What is asked of two programs: what was written, strangers and `null` ask all; samples and near misses of every pattern of
 * either, and the kinds of origins that there are, ask samples.
 */
export function askings(before: Policy, after: Policy, kinds: readonly string[] = []): readonly Asking[] {
  const told = new Set([...ALWAYS_ASKED, ...acceptedCandidates(before), ...acceptedCandidates(after)]);
  const near = new Set([...[before, after].flatMap((policy) => originLeaves(policy).flatMap((leaf) => probesOf(leaf))), ...kinds]);
  return [{ origins: [...told], shapes: SHAPES }, samplesFrom([...near].filter((origin) => !told.has(origin)))];
}

/** Near misses of patterns, by which people understand what a pattern does, where one of every kind of origins was asked about. */
export function nearMisses(before: Policy, after: Policy, kinds: readonly string[]): Asking {
  const patterns = [before, after].flatMap((policy) => originLeaves(policy)).filter(({ s }) => s !== 'exact');
  const near = new Set(patterns.flatMap((leaf) => probesOf(leaf)));
  return samplesFrom([...near].filter((origin) => !kinds.includes(origin)));
}

/** No browser speaks for what is no origin. */
function samplesFrom(origins: readonly string[]): Asking {
  return { origins: origins.filter(isSerializableOrigin), shapes: SAMPLES };
}

/** Compares two policies by the verdicts that browsers give. Where both do the same, nobody is asked. */
export function compare(before: Policy, after: Policy, answers: Answers): Comparison {
  const places = before.probes
    .map((probe) => ({ probe, asked: METHODS.map((method) => answers.requestAt(probe, method)) }))
    .filter(({ asked }) => asked.some((request) => programAt(before, request) !== programAt(after, request)))
    .slice(0, MAX_PLACES)
    .map(({ probe, asked }) => {
      const [was, is] = [atPlace(before, asked), atPlace(after, asked)];
      const alike = originProgram(was) === originProgram(is);
      return { probe, was, is, alike, kinds: alike ? undefined : originKinds([was, is], asked.flatMap(({ target }) => target ?? [])) };
    });
  const changed = places.flatMap(({ probe, was, is, kinds }) => probeSet(was, is, probe, kinds)).flatMap((request) => {
    const verdicts = { before: answers.verdict(before, request), after: answers.verdict(after, request) };
    return verdicts.before === verdicts.after ? [] : [{ request, ...verdicts }];
  });
  const written = new Set(places.flatMap(({ was }) => acceptedCandidates(was)));
  return {
    changed,
    relation: changed.length === 0 ? 'same' : changed.every(({ before: was, after: is }) => is === false || (is === null && was === true)) ? 'narrower' : 'wider',
    proven: places.every(({ alike, kinds }) => alike || kinds !== undefined),
    keepsIntent: !changed.some(({ request, before: was }) => was === true && written.has(request.origin)),
  };
}

/** What a policy does at a place, as text: the same wherever it was written. */
function programAt(policy: Policy, request: HttpRequest): string {
  return withoutPlaces([policy.behind, stepsAt(policy, request)]);
}

/** The policy without the steps that none of the requests can take. */
function atPlace(policy: Policy, requests: readonly HttpRequest[]): Policy {
  return { ...policy, steps: requests.flatMap((request) => stepsAt(policy, request)) };
}
