import { findAttacker, samplesOf } from '../origins/attacker.js';
import type { Leaf } from '../origins/standing.js';
import { askingFirst, STRANGERS, type Ask, type Client } from '../findings/ask.js';
import type { Exchange } from '../findings/finding.js';
import { decidingFacts } from '../findings/undecided.js';
import type { Policy, Probe } from '../policy/program.js';
import { acceptedCandidates, originLeaves } from '../policy/views.js';
import { sameSpan, type Span } from '../text/span.js';

/** Origins of which the same is to be said. */
export type Who =
  /** Sites that nobody had in mind. */
  | { readonly who: 'any-site' }
  /** `null`: sandboxed frames, local files, what a redirect made of an origin. */
  | { readonly who: 'null' }
  /** Whoever gets hold of a domain that a pattern lets in without meaning to. */
  | { readonly who: 'look-alike'; readonly origin: string; readonly pattern: string; readonly at: Span }
  /** What a pattern describes, asked for with an origin that it was written for. */
  | { readonly who: 'pattern'; readonly pattern: string; readonly origin: string; readonly trusted: boolean; readonly at: Span }
  /** An origin that is written there, or that the configuration calls the user's own. */
  | { readonly who: 'origin'; readonly origin: string; readonly trusted: boolean };

/** What comes of a request. */
export interface Answer {
  readonly credentials: 'omit' | 'include';
  readonly method: string;
  /** Names of headers that make browsers ask first, where the method alone does not. */
  readonly headers: readonly string[];
  readonly preflighted: boolean;
  /** `turned-away`: the page reads that it gets nothing, a status from 400 on that a layer's own text sends. */
  readonly outcome: 'reads' | 'turned-away' | 'blocked' | 'undecided';
  /** Why the browser says no: the code of the check that fails. Of a page that reads, `ok` or `same-origin`. */
  readonly reason: string;
  /** What decides it, and nobody knows; empty but where the outcome is undecided. */
  readonly dependsOn: readonly { readonly at: Span; readonly message: string }[];
}

export interface Access {
  readonly who: Who;
  readonly answers: readonly Answer[];
}

/** The most that anybody is let do at a place. */
export interface Reach {
  /** Undecided: nobody surely reads, somebody may. */
  readonly by: 'any-site' | 'look-alike' | 'null' | 'named' | 'nobody' | 'undecided';
  readonly credentials: boolean;
}

/** Methods that pages may use without asking first. */
const SIMPLE = ['GET', 'HEAD', 'POST'];

/** Origins of one layer that are asked about, past which the rest says the same again. */
const MAX_ORIGINS = 24;

/** Who may read what is served at a place, of all origins that the layers on the way tell apart. @param own origins that the user calls their own */
export function accessTo(probe: Probe, ask: Ask, onTheWay: readonly Policy[], own: readonly string[]): readonly Access[] {
  const asked = requestsTo(probe);
  return classesOf(onTheWay, ask, own).map((who) => ({ who, answers: asked.map((client) => answerTo(probe, ask, client, originsOf(who))) }));
}

function classesOf(onTheWay: readonly Policy[], ask: Ask, own: readonly string[]): readonly Who[] {
  const patterns = onTheWay.flatMap(originLeaves).filter((leaf) => leaf.s !== 'exact');
  const leaves = patterns.filter((leaf, index) => patterns.findIndex((other) => sameSpan(other.at, leaf.at)) === index);
  const ofPatterns = new Set(leaves.flatMap(samplesOf));
  const written = onTheWay.flatMap(acceptedCandidates).filter((origin) => !ofPatterns.has(origin));
  const origins = [...new Set([...own.filter((origin) => !origin.includes('*') && origin !== 'null'), ...written])].slice(0, MAX_ORIGINS);
  return [
    { who: 'any-site' },
    { who: 'null' },
    ...leaves.flatMap((leaf) => lookAlike(leaf, ask)),
    ...leaves.flatMap((leaf) => samplesOf(leaf).slice(0, 1).map((origin): Who => ({ who: 'pattern', pattern: textOf(leaf), origin, trusted: ask.trusts(origin), at: leaf.at }))),
    ...origins.map((origin): Who => ({ who: 'origin', origin, trusted: ask.trusts(origin) })),
  ];
}

function textOf(leaf: Leaf): string {
  if (leaf.s === 'regex') return `/${leaf.source}/${leaf.flags}`;
  return leaf.s === 'prefix' ? `${leaf.text}…` : leaf.s === 'suffix' ? `…${leaf.text}` : leaf.s === 'contains' ? `…${leaf.text}…` : leaf.text;
}

const lookAlikes = new WeakMap<Leaf, ReturnType<typeof findAttacker>>();

function lookAlike(leaf: Leaf, ask: Ask): readonly Who[] {
  let found = lookAlikes.get(leaf);
  if (found === undefined) lookAlikes.set(leaf, (found = findAttacker(leaf, () => undefined, ask.trusted)));
  return typeof found === 'object' && 'how' in found && found.how === 'register-domain' ? [{ who: 'look-alike', origin: found.origin, pattern: textOf(leaf), at: leaf.at }] : [];
}

/** Of sites that nobody had in mind two: one of them could be let in for a reason of its own. */
function originsOf(who: Who): readonly string[] {
  return who.who === 'any-site' ? STRANGERS : who.who === 'null' ? ['null'] : [who.origin];
}

/** Requests that the place is for: one that browsers send at once, each that they ask about first; with and without credentials. */
function requestsTo(probe: Probe): readonly (Omit<Client, 'origin'> & Pick<Answer, 'credentials' | 'method' | 'preflighted'> & { readonly headers: readonly (readonly [string, string])[] })[] {
  const { methods } = probe;
  const simple = methods === null ? 'GET' : SIMPLE.find((method) => methods.includes(method));
  const others = (methods ?? []).filter((method) => !SIMPLE.includes(method) && method !== 'OPTIONS');
  const first = askingFirst(probe);
  const asking = others.length > 0 ? others.map((method) => ({ method, headers: [] })) : [{ method: first.method ?? simple ?? 'GET', headers: first.headers ?? [] }];
  return (['omit', 'include'] as const).flatMap((credentials) => [
    ...(simple === undefined ? [] : [{ credentials, method: simple, headers: [], preflighted: false }]),
    ...asking.map((request) => ({ ...request, credentials, preflighted: true })),
  ]);
}

function answerTo(probe: Probe, ask: Ask, { preflighted, ...client }: ReturnType<typeof requestsTo>[number], origins: readonly string[]): Answer {
  const { credentials, method, headers } = client;
  const each = origins.map((origin) => outcomeOf(ask.exchanges(probe, { ...client, origin })));
  const said = each.find(({ outcome }) => outcome === 'blocked') ?? each.find(({ outcome }) => outcome === 'undecided') ?? each.find(({ outcome }) => outcome === 'turned-away') ?? each[0]!;
  return { credentials, method, headers: headers.map(([name]) => name), preflighted, ...said };
}

function outcomeOf(exchanges: readonly Exchange[]): Pick<Answer, 'outcome' | 'reason' | 'dependsOn'> {
  const [{ verdict }, ...others] = exchanges as [Exchange, ...Exchange[]];
  if (verdict.allowed === null || others.some((other) => other.verdict.allowed !== verdict.allowed)) return { outcome: 'undecided', reason: 'undecided', dependsOn: dependsOn(exchanges) };
  const isTurnedAway = verdict.allowed && exchanges.every(({ response: { status, answeredAt, unauthenticated } }) => answeredAt !== undefined && unauthenticated === undefined && (status ?? 0) >= 400);
  return { outcome: isTurnedAway ? 'turned-away' : verdict.allowed ? 'reads' : 'blocked', reason: verdict.reason, dependsOn: [] };
}

function dependsOn(exchanges: readonly Exchange[]): Answer['dependsOn'] {
  const facts = [...decidingFacts(exchanges), ...exchanges.flatMap(({ preflight }) => preflight?.headers.flatMap(({ fact }) => fact ?? []) ?? [])];
  const told = facts.map(({ at, detail }) => ({ at, message: detail }));
  return told.filter(({ at, message }, index) => told.findIndex((other) => other.message === message && sameSpan(other.at, at)) === index);
}

/** What an open answer weighs least, and who is worst let in most. */
const WIDEST = ['any-site', 'look-alike', 'null', 'pattern', 'origin'] as const;

export function reachOf(access: readonly Access[]): Reach {
  for (const kind of WIDEST) {
    const read = access.filter(({ who }) => who.who === kind).flatMap(({ answers }) => answers.filter(({ outcome, reason }) => outcome === 'reads' && reason !== 'same-origin'));
    if (read.length > 0) return { by: kind === 'pattern' || kind === 'origin' ? 'named' : kind, credentials: read.some(({ credentials }) => credentials === 'include') };
  }
  const open = access.flatMap(({ answers }) => answers.filter(({ outcome }) => outcome === 'undecided'));
  return open.length === 0 ? { by: 'nobody', credentials: false } : { by: 'undecided', credentials: open.some(({ credentials }) => credentials === 'include') };
}
