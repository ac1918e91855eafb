import { resolve } from 'node:path';
import type { FailOn } from '../../config/config.js';
import type { Severity } from '../../findings/finding.js';
import { NO_FIXES, type FixCounts } from '../../findings/fix-counts.js';
import { isAsBadAs } from '../../findings/severity.js';
import { ruleEntries } from '../../generated/catalogue.js';
import { HOMEPAGE, VERSION } from '../../generated/version.js';
import type { Policy } from '../../policy/program.js';
import { counted } from '../../reporters/words.js';
import type { Report, ReportedFinding, ReportedGap } from '../../reporters/report.js';
import { Disk, type Unread } from '../disk.js';
import { isKnownFile } from '../known-file.js';
import { isMinified } from '../minified.js';
import { isInside, toDisk, toReader, toRoot, type Root } from '../root.js';
import { scan } from '../scan.js';
import type { Baselines } from './baseline.js';
import type { DebugLog } from './debug.js';
import { fixAll, refusedIn, type FixOptions } from './fix.js';
import { judge, type Judgement, type Lint, type LoadLint } from './judge.js';
import { choice, UsageError, type Options } from './options.js';
import { filesOf, leftOut, type Listing } from './paths.js';
import type { Scope } from './scope.js';
import type { Settings } from './settings.js';
import type { Terminal } from './terminal.js';
import type { Watch } from './watch.js';
import { replaceText, uninterrupted, WriteError } from './write.js';

export type ExitCode = 0 | 1 | 2;

/** What a run found, before anyone is told. */
export interface Outcome {
  /** Findings of every level. */
  readonly report: Report;
  readonly policies: readonly Policy[];
  readonly fixes: FixCounts;
  readonly code: ExitCode;
}

const NOTHING: Judgement = { findings: [], gaps: [], policies: [], read: 0, fixes: NO_FIXES };

/** What is taken out of each judgement, before it is mended and told. */
type Stage = (judgement: Judgement) => Judgement | Promise<Judgement>;

/** One run over files: list, filter, judge, fix. */
export class LintRun {
  readonly #disk: Disk;
  #suggestions = true;
  #judgeAgain = (): Promise<Judgement> => Promise.resolve(NOTHING);

  constructor(
    private readonly flags: Options['flags'],
    private readonly named: readonly string[],
    private readonly root: Root,
    private readonly settings: Settings,
    private readonly terminal: Terminal,
    private readonly loadLint: LoadLint,
    /** What a host knows already of what git narrows; else the flags say it. */
    private readonly given?: Scope,
  ) {
    this.#disk = new Disk(root);
  }

  /**
   * Reads, judges and mends; files that `--fix` changes are written. Nothing is printed but fixed texts, and what those
   * say who watch. `suggestions`: will somebody see what only a person can choose?
   */
  async outcome(watch: Watch = {}, suggestions = true): Promise<Outcome> {
    this.#suggestions = suggestions || this.flags['fix-suggestions'] === true;
    const { flags, terminal } = this;
    watch.observer?.note('root', '', `${this.root.folder}${this.root.repository ? ', a git repository' : ''}`);
    const maxWarnings = warningLimit(flags);
    const scope = await this.#scope();
    const tell = (note: string): void => terminal.stderr.write(`cors-lint: ${note}\n`);
    const cache = await this.#cache(tell);
    const listing = watch.observer?.start('list', '');
    const { files, named, undecoded, closed } = this.#files(scope, watch);
    const others = files.length === 0 ? [] : this.#others(scope);
    listing?.();
    [...(scope?.notes ?? []), ...leftOut(undecoded)].forEach(tell);
    if (files.length === 0) terminal.stderr.write('cors-lint: no files that it can read were found\n');
    const reading = watch.observer?.start('read', '');
    const asked = new Set(files);
    const all = [...new Set([...files, ...others])];
    await scan(this.#disk, this.root, all, this.loadLint);
    const { files: concerned, layers, unread: unreadFiles } = this.#concerned(all, named);
    const unread = [...closed.map(unreadFolder), ...unreadFiles.filter(({ file }) => asked.has(file))];
    reading?.();
    if (watch.log !== undefined) this.#tellLeftOut(watch.log, files, [...concerned, ...unread.map(({ file }) => file)]);
    const baselines = await this.#baselines(concerned);
    const stages = await this.#stages(scope, baselines, asked);
    const mended = await this.#judged(concerned, layers, stages, scope, cache, watch).finally(() => watch.progress?.clear());
    const { changes, refused } = await this.#write(scope);
    const left = refused ? await this.#judgeAgain() : mended;
    const judged = (await baselines?.settle(left, { files: asked, isGone: (file) => this.#isGone(file, scope) }, tell)) ?? left;
    const report = this.#report(judged.findings, [...judged.gaps, ...unread.map(gapOf)], { files: files.length, read: judged.read, policies: judged.policies.length, ...(baselines?.known === undefined ? {} : { known: baselines.known }) });
    const warnings = judged.findings.filter(({ severity }) => severity === 'warn').length;
    if (warnings > maxWarnings) terminal.stderr.write(`cors-lint: ${counted(warnings, 'warning')}, at most ${maxWarnings} allowed\n`);
    const unreadable = unread.some(({ file, reason }) => named.has(file) && (reason === 'unreadable' || flags.stdin === true));
    const code = unreadable || refused ? 2 : warnings > maxWarnings || changes || (await this.#fails(judged.findings)) ? 1 : 0;
    return { report, policies: judged.policies, fixes: judged.fixes, code };
  }

  /** The engine behind a cache, where one is wanted. */
  async #cache(tell: (note: string) => void): Promise<Lint | undefined> {
    const { cache, 'cache-location': location } = this.flags;
    if (location !== undefined && cache !== true) throw new UsageError('--cache-location needs --cache');
    if (cache !== true) return undefined;
    const { cachedLint, cacheFolder } = await import('./cache.js');
    return cachedLint(cacheFolder(this.root, location), this.loadLint, tell);
  }

  /** What git narrows, and the texts of its index in place of those on disk. */
  async #scope(): Promise<Scope | undefined> {
    if (this.given !== undefined) return this.given;
    const { staged, since, 'changed-lines': changedLines } = this.flags;
    if (staged !== true && since === undefined && changedLines !== true) return undefined;
    const { scopeOf } = await import('./scope.js');
    const scope = scopeOf(this.flags, this.root);
    const { unlike, bytesOf } = scope.staged ?? {};
    if (unlike !== undefined && bytesOf !== undefined) this.#disk.standIn(new Map([...unlike].map(([file, id]) => [file, () => bytesOf(id)])));
    return scope;
  }

  #files(scope: Scope | undefined, watch: Watch): Listing {
    const { flags, root } = this;
    if (flags.stdin !== true) return this.#listed(this.named, scope?.among, watch);
    const path = flags['stdin-filename'];
    if (path === undefined) throw new UsageError('--stdin needs --stdin-filename: the name tells the language');
    const file = toRoot(root, path);
    const bytes = Buffer.from(this.terminal.readStdin());
    this.#disk.standIn(new Map([[file, () => bytes]]));
    return { files: isKnownFile(file) ? [file] : [], named: new Set([file]), undecoded: [], closed: [] };
  }

  /** Files that are read so that those of the run are understood. */
  #others(scope: Scope | undefined): readonly string[] {
    if (this.flags.related !== true && scope?.beside === undefined) return [];
    return this.#listed([this.root.folder], this.flags.related === true ? undefined : scope?.beside, {}).files;
  }

  #listed(named: readonly string[], among: Scope['among'], { log }: Watch): Listing {
    const { flags, root } = this;
    return filesOf(root, { named, noIgnore: flags['no-ignore'] === true, patterns: flags['ignore-pattern'] ?? [], among, leaveOut: log && ((file, reason) => log.leaveOut(file, reason)) });
  }

  /** Files that may concern CORS; what is plainly minified is left out, and said so. */
  #concerned(files: readonly string[], named: ReadonlySet<string>): ReturnType<Disk['concerned']> {
    const { files: concerned, layers, unread } = this.#disk.concerned(files);
    const minified = this.flags['no-ignore'] === true ? [] : concerned.filter((file) => !named.has(file) && isMinified(file, this.#disk.read(file) ?? ''));
    if (minified.length === 0) return { files: concerned, layers, unread };
    const gaps = minified.map((file): Unread => ({ file, reason: 'minified', message: 'this script is minified and was not checked; name it to have it checked, or ignore it' }));
    return { files: concerned.filter((file) => !minified.includes(file)), layers, unread: [...unread, ...gaps] };
  }

  async #judged(concerned: readonly string[], layers: readonly string[], stages: readonly Stage[], scope: Scope | undefined, cache: Lint | undefined, { observer, progress }: Watch): Promise<Judgement> {
    const { flags, terminal } = this;
    const unused = choice('report-unused-disables', flags['report-unused-disables'] ?? (flags.only === undefined && flags.skip === undefined ? 'warn' : 'off'), ['off', 'warn', 'error']);
    const options = { inlineConfig: flags['no-inline-config'] !== true, unusedDisables: unused, suggestions: this.#suggestions, observer, layers };
    if (concerned.length === 0) return NOTHING;
    const loading = observer?.start('load', '');
    const lint = cache ?? (await this.loadLint());
    loading?.();
    const judgeAll = (this.#judgeAgain = async () => {
      progress?.expect(concerned.length);
      let judgement = await judge(concerned, this.#disk, this.settings, lint, options);
      for (const stage of stages) judgement = await stage(judgement);
      return judgement;
    });
    const first = await judgeAll();
    if (!this.#fixes) return first;
    const how: FixOptions = { suggestions: flags['fix-suggestions'] === true, locked: scope?.staged?.unlike ?? new Set() };
    const last = await fixAll(first, this.#disk, judgeAll, how);
    for (const file of refusedIn(last, how)) terminal.stderr.write(`cors-lint: ${toReader(this.root, file)} was not fixed: it is staged in part, and its text on disk is another one\n`);
    return last;
  }

  /** Known findings, where a flag or a configuration names a file of them. */
  async #baselines(concerned: readonly string[]): Promise<Baselines | undefined> {
    const { baseline, 'write-baseline': write, 'prune-baseline': prune } = this.flags;
    const isNamed = async (): Promise<boolean> => {
      for (const file of [toRoot(this.root, 'file'), ...concerned]) if ((await this.settings.of(file)).baseline !== undefined) return true;
      return false;
    };
    if (baseline === undefined && write !== true && prune !== true && !(await isNamed())) return undefined;
    const { Baselines } = await import('./baseline.js');
    return new Baselines(this.flags, this.root, this.settings).open(concerned);
  }

  async #stages(scope: Scope | undefined, baselines: Baselines | undefined, asked: ReadonlySet<string>): Promise<readonly Stage[]> {
    const stages: Stage[] = [];
    if (baselines !== undefined) stages.push((judgement) => baselines.without(judgement));
    if (this.flags.related === true || scope?.beside !== undefined) {
      const { aboutFiles } = await import('./related.js');
      stages.push((judgement) => aboutFiles(judgement, asked));
    }
    const shown = scope?.shown;
    if (shown !== undefined) {
      const { onChangedLines } = await import('./changed-lines.js');
      stages.push((judgement) => onChangedLines(judgement, shown, this.#disk));
    }
    return stages;
  }

  /** Was a file that is no more there one of those that this run would have looked at? */
  #isGone(file: string, scope: Scope | undefined): boolean {
    if (scope?.among !== undefined || this.flags.stdin === true || this.#disk.exists(file)) return false;
    return this.named.some((path) => isInside(resolve(this.root.cwd, path), toDisk(this.root, file)));
  }

  get #fixes(): boolean {
    const { fix, 'fix-suggestions': suggestions, 'fix-dry-run': dryRun, diff } = this.flags;
    return fix === true || suggestions === true || dryRun === true || diff === true;
  }

  /** Standard output is for a diff or for the text that was mended: reports go elsewhere. */
  get textGoesToStdout(): boolean {
    const { diff, stdin, 'fix-dry-run': dryRun } = this.flags;
    return diff === true || (stdin === true && this.#fixes && dryRun !== true);
  }

  /** Brings the fixed texts where they are wanted: would a file change that is not written, and was one refused? */
  async #write(scope: Scope | undefined): Promise<{ readonly changes: boolean; readonly refused: boolean }> {
    const { flags, terminal, root } = this;
    if (!this.#fixes) return { changes: false, refused: false };
    const changed = [...this.#disk.laid()].filter(({ before, after }) => before !== after);
    if (flags.diff === true) {
      const { unifiedDiff } = await import('./diff.js');
      for (const { file, before = '', after } of changed) terminal.stdout.write(unifiedDiff(toReader(root, file), before, after));
    } else if (flags.stdin === true && flags['fix-dry-run'] !== true) {
      terminal.stdout.write(this.#disk.read(toRoot(root, flags['stdin-filename'] ?? '')) ?? '');
      return { changes: false, refused: false };
    }
    if (flags.diff === true || flags['fix-dry-run'] === true) return { changes: changed.length > 0, refused: false };
    const { staged } = scope ?? {};
    let refused = false;
    const write = ({ file, before = '', after }: (typeof changed)[number]): void => {
      try {
        replaceText(toDisk(root, file), after, before);
        if (staged !== undefined) terminal.stderr.write(`cors-lint: ${toReader(root, file)} was fixed on disk: stage it to commit the fix\n`);
      } catch (error) {
        if (!(error instanceof WriteError)) throw error;
        refused = true;
        this.#disk.lay(file, before);
        terminal.stderr.write(`cors-lint: ${toReader(root, file)} was not fixed: ${error.reason}\n`);
      }
    };
    await uninterrupted(changed.map((one) => () => write(one)));
    // A commit would still take the text that is in the index.
    return { changes: staged !== undefined && changed.length > 0, refused };
  }

  #report(findings: readonly ReportedFinding[], gaps: readonly ReportedGap[], counts: Report['counts']): Report {
    return {
      findings,
      gaps,
      counts,
      rules: new Map(ruleEntries.map((rule) => [rule.id, rule])),
      version: VERSION,
      homepage: HOMEPAGE,
      pathOf: (file) => toReader(this.root, file),
      sourceOf: (file) => this.#disk.source(file),
    };
  }

  /** Is one of the findings as bad as its file's `failOn`? */
  async #fails(findings: readonly ReportedFinding[]): Promise<boolean> {
    for (const { severity, at } of findings) if (reaches(severity, (await this.settings.of(at.file)).failOn)) return true;
    return false;
  }

  #tellLeftOut(log: DebugLog, files: readonly string[], known: readonly string[]): void {
    const rest = new Set(known);
    for (const file of files) if (!rest.has(file)) log.leaveOut(file, 'without a word about CORS, or not there');
    log.flush();
  }
}

function reaches(severity: Severity, failOn: FailOn): boolean {
  return failOn !== 'never' && isAsBadAs(severity, failOn);
}

function warningLimit({ 'max-warnings': written }: Options['flags']): number {
  if (written === undefined) return Infinity;
  if (!/^\d+$/.test(written)) throw new UsageError(`--max-warnings: expected a number, found ${JSON.stringify(written)}`);
  return Number(written);
}

function unreadFolder(folder: string): Unread {
  return { file: folder, reason: 'unreadable', message: 'this folder cannot be opened; what it holds was not read' };
}

function gapOf({ file, reason, message }: Unread): ReportedGap {
  return { at: { file, start: 0, end: 0 }, reason, message };
}
