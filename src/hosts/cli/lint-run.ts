import type { FailOn } from '../../config/config.js';
import type { Severity } from '../../findings/finding.js';
import { NO_FIXES, type FixCounts } from '../../findings/fix-counts.js';
import { languagePaths, ruleEntries } from '../../generated/catalogue.js';
import { HOMEPAGE, VERSION } from '../../generated/version.js';
import type { Policy } from '../../policy/program.js';
import { counted } from '../../reporters/words.js';
import type { Report, ReportedFinding, ReportedGap } from '../../reporters/report.js';
import { SourceText } from '../../text/source-text.js';
import { Disk, type Unread } from '../disk.js';
import { toDisk, toReader, toRoot, type Root } from '../root.js';
import type { DebugLog } from './debug.js';
import { fixAll, refusedIn, type FixOptions } from './fix.js';
import { judge, type Judgement, type Lint } from './judge.js';
import { choice, UsageError, type Options } from './options.js';
import { filesOf, leftOut, type Listing } from './paths.js';
import type { Scope } from './scope.js';
import type { Settings } from './settings.js';
import type { Terminal } from './terminal.js';
import type { Watch } from './watch.js';
import { replaceText } from './write.js';

export type ExitCode = 0 | 1 | 2;

/** The engine is loaded when some file needs it. */
export type LoadLint = () => Promise<Lint>;

/** What a run found, before anyone is told. */
export interface Outcome {
  /** Findings of every level. */
  readonly report: Report;
  readonly policies: readonly Policy[];
  readonly fixes: FixCounts;
  readonly code: ExitCode;
}

/** One run over files: list, filter, judge, fix. */
export class LintRun {
  readonly #disk: Disk;

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

  /** Reads, judges and mends; files that `--fix` changes are written. Nothing is printed but fixed texts, and what those say who watch. */
  async outcome(watch: Watch = {}): Promise<Outcome> {
    const { flags, terminal } = this;
    watch.observer?.note('root', '', `${this.root.folder}${this.root.repository ? ', a git repository' : ''}`);
    const maxWarnings = warningLimit(flags);
    const scope = await this.#scope();
    const listing = watch.observer?.start('list', '');
    const { files, named, undecoded, closed } = this.#files(scope, watch);
    listing?.();
    for (const note of [...(scope?.notes ?? []), ...leftOut(undecoded)]) terminal.stderr.write(`cors-lint: ${note}\n`);
    if (files.length === 0) terminal.stderr.write('cors-lint: no files that it can read were found\n');
    const reading = watch.observer?.start('read', '');
    const { files: concerned, unread: unreadFiles } = this.#disk.concerned(files);
    const unread = [...closed.map(unreadFolder), ...unreadFiles];
    reading?.();
    if (watch.log !== undefined) this.#tellLeftOut(watch.log, files, [...concerned, ...unread.map(({ file }) => file)]);
    const judged = await this.#judged(concerned, scope, watch).finally(() => watch.progress?.clear());
    const changed = await this.#write(scope);
    const report = this.#report(judged.findings, [...judged.gaps, ...unread.map(gapOf)], { files: files.length, read: judged.read, policies: judged.policies.length });
    const warnings = judged.findings.filter(({ severity }) => severity === 'warn').length;
    if (warnings > maxWarnings) terminal.stderr.write(`cors-lint: ${counted(warnings, 'warning')}, at most ${maxWarnings} allowed\n`);
    const unreadable = unread.some(({ file, reason }) => reason === 'unreadable' && named.has(file));
    const code = unreadable ? 2 : warnings > maxWarnings || changed || (await this.#fails(judged.findings)) ? 1 : 0;
    return { report, policies: judged.policies, fixes: judged.fixes, code };
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

  #files(scope: Scope | undefined, { log }: Watch): Listing {
    const { flags, root } = this;
    const isKnown = (file: string): boolean => Object.values(languagePaths).some((paths) => paths.test(file));
    if (flags.stdin !== true) return filesOf(root, { named: this.named, noIgnore: flags['no-ignore'] === true, patterns: flags['ignore-pattern'] ?? [], isKnown, among: scope?.among, leaveOut: log && ((file, reason) => log.leaveOut(file, reason)) });
    const path = flags['stdin-filename'];
    if (path === undefined) throw new UsageError('--stdin needs --stdin-filename: the name tells the language');
    const file = toRoot(root, path);
    this.#disk.lay(file, decoded(this.terminal.readStdin()));
    return { files: isKnown(file) ? [file] : [], named: new Set(), undecoded: [], closed: [] };
  }

  async #judged(concerned: readonly string[], scope: Scope | undefined, { observer, progress }: Watch): Promise<Judgement> {
    const { flags, terminal } = this;
    const unused = choice('report-unused-disables', flags['report-unused-disables'] ?? (flags.only === undefined && flags.skip === undefined ? 'warn' : 'off'), ['off', 'warn', 'error']);
    const options = { inlineConfig: flags['no-inline-config'] !== true, unusedDisables: unused, observer };
    if (concerned.length === 0) return { findings: [], gaps: [], policies: [], read: 0, fixes: NO_FIXES };
    const loading = observer?.start('load', '');
    const lint = await this.loadLint();
    loading?.();
    const stages = await this.#stages(scope);
    const judgeAll = async (): Promise<Judgement> => {
      progress?.expect(concerned.length);
      return stages.reduce((judgement, stage) => stage(judgement), await judge(concerned, this.#disk, this.settings, lint, options));
    };
    const first = await judgeAll();
    if (!this.#fixes) return first;
    const how: FixOptions = { suggestions: flags['fix-suggestions'] === true, locked: scope?.staged?.unlike ?? new Set() };
    const last = await fixAll(first, this.#disk, judgeAll, how);
    for (const file of refusedIn(last, how)) terminal.stderr.write(`cors-lint: ${toReader(this.root, file)} was not fixed: it is staged in part, and its text on disk is another one\n`);
    return last;
  }

  /** What is taken out of each judgement before it is mended and told. */
  async #stages(scope: Scope | undefined): Promise<readonly ((judgement: Judgement) => Judgement)[]> {
    const shown = scope?.shown;
    if (shown === undefined) return [];
    const { onChangedLines } = await import('./changed-lines.js');
    return [(judgement) => onChangedLines(judgement, shown, this.#disk)];
  }

  get #fixes(): boolean {
    const { fix, 'fix-suggestions': suggestions, 'fix-dry-run': dryRun, diff } = this.flags;
    return fix === true || suggestions === true || dryRun === true || diff === true;
  }

  /** Standard output is for a diff or for the text that was mended: reports go elsewhere. */
  get textGoesToStdout(): boolean {
    return this.flags.diff === true || (this.flags.stdin === true && this.#fixes);
  }

  /** Brings the fixed texts where they are wanted. @returns whether a file would change that was not written. */
  async #write(scope: Scope | undefined): Promise<boolean> {
    const { flags, terminal, root } = this;
    if (!this.#fixes) return false;
    const laid = [...this.#disk.laid()];
    const changed = laid.filter(({ before, after }) => before !== after);
    if (flags.diff === true) {
      const { unifiedDiff } = await import('./diff.js');
      for (const { file, before = '', after } of changed) terminal.stdout.write(unifiedDiff(toReader(root, file), before, after));
      return changed.length > 0;
    }
    if (flags.stdin === true) {
      for (const { after } of laid.slice(0, 1)) terminal.stdout.write(after);
      return false;
    }
    if (flags['fix-dry-run'] === true) return changed.length > 0;
    for (const { file, after } of changed) {
      replaceText(toDisk(root, file), after);
      if (scope?.staged !== undefined) terminal.stderr.write(`cors-lint: ${toReader(root, file)} was fixed on disk: stage it to commit the fix\n`);
    }
    return false;
  }

  #report(findings: readonly ReportedFinding[], gaps: readonly ReportedGap[], counts: Report['counts']): Report {
    const sources = new Map<string, SourceText>();
    return {
      findings,
      gaps,
      counts,
      rules: new Map(ruleEntries.map((rule) => [rule.id, rule])),
      version: VERSION,
      homepage: HOMEPAGE,
      pathOf: (file) => toReader(this.root, file),
      sourceOf: (file) => {
        let source = sources.get(file);
        if (source === undefined) sources.set(file, (source = new SourceText(file, this.#disk.read(file) ?? '')));
        return source;
      },
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

const LEVELS: readonly Severity[] = ['info', 'warn', 'error'];

function reaches(severity: Severity, failOn: FailOn): boolean {
  return failOn !== 'never' && LEVELS.indexOf(severity) >= LEVELS.indexOf(failOn);
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

function decoded(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
