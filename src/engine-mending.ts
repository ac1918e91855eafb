import { remembered, type Draft, type Tried } from './engine-drafts.js';
import type { Intake } from './engine-intake.js';
import { languageOf } from './engine-loading.js';
import type { Observer } from './engine-observer.js';
import { changedPolicies, policiesIn, problemsIn, topologyOf, withSilent, type FileReading } from './engine-reading.js';
import { urlOf } from './findings/ask.js';
import { exchanges, serverRequest } from './findings/exchange.js';
import type { ClientRequest } from './findings/finding.js';
import { NO_FIXES, type FixCounts } from './findings/fix-counts.js';
import type { Proposal } from './findings/rule.js';
import { spelled } from './fixes/spell.js';
import { verify, type Offer } from './fixes/verify.js';
import { rules } from './generated/registries.js';
import { link, type Layering } from './layers/link.js';
import { onTheWay } from './layers/on-the-way.js';
import type { Topology } from './layers/topology.js';
import { originsNamedBy, type Change } from './policy/change.js';
import { compare, type Answers, type Comparison, type ProbeRequest, type Verdict } from './policy/compare.js';
import { layersOf, replaced, waysTo } from './policy/deployment.js';
import type { Deployment } from './policy/evaluate.js';
import type { Policy } from './policy/program.js';
import type { DeclaredLayer } from './policy/topology.js';
import type { Declined } from './readers/reader.js';
import type { TextEdit } from './text/edit.js';
import { overlay } from './text/files.js';
import { spanKey, type Span } from './text/span.js';
import type { Environment } from './values/fact.js';

/**
 * What trying changes of one file may cost in a run; past it findings stand without a fix, until it is run again. A trial
 * costs the steps times probes of the file's policies (about 10 µs each), something for each policy, and its text.
 */
const MAX_TRIALS = 100_000;
const COST_OF_POLICY = 25;
const CHARACTERS_AT_A_TIME = 5;

/** Everything that was read, and which layers stand behind which. */
export interface Scene {
  /** As `uncovered` and `unrepeated` leave them. */
  readonly roots: readonly FileReading[];
  readonly topology: Topology;
  readonly declared: readonly DeclaredLayer[] | undefined;
  readonly layering: Layering;
}

/** Who judges what a change makes of policies. */
export interface Judges {
  readonly environment: Environment;
  /** @param only rules that are asked; absent: all that run */
  judge(policies: readonly Policy[], layering: Layering, only?: ReadonlySet<string>): readonly Draft[];
  /** Runs one part: what it throws is told, and nothing else is lost. */
  fence(at: Span, part: () => void): void;
}

/** Tries changes on what was read: spells them, applies them in memory, reads again, and proves what they are worth. */
export class Mender {
  #fixes: FixCounts = NO_FIXES;
  /** What was found about the policies of one or more files, judged with all others. */
  readonly #judged = new Map<string, readonly Draft[]>();
  /** Every proposal for a policy is compared with the same verdicts. */
  readonly #verdicts = new Map<Policy, Map<string, Verdict>>();
  readonly #trials = new Map<string, number>();
  readonly #prices = new Map<string, number>();
  /** The reading that a policy comes from. */
  readonly #rootOf = new Map<Policy, FileReading>();

  constructor(
    private readonly intake: Intake,
    private readonly scene: Scene,
    private readonly court: Judges,
    private readonly observer: Observer | undefined,
  ) {
    for (const root of scene.roots) for (const policy of policiesIn([root])) this.#rootOf.set(policy, root);
  }

  /** What became of the changes that were asked for. */
  get fixes(): FixCounts {
    return this.#fixes;
  }

  /** What has been spent on changes of a file, this one included: each makes all of it be read and judged again, with the layers around it. */
  #cost(root: FileReading): number {
    const spent = (this.#trials.get(root.path) ?? 0) + remembered(this.#prices, root.path, () => this.#priceOf(root));
    this.#trials.set(root.path, spent);
    return spent;
  }

  #priceOf({ path, policies }: FileReading): number {
    return [...policies, ...aroundOf(policies, this.scene.layering, this.scene.roots)].reduce((sum, { steps, probes }) => sum + COST_OF_POLICY + steps.length * probes.length, this.intake.source(path).text.length / CHARACTERS_AT_A_TIME);
  }

  /** Lets the reader spell a proposal, applies it in memory, reads again every file that depends on it and compares. */
  mend(draft: Draft, proposal: Proposal): Offer | undefined {
    const { observer } = this;
    const done = observer?.start('mend', draft.ruleId);
    let offer: Offer | undefined;
    let fate: keyof FixCounts = 'unspelled';
    let why = 'no reader spells it here, or too many changes of this file were tried';
    this.court.fence(draft.report.at, () => {
      const policy = this.#ownerOf(draft, proposal.change);
      const tried = this.try(policy, proposal.change);
      if ('declined' in tried) return void (why = tried.declined);
      fate = 'dropped';
      const { edits, before, after, affected, again } = tried;
      const around = aroundOf(before, this.scene.layering, this.scene.roots);
      why = 'an origin that it names would not be let in';
      if (!this.#arrives(proposal.change, draft, policy, after[before.indexOf(policy)])) return;
      const layering = this.layeringWith(tried);
      const verified = verify(proposal, edits, {
        mended: draft,
        uncovered: new Set(Object.entries(rules).flatMap(([id, rule]) => (rule.yieldsTo?.[draft.ruleId] === undefined ? [] : [id]))),
        tolerated: ADVICE,
        before: remembered(this.#judged, [...before, ...around].map(({ at }) => spanKey(at)).join(), () => this.court.judge([...judged(before, affected), ...around], onTheWay(this.scene.layering, new Set(before)))),
        after: this.court.judge([...judged(after, again), ...aroundOf(after, layering, [...this.scene.roots, ...again])], onTheWay(layering, new Set(after))),
        problems: [problemsIn(affected), problemsIn(again)],
        comparisons: this.#compare(before, proposal.change.kind === 'remove-header' ? withSilent(policy, proposal.change.at, before, after) : after),
      });
      if ('dropped' in verified) return void (why = verified.dropped);
      offer = verified;
      fate = offer.automatic ? 'automatic' : 'suggested';
    });
    done?.();
    if (offer === undefined) observer?.note('fix', draft.report.at.file, `${draft.ruleId}: "${proposal.title}" is not offered: ${why}`);
    this.#fixes = { ...this.#fixes, proposed: this.#fixes.proposed + 1, [fate]: this.#fixes[fate] + 1 };
    return offer;
  }

  /** The layer that a change is to be made in: what a rule finds in a chain may stand in another layer's file. */
  #ownerOf({ deployment: { policy }, entry }: Draft, change: Change): Policy {
    const { file } = change.at;
    const layers = [policy, ...layersOf(entry)];
    return layers.find((layer) => this.#rootOf.get(layer)?.path === file) ?? layers.find((layer) => this.#rootOf.get(layer)?.dependsOn.has(file)) ?? policy;
  }

  /** What becomes of changes of a policy, all at once: the edits, and what is read then, next to what was read before. */
  try(policy: Policy, ...changes: readonly Change[]): Tried | Declined {
    const root = this.#rootOf.get(policy);
    const reader = this.intake.loaded.readers.get(policy.reader);
    const language = reader === undefined || root === undefined ? undefined : languageOf(reader.language, root.path);
    if (root === undefined || reader === undefined || language === undefined) return { declined: 'no reader spells it here' };
    if (this.#cost(root) > MAX_TRIALS) return { declined: 'too many changes of this file were tried' };
    const edits: TextEdit[] = [];
    for (const change of changes) {
      const own = spelled(reader, this.intake.unitToMend(language, root.path), policy, change);
      if ('declined' in own) return own;
      edits.push(...own);
    }
    const edited = overlay(this.intake.files, edits);
    if (edited === undefined) return { declined: 'its edits overlap' };
    const affected = this.scene.roots.filter(({ dependsOn }) => edits.some(({ file }) => dependsOn.has(file)));
    const again = affected.map(({ path }) => this.intake.read(path, edited));
    const [before, after] = changedPolicies(policiesIn(affected), policiesIn(again));
    return { edits, before, after, affected, again };
  }

  /** What stands behind what once some files were read again. */
  layeringWith({ affected, again }: Tried): Layering {
    const roots = [...this.scene.roots.filter((root) => !affected.includes(root)), ...again];
    const tellsOfLayers = [...affected, ...again].some(({ layers, topology }) => layers.length + topology.length > 0);
    return link(policiesIn(roots), tellsOfLayers ? topologyOf(roots, this.scene.declared) : this.scene.topology, this.court.environment);
  }

  /** Are the origins that the change names let in by the changed policy, as the finding's request goes or as the simplest one does? */
  #arrives(change: Change, { report: { witness }, entry }: Draft, policy: Policy, after: Policy | undefined): boolean {
    if (after === undefined) return true;
    const asked: readonly ClientRequest[] = [witness.request, { ...witness.request, method: 'GET', headers: [], credentials: 'omit' }];
    const isLetIn = (origin: string): boolean => asked.some((request) => exchanges(replaced(entry, policy, after), { ...request, origin }, this.court.environment).some(({ verdict }) => verdict.allowed === true));
    return originsNamedBy(change).every(isLetIn);
  }

  /** Policies before and after a change, in front of the layers behind them. */
  #compare(before: readonly Policy[], after: readonly Policy[]): readonly Comparison[] | undefined {
    if (before.length !== after.length || before.some(({ reader }, index) => after[index]?.reader !== reader)) return undefined;
    return before.map((policy, index) => {
      const { inner } = this.scene.layering.deploymentOf(policy);
      const answers: Answers = {
        verdict: (one, request) => this.#verdict({ policy: one, inner }, request),
        requestAt: (probe, method) => serverRequest({ url: urlOf(probe) }, method, []),
      };
      return compare(policy, after[index]!, answers);
    });
  }

  #verdict(deployment: Deployment, { probe, ...client }: ProbeRequest): Verdict {
    const url = urlOf(probe);
    const known = remembered(this.#verdicts, deployment.policy, () => new Map<string, Verdict>());
    return remembered(known, `${client.method} ${url} ${client.origin} ${client.credentials} ${client.headers.join()} ${deployment.inner.length}`, () => {
      const verdicts = new Set(exchanges(deployment, { ...client, url }, this.court.environment).map((exchange) => exchange.verdict.allowed));
      return verdicts.size === 1 ? [...verdicts][0]! : null;
    });
  }
}

/** Other policies that stand in front of those that change, or behind them. */
function aroundOf(changed: readonly Policy[], layering: Layering, roots: readonly FileReading[]): readonly Policy[] {
  const chained = new Set(changed.flatMap((policy) => [...layersOf(layering.deploymentOf(policy)), ...layering.entriesTo(policy).flatMap(({ deployment }) => waysTo(deployment, policy).flat())]));
  return chained.size === changed.length ? [] : judged([...chained], roots).filter((policy) => !changed.includes(policy));
}

/** Those that are judged: plain layers are not. */
function judged(policies: readonly Policy[], readings: readonly FileReading[]): readonly Policy[] {
  const plain = new Set(readings.flatMap(({ layers }) => layers.map(({ policy }) => policy)));
  return policies.filter((policy) => !plain.has(policy));
}

/** Rules that advise: what they say of a mended text is no reason to leave it broken, whether they run or not. */
const ADVICE: ReadonlySet<string> = new Set(Object.entries(rules).flatMap(([id, { set }]) => (set === 'strict' ? [id] : [])));
