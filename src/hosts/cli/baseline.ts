import { resolve } from 'node:path';
import { counted } from '../../reporters/words.js';
import type { ReportedFinding } from '../../reporters/report.js';
import { toReader, toRoot, type Root } from '../root.js';
import { readBaseline, writeBaseline, type KnownFinding } from './baseline-file.js';
import type { Judgement } from './judge.js';
import { UsageError, type Options } from './options.js';
import { bareId, type Settings } from './settings.js';

/** What a run was about: entries about anything else are left alone. */
export interface LookedAt {
  /** Relative to the root. */
  readonly files: ReadonlySet<string>;
  /** Is a path that is not among the files gone, and would it be among them? */
  readonly isGone: (file: string) => boolean;
}

/** One file of known findings. */
interface Baseline {
  readonly file: string;
  readonly entries: readonly KnownFinding[];
  readonly fingerprints: ReadonlySet<string>;
}

/** The known findings of a run. Each file has the baseline that its configuration names, unless the command line names one for all. */
export class Baselines {
  readonly #baselines = new Map<string, Promise<Baseline>>();
  /** What the last judgement had of known findings. */
  #met: ReadonlySet<string> = new Set();

  constructor(
    private readonly flags: Options['flags'],
    private readonly root: Root,
    private readonly settings: Settings,
  ) {
    const { 'write-baseline': write, 'prune-baseline': prune } = flags;
    if (write !== true && prune !== true) return;
    const flag = write === true ? '--write-baseline' : '--prune-baseline';
    const excluded = (['fix-dry-run', 'diff', 'stdin', 'print-policy', ...(write === true ? ['changed-lines' as const] : [])] as const).find((name) => flags[name] !== undefined);
    if (excluded !== undefined) throw new UsageError(`${flag} and --${excluded} exclude each other`);
  }

  /**
   * Reads what these files name, also where nothing will be found in them.
   * @throws {ConfigError} for a baseline that is not there or broken.
   */
  async open(files: readonly string[]): Promise<this> {
    for (const path of await this.#named(files)) await this.#load(path);
    return this;
  }

  /** How many findings of the last judgement are known. */
  get known(): number {
    return this.#met.size;
  }

  /** A judgement without what is known; while a baseline is written nothing is. */
  async without(judgement: Judgement): Promise<Judgement> {
    if (this.flags['write-baseline'] === true) return judgement;
    const met = new Set<string>();
    const findings: ReportedFinding[] = [];
    for (const finding of judgement.findings) {
      const baseline = await this.#of(finding.at.file);
      if (baseline?.fingerprints.has(finding.fingerprint) === true) met.add(finding.fingerprint);
      else findings.push(finding);
    }
    this.#met = met;
    return { ...judgement, findings };
  }

  /** After the last judgement: writes what shall be known, forgets what is gone, and tells it. @returns what is left to show. */
  async settle(judgement: Judgement, looked: LookedAt, tell: (note: string) => void): Promise<Judgement> {
    if (this.flags['write-baseline'] === true) {
      await this.#write(judgement.findings, looked, tell);
      this.#met = new Set(judgement.findings.map(({ fingerprint }) => fingerprint));
      return { ...judgement, findings: [] };
    }
    const prune = this.flags['prune-baseline'] === true;
    for (const path of prune ? await this.#wanted(looked) : this.#baselines.keys()) {
      const { file, entries } = await this.#load(path);
      const gone = new Set(entries.filter((entry) => this.#isLookedAt(entry, looked) && !this.#met.has(entry.fingerprint)));
      if (gone.size === 0) continue;
      if (prune) writeBaseline(file, entries.filter((entry) => !gone.has(entry)));
      tell(`${this.#shown(file)}: ${counted(gone.size, 'known finding')} ${gone.size === 1 ? 'is' : 'are'} gone${prune ? ' and forgotten' : '; --prune-baseline forgets what is'}`);
    }
    return judgement;
  }

  /** Every finding becomes known; entries about what was not looked at stay. */
  async #write(findings: readonly ReportedFinding[], looked: LookedAt, tell: (note: string) => void): Promise<void> {
    const fresh = new Map<string, KnownFinding[]>();
    for (const path of await this.#wanted(looked)) fresh.set(path, []);
    for (const { fingerprint, ruleId, at, message } of findings) {
      const path = await this.#fileOf(at.file);
      if (path !== undefined) fresh.set(path, [...(fresh.get(path) ?? []), { fingerprint, rule: `cors-lint/${ruleId}`, path: at.file, message }]);
    }
    for (const [path, known] of fresh) {
      const { file, entries } = await this.#load(path);
      const all = [...entries.filter((entry) => !this.#isLookedAt(entry, looked)), ...known];
      writeBaseline(file, [...new Map(all.map((entry) => [entry.fingerprint, entry])).values()]);
      tell(`${this.#shown(file)}: ${counted(known.length, 'known finding')} written`);
    }
  }

  /** A rule that did not run says nothing about its findings. */
  #isLookedAt({ path, rule }: KnownFinding, { files, isGone }: LookedAt): boolean {
    const { only, skip = [] } = this.flags;
    const isOne = (ids: readonly string[]): boolean => ids.some((id) => bareId(id) === bareId(rule));
    return (only === undefined || isOne(only)) && !isOne(skip) && (files.has(path) || isGone(path));
  }

  /** Every baseline that these files name, or that the working directory does. */
  async #named(files: Iterable<string>): Promise<ReadonlySet<string>> {
    const named = new Set<string>();
    for (const file of [toRoot(this.root, resolve(this.root.cwd, 'file')), ...files]) {
      const baseline = await this.#fileOf(file);
      if (baseline !== undefined) named.add(baseline);
    }
    return named;
  }

  async #wanted({ files }: LookedAt): Promise<ReadonlySet<string>> {
    const named = await this.#named(files);
    if (named.size === 0) throw new UsageError('which baseline? Name one with --baseline <file>, or with the key baseline of the configuration');
    return named;
  }

  async #of(file: string): Promise<Baseline | undefined> {
    const baseline = await this.#fileOf(file);
    return baseline === undefined ? undefined : this.#load(baseline);
  }

  /** Where the known findings of a file stand on disk. */
  async #fileOf(file: string): Promise<string | undefined> {
    const { baseline } = this.flags;
    if (baseline !== undefined) return resolve(this.root.cwd, baseline);
    const configured = (await this.settings.of(file)).baseline;
    return configured === undefined ? undefined : resolve(this.root.folder, configured);
  }

  #load(file: string): Promise<Baseline> {
    let known = this.#baselines.get(file);
    if (known === undefined) this.#baselines.set(file, (known = this.#read(file)));
    return known;
  }

  async #read(file: string): Promise<Baseline> {
    const entries = await readBaseline(file, this.#shown(file), this.flags['write-baseline'] === true);
    return { file, entries, fingerprints: new Set(entries.map(({ fingerprint }) => fingerprint)) };
  }

  #shown(file: string): string {
    return toReader(this.root, toRoot(this.root, file));
  }
}
