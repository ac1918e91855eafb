import { firsts, onePerCause, type Draft } from './engine-drafts.js';
import type { Ask, View } from './findings/ask.js';
import type { Exchange } from './findings/finding.js';
import { passagesTo } from './findings/passage.js';
import { isAboutTrusted, optionsFor, type Rule } from './findings/rule.js';
import { rules } from './generated/registries.js';
import type { Layering } from './layers/link.js';
import { layersOf } from './policy/deployment.js';
import type { Deployment } from './policy/evaluate.js';
import type { Policy } from './policy/program.js';
import { spanKey } from './text/span.js';

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
 * that no request from outside comes to is judged as if the policy stood alone. What rests on a link that is only likely is
 * added, and never an error.
 */
export function judgeAll(policies: readonly Policy[], court: Court): Judged {
  const neutralised: Neutralised[] = [];
  const drafts = policies.flatMap((policy) => {
    const { live, idle } = judgeOne(policy, court);
    neutralised.push(...idle);
    return live;
  });
  const own = new Set(policies);
  for (const deployment of court.layering.linked) {
    const layers = layersOf(deployment);
    if (!layers.some((policy) => own.has(policy))) continue;
    const likely = deployment.inner.some(({ link }) => link?.certain === false);
    drafts.push(...marked(reportsOn(court, deployment, undefined, ({ layers: asked }) => asked !== undefined), likely));
  }
  return { drafts: onePerCause(drafts), neutralised };
}

function judgeOne(policy: Policy, court: Court): { readonly live: readonly Draft[]; readonly idle: readonly Neutralised[] } {
  const alone = reportsOn(court, { policy, inner: [] }, undefined, isAskedAlone);
  const deployment = court.layering.deploymentOf(policy);
  const entries = court.layering.entriesTo(policy);
  if (entries.length === 0 && deployment.inner.length === 0) return { live: alone, idle: [] };

  const withInner = deployment.inner.length === 0 ? alone : reportsOn(court, deployment, undefined, isAskedAlone);
  const fromBehind = new Set([...alone, ...withInner].map(keyOf));
  const chains = entries.map(({ deployment: entry, certain }) => {
    const view: View = { entry, passages: passagesTo(entry, policy, court.ask(entry).environment) };
    return { view, certain, reports: view.passages.length === 0 ? [] : reportsOn(court, deployment, view, isAskedAlone) };
  });
  const added = chains.flatMap(({ reports, certain }) => marked(reports.filter((draft) => !fromBehind.has(keyOf(draft)) && !isDoubled(draft.report.witness)), !certain));

  const views = [...chains.filter(({ certain, view }) => certain && view.passages.length > 0), ...(entries.length === 0 && deployment.inner.every(({ link }) => link?.certain !== false) ? [{ view: undefined, reports: withInner }] : [])];
  if (views.length === 0 || court.layering.isExposed(policy)) return { live: [...alone, ...added], idle: [] };
  const passed = new Set(chains.flatMap(({ view }) => view.passages.map(({ inside }) => inside.path)));
  const rest = policy.probes.filter(({ path }) => !passed.has(path));
  const elsewhere = entries.length === 0 || rest.length === 0 ? [] : reportsOn(court, { policy: { ...policy, probes: rest }, inner: [] }, undefined, isAskedAlone);
  const stands = new Map([...elsewhere, ...views.flatMap(({ reports }) => reports)].map((draft) => [keyOf(draft), draft]));
  const [live, idle] = [[] as Draft[], [] as Neutralised[]];
  for (const draft of alone) {
    const asks = views.map(({ view }) => court.ask(deployment, view));
    // As it shows from outside: that is the request that anyone can replay.
    const outside = stands.get(keyOf(draft));
    if (outside !== undefined || asks.some((ask) => !settles(ask, draft))) live.push(outside ?? draft);
    else idle.push({ draft, within: asks[0]!.entry });
  }
  return { live: [...live, ...added], idle };
}

function isAskedAlone({ layers }: Rule): boolean {
  return layers !== 'composed';
}

function keyOf({ ruleId, report }: Draft): string {
  return `${ruleId} ${report.message} ${spanKey(report.at)}`;
}

function marked(drafts: readonly Draft[], likely: boolean): readonly Draft[] {
  return likely ? drafts.map((draft) => ({ ...draft, likely: true })) : drafts;
}

/** Is everything known of what the finding's request gets through the chain, does no header come of two layers, and does nobody ask for credentials that a browser may have? */
function settles(ask: Ask, { report: { witness } }: Draft): boolean {
  const { origin, method, headers, credentials } = witness.request;
  const isPlain = (exchange: Exchange): boolean => exchange.verdict.allowed !== null && exchange.response.headers.every(({ text }) => text !== null) && !isDoubled(exchange) && !asksForCredentials(exchange);
  return ask.probes.every((probe) => ask.exchanges(probe, { origin, method, headers, credentials }, witness.scenario).every(isPlain));
}

function asksForCredentials({ preflight, response }: Exchange): boolean {
  return preflight?.unauthenticated !== undefined || response.unauthenticated !== undefined;
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
