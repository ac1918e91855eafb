import { firsts, onePerCause, type Draft } from './engine-drafts.js';
import { urlOf, type Ask, type View } from './findings/ask.js';
import { serverRequest } from './findings/exchange.js';
import { verdictOn } from './findings/exchange.js';
import type { Exchange } from './findings/finding.js';
import { passagesTo, placesOf } from './findings/passage.js';
import { isAboutTrusted, optionsFor, type Rule } from './findings/rule.js';
import { rules } from './generated/registries.js';
import type { Layering } from './layers/link.js';
import { certainPart, layersOf } from './policy/deployment.js';
import type { Deployment } from './policy/evaluate.js';
import type { Policy, Probe } from './policy/program.js';
import { isUntouched } from './policy/untouched.js';
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
  const withInner = sure.inner.length === 0 ? alone : reportsOn(court, sure, direct(sure, places), isAskedAlone);
  const fromBehind = new Set([...alone, ...withInner].map(keyOf));
  const added = (seen: readonly Draft[]): readonly Draft[] => seen.filter((draft) => !fromBehind.has(keyOf(draft)) && !isDoubled(draft.report.witness));
  const seen = views.map((view) => ({ view, reports: asItIs(alone, sure, view) ?? reportsOn(court, sure, view, isAskedAlone) }));
  const { live, idle } = settled(alone, seen, (view) => court.ask(sure, view));
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

/** What rules say of a policy alone, as far as it shows where the policy is seen from. */
function settled(alone: readonly Draft[], seen: readonly { readonly view: View; readonly reports: readonly Draft[] }[], ask: (view: View) => Ask): Standing {
  const stands = new Map(seen.flatMap(({ reports }) => reports).map((draft) => [keyOf(draft), draft]));
  const [live, idle] = [[] as Draft[], [] as Neutralised[]];
  for (const draft of alone) {
    // As it shows from outside: that is the request that anyone can replay.
    const outside = stands.get(keyOf(draft));
    const open = outside ?? (seen.every(({ view }) => settles(ask(view), draft)) ? undefined : draft);
    if (open !== undefined) live.push(open);
    else idle.push({ draft, within: seen[0]!.view.entry });
  }
  return { live, idle };
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

/** Is everything known of what the finding's request gets through the chain, and does no header come of two layers; with credentials that a browser may have, where they are asked for? */
function settles(ask: Ask, { report: { witness } }: Draft): boolean {
  const { origin, method, headers, credentials } = witness.request;
  const isPlain = (exchange: Exchange): boolean => exchange.verdict.allowed !== null && exchange.response.headers.every(({ text }) => text !== null) && !isDoubled(exchange);
  const asked = (probe: Probe, carried: Exchange['request']['headers']): readonly Exchange[] => ask.exchanges(probe, { origin, method, headers: carried, credentials }, witness.scenario);
  // What a browser adds by itself is not asked for in a preflight.
  const isSettledFor = (probe: Probe, { request, preflight }: Exchange): boolean =>
    preflight?.unauthenticated === undefined && asked(probe, [...headers, ['authorization', 'Basic x']]).every((signed) => signed.response.unauthenticated === undefined && isPlain(signed) && verdictOn(request, signed.response, preflight).allowed === !witness.verdict.allowed);
  return ask.probes.every((probe) => asked(probe, headers).every((exchange) => isPlain(exchange) && (!asksForCredentials(exchange) || isSettledFor(probe, exchange))));
}

/** A request whose preflight fails is never sent: whoever asks it for credentials is never heard. */
function asksForCredentials({ preflight, response, verdict }: Exchange): boolean {
  return preflight?.unauthenticated !== undefined || (response.unauthenticated !== undefined && !verdict.reason.startsWith('preflight-'));
}

function isDoubled({ preflight, response }: Exchange): boolean {
  return [preflight, response].some((answer) => ['access-control-allow-origin', 'access-control-allow-credentials'].some((header) => (answer?.headers.filter(({ name }) => name === header).length ?? 0) > 1));
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
