import { languageOf, layerReadersFor, load, readersFor, type Loaded, type Wanted } from './engine-loading.js';
import { ruleEntries } from './generated/catalogue.js';
import { rules } from './generated/registries.js';
import { Ask, urlOf, type View } from './findings/ask.js';
import { exchanges, serverRequest } from './findings/exchange.js';
import type { ClientRequest, Finding, Fix, Severity } from './findings/finding.js';
import { withFingerprints } from './findings/fingerprint.js';
import { directivesIn, silencing, type Directive } from './findings/ignore.js';
import { messageOf, type Proposal } from './findings/rule.js';
import { trustedSet } from './findings/trusted.js';
import { undecidedGaps } from './findings/undecided.js';
import { NO_FIXES, type FixCounts } from './findings/fix-counts.js';
import { spelled } from './fixes/spell.js';
import { verify, type Offer } from './fixes/verify.js';
import { byPlace, firsts, remembered, type Draft, type Tried } from './engine-drafts.js';
import { judgeAll, type Judged, type Neutralised } from './engine-judging.js';
import { noteLayers, type Observer } from './engine-observer.js';
import { changedPolicies, onlyLayers, policiesIn, problemsIn, topologyOf, uncovered, unrepeated, usesOf, withSilent, type FileReading } from './engine-reading.js';
import type { ClientCall } from './policy/client-call.js';
import { link, type Layering } from './layers/link.js';
import { Topology } from './layers/topology.js';
import { originsNamedBy, type Change } from './policy/change.js';
import { layersOf, replaced } from './policy/deployment.js';
import { compare, type Answers, type Comparison, type ProbeRequest, type Verdict } from './policy/compare.js';
import type { Deployment } from './policy/evaluate.js';
import type { Gap, Policy } from './policy/program.js';
import type { DeclaredLayer, PlainLayer, TopologyFact } from './policy/topology.js';
import type { Declined } from './readers/reader.js';
import type { Language, Problem } from './syntax/language.js';
import type { TextEdit } from './text/edit.js';
import { overlay, Traced, type Files } from './text/files.js';
import { SourceText } from './text/source-text.js';
import { spanKey, type Span } from './text/span.js';
import { environmentNamed } from './values/fact.js';

export interface EngineOptions {
  /** Rules that run, by bare id. */
  readonly rules: ReadonlyMap<string, { readonly severity: Severity; readonly options: Readonly<Record<string, unknown>> }>;
  readonly strict: boolean;
  /** Name of the environment to judge for, as the user calls it. */
  readonly environment: string;
  /** Origins that are the user's own: whole ones, or with `*` for a part of the host or for the port. */
  readonly trustedOrigins: readonly string[];
  /** Honour `cors-lint-disable…` comments. */
  readonly inlineConfig: boolean;
  /** Files that are read only for what they tell of layers. */
  readonly beside?: readonly string[];
  /** Layers that the configuration names. */
  readonly layers?: readonly DeclaredLayer[];
  /** False: changes that only a person can choose are not tried, and not offered. */
  readonly suggestions?: boolean;
  readonly observer?: Observer | undefined;
}

export interface LintResult {
  /** Sorted by path, offset, rule. */
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  readonly policies: readonly Policy[];
  /** Disable comments that silenced nothing. */
  readonly unusedDisables: readonly Span[];
  /** Files that were parsed. */
  readonly read: number;
  /** What became of the changes that rules asked for. */
  readonly fixes: FixCounts;
}

/** What a run found, and the layers that it found it in. */
export interface Survey extends LintResult {
  /** Every layer that none stands in front of, with all that stands behind it. */
  readonly entries: readonly Deployment[];
  /** What would be found of a layer alone, and is of no account in the chains that it stands in. */
  readonly neutralised: readonly Quieted[];
  /** What the repository's own pages call. */
  readonly calls: readonly ClientCall[];
  /** Tries a change of a layer: the edits, and the layers as they would be with them. Says why not, where its reader cannot. */
  attempt(policy: Policy, change: Change): Attempt | Declined;
}

export interface Attempt {
  readonly edits: readonly TextEdit[];
  readonly entries: readonly Deployment[];
}

/** A finding that the layers around it make of no account. */
export interface Quieted {
  readonly ruleId: string;
  readonly message: string;
  readonly at: Span;
  /** Title and place of the outermost layer of a chain in which it does not show. */
  readonly within: Pick<Policy, 'title' | 'at'>;
}

/** Lints the given files (paths relative to the root of `files`). Never throws on what the files contain. */
export async function lint(paths: readonly string[], files: Files, options: EngineOptions): Promise<LintResult> {
  return (await prepared(paths, files, options)).lint();
}

/** The same, with the layers and with what may be tried on them. */
export async function survey(paths: readonly string[], files: Files, options: EngineOptions): Promise<Survey> {
  return (await prepared(paths, files, options)).survey();
}

async function prepared(paths: readonly string[], files: Files, options: EngineOptions): Promise<{ lint(): LintResult; survey(): Survey }> {
  const wanted = new Map<string, readonly Wanted[]>();
  const beside = new Map<string, readonly Wanted[]>();
  for (const path of paths) {
    const text = files.read(path);
    const readers = text === undefined ? [] : readersFor(path, text);
    if (readers.length > 0) wanted.set(path, readers);
    options.observer?.note('read', path, readers.length === 0 ? 'no reader' : readers.map(({ id, language }) => `${id} (${language})`).join(', '));
  }
  for (const path of options.beside ?? []) {
    if (!wanted.has(path)) beside.set(path, layerReadersFor(path, files.read(path) ?? ''));
  }
  const loaded = options.observer?.start('load', '');
  const run = new Run(await load([...wanted.values(), ...beside.values()].flat()), files, options);
  loaded?.();
  const besides = [...beside].filter(([, readers]) => readers.length > 0).map(([path]) => path);
  return { lint: () => run.lint([...wanted.keys()], besides), survey: () => run.survey([...wanted.keys()], besides) };
}

/**
 * What trying changes of one file may cost in a run; past it findings stand without a fix, until it is run again. A trial
 * costs the steps times probes of the file's policies (about 10 µs each), something for each policy, and its text.
 */
const MAX_TRIALS = 100_000;
const COST_OF_POLICY = 25;
const CHARACTERS_AT_A_TIME = 5;

/** The pipeline: read, link, judge, silence, mend. The one place where readers and rules meet. */
export class Run {
  readonly #gaps: Gap[] = [];
  #fixes: FixCounts = NO_FIXES;
  readonly #sources = new Map<string, SourceText>();
  /** What was found about the policies of one or more files, judged with all others. */
  readonly #judged = new Map<string, readonly Draft[]>();
  readonly #files: Traced;
  /** Every proposal for a policy is compared with the same verdicts. */
  readonly #verdicts = new Map<Policy, Map<string, Verdict>>();
  readonly #trials = new Map<string, number>();
  /** What the repository's own pages call. */
  #calls: readonly ClientCall[] = [];
  /** What was read, as `uncovered` and `unrepeated` leave it. */
  #roots: readonly FileReading[] = [];
  #topology = new Topology();
  #layering: Layering = link([]);
  #neutralised: readonly Neutralised[] = [];
  /** Rules that run, with what is set for them. */
  readonly #options: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The reading that a policy comes from. */
  readonly #rootOf = new Map<Policy, FileReading>();
  /** Tree of the file in which something is to be mended: findings come file by file. */
  #mended: { readonly key: string; readonly language: string; readonly unit: unknown } | undefined;

  /** `given`: trees that a host already has, by path. */
  constructor(
    private readonly loaded: Loaded,
    files: Files,
    private readonly options: EngineOptions,
    private readonly given: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.#files = new Traced(files);
    this.#options = new Map([...options.rules].map(([id, rule]) => [id, rule.options]));
  }

  /** `beside`: files that are read only for what they tell of layers. */
  lint(paths: readonly string[], beside: readonly string[] = []): LintResult {
    const readings = paths.map((path) => this.#read(path, this.#files));
    const told = uncovered([...readings, ...beside.map((path) => onlyLayers(this.#read(path, this.#files)))]);
    const roots = (this.#roots = unrepeated(told));
    const policies = roots.flatMap((reading) => reading.policies);
    for (const root of roots) for (const policy of policiesIn([root])) this.#rootOf.set(policy, root);
    this.#calls = roots.flatMap(({ calls }) => calls);
    this.#topology = topologyOf(roots, this.options.layers);
    const layering = (this.#layering = link(policiesIn(roots), this.#topology));
    if (this.options.observer !== undefined) noteLayers(this.options.observer, policies, layering);
    const { drafts, neutralised } = this.#judge(policies, layering);
    for (const { gaps } of told) this.#gaps.push(...gaps);
    this.#gaps.push(...layering.gaps);
    for (const policy of policies) this.#fence(policy.at, () => this.#gaps.push(...undecidedGaps(this.#ask({ policy, inner: [] }), this.#gaps)));

    const { kept, unusedDisables } = this.#silence(drafts, readings);
    const found = kept.map((draft) => this.#finding(draft));
    this.#release(this.#mended?.language, this.#mended?.unit);
    this.#mended = undefined;
    // One mistake often makes many more: the first in a file is the one to mend.
    const problems = readings.flatMap((reading) => reading.problems.map((problem) => ({ problem, reading })));
    const broken = firsts(problems, ({ problem }) => problem.at.file).flatMap(({ problem, reading }) => this.#parseError(problem, reading));
    const findings = withFingerprints([...found, ...broken].sort(byPlace), (file) => this.#source(file));
    const gaps = firsts(this.#gaps, (gap) => `${spanKey(gap.at)} ${gap.message}`);
    this.#neutralised = neutralised;
    return { findings, gaps, policies, unusedDisables, read: readings.length, fixes: this.#fixes };
  }

  survey(paths: readonly string[], beside: readonly string[]): Survey {
    return {
      ...this.lint(paths, beside),
      entries: this.#layering.entries,
      neutralised: this.#neutralised.map(quieted),
      calls: this.#calls,
      attempt: (policy, change) => {
        const tried = this.#try(policy, change);
        return 'declined' in tried ? tried : { edits: tried.edits, entries: this.#layeringWith(tried.affected, tried.again).entries };
      },
    };
  }

  /** Trees are let go with the reading: what a run keeps of a file is its policies. */
  #read(path: string, files: Traced): FileReading {
    const done = this.options.observer?.start('read', path);
    const dependsOn = files.trace();
    const text = files.read(path) ?? '';
    const policies: Policy[] = [];
    const gaps: Gap[] = [];
    const covers: string[] = [];
    const calls: ClientCall[] = [];
    const problems: Problem[] = [];
    const layers: PlainLayer[] = [];
    const topology: TopologyFact[] = [];
    const units = new Map<string, unknown>();
    for (const { id, language } of readersFor(path, text)) {
      const reader = this.loaded.readers.get(id);
      if (reader === undefined) continue;
      this.#fence({ file: path, start: 0, end: 0 }, () => {
        if (!units.has(language)) {
          const parsed = this.#parse(language, path, files);
          units.set(language, parsed.unit);
          problems.push(...parsed.problems);
        }
        const unit = units.get(language);
        if (unit === undefined) return;
        for (const reading of reader.read(unit)) {
          if (reading.kind === 'policy') policies.push(reading.policy);
          else if (reading.kind === 'gap') gaps.push(reading.gap);
          else if (reading.kind === 'call') calls.push(reading.call);
          else if (reading.kind === 'layer') layers.push(reading.layer);
          else if (reading.kind === 'topology') topology.push(reading.fact);
          else covers.push(reading.file);
        }
      });
    }
    for (const [language, unit] of units) this.#release(language, unit);
    done?.();
    return { path, dependsOn, policies, gaps, calls, problems, covers, layers, topology };
  }

  /** A tree that a host has given is the host's. */
  #release(language: string | undefined, unit: unknown): void {
    if (language !== undefined && unit !== undefined && ![...this.given.values()].includes(unit)) this.loaded.languages.get(language)?.release?.(unit);
  }

  #unitToMend(language: string, path: string): unknown {
    const key = `${language} ${path}`;
    if (this.#mended?.key !== key) {
      this.#release(this.#mended?.language, this.#mended?.unit);
      this.#mended = { key, language, unit: this.#parse(language, path, this.#files).unit };
    }
    return this.#mended.unit;
  }

  #parse(language: string, path: string, files: Traced): ReturnType<Language<unknown>['parse']> {
    const given = files === this.#files ? this.given.get(path) : undefined;
    return given === undefined ? this.loaded.languages.get(language)!.parse(new SourceText(path, files.read(path) ?? ''), files) : { unit: given, problems: [] };
  }

  /** Runs one part; what it throws becomes a gap and nothing else is lost. */
  #fence(at: Span, part: () => void): void {
    try {
      part();
    } catch (error) {
      this.#gaps.push({ at, reason: 'unsupported-syntax', message: `cors-lint failed here and skipped the rest: ${error instanceof Error ? error.message : String(error)}` });
    }
  }

  #ask(deployment: Deployment, view?: View): Ask {
    return new Ask(deployment, this.options.environment, this.options.strict, trustedSet(this.options.trustedOrigins), this.#calls, view);
  }

  /** What the rules say of some policies where they stand. */
  #judge(policies: readonly Policy[], layering: Layering): Judged {
    return judgeAll(policies, {
      layering,
      options: this.#options,
      ask: (deployment, view) => this.#ask(deployment, view),
      guard: (ruleId, policy, judge) => {
        const done = this.options.observer?.start('judge', ruleId);
        this.#fence(policy.at, judge);
        done?.();
      },
    });
  }

  #silence(drafts: readonly Draft[], readings: readonly FileReading[]): { kept: readonly Draft[]; unusedDisables: readonly Span[] } {
    if (!this.options.inlineConfig) return { kept: drafts, unusedDisables: [] };
    const directives = new Map<string, readonly Directive[]>();
    const inFile = (file: string): readonly Directive[] => {
      if (!directives.has(file)) directives.set(file, directivesIn(this.#source(file)));
      return directives.get(file)!;
    };
    const used = new Set<Directive>();
    const kept = drafts.filter(({ ruleId, report }) => {
      const directive = silencing(inFile(report.at.file), ruleId, this.#source(report.at.file).positionAt(report.at.start).line);
      if (directive !== undefined) used.add(directive);
      return directive === undefined;
    });
    for (const { path } of readings) inFile(path);
    return { kept, unusedDisables: [...directives.values()].flat().filter((directive) => directive.kind !== 'enable' && !used.has(directive)).map(({ at }) => at) };
  }

  #source(file: string): SourceText {
    let source = this.#sources.get(file);
    if (source === undefined) this.#sources.set(file, (source = new SourceText(file, this.#files.read(file) ?? '')));
    return source;
  }

  #finding(draft: Draft): Omit<Finding, 'fingerprint'> {
    const { ruleId, rule, report, deployment } = draft;
    const { reader, layer, title, at, version } = deployment.policy;
    const proven = (report.proposals ?? []).filter(({ automatic }) => automatic || this.options.suggestions !== false).flatMap((proposal) => this.#mend(draft, proposal) ?? []);
    const fix = proven.find(({ automatic }) => automatic)?.fix;
    return {
      ruleId,
      class: draft.class,
      severity: this.#severity(draft),
      messageId: report.message,
      message: messageOf(rule, report),
      why: whyOf(ruleId),
      at: report.at,
      related: [...(report.related ?? []), ...usesOf(report.at.file, deployment.policy)],
      witness: report.witness,
      ...(fix === undefined ? {} : { fix }),
      suggestions: proven.filter(({ automatic }) => !automatic).map((offer) => offer.fix),
      policy: { reader, layer, title, at, ...(version === undefined ? {} : { version }) },
    };
  }

  /** As configured, but a finding that is milder than its rule can be is at most a warning unless strictness was asked for; so is what rests on a link that is only likely. */
  #severity({ ruleId, rule, class: found, likely }: Draft): Severity {
    const configured = this.options.rules.get(ruleId)?.severity ?? 'warn';
    const mild = found !== rule.class && (found === 'hygiene' || (found === 'correctness-warning' && !this.options.strict));
    return (mild || likely === true) && configured === 'error' ? 'warn' : configured;
  }

  /** What has been spent on changes of a file, this one included: each makes all of it be read and judged again. */
  #tried({ path, policies }: FileReading): number {
    const spent = (this.#trials.get(path) ?? 0) + this.#source(path).text.length / CHARACTERS_AT_A_TIME + policies.reduce((sum, { steps, probes }) => sum + COST_OF_POLICY + steps.length * probes.length, 0);
    this.#trials.set(path, spent);
    return spent;
  }

  /** Lets the reader spell a proposal, applies it in memory, reads again every file that depends on it and compares. */
  #mend(draft: Draft, proposal: Proposal): Offer | undefined {
    const { observer } = this.options;
    const done = observer?.start('mend', draft.ruleId);
    let offer: Offer | undefined;
    let fate: keyof FixCounts = 'unspelled';
    let why = 'no reader spells it here, or too many changes of this file were tried';
    this.#fence(draft.report.at, () => {
      const policy = this.#ownerOf(draft, proposal.change);
      const tried = this.#try(policy, proposal.change);
      if ('declined' in tried) return void (why = tried.declined);
      fate = 'dropped';
      const { edits, before, after, affected, again } = tried;
      why = 'an origin that it names would not be let in';
      if (!this.#arrives(proposal.change, draft, policy, after[before.indexOf(policy)])) return;
      const verified = verify(proposal, edits, {
        mended: draft,
        uncovered: new Set(Object.entries(rules).flatMap(([id, rule]) => (rule.yieldsTo?.[draft.ruleId] === undefined ? [] : [id]))),
        tolerated: ADVICE,
        before: remembered(this.#judged, before.map(({ at }) => spanKey(at)).join(), () => this.#judge(before, this.#layering).drafts),
        after: this.#judge(after, this.#layeringWith(affected, again)).drafts,
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

  /** What becomes of a change of a policy: the edits, and what is read then, next to what was read before. */
  #try(policy: Policy, change: Change): Tried | Declined {
    const root = this.#rootOf.get(policy);
    const reader = this.loaded.readers.get(policy.reader);
    const language = reader === undefined || root === undefined ? undefined : languageOf(reader.language, root.path);
    if (root === undefined || reader === undefined || language === undefined) return { declined: 'no reader spells it here' };
    if (this.#tried(root) > MAX_TRIALS) return { declined: 'too many changes of this file were tried' };
    const edits = spelled(reader, this.#unitToMend(language, root.path), policy, change);
    if ('declined' in edits) return edits;
    const edited = overlay(this.#files, edits);
    if (edited === undefined) return { declined: 'its edits overlap' };
    const affected = this.#roots.filter(({ dependsOn }) => edits.some(({ file }) => dependsOn.has(file)));
    const again = affected.map(({ path }) => this.#read(path, edited));
    const [before, after] = changedPolicies(policiesIn(affected), policiesIn(again));
    return { edits, before, after, affected, again };
  }

  /** What stands behind what once some files were read again. */
  #layeringWith(affected: readonly FileReading[], again: readonly FileReading[]): Layering {
    const roots = [...this.#roots.filter((root) => !affected.includes(root)), ...again];
    const tellsOfLayers = [...affected, ...again].some(({ layers, topology }) => layers.length + topology.length > 0);
    return link(policiesIn(roots), tellsOfLayers ? topologyOf(roots, this.options.layers) : this.#topology);
  }

  /** Are the origins that the change names let in by the changed policy, as the finding's request goes or as the simplest one does? */
  #arrives(change: Change, { report: { witness }, entry }: Draft, policy: Policy, after: Policy | undefined): boolean {
    if (after === undefined) return true;
    const asked: readonly ClientRequest[] = [witness.request, { ...witness.request, method: 'GET', headers: [], credentials: 'omit' }];
    const isLetIn = (origin: string): boolean => asked.some((request) => exchanges(replaced(entry, policy, after), { ...request, origin }, environmentNamed(this.options.environment)).some(({ verdict }) => verdict.allowed === true));
    return originsNamedBy(change).every(isLetIn);
  }

  /** Policies before and after a change, in front of the layers behind them. */
  #compare(before: readonly Policy[], after: readonly Policy[]): readonly Comparison[] | undefined {
    if (before.length !== after.length || before.some(({ reader }, index) => after[index]?.reader !== reader)) return undefined;
    return before.map((policy, index) => {
      const { inner } = this.#layering.deploymentOf(policy);
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
      const verdicts = new Set(exchanges(deployment, { ...client, url }, environmentNamed(this.options.environment)).map((exchange) => exchange.verdict.allowed));
      return verdicts.size === 1 ? [...verdicts][0]! : null;
    });
  }

  #parseError({ at, message, mend }: Problem, reading: FileReading): Omit<Finding, 'fingerprint'>[] {
    const configured = this.options.rules.get('parse-error');
    if (configured === undefined) return [];
    const policy = { reader: '', layer: 'proxy', title: '', at } as const;
    return [{ ruleId: 'parse-error', class: 'hygiene', severity: configured.severity, messageId: 'problem', message, why: whyOf('parse-error'), at, related: [], suggestions: [], policy, ...(mend === undefined ? {} : this.#mendedText(mend.title, reading)) }];
  }

  /** What mends a file's mistakes, when it was read again with fewer of them. */
  #mendedText(title: string, { path, problems }: FileReading): { readonly fix?: Fix } {
    const edits = problems.flatMap(({ mend }) => mend?.edits ?? []);
    const edited = overlay(this.#files, edits);
    return edited === undefined || this.#read(path, edited).problems.length >= problems.length ? {} : { fix: { title, edits, changes: [] } };
  }
}

/** Rules that advise: what they say of a mended text is no reason to leave it broken, whether they run or not. */
const ADVICE: ReadonlySet<string> = new Set(Object.entries(rules).flatMap(([id, { set }]) => (set === 'strict' ? [id] : [])));

const reasons = new Map(ruleEntries.map(({ id, why }) => [id, why]));

function quieted({ draft: { ruleId, rule, report }, within: { policy } }: Neutralised): Quieted {
  return { ruleId, message: messageOf(rule, report), at: report.at, within: { title: policy.title, at: policy.at } };
}

/** Why a rule's findings matter. */
function whyOf(ruleId: string): string {
  return reasons.get(ruleId) ?? '';
}
