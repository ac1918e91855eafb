import type { Survey } from '../engine.js';
import { changedInWords } from '../findings/changed-requests.js';
import { exchanges } from '../findings/exchange.js';
import { urlOf } from '../findings/ask.js';
import { probeSet, type ProbeRequest, type Verdict } from '../policy/compare.js';
import { layersOf } from '../policy/deployment.js';
import type { Deployment } from '../policy/evaluate.js';
import type { Policy, Probe } from '../policy/program.js';
import { environmentNamed, type Environment } from '../values/fact.js';
import { candidatesFor, type Candidate } from './changes.js';
import { explainAt } from './explain.js';
import type { Explanation, Mending, ProvenFix } from './explanation.js';
import { needsOf, neededIn } from './needs.js';
import { candidatesAt } from './trail.js';

/** Changes that are tried for one request, each of which makes files be read again. */
const MAX_ATTEMPTS = 60;

/** Changes that are shown; more are no help to choose. */
const MAX_FIXES = 3;

/** Places about which a change is asked what else it lets in. */
const MAX_PLACES = 6;

/**
 * How a request that is surely blocked could be let through: the changes that do it, tried one by one and two at a time in the
 * layers that it comes to, and explained again. @param environment as the user calls it
 */
export function mendingOf(survey: Pick<Survey, 'attempt' | 'entries'>, explanation: Explanation, environment: string): Mending {
  const [world] = explanation.worlds;
  if (explanation.verdict.allowed !== false || world === undefined) return { fixes: [], needed: [], withoutCredentials: false };
  const { request } = explanation;
  const needs = needsOf(request, world);
  const trials = new Trials(survey, explanation, environmentNamed(environment));
  const candidates = candidatesFor(request, world, needs);
  let fixes = candidates.flatMap((candidate) => trials.tried([candidate]));
  if (fixes.length === 0) fixes = pairsOf(candidates).flatMap((pair) => trials.tried(pair));
  const sorted = [...fixes].sort((a, b) => a.edits.length - b.edits.length || a.lets - b.lets);
  const distinct = sorted.filter(({ title, layer }, index) => sorted.findIndex((other) => other.title === title && other.layer === layer) === index);
  return { fixes: distinct.slice(0, MAX_FIXES).map(({ lets: _lets, ...fix }) => fix), needed: neededIn(world, needs), withoutCredentials: passesWithoutCredentials(explanation, environment) };
}

function passesWithoutCredentials({ entry, request, fit, scenario }: Explanation, environment: string): boolean {
  return request.credentials === 'include' && explainAt({ entry, request: { ...request, credentials: 'omit' }, fit }, environmentNamed(environment), scenario).verdict.allowed === true;
}

/** Two changes of one layer for two needs. Of headers that two layers send, both are mended alike. */
function pairsOf(candidates: readonly Candidate[]): readonly (readonly [Candidate, Candidate])[] {
  return candidates.flatMap((one, index) => candidates.slice(index + 1).flatMap((other) => (other.layer === one.layer && other.for !== one.for && sideOf(one) === sideOf(other) ? [[one, other] as const] : [])));
}

/** Which layer a header is left to, where two send it. */
function sideOf({ change: { kind } }: Candidate): string | undefined {
  return kind === 'remove-header' || kind === 'hide-inner-header' ? kind : undefined;
}

interface Tried extends ProvenFix {
  /** Requests that are let in after it and were not before. */
  readonly lets: number;
}

/** Tries changes for one request. */
class Trials {
  #left = MAX_ATTEMPTS;
  readonly #texts = new Set<string>();

  constructor(
    private readonly survey: Pick<Survey, 'attempt' | 'entries'>,
    private readonly explanation: Explanation,
    private readonly environment: Environment,
  ) {}

  /** The fix that changes of one layer are, if the request gets through with them; nothing where they come to the same text as others. */
  tried(candidates: readonly Candidate[]): readonly Tried[] {
    const layer = candidates[0]?.layer;
    if (layer === undefined || this.#left === 0) return [];
    this.#left -= 1;
    const attempt = this.survey.attempt(layer, ...candidates.map(({ change }) => change));
    if ('declined' in attempt || attempt.edits.length === 0) return [];
    const key = JSON.stringify(attempt.edits);
    if (this.#texts.has(key)) return [];
    this.#texts.add(key);
    const { entry, request, fit, scenario } = this.explanation;
    const after = counterpart(entry.policy, this.survey.entries.map(({ policy }) => policy), attempt.entries, ({ policy }) => policy);
    if (after === undefined || explainAt({ entry: after, request, fit }, this.environment, scenario).verdict.allowed !== true) return [];
    const changedLayer = counterpart(layer, layersOf(entry), layersOf(after), (policy) => policy);
    const changed = this.#changed(entry, after, [layer, changedLayer ?? layer]);
    const lets = changed.filter((one) => one.after === true).length;
    return [{ title: candidates.map(({ title }) => title).join('; '), layer, edits: attempt.edits, changes: changedInWords(changed), lets }];
  }

  /** Other requests about which browsers decide otherwise after the change, at the place itself and at others of the same layers. */
  #changed(before: Deployment, after: Deployment, layer: readonly [before: Policy, after: Policy]): readonly { readonly request: ProbeRequest; readonly before: Verdict; readonly after: Verdict }[] {
    const { request: own } = this.explanation;
    const { hostname, pathname } = new URL(own.url);
    const here: Probe = { path: pathname, host: hostname, methods: null, requestHeaders: [], at: before.policy.at };
    const others = candidatesAt(before).map(({ probe }) => probe).filter(({ path }) => path !== pathname);
    const places = [here, ...others.filter(({ path, host }, index) => others.findIndex((other) => other.path === path && other.host === host) === index)].slice(0, MAX_PLACES);
    return places.flatMap((probe) =>
      probeSet(...layer, probe).flatMap((request) => {
        if (probe === here && isSame(request, own)) return [];
        const verdicts = { before: this.#verdict(before, request), after: this.#verdict(after, request) };
        return verdicts.before === verdicts.after ? [] : [{ request, ...verdicts }];
      }),
    );
  }

  #verdict(entry: Deployment, { probe, ...client }: ProbeRequest): Verdict {
    const verdicts = new Set(exchanges(entry, { ...client, url: urlOf(probe) }, this.environment).map(({ verdict }) => verdict.allowed));
    return verdicts.size === 1 ? [...verdicts][0]! : null;
  }
}

function isSame(one: ProbeRequest, { origin, method, headers, credentials }: Explanation['request']): boolean {
  return one.origin === origin && one.method === method && one.credentials === credentials && one.headers.length === headers.length;
}

/** What a layer became in a change: its text has moved, its order among those that are called the same has not. */
function counterpart<T>(policy: Policy, before: readonly Policy[], after: readonly T[], policyOf: (one: T) => Policy): T | undefined {
  const alike = (other: Policy): boolean => other.reader === policy.reader && other.title === policy.title && other.at.file === policy.at.file;
  const [was, is] = [before.filter(alike), after.filter((one) => alike(policyOf(one)))];
  return was.length === is.length ? is[was.indexOf(policy)] : undefined;
}
