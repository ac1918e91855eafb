import { STRANGERS, urlOf } from '../../findings/ask.js';
import { conversations, verdictOn } from '../../findings/exchange.js';
import type { ClientRequest } from '../../findings/finding.js';
import { passagesTo, placesOf } from '../../findings/passage.js';
import { layersOf, replaced, waysTo } from '../../policy/deployment.js';
import type { Deployment, HttpResponse } from '../../policy/evaluate.js';
import { ALWAYS, type Effect, type Guard, type Policy, type Probe } from '../../policy/program.js';
import { acceptedCandidates } from '../../policy/views.js';
import { sameSpan, spanKey, type Span } from '../../text/span.js';
import type { Environment } from '../../values/fact.js';
import type { Difference } from '../proof.js';

/** Headers of requests: some layers answer with headers of CORS only where all is well, others only where a preflight asks. */
const HEADERS: readonly (readonly (readonly [string, string])[])[] = [[], [['content-type', 'application/json'], ['x-asked-for', '1']]];
/** A status that nothing sends. */
const REACHED = 599;
/** Origins and places past which the same is said again. */
const MAX_ORIGINS = 6;
const MAX_PLACES = 20;

/** A header of CORS that comes out of a chain, and where the layer that wrote it says so. */
export interface Spoken {
  /** Lower-case. */
  readonly header: string;
  readonly at: Span;
}

/** What a layer does to headers of CORS, also to those of what it passes requests on to. */
export function corsEffects({ steps }: Policy): readonly Effect[] {
  return steps.flatMap(({ effects, end }) => [...effects, ...(end?.to === 'upstream' ? (end.upstream.response ?? []) : [])]).filter(({ header }) => header.startsWith('access-control-'));
}

/** Does it send headers of CORS? */
export function speaks(policy: Policy): boolean {
  return corsEffects(policy).some(({ op }) => op !== 'remove');
}

/** Layers of a chain that send headers of CORS, outermost first, where more than one does on a way. */
export function speakersOf(entry: Deployment): readonly Policy[] {
  const all = [...new Set(layersOf(entry))].filter(speaks);
  return all.filter((one) => all.some((other) => other !== one && standTogether(entry, one, other)));
}

/** Does a request that comes to one of them come to the other? */
export function standTogether(entry: Deployment, one: Policy, other: Policy): boolean {
  return [one, other].some((inner) => waysTo(entry, inner).some((way) => way.includes(one) && way.includes(other)));
}

/** Headers of CORS that browsers get of a layer at places of another one behind it, or of its own, each place of the text once. */
export function spokenBy(policy: Policy, entry: Deployment, at: readonly Probe[], environment: Environment): readonly Spoken[] {
  const effects = corsEffects(policy);
  const found = new Map<string, Spoken>();
  const lines = at.slice(0, MAX_PLACES).flatMap((place) => requestsAt(place, originsOf(entry)).flatMap((request) => conversations(entry, request, { environment }).flatMap(({ preflight, actual }) => [...corsLines(preflight?.response), ...corsLines(actual.response)])));
  for (const line of lines) {
    const effect = effects.find(({ at: written, header }) => header === line.name && line.at !== undefined && sameSpan(written, line.at));
    if (effect !== undefined) found.set(`${effect.header} ${spanKey(effect.at)}`, { header: effect.header, at: effect.at });
  }
  return [...found.values()];
}

/** Is what a layer says of no account, and its answers to preflights too: do the layers in front answer these themselves? */
export function isOutspoken(policy: Policy, entry: Deployment, at: readonly Probe[], environment: Environment): boolean {
  const marked = replaced(entry, policy, standIn(policy));
  return at.slice(0, MAX_PLACES).every((place) => requestsAt(place, originsOf(entry)).every((request) => conversations(marked, request, { environment }).every(({ preflight }) => preflight?.response.status !== REACHED)));
}

/** Places outside that lead through both of two layers. */
export function placesThrough(entry: Deployment, behind: Deployment, environment: Environment): readonly Probe[] {
  const own = placesOf(behind.policy === entry.policy ? entry : behind, environment);
  if (behind.policy === entry.policy) return own;
  const passages = passagesTo(entry, behind.policy, environment, own).map(({ outside }) => outside);
  if (passages.length > 0) return passages;
  // A layer that turns unknown origins away lets through those that it knows.
  const marked = replaced(entry, behind.policy, standIn(behind.policy));
  const hosts = [...new Set(entry.policy.probes.map(({ host }) => host))];
  const outside = own.flatMap((place) => hosts.map((host): Probe => ({ ...place, ...(host === undefined ? {} : { host }), at: entry.policy.at }))).slice(0, MAX_PLACES);
  return outside.filter((place) => requestsAt(place, originsOf(entry)).some((request) => conversations(marked, request, { environment }).some(({ actual }) => actual.response.status === REACHED)));
}

/** Something in the place of a layer by which it shows that a request comes to it. */
function standIn(policy: Policy): Policy {
  return { ...policy, steps: [{ when: ALWAYS, effects: [], end: { to: 'answer', status: REACHED }, at: policy.at }] };
}

function originsOf(entry: Deployment): readonly string[] {
  return [STRANGERS[1], ...new Set(layersOf(entry).flatMap(acceptedCandidates))].slice(0, MAX_ORIGINS);
}

function requestsAt(place: Probe, origins: readonly string[]): readonly ClientRequest[] {
  const methods = [...new Set([...(place.methods ?? ['GET']), 'PUT'])];
  return origins.flatMap((origin) => methods.flatMap((method) => HEADERS.flatMap((headers) => (['omit', 'include'] as const).map((credentials) => ({ origin, method, headers, credentials, url: urlOf(place) })))));
}

/**
 * Responses that browsers refuse since two layers send the same header, and that one layer alone lets them have: what
 * becomes of them once it alone speaks.
 */
export function becomesAllowed(entry: Deployment, kept: Policy, environment: Environment): (difference: Difference) => boolean {
  const alone = silenced(entry, kept);
  return ({ request: { probe, scenario = {}, ...client }, what, before, after }) => {
    const request = { ...client, url: urlOf(probe) };
    const isDoubled = conversations(entry, request, { environment, scenario }).every(({ preflight, actual }) => [preflight?.response, actual.response].some(hasTwice));
    if (!isDoubled) return false;
    const worlds = conversations(alone, request, { environment, scenario });
    if (what === 'response access-control-expose-headers') return worlds.every(({ actual }) => textOf(actual.response, 'access-control-expose-headers') === after);
    return before === 'blocked' && after === 'allowed' && worlds.every(({ preflight, actual }) => verdictOn(request, actual.response, preflight?.response ?? null).allowed === true);
  };
}

/**
 * The same layers as if one alone said something of CORS. Those in front of it leave preflights to it; what those behind
 * answer to preflights is not their headers.
 */
function silenced({ policy, inner }: Deployment, kept: Policy, isInFront = true): Deployment {
  const quiet = (effects: readonly Effect[]): readonly Effect[] => effects.filter(({ header }) => !header.startsWith('access-control-'));
  const steps = isInFront ? policy.steps.filter(({ when, end }) => end?.to !== 'answer' || !isForOptionsAlone(when)).map((step) => ({ ...step, when: alsoForOptions(step.when) })) : policy.steps;
  const silent = { ...policy, steps: steps.map((step) => ({ ...step, effects: quiet(step.effects), ...(step.end?.to === 'upstream' ? { end: { ...step.end, upstream: { ...step.end.upstream, response: quiet(step.end.upstream.response ?? []) } } } : {}) })) };
  return { policy: policy === kept ? policy : silent, inner: inner.map((one) => ({ ...one, deployment: silenced(one.deployment, kept, isInFront && policy !== kept) })) };
}

export function isForOptionsAlone(guard: Guard): boolean {
  if (guard.g === 'and') return guard.of.some(isForOptionsAlone);
  if (guard.g === 'or') return guard.of.every(isForOptionsAlone);
  return guard.g === 'method' && guard.in.every((method) => method === 'OPTIONS');
}

/** A guard that asks no more whether it is some other method than OPTIONS. */
function alsoForOptions(guard: Guard): Guard {
  if (guard.g === 'and' || guard.g === 'or') return { ...guard, of: guard.of.map(alsoForOptions) };
  return guard.g === 'not' && isForOptionsAlone(guard.of) ? ALWAYS : guard;
}

/** A request whose preflight does not come to the layer that alone speaks now: a page could do it, and what stands in front answers. */
export function swallowed(entry: Deployment, after: readonly Deployment[], kept: Policy, at: readonly Probe[], environment: Environment): ClientRequest | undefined {
  const alone = silenced(entry, kept);
  const isLetIn = (deployment: Deployment, request: ClientRequest): boolean => conversations(deployment, request, { environment }).every(({ preflight, actual }) => verdictOn(request, actual.response, preflight?.response ?? null).allowed === true);
  const requests = at.slice(0, MAX_PLACES).flatMap((place) => requestsAt(place, originsOf(entry))).filter(({ method, headers }) => method === 'PUT' || headers.length > 0);
  return requests.find((request) => isLetIn(alone, request) && !after.some((deployment) => isLetIn(deployment, request)));
}

function corsLines(response: HttpResponse | undefined): HttpResponse['headers'] {
  return response?.headers.filter(({ name }) => name.startsWith('access-control-')) ?? [];
}

function hasTwice(response: HttpResponse | undefined): boolean {
  return ['access-control-allow-origin', 'access-control-allow-credentials'].some((name) => (response?.headers.filter((line) => line.name === name).length ?? 0) > 1);
}

function textOf({ headers }: HttpResponse, name: string): string | null {
  const lines = headers.filter((line) => line.name === name);
  return lines.length === 0 ? null : lines.map(({ text }) => text ?? '…').join(', ');
}
