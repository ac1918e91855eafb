import { STRANGERS, urlOf } from '../findings/ask.js';
import { conversations, type Conversation } from '../findings/exchange.js';
import type { AffixSet, ExactSet, GlobSet, RegexSet } from '../origins/origin-set.js';
import { isSerializableOrigin } from '../origins/serialization.js';
import type { Deployment, HttpResponse } from '../policy/evaluate.js';
import type { Policy, Probe } from '../policy/program.js';
import { acceptedCandidates, effectsOn, originLeaves } from '../policy/views.js';
import { withoutPlaces, type Span } from '../text/span.js';
import type { Environment } from '../values/fact.js';

/**
 * What a policy says to browsers, as the options of a CORS package would say it: told by its answers, whatever it is
 * written in. A code-mod writes it in other words, and the proof shows whether they say the same.
 */
export interface Stated {
  readonly origins: StatedOrigins;
  readonly credentials: boolean;
  /** `requested`: those that the preflight asks for. Null: the header is not sent. */
  readonly methods: readonly string[] | 'requested' | null;
  readonly requestHeaders: readonly string[] | 'requested' | null;
  readonly exposedHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge: number | null;
  /** Status of the answer to a preflight of an origin that is let in; null where it is not known, or differs. */
  readonly preflightStatus: number | null;
  /** Does the response to an actual request say that it depends on the origin? */
  readonly variesByOrigin: boolean;
}

export type StatedOrigins =
  | { readonly kind: 'any' }
  /** Every origin is sent back as it came. */
  | { readonly kind: 'reflected' }
  /** The same one is sent, whoever asks. Empty where it is known to be one, and which one is not in the text. */
  | { readonly kind: 'fixed'; readonly origin: string }
  /** Those that one of these lets in are sent back; each has its place in the text. */
  | { readonly kind: 'listed'; readonly leaves: readonly (ExactSet | GlobSet | RegexSet | AffixSet)[] };

const METHOD = 'PUT';
const HEADER = 'x-asked-for';

/**
 * What a policy says at all of its places, or why no options say it.
 * @param probes the places that are meant; absent: all
 * @param isFixed it is known that the same origin is sent, whoever asks, and perhaps not which
 * @returns a text where its answers are not known, or not the same at every place
 */
export function statedBy(deployment: Deployment, environment: Environment, probes: readonly Probe[] = deployment.policy.probes, isFixed = false): Stated | string {
  const places = probes.map((probe) => ({ probe, stated: statedAt(deployment, probe, environment, isFixed) }));
  const [first, ...others] = places;
  if (first === undefined) return 'it serves no place';
  if (typeof first.stated === 'string') return first.stated;
  const other = others.find(({ stated }) => withoutPlaces(stated) !== withoutPlaces(first.stated));
  if (other !== undefined) return typeof other.stated === 'string' ? other.stated : `it says one thing at ${first.probe.path} and another at ${other.probe.path}`;
  return first.stated;
}

/**
 * The places at which all that a policy says of CORS is written at certain places of the text.
 * @param isMeant is asked of the place of every header line that is sent
 * @param isOne one of them has to be such a place; absent: any
 * @param of answers to preflights, to actual requests, or both
 */
export function placesSaidAt(deployment: Deployment, environment: Environment, isMeant: (at: Span) => boolean, isOne: (at: Span) => boolean = isMeant, of: 'preflight' | 'response' | 'both' = 'both'): readonly Probe[] {
  const { policy } = deployment;
  return policy.probes.filter((probe) => {
    const url = urlOf(probe);
    const worlds = [...acceptedCandidates(policy), ...STRANGERS].flatMap((origin) => [METHOD, simpleMethodOf(probe)].flatMap((method) => conversations(deployment, { origin, method, headers: [[HEADER, '1']], credentials: 'omit', url }, { environment })));
    const lines = worlds.flatMap(({ preflight, actual }) => [...(of === 'response' ? [] : preflight?.response.headers ?? []), ...(of === 'preflight' ? [] : actual.response.headers)]).filter(({ name }) => name.startsWith('access-control-'));
    return lines.every(({ at }) => at !== undefined && isMeant(at)) && lines.some(({ at }) => at !== undefined && isOne(at));
  });
}

/** A method that is served there, one that is asked for without a preflight if there is one. */
function simpleMethodOf({ methods }: Probe): string {
  return ['GET', 'POST', 'HEAD'].find((method) => methods?.includes(method) !== false) ?? methods?.[0] ?? 'GET';
}

/** What is said at one place. */
function statedAt(deployment: Deployment, probe: Probe, environment: Environment, isFixed = false): Stated | string {
  const { policy } = deployment;
  const ask = (origin: string, method: string, headers: readonly (readonly [string, string])[] = [], but = ''): Conversation | string => {
    const worlds = conversations(deployment, { origin, method, headers, credentials: 'omit', url: urlOf(probe) }, { environment });
    const told = new Set(worlds.map(({ preflight, actual }) => JSON.stringify([preflight?.response.status, corsOf(preflight?.response, but), corsOf(actual.response, but)])));
    const [first] = worlds;
    if (first === undefined) return `what it answers at ${probe.path} is not known`;
    return told.size === 1 ? first : `what it answers ${origin} at ${probe.path} depends on ${[...first.actual.assumed.values(), ...(first.preflight?.assumed.values() ?? [])][0]?.fact.detail ?? 'something that is not in the text'}`;
  };
  const method = simpleMethodOf(probe);
  const told = originsAt(policy, (origin) => ask(origin, method));
  if (typeof told === 'string' && !isFixed) return told;
  const origins: StatedOrigins = typeof told === 'string' ? { kind: 'fixed', origin: '' } : told;
  const but = typeof told === 'string' ? 'access-control-allow-origin' : '';
  const letIn = origins.kind === 'listed' ? acceptedCandidates(policy).find((origin) => allowOrigin(ask(origin, method)) === origin) : origins.kind === 'fixed' && but === '' ? origins.origin : STRANGERS[0];
  if (letIn === undefined) return 'no origin is known that it lets in';
  const asked = ask(letIn, METHOD, [[HEADER, '1']], but);
  const simple = ask(letIn, method, [], but);
  if (typeof asked === 'string') return asked;
  return typeof simple === 'string' ? simple : saidTo(policy, origins, asked, simple);
}

/**
 * What is said at one place to an origin that a list from the environment lets in, whatever stands in it.
 * @returns a text where something else than the environment decides
 */
export function statedToListed(deployment: Deployment, probe: Probe, environment: Environment): Stated | string {
  const { policy } = deployment;
  const origin = acceptedCandidates(policy)[0] ?? LISTED;
  const ask = (method: string, headers: readonly (readonly [string, string])[]): Conversation | string => {
    const worlds = conversations(deployment, { origin, method, headers, credentials: 'omit', url: urlOf(probe) }, { environment });
    const other = worlds.flatMap(({ preflight, actual }) => [...actual.assumed.values(), ...(preflight?.assumed.values() ?? [])]).find(({ fact }) => fact.reason !== 'env-variable');
    if (other !== undefined) return `what it answers at ${probe.path} depends on ${other.fact.detail}`;
    const [first, ...others] = worlds.filter((world) => allowOrigin(world) === origin);
    const same = first !== undefined && others.every(({ preflight, actual }) => JSON.stringify([preflight?.response.status, corsOf(preflight?.response), corsOf(actual.response)]) === JSON.stringify([first.preflight?.response.status, corsOf(first.preflight?.response), corsOf(first.actual.response)]));
    return same ? first : `what it answers at ${probe.path} is not known`;
  };
  const [asked, simple] = [ask(METHOD, [[HEADER, '1']]), ask(simpleMethodOf(probe), [])];
  if (typeof asked === 'string') return asked;
  return typeof simple === 'string' ? simple : saidTo(policy, { kind: 'listed', leaves: [] }, asked, simple);
}

/** One that nobody names. */
const LISTED = 'https://listed.example';

function saidTo(policy: Policy, origins: StatedOrigins, asked: Conversation, simple: Conversation): Stated {
  const preflight = asked.preflight?.response;
  const maxAge = only(preflight, 'access-control-max-age');
  return {
    origins,
    credentials: only(simple.actual.response, 'access-control-allow-credentials') === 'true' || only(preflight, 'access-control-allow-credentials') === 'true',
    methods: listed(preflight, 'access-control-allow-methods', METHOD, policy),
    requestHeaders: listed(preflight, 'access-control-allow-headers', HEADER, policy),
    exposedHeaders: items(only(simple.actual.response, 'access-control-expose-headers') ?? ''),
    maxAge: maxAge !== undefined && /^-?\d+$/.test(maxAge) ? Number(maxAge) : null,
    preflightStatus: preflight?.status ?? null,
    variesByOrigin: items(only(simple.actual.response, 'vary') ?? '').some((name) => name.toLowerCase() === 'origin' || name === '*'),
  };
}

function originsAt(policy: Policy, ask: (origin: string) => Conversation | string): StatedOrigins | string {
  const answers = STRANGERS.map(ask);
  const unknown = answers.find((answer) => typeof answer === 'string');
  if (unknown !== undefined) return unknown as string;
  const [first, second] = answers.map(allowOrigin);
  if (first === '*' && second === '*') return { kind: 'any' };
  if (first === STRANGERS[0] && second === STRANGERS[1]) return { kind: 'reflected' };
  if (first === null || second === null) return 'the origin that it lets in is not in the text';
  // Others may get one of those that are listed, and be refused by their browsers.
  const others = acceptedCandidates(policy).filter((origin) => origin !== first && allowOrigin(ask(origin)) === origin);
  if (first !== undefined && first === second && isSerializableOrigin(first) && others.length === 0) return { kind: 'fixed', origin: first };
  // Where no origin is sent, code may read an empty one; browsers send none that is.
  const leaves = originLeaves(policy).filter((leaf) => leaf.s !== 'exact' || leaf.text !== '');
  return leaves.length === 0 ? 'no origin is known that it lets in' : { kind: 'listed', leaves };
}

/** Undefined: not sent; null: sent, but the text is not known. */
function allowOrigin(answer: Conversation | string | undefined): string | null | undefined {
  return typeof answer === 'object' ? answer.actual.response.headers.find(({ name }) => name === 'access-control-allow-origin')?.text : undefined;
}

/** @param but a header that does not count */
function corsOf(response: HttpResponse | undefined, but = ''): readonly (readonly [string, string | null])[] {
  return (response?.headers ?? []).filter(({ name }) => name !== but && (name.startsWith('access-control-') || name === 'vary')).map(({ name, text }) => [name, text]);
}

function only(response: HttpResponse | undefined, header: string): string | undefined {
  const lines = response?.headers.filter(({ name }) => name === header) ?? [];
  return lines.length === 0 ? undefined : lines.map(({ text }) => text ?? '').join(', ');
}

function items(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim()).filter((item) => item !== '');
}

/** The names of a list; where it is what was asked for and nobody wrote it, it is whatever is asked for. */
function listed(preflight: HttpResponse | undefined, header: string, asked: string, policy: Policy): readonly string[] | 'requested' | null {
  const text = only(preflight, header);
  if (text === undefined) return null;
  const isMirrored = text === asked && effectsOn(policy, header).some(({ effect: { value } }) => value.v === 'request-header' || value.v === 'request-items' || value.v === 'request-part');
  return isMirrored ? 'requested' : items(text);
}
