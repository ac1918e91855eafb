import { firsts, onePerCause, remembered, type Draft } from './engine-drafts.js';
import { linesOf, urlOf, type Ask, type View } from './findings/ask.js';
import { serverRequest } from './findings/exchange.js';
import { verdictOn } from './findings/exchange.js';
import { storable, variesByOrigin } from './findings/cached.js';
import type { Exchange, Stored, Witness } from './findings/finding.js';
import { passagesTo, placesOf } from './findings/passage.js';
import { isAboutTrusted, optionsFor, type Rule } from './findings/rule.js';
import { rules } from './generated/registries.js';
import type { Layering } from './layers/link.js';
import { certainPart, layersOf } from './policy/deployment.js';
import type { Deployment, HttpResponse } from './policy/evaluate.js';
import type { Policy, Probe } from './policy/program.js';
import { isUntouched } from './policy/untouched.js';
import { effectAt } from './policy/views.js';
import { spanKey } from './text/span.js';
import type { Environment } from './values/fact.js';

/** What a judgement needs to know of its run. */
export interface Court {
  readonly layering: Layering;
  /** What is set for the rules that run. */
  readonly options: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  ask(deployment: Deployment, view?: View): Ask;
  /** Runs one rule on one policy: what it throws is told, and nothing else is lost. */
  guard(ruleId: string, policy: Policy, judge: () => void): void;
}

export interface Judged {
  /** What is found, one for every cause. */
  readonly drafts: readonly Draft[];
  /** What would be found of a layer alone, and is not so in the chains that it stands in. */
  readonly neutralised: readonly Neutralised[];
}

export interface Neutralised {
  readonly draft: Draft;
  /** The outermost layer of a chain in which it does not show. */
  readonly within: Deployment;
}

/**
 * Every rule's reports on some policies. A policy is judged where it stands. With certain links around it, what a rule says
 * of it alone counts if the rule says it of the chain too, from outside, or if the chain leaves it open; and what rules
 * see only from outside counts where the layers in front are the cause, since those behind speak for themselves. That two
 * layers send the same header is told as such: what comes of it neither hides anything nor is told again. A place
 * that no request from outside comes to is judged as if nothing stood in front. What rests on a link that is only likely is
 * added, and never an error.
 */
export function judgeAll(policies: readonly Policy[], court: Court): Judged {
  const own = new Set(policies);
  const alone = policies.map((policy) => ({ policy, drafts: reportsOn(court, { policy, inner: [] }, undefined, isAskedAlone) }));
  const judged = alone.map(({ policy, drafts }) => judgeOne(policy, drafts, court));
  const foundAlone = new Set(onePerCause(alone.flatMap(({ drafts }) => drafts)));
  const plain = court.layering.linked.filter((deployment) => !own.has(deployment.policy) && layersOf(deployment).some((policy) => own.has(policy)));
  const live = [...judged.flatMap((standing) => standing.live), ...plain.flatMap(({ policy }) => together(contextOf(policy, court), court))];
  return { drafts: onePerCause(live), neutralised: judged.flatMap(({ idle }) => idle).filter(({ draft }) => foundAlone.has(draft)) };
}

/** Where a policy stands. */
interface Context {
  /** The policy with all that stands behind it, and with what certainly does. */
  readonly whole: Deployment;
  readonly sure: Deployment;
  readonly places: readonly Probe[];
  /** From where requests certainly come to its places: each place is in one at least. */
  readonly views: readonly View[];
  /** From where they likely come too. */
  readonly likely: readonly View[];
  readonly environment: Environment;
}

function contextOf(policy: Policy, court: Court): Context {
  const whole = court.layering.deploymentOf(policy);
  const { environment } = court.ask(whole);
  const sure = certainPart(whole);
  const places = placesOf(sure, environment);
  const entries = court.layering.entriesTo(policy);
  const through = (entry: Deployment): View => ({ entry, passages: passagesTo(entry, policy, environment, places) });
  const chains = entries.filter(({ certain }) => certain).map(({ deployment }) => through(certainPart(deployment))).filter(({ passages }) => passages.length > 0);
  const passed = new Set(chains.flatMap(({ passages }) => passages.map(({ inside }) => inside.path)));
  const unpassed = court.layering.isExposed(policy) ? places : places.filter(({ path }) => !passed.has(path));
  const views = [...chains, ...(unpassed.length === 0 ? [] : [direct(sure, unpassed)])];
  return { whole, sure, places, views, likely: entries.filter(({ certain }) => !certain).map(({ deployment }) => through(deployment)), environment };
}

function direct(deployment: Deployment, places: readonly Probe[]): View {
  return { entry: deployment, passages: places.map((place) => ({ inside: place, outside: place })) };
}

interface Standing {
  readonly live: readonly Draft[];
  readonly idle: readonly Neutralised[];
}

/** @param alone what rules say of it if nothing stands around it */
function judgeOne(policy: Policy, alone: readonly Draft[], court: Court): Standing {
  if (court.layering.deploymentOf(policy).inner.length === 0 && court.layering.entriesTo(policy).length === 0) return { live: alone, idle: [] };
  const context = contextOf(policy, court);
  const { whole, sure, places, views } = context;
  const behind = direct(sure, places);
  const withInner = sure.inner.length === 0 ? alone : reportsOn(court, sure, behind, isAskedAlone);
  const fromBehind = new Set([...alone, ...withInner].map(keyOf));
  const added = (seen: readonly Draft[]): readonly Draft[] => seen.filter((draft) => !fromBehind.has(keyOf(draft)) && !isDoubled(draft.report.witness));
  const seen = views.map((view): Seen => ({ view, reports: asItIs(alone, sure, view) ?? reportsOn(court, sure, view, isAskedAlone) }));
  // What stands behind a layer speaks first, then what stands in front of both.
  const inside = settled(alone.map((draft) => ({ draft })), sure.inner.length === 0 ? [] : [{ view: behind, reports: withInner }], sure, court);
  const outside = settled(inside.open, seen, sure, court);
  const live = outside.open.map(({ draft }) => draft);
  const idle = [...inside.idle, ...outside.idle].map((draft) => ({ draft, within: views[0]!.entry }));
  const unsure = context.likely.flatMap((view) => added(reportsOn(court, whole, view, isAskedAlone)));
  const told = new Set(live.map(keyOf));
  const likely = unsure.filter((draft) => !told.has(keyOf(draft))).map((draft) => ({ ...draft, likely: true }));
  return { live: [...live, ...added(seen.flatMap(({ reports }) => reports)), ...likely, ...together(context, court)], idle };
}

/** What rules say of a layer and those behind it, together. */
function together({ whole, sure, views, environment }: Context, court: Court): readonly Draft[] {
  const certain = sure.inner.length === 0 ? [] : views.flatMap((view) => reportsOn(court, sure, view, isAskedTogether));
  if (whole === sure) return certain;
  const told = new Set(certain.map(keyOf));
  const likely = reportsOn(court, whole, direct(whole, placesOf(whole, environment)), isAskedTogether).filter((draft) => !told.has(keyOf(draft)));
  return [...certain, ...likely.map((draft) => ({ ...draft, likely: true }))];
}

/**
 * What is said of a policy alone, with the URLs that it has outside, if the one layer in front hands on everything as it is:
 * then nothing else can be said from there. Undefined where that is not plain to see.
 */
function asItIs(alone: readonly Draft[], { policy, inner }: Deployment, { entry, passages }: View): readonly Draft[] | undefined {
  const isNext = inner.length === 0 && passages.length > 0 && entry.inner.some(({ deployment }) => deployment.policy === policy);
  if (!isNext || !passages.every(({ outside }) => isUntouched(entry.policy, serverRequest({ url: urlOf(outside) }, 'GET', [])))) return undefined;
  return alone.flatMap((draft) => {
    const { request, stored } = draft.report.witness;
    const passage = passages.find(({ inside }) => pathOf(urlOf(inside)) === pathOf(request.url));
    if (passage === undefined) return [];
    const url = urlOf(passage.outside);
    const witness = { ...draft.report.witness, request: { ...request, url }, ...(stored === undefined ? {} : { stored: { ...stored, request: { ...stored.request, url } } }) };
    return [{ ...draft, report: { ...draft.report, witness }, entry }];
  });
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

/** What is said of a policy, and where it may be so; without places: wherever it is asked about. */
interface Claim {
  readonly draft: Draft;
  readonly places?: readonly Probe[];
}

/** What rules say of a policy that is seen from somewhere. */
interface Seen {
  readonly view: View;
  readonly reports: readonly Draft[];
}

/**
 * What is said of a policy, as far as it shows where the policy is seen from. What the layers around it leave open at some
 * of the places is asked of these alone: what was seen at another one need not be so there.
 */
function settled(claims: readonly Claim[], seen: readonly Seen[], sure: Deployment, court: Court): { readonly open: readonly Claim[]; readonly idle: readonly Draft[] } {
  if (seen.length === 0) return { open: claims, idle: [] };
  const stands = new Map(seen.flatMap(({ reports }) => reports).map((draft) => [keyOf(draft), draft]));
  const asks = seen.map(({ view }) => court.ask(sure, view));
  const said = new Map<string, readonly Draft[]>();
  const saidAt = (draft: Draft, places: readonly Probe[]): Draft | undefined => {
    if (places.some(({ path }) => path === pathOf(draft.report.witness.request.url))) return draft;
    const { deployment } = draft;
    return remembered(said, `${deployment === sure} ${JSON.stringify(places)}`, () => reportsOn(court, deployment, direct(deployment, places), isAskedAlone)).find((other) => keyOf(other) === keyOf(draft));
  };
  const [open, idle] = [[] as Claim[], [] as Draft[]];
  for (const { draft, places } of claims) {
    // As it shows from there: that is the request that anyone can replay.
    const there = stands.get(keyOf(draft));
    if (there !== undefined) {
      open.push({ draft: there });
      continue;
    }
    const left = asks.flatMap((ask) => openPlaces(ask, draft)).filter(({ path }) => places === undefined || places.some((place) => place.path === path));
    const again = left.length === 0 ? undefined : saidAt(draft, left);
    // With a request of its own, which may be settled.
    const still = again === undefined || again === draft || asks.some((ask) => isOpenFor(ask, again)) ? again : undefined;
    if (still !== undefined) open.push({ draft: still, places: left });
    // What comes to the same for another reason is told of who is the cause.
    else if (!asks.some((ask) => comesToTheSame(ask, draft))) idle.push(draft);
  }
  return { open, idle };
}

function isAskedAlone({ layers }: Rule): boolean {
  return layers !== 'composed';
}

function isAskedTogether({ layers }: Rule): boolean {
  return layers !== undefined;
}

function keyOf({ ruleId, report }: Draft): string {
  return `${ruleId} ${report.message} ${spanKey(report.at)}`;
}

/** What browsers add by themselves once they know a password. */
const AUTHORIZATION = ['authorization', 'Basic x'] as const;

/** What becomes of a finding's request at another place, with these headers. */
function askedAgain(ask: Ask, probe: Probe, { request: { origin, method, credentials }, scenario }: Exchange, headers: Exchange['request']['headers']): readonly Exchange[] {
  return ask.exchanges(probe, { origin, method, headers, credentials }, scenario);
}

/**
 * Places at which not everything is known of what the finding's request gets through the chain, or only a header that another
 * layer sends once more hides what is said; with credentials that a browser may have, where they are asked for.
 */
function openPlaces(ask: Ask, { rule, report: { witness } }: Draft): readonly Probe[] {
  const { headers } = witness.request;
  const isLetIn = witness.verdict.allowed === true || rule.class === 'security-error';
  const isPlain = (probe: Probe, exchange: Exchange): boolean => exchange.verdict.allowed !== null && exchange.response.headers.every(({ text }) => text !== null) && !isHidden(ask, probe, witness, exchange);
  // What another layer lets in is not the policy's doing, and what is asked for credentials is not kept by caches.
  const isSettledBy = (signed: Exchange): boolean => {
    const { allowed } = verdictOn(signed.request, withoutSecond(signed.response, ask.policy), signed.preflight);
    return witness.stored !== undefined || allowed !== witness.verdict.allowed || (witness.verdict.allowed === true && !grants(ask.policy, signed));
  };
  const isSettledFor = (probe: Probe, { request, preflight }: Exchange): boolean =>
    preflight?.unauthenticated === undefined &&
    askedAgain(ask, probe, witness, [...headers, AUTHORIZATION])
      .map((signed): Exchange => ({ ...signed, request, preflight, verdict: verdictOn(request, signed.response, preflight) }))
      .every((signed) => signed.response.unauthenticated === undefined && isPlain(probe, signed) && isSettledBy(signed));
  return ask.probes.filter((probe) => !askedAgain(ask, probe, witness, headers).every((exchange) => isPlain(probe, exchange) && (!asksForCredentials(exchange, isLetIn) || isSettledFor(probe, exchange))));
}

/** Is the finding left open at the place of its own request? */
function isOpenFor(ask: Ask, draft: Draft): boolean {
  const path = pathOf(draft.report.witness.request.url);
  return openPlaces(ask, draft).some((probe) => probe.path === path);
}

/** Would the finding be so there, but for a header of the policy's that another layer sends once more? */
function isHidden(ask: Ask, probe: Probe, witness: Witness, { request, preflight, response }: Exchange): boolean {
  const own = (answer: HttpResponse): HttpResponse => withoutSecond(answer, ask.policy);
  const [asked, got] = [preflight === null ? null : own(preflight), own(response)];
  const isTwice = asked !== preflight || got !== response;
  const { stored } = witness;
  if (stored === undefined) return isTwice && isSame(verdictOn(request, got, asked), witness);
  const isPoison = (kept: HttpResponse): boolean => storable(kept) && !variesByOrigin(kept) && verdictOn(request, kept).allowed === witness.verdict.allowed;
  return verdictOn(request, got).allowed === true && keptFor(ask, probe, stored).some((kept) => (isTwice || own(kept) !== kept) && isPoison(own(kept)));
}

/** What a cache gets at another place for the request that it was filled by. */
function keptFor(ask: Ask, probe: Probe, { request: { origin, method, headers, credentials } }: Stored): readonly HttpResponse[] {
  const found = origin === null ? ask.withoutOrigin(probe) : ask.exchanges(probe, { origin, method, headers, credentials });
  return found.map(({ response }) => response);
}

function isSame({ allowed, reason }: Exchange['verdict'], { verdict }: Witness): boolean {
  return allowed === verdict.allowed && reason === verdict.reason;
}

/** Does the finding's request come to the same through the chain, in the same words, wherever, with credentials if they are asked for? What caches keep is not asked. */
function comesToTheSame(ask: Ask, { report: { witness } }: Draft): boolean {
  if (witness.stored !== undefined) return false;
  const { headers } = witness.request;
  const isSameSigned = (probe: Probe, { request, preflight }: Exchange): boolean => askedAgain(ask, probe, witness, [...headers, AUTHORIZATION]).some(({ response }) => isSame(verdictOn(request, response, preflight), witness));
  return ask.probes.some((probe) => askedAgain(ask, probe, witness, headers).some((exchange) => isSame(exchange.verdict, witness) || (exchange.response.unauthenticated !== undefined && isSameSigned(probe, exchange))));
}

/**
 * A request whose preflight fails is never sent: whoever asks it for credentials is never heard. No preflight carries any:
 * what is blocked is so then too, and what is let in is so as soon as that is mended.
 */
function asksForCredentials({ preflight, response, verdict }: Exchange, isLetIn: boolean): boolean {
  return (isLetIn && preflight?.unauthenticated !== undefined) || (response.unauthenticated !== undefined && !verdict.reason.startsWith('preflight-'));
}

/** Is it the policy's own header, among others, that lets the page read the response? */
function grants(policy: Policy, { response }: Exchange): boolean {
  return linesOf(response, 'access-control-allow-origin').some(({ at }) => effectAt(policy, at) !== undefined);
}

/** Headers by which browsers decide whether a page reads a response. */
const DECIDING = ['access-control-allow-origin', 'access-control-allow-credentials'] as const;

/** Does a header come twice by which browsers decide? */
function isDoubled({ preflight, response }: Exchange): boolean {
  return [preflight, response].some((answer) => answer !== null && DECIDING.some((header) => linesOf(answer, header).length > 1));
}

/** Without the lines by which other layers send such a header once more; the response itself where there are none. */
function withoutSecond(response: HttpResponse, policy: Policy): HttpResponse {
  return DECIDING.reduce((left, header): HttpResponse => {
    const own = linesOf(left, header).filter(({ at }) => effectAt(policy, at) !== undefined);
    if (own.length === 0 || own.length === linesOf(left, header).length) return left;
    return { ...left, headers: left.headers.filter((line) => line.name !== header || own.includes(line)) };
  }, response);
}

/** What the rules that are wanted say of a deployment's outermost policy, seen from where requests come. */
function reportsOn(court: Court, deployment: Deployment, view: View | undefined, isWanted: (rule: Rule) => boolean): readonly Draft[] {
  const { policy } = deployment;
  const ask = court.ask(deployment, view);
  const drafts: Draft[] = [];
  for (const [ruleId, rule] of Object.entries(rules)) {
    const options = court.options.get(ruleId);
    if (options === undefined || !isWanted(rule)) continue;
    court.guard(ruleId, policy, () => {
      for (const report of rule.check(policy, ask, optionsFor(rule, options))) {
        if (!isAboutTrusted(report, ask)) drafts.push({ ruleId, rule, report, class: report.class ?? rule.class, deployment, entry: ask.entry });
      }
    });
  }
  return firsts(drafts, keyOf);
}
