import { readersFor, type Loaded } from './engine-loading.js';
import type { Observer } from './engine-observer.js';
import { onlyLayers, type FileReading } from './engine-reading.js';
import type { ClientCall } from './policy/client-call.js';
import type { Gap, Policy } from './policy/program.js';
import type { PlainLayer, TopologyFact } from './policy/topology.js';
import type { Language, Problem } from './syntax/language.js';
import type { Files, Traced } from './text/files.js';
import { SourceText } from './text/source-text.js';
import type { Span } from './text/span.js';

/** What reads the files of a run, each as often as its text changes. */
export class Intake {
  readonly #sources = new Map<string, SourceText>();
  /** Findings come file by file: the tree of one is kept while it is mended. */
  #mended: { readonly files: Files; readonly path: string; readonly language: string; readonly unit: unknown } | undefined;

  constructor(
    readonly loaded: Loaded,
    readonly files: Traced,
    /** Trees that a host already has, by path. */
    private readonly given: ReadonlyMap<string, unknown>,
    private readonly observer: Observer | undefined,
    /** Runs one part: what it throws is told, and nothing else is lost. */
    private readonly fence: (at: Span, part: () => void) => void,
  ) {}

  /** The text of the run, whatever is tried on it. */
  source(file: string): SourceText {
    let source = this.#sources.get(file);
    if (source === undefined) this.#sources.set(file, (source = new SourceText(file, this.files.read(file) ?? '')));
    return source;
  }

  readonly #beside = new Set<string>();

  /** Reads a file only for what it tells of layers, now and whenever it is read again. */
  readBeside(path: string): FileReading {
    this.#beside.add(path);
    return this.read(path);
  }

  /** From now on a file is read for all that it says. */
  takeWhole(path: string): void {
    this.#beside.delete(path);
  }

  /** Trees are let go with the reading: what a run keeps of a file is its policies. */
  read(path: string, files: Traced = this.files): FileReading {
    const done = this.observer?.start('read', path);
    const { value, asked } = files.trace(() => this.#readTraced(path, files));
    done?.();
    return { ...value, dependsOn: asked };
  }

  #readTraced(path: string, files: Traced): Omit<FileReading, 'dependsOn'> {
    const text = files.read(path) ?? '';
    const policies: Policy[] = [];
    const gaps: Gap[] = [];
    const covers: string[] = [];
    const calls: ClientCall[] = [];
    const problems: Problem[] = [];
    /** Of a file that is read only for what it tells of layers. */
    const unread: Problem[] = [];
    const layers: PlainLayer[] = [];
    const topology: TopologyFact[] = [];
    const units = new Map<string, unknown>();
    const wanted = readersFor(path, text);
    for (const { id, language } of wanted) {
      const reader = this.loaded.readers.get(id);
      if (reader === undefined) continue;
      this.fence({ file: path, start: 0, end: 0 }, () => {
        if (!units.has(language)) {
          const parsed = this.#parse(language, path, files);
          units.set(language, parsed.unit);
          (wanted.some((one) => one.cors && one.language === language) ? problems : unread).push(...parsed.problems);
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
    const reading = { path, policies, gaps, calls, problems, covers, layers, topology };
    const read = this.#beside.has(path) ? onlyLayers(reading) : reading;
    return { ...read, gaps: [...read.gaps, ...untold(unread, text)] };
  }

  /** A tree that a host has given is the host's. */
  #release(language: string | undefined, unit: unknown): void {
    if (language !== undefined && unit !== undefined && ![...this.given.values()].includes(unit)) this.loaded.languages.get(language)?.release?.(unit);
  }

  /** The tree of a file in which something is to be mended: valid until another one is asked for. */
  unitToMend(language: string, path: string, files: Traced = this.files): unknown {
    if (this.#mended?.path !== path || this.#mended.language !== language || this.#mended.files !== files) {
      this.#release(this.#mended?.language, this.#mended?.unit);
      this.#mended = { files, path, language, unit: this.#parse(language, path, files).unit };
    }
    return this.#mended.unit;
  }

  /** Lets go what `unitToMend` gave. */
  close(): void {
    this.#release(this.#mended?.language, this.#mended?.unit);
    this.#mended = undefined;
  }

  #parse(language: string, path: string, files: Traced): ReturnType<Language<unknown>['parse']> {
    const given = files === this.files ? this.given.get(path) : undefined;
    return given === undefined ? this.loaded.languages.get(language)!.parse(new SourceText(path, files.read(path) ?? ''), files) : { unit: given, problems: [] };
  }
}

/** That a file tells nothing of layers since it is broken is no finding, but nobody should take it for an answer. Templates of Helm are rarely YAML before they are rendered. */
function untold([first]: readonly Problem[], text: string): readonly Gap[] {
  return first === undefined || text.includes('{{') ? [] : [{ at: first.at, reason: 'unsupported-syntax', message: `what this file tells of layers is not known: ${first.message}` }];
}
