import { Beside } from './engine-beside.js';
import { byPlace, firsts, type Draft } from './engine-drafts.js';
import { Intake } from './engine-intake.js';
import { judgeAll, type Judged, type Neutralised } from './engine-judging.js';
import { load, readersFor, type Loaded, type Wanted } from './engine-loading.js';
import { Mender, type Judges, type Scene } from './engine-mending.js';
import { noteLayers, type Observer } from './engine-observer.js';
import { policiesIn, topologyOf, uncovered, unrepeated, usesOf, type FileReading } from './engine-reading.js';
import { Revision, type Revised } from './engine-revision.js';
import { Ask, type View } from './findings/ask.js';
import type { Finding, Fix, Severity } from './findings/finding.js';
import { withFingerprints } from './findings/fingerprint.js';
import type { FixCounts } from './findings/fix-counts.js';
import { directivesIn, silencing, type Directive } from './findings/ignore.js';
import { messageOf } from './findings/rule.js';
import { trustedSet } from './findings/trusted.js';
import { undecidedGaps } from './findings/undecided.js';
import { ruleEntries } from './generated/catalogue.js';
import { link, type Layering } from './layers/link.js';
import type { Change } from './policy/change.js';
import type { ClientCall } from './policy/client-call.js';
import type { Deployment } from './policy/evaluate.js';
import type { Gap, Policy } from './policy/program.js';
import type { DeclaredLayer } from './policy/topology.js';
import type { Declined } from './readers/reader.js';
import type { Problem } from './syntax/language.js';
import type { TextEdit } from './text/edit.js';
import { overlay, Traced, type Files } from './text/files.js';
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
  /** Is one of these ignored? Asked only before it is read: most need not be. */
  readonly isIgnored?: (path: string) => Promise<boolean>;
  /** Layers that the configuration names. */
  readonly layers?: readonly DeclaredLayer[];
  /** False: changes that only a person can choose are not tried, and not offered. */
  readonly suggestions?: boolean;
  /** False: no change is tried, and findings come without one. */
  readonly fixes?: boolean;
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

export type { Revised };

/** What a run found, and the layers that it found it in. */
export interface Survey extends LintResult {
  /** Every layer that none stands in front of, with all that stands behind it. */
  readonly entries: readonly Deployment[];
  /** Layers behind others that are said to be reached from outside past them, each with all that stands behind it. */
  readonly exposed: readonly Deployment[];
  /** What would be found of a layer alone, and is of no account in the chains that it stands in. */
  readonly neutralised: readonly Quieted[];
  /** What the repository's own pages call. */
  readonly calls: readonly ClientCall[];
  /** Tries changes of a layer, all at once: the edits, and the layers as they would be with them. Says why not, where its reader cannot. */
  attempt(policy: Policy, ...changes: readonly Change[]): Attempt | Declined;
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

/** What they say, to be rewritten: nothing is judged yet. */
export async function revised(paths: readonly string[], files: Files, options: EngineOptions): Promise<Revised> {
  return (await prepared(paths, files, options)).revision();
}

/** A run that has read its files. */
async function prepared(paths: readonly string[], files: Files, options: EngineOptions): Promise<Run> {
  const wanted = new Map<string, readonly Wanted[]>();
  for (const path of paths) {
    const text = files.read(path);
    const readers = text === undefined ? [] : readersFor(path, text);
    if (readers.length > 0) wanted.set(path, readers);
    options.observer?.note('read', path, readers.length === 0 ? 'no reader' : readers.map(({ id, language }) => `${id} (${language})`).join(', '));
  }
  const loading = options.observer?.start('load', '');
  const loaded = await load([...wanted.values()].flat());
  loading?.();
  const run = new Run(loaded, files, options);
  run.read([...wanted.keys()]);
  // Where nothing says anything of CORS, nobody asks what stands in front of it.
  if (!run.foundPolicies) return run;
  const beside = new Beside((options.beside ?? []).filter((path) => !wanted.has(path)), files, options.layers ?? [], options.isIgnored ?? (() => Promise.resolve(false)));
  let next = beside.atOnce();
  do {
    const kept = await beside.kept(next);
    await load(beside.readersOf(kept), loaded);
    run.readBeside(kept);
    next = beside.onward(run.readings);
  } while (next.length > 0);
  run.leave(await beside.gaps());
  return run;
}

/** The pipeline: read, link, judge, silence, mend. The one place where readers and rules meet. */
export class Run {
  readonly #gaps: Gap[] = [];
  /** What the repository's own pages call. */
  #calls: readonly ClientCall[] = [];
  /** Rules that run, with what is set for them. */
  readonly #options: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly #intake: Intake;

  #readings: readonly FileReading[] = [];
  #beside: readonly FileReading[] = [];

  /** @param given trees that a host already has, by path */
  constructor(
    loaded: Loaded,
    files: Files,
    private readonly options: EngineOptions,
    given: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.#intake = new Intake(loaded, new Traced(files), given, options.observer, (at, part) => this.#fence(at, part));
    this.#options = new Map([...options.rules].map(([id, rule]) => [id, rule.options]));
  }

  read(paths: readonly string[]): void {
    this.#readings = paths.map((path) => this.#intake.read(path));
  }

  get foundPolicies(): boolean {
    return this.#readings.some(({ policies }) => policies.length > 0);
  }

  /** What was read so far. */
  get readings(): readonly FileReading[] {
    return [...this.#readings, ...this.#beside];
  }

  /** Reads files only for what they tell of layers. They count in the order in which they were given, whenever they are read. */
  readBeside(paths: readonly string[]): void {
    const place = new Map(this.options.beside?.map((path, index) => [path, index]));
    const placeOf = ({ path }: FileReading): number => place.get(path) ?? 0;
    this.#beside = [...this.#beside, ...paths.map((path) => this.#intake.readBeside(path))].sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** What is left unread, and why that matters. */
  leave(gaps: readonly Gap[]): void {
    this.#gaps.push(...gaps);
  }

  lint(): LintResult {
    return this.#lint().result;
  }

  survey(): Survey {
    const { result, scene, neutralised, mender } = this.#lint();
    return {
      ...result,
      entries: scene.layering.entries,
      exposed: result.policies.filter((policy) => scene.layering.entriesTo(policy).length > 0 && scene.layering.isExposed(policy)).map(scene.layering.deploymentOf),
      neutralised: neutralised.map(quieted),
      calls: this.#calls,
      attempt: (policy, ...changes) => {
        const tried = mender.try(policy, ...changes);
        return 'declined' in tried ? tried : { edits: tried.edits, entries: mender.layeringWith(tried).entries };
      },
    };
  }

  revision(): Revised {
    return new Revision(this.#intake, [...this.#readings, ...this.#beside], this.#intake.files, { ...this.#judges(), declared: this.options.layers });
  }

  #lint(): { readonly result: LintResult; readonly scene: Scene; readonly neutralised: readonly Neutralised[]; readonly mender: Mender } {
    const { observer } = this.options;
    const readings = this.#readings;
    const told = uncovered(this.readings);
    const scene = this.#scene(unrepeated(told));
    const policies = scene.roots.flatMap((reading) => reading.policies);
    this.#calls = scene.roots.flatMap(({ calls }) => calls);
    if (observer !== undefined) noteLayers(observer, policies, scene.layering, (file) => this.#intake.source(file));
    const { drafts, neutralised } = this.#judge(policies, scene.layering);
    for (const { ruleId, at, within } of neutralised.map(quieted)) observer?.note('layers', at.file, `${ruleId} is of no account behind ${within.title} (${within.at.file})`);
    for (const { gaps } of told) this.#gaps.push(...gaps);
    this.#gaps.push(...scene.layering.gaps);
    for (const policy of policies) this.#fence(policy.at, () => this.#gaps.push(...undecidedGaps(this.#ask({ policy, inner: [] }), this.#gaps)));

    const { kept, unusedDisables } = this.#silence(drafts, readings);
    const mender = new Mender(this.#intake, scene, this.#judges(), observer);
    const found = kept.map((draft) => this.#finding(draft, mender));
    this.#intake.close();
    // One mistake often makes many more: the first in a file is the one to mend.
    const problems = readings.flatMap((reading) => reading.problems.map((problem) => ({ problem, reading })));
    const broken = firsts(problems, ({ problem }) => problem.at.file).flatMap(({ problem, reading }) => this.#parseError(problem, reading));
    const findings = withFingerprints([...found, ...broken].sort(byPlace), (file) => this.#intake.source(file));
    const gaps = firsts(this.#gaps, (gap) => `${spanKey(gap.at)} ${gap.message}`);
    return { result: { findings, gaps, policies, unusedDisables, read: readings.length, fixes: mender.fixes }, scene, neutralised, mender };
  }

  #judges(): Judges {
    return { environment: environmentNamed(this.options.environment), judge: (...asked) => this.#judge(...asked).drafts, fence: (at, part) => this.#fence(at, part) };
  }

  #scene(roots: readonly FileReading[]): Scene {
    const declared = this.options.layers;
    const topology = topologyOf(roots, declared);
    return { roots, topology, declared, layering: link(policiesIn(roots), topology, environmentNamed(this.options.environment)) };
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
  #judge(policies: readonly Policy[], layering: Layering, only?: ReadonlySet<string>): Judged {
    return judgeAll(policies, {
      layering,
      options: only === undefined ? this.#options : new Map([...this.#options].filter(([id]) => only.has(id))),
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
      if (!directives.has(file)) directives.set(file, directivesIn(this.#intake.source(file)));
      return directives.get(file)!;
    };
    const used = new Set<Directive>();
    const kept = drafts.filter(({ ruleId, report }) => {
      const directive = silencing(inFile(report.at.file), ruleId, this.#intake.source(report.at.file).positionAt(report.at.start).line);
      if (directive !== undefined) used.add(directive);
      return directive === undefined;
    });
    for (const { path } of readings) inFile(path);
    return { kept, unusedDisables: [...directives.values()].flat().filter((directive) => directive.kind !== 'enable' && !used.has(directive)).map(({ at }) => at) };
  }

  #finding(draft: Draft, mender: Mender): Omit<Finding, 'fingerprint'> {
    const { ruleId, rule, report, deployment } = draft;
    const { reader, layer, title, at, version } = deployment.policy;
    const proposals = this.options.fixes === false ? [] : (report.proposals ?? []).filter(({ automatic }) => automatic || this.options.suggestions !== false);
    const proven = proposals.flatMap((proposal) => mender.mend(draft, proposal) ?? []);
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

  #parseError({ at, message, mend }: Problem, reading: FileReading): Omit<Finding, 'fingerprint'>[] {
    const configured = this.options.rules.get('parse-error');
    if (configured === undefined) return [];
    const policy = { reader: '', layer: 'proxy', title: '', at } as const;
    return [{ ruleId: 'parse-error', class: 'hygiene', severity: configured.severity, messageId: 'problem', message, why: whyOf('parse-error'), at, related: [], suggestions: [], policy, ...(mend === undefined ? {} : this.#mendedText(mend.title, reading)) }];
  }

  /** What mends a file's mistakes, when it was read again with fewer of them. */
  #mendedText(title: string, { path, problems }: FileReading): { readonly fix?: Fix } {
    const edits = problems.flatMap(({ mend }) => mend?.edits ?? []);
    const edited = overlay(this.#intake.files, edits);
    return edited === undefined || this.#intake.read(path, edited).problems.length >= problems.length ? {} : { fix: { title, edits, changes: [] } };
  }
}

const reasons = new Map(ruleEntries.map(({ id, why }) => [id, why]));

function quieted({ draft: { ruleId, rule, report }, within: { policy } }: Neutralised): Quieted {
  return { ruleId, message: messageOf(rule, report), at: report.at, within: { title: policy.title, at: policy.at } };
}

/** Why a rule's findings matter. */
function whyOf(ruleId: string): string {
  return reasons.get(ruleId) ?? '';
}
