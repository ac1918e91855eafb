import type { Draft } from './engine-drafts.js';
import type { Intake } from './engine-intake.js';
import { languageOf, layerReadersFor, load, readersFor } from './engine-loading.js';
import type { Judges } from './engine-mending.js';
import { policiesIn, problemsIn, topologyOf, uncovered, unrepeated, type FileReading } from './engine-reading.js';
import { spelled } from './fixes/spell.js';
import { rules } from './generated/registries.js';
import { link, type Layering } from './layers/link.js';
import { onTheWay } from './layers/on-the-way.js';
import type { Change } from './policy/change.js';
import type { Policy } from './policy/program.js';
import type { DeclaredLayer } from './policy/topology.js';
import type { Declined } from './readers/reader.js';
import type { TextEdit } from './text/edit.js';
import { overlaid, type Files, type Traced } from './text/files.js';
import { sameSpan } from './text/span.js';
import type { Environment } from './values/fact.js';

/** A repository with some other texts in it than those that were read first, as often as somebody rewrites it. */
export interface Revised {
  /** The texts, those that were rewritten among them. */
  readonly files: Files;
  /** Files that were read, those for layers alone too. */
  readonly paths: readonly string[];
  readonly environment: Environment;
  /** Those that are judged: plain layers are not. */
  readonly policies: readonly Policy[];
  readonly layering: Layering;
  /** Tree of a file in a language (`python`, `nginx`, …): valid until another one is asked for. Undefined where it has none. */
  unit(language: string, path: string): unknown;
  /** Changes of a policy as its reader spells them, all at once; says why not, where it cannot. */
  spelled(policy: Policy, changes: readonly Change[]): readonly TextEdit[] | Declined;
  /** How many mistakes of syntax stand in files. */
  problemsIn(paths: readonly string[]): number;
  /** Ids of rules that find something in policies where they stand, other than advice. @param among those that are asked about */
  complaints(policies: readonly Policy[], among?: ReadonlySet<string>): ReadonlySet<string>;
  /** The same with these texts, by path; new files may be among them. Only what depends on them is read again. */
  revise(texts: ReadonlyMap<string, string>): Promise<Revised>;
  /** The same with these files read for all that they say, though they say nothing of CORS; itself where all of them were. */
  including(paths: readonly string[]): Promise<Revised>;
}

/** What every revision of a run shares. */
export interface Court extends Judges {
  readonly declared: readonly DeclaredLayer[] | undefined;
}

export class Revision implements Revised {
  readonly layering: Layering;
  readonly policies: readonly Policy[];
  readonly #roots: readonly FileReading[];

  /** @param readings of all files, whatever covers them */
  constructor(
    private readonly intake: Intake,
    private readonly readings: readonly FileReading[],
    readonly files: Traced,
    private readonly court: Court,
  ) {
    this.#roots = unrepeated(uncovered(readings));
    this.policies = this.#roots.flatMap(({ policies }) => policies);
    this.layering = link(policiesIn(this.#roots), topologyOf(this.#roots, court.declared), court.environment);
  }

  get environment(): Environment {
    return this.court.environment;
  }

  get paths(): readonly string[] {
    return this.readings.map(({ path }) => path);
  }

  unit(language: string, path: string): unknown {
    return this.intake.loaded.languages.has(language) && this.files.exists(path) ? this.intake.unitToMend(language, path, this.files) : undefined;
  }

  spelled(policy: Policy, changes: readonly Change[]): readonly TextEdit[] | Declined {
    const path = this.#roots.find(({ policies }) => policies.includes(policy))?.path;
    const reader = this.intake.loaded.readers.get(policy.reader);
    const unit = path === undefined || reader === undefined ? undefined : this.unit(languageOf(reader.language, path) ?? '', path);
    if (reader === undefined || unit === undefined) return { declined: 'no reader spells it here' };
    const edits: TextEdit[] = [];
    for (const change of changes) {
      const own = spelled(reader, unit, policy, change);
      if ('declined' in own) return own;
      // What one change takes out another one need not.
      edits.push(...own.filter((edit) => !edits.some((other) => sameSpan(other, edit) && other.text === edit.text)));
    }
    return edits;
  }

  problemsIn(paths: readonly string[]): number {
    const asked = new Set(paths);
    return problemsIn(this.readings.filter(({ path }) => asked.has(path)));
  }

  complaints(policies: readonly Policy[], among?: ReadonlySet<string>): ReadonlySet<string> {
    // Rules that name the cause better silence them.
    const asked = among && new Set([...among].flatMap((id) => [id, ...Object.keys(rules[id]?.yieldsTo ?? {})]));
    const drafts: readonly Draft[] = this.court.judge(policies, onTheWay(this.layering, new Set(policies)), asked);
    return new Set(drafts.flatMap(({ ruleId, class: found }) => (found === 'hygiene' ? [] : [ruleId])));
  }

  async revise(texts: ReadonlyMap<string, string>): Promise<Revised> {
    const files = overlaid(this.files, texts);
    const changed = [...texts].flatMap(([path, text]) => (this.files.read(path) === text ? [] : [path]));
    const affected = this.readings.filter(({ path, dependsOn }) => changed.some((other) => other === path || dependsOn.has(other)));
    return this.#readingAgain([...affected.map(({ path }) => path), ...changed.filter((path) => !this.#isRead(path))], files);
  }

  async including(paths: readonly string[]): Promise<Revised> {
    const whole = new Set(this.readings.flatMap(({ path, beside }) => (beside === true ? [] : [path])));
    const fresh = [...new Set(paths)].filter((path) => !whole.has(path));
    for (const path of fresh) this.intake.takeWhole(path);
    return fresh.length === 0 ? this : this.#readingAgain(fresh, this.files);
  }

  #isRead(path: string): boolean {
    return this.readings.some((reading) => reading.path === path);
  }

  /** With some files read anew; what no reader is for stays out, unless it was in. */
  async #readingAgain(paths: readonly string[], files: Traced): Promise<Revised> {
    const wanted = new Map(paths.map((path) => [path, [...readersFor(path, files.read(path) ?? ''), ...layerReadersFor(path, files.read(path) ?? '')]]));
    await load([...wanted.values()].flat(), this.intake.loaded);
    const again = new Map([...wanted].flatMap(([path, readers]) => (readers.length === 0 && !this.#isRead(path) ? [] : [[path, this.intake.read(path, files)] as const])));
    const kept = this.readings.map((reading) => again.get(reading.path) ?? reading);
    return new Revision(this.intake, [...kept, ...paths.flatMap((path) => (this.#isRead(path) ? [] : (again.get(path) ?? [])))], files, this.court);
  }
}
