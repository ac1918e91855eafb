import { closeSync, existsSync, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { layerKinds } from '../generated/catalogue.js';
import { below, namesIn, type Files } from '../text/files.js';
import { SourceText } from '../text/source-text.js';
import { toDisk, type Root } from './root.js';

/** Whatever says nothing of this kind cannot concern CORS (rules of Cloud Storage say no more than `"origin": [`, views of Flask `@crossdomain`, and Nest starts an application whose modules do). Tested on raw bytes, before anything is decoded. */
const CONCERNS = /cors|access-control-|allow(ed)?_?origin|crossorigin|@cross_?domain|socket\.io|httpsecurity|nestfactory|"origin"\s*:\s*\[/i;

export function concernsCors(text: string): boolean {
  return CONCERNS.test(text);
}

/** May the file tell where layers stand, whatever it says of CORS? */
function tellsOfLayers(file: string, text: () => string): boolean {
  return layerKinds.some((kind) => kind.paths.test(file) && kind.text.test(text()));
}

/** Larger files are not configuration that a person wrote. */
const MAX_BYTES = 5 * 1024 * 1024;

/** A file that could not be read, and why. */
export interface Unread {
  readonly file: string;
  readonly reason: 'unreadable' | 'too-large' | 'not-utf-8' | 'binary' | 'minified';
  readonly message: string;
}

type Content = { readonly text: string } | Unread | undefined;

/** What is known of files on disk, by file: what those hold that are kept, and whether they concern CORS, and tell of layers. Plain data. */
export interface Tested {
  readonly contents: ReadonlyMap<string, Content>;
  readonly concerns: ReadonlyMap<string, boolean>;
  readonly tells: ReadonlyMap<string, boolean>;
}

/** The file system below a root, as it is when it is first asked: each file and folder is read at most once. Texts laid over it hide what is on disk. */
export class Disk implements Files {
  readonly #contents = new Map<string, Content>();
  readonly #overlay = new Map<string, string>();
  readonly #sources = new Map<string, SourceText>();
  /** Files that are something else than what is on disk: what git's index holds of them. */
  #instead: ReadonlyMap<string, () => Buffer> = new Map();
  /** Folders and paths that were asked for: every module of a folder asks for the same manifests. */
  readonly #folders = new Map<string, readonly string[]>();
  readonly #existing = new Map<string, boolean>();
  /** Whether a file on disk may concern CORS, and the answers of searches. */
  readonly #tested = new Map<string, boolean>();
  /** Whether what is on disk may tell of layers: many files do, and each is tested once. */
  readonly #tells = new Map<string, boolean>();
  readonly #searches = new Map<string, readonly string[]>();
  /** Most files fit; larger ones get a buffer of their own. */
  readonly #buffer = Buffer.allocUnsafe(64 * 1024);
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(private readonly root: Root) {}

  /** Files that may concern CORS, links to the same file once; those that tell of layers; and those that could not be read. */
  concerned(files: readonly string[]): { readonly files: readonly string[]; readonly layers: readonly string[]; readonly unread: readonly Unread[] } {
    const unread: Unread[] = [];
    const concerned: string[] = [];
    const layers: string[] = [];
    this.test(files);
    for (const file of files) {
      const laid = this.#overlay.get(file);
      const content = laid === undefined ? this.#contents.get(file) : { text: laid };
      if (content !== undefined && 'reason' in content) unread.push(content);
      if (laid === undefined ? this.#tested.get(file) === true : concernsCors(laid)) concerned.push(file);
      if (laid === undefined ? this.#tells.get(file) === true : tellsOfLayers(file, () => laid)) layers.push(file);
    }
    const targets = new Map(concerned.map((file) => [file, this.#target(file)]));
    const real = new Set(concerned.filter((file) => targets.get(file) === undefined).map((file) => toDisk(this.root, file)));
    return { files: concerned.filter((file) => isFirst(targets.get(file), real)), layers, unread };
  }

  /** Reads files that were not read yet, and keeps those that may concern CORS or tell of layers. */
  test(files: readonly string[]): void {
    for (const file of files) if (!this.#overlay.has(file) && !this.#tested.has(file)) this.#test(file);
  }

  /** What is known of the files that were tested. */
  get tested(): Tested {
    return { contents: this.#contents, concerns: this.#tested, tells: this.#tells };
  }

  /** Takes over what another disk with the same root knows of what is on disk. */
  adopt({ contents, concerns, tells }: Tested): void {
    for (const [file, concern] of concerns) {
      if (this.#instead.has(file)) continue;
      this.#tested.set(file, concern);
      this.#tells.set(file, tells.get(file) === true);
      const content = contents.get(file);
      if (content !== undefined) this.#contents.set(file, content);
    }
  }

  /** Lays a text over a file: what a fix makes of it, or what standard input says. */
  lay(file: string, text: string): void {
    this.#searches.clear();
    this.#overlay.set(file, text);
  }

  /** Takes these bytes for files, whatever is on disk. Before anything is read. */
  standIn(files: ReadonlyMap<string, () => Buffer>): void {
    this.#instead = files;
  }

  /** Files under an overlay, with the text on disk (undefined: there is none) and the text over it. */
  *laid(): Generator<{ readonly file: string; readonly before: string | undefined; readonly after: string }> {
    for (const [file, after] of this.#overlay) yield { file, before: this.#onDisk(file), after };
  }

  read(file: string): string | undefined {
    return this.#overlay.get(file) ?? this.#onDisk(file);
  }

  /** The text that is in force now; empty where there is none. */
  source(file: string): SourceText {
    const text = this.read(file) ?? '';
    let source = this.#sources.get(file);
    if (source?.text !== text) this.#sources.set(file, (source = new SourceText(file, text)));
    return source;
  }

  exists(file: string): boolean {
    return this.#overlay.has(file) || this.#isThere(file);
  }

  #isThere(file: string): boolean {
    let known = this.#existing.get(file);
    if (known === undefined) this.#existing.set(file, (known = this.#instead.has(file) || existsSync(toDisk(this.root, file))));
    return known;
  }

  list(folder: string): readonly string[] {
    let known = this.#folders.get(folder);
    if (known === undefined) this.#folders.set(folder, (known = this.#listed(folder)));
    return known;
  }

  search(folder: string, names: RegExp): readonly string[] {
    const key = `${folder}\0${names.source}`;
    let known = this.#searches.get(key);
    if (known === undefined) this.#searches.set(key, (known = [...below(this, folder, names)].filter((file) => this.#mayConcern(file))));
    return known;
  }

  /** Files of the run were tested before; of the others the answer is kept, and the text only if it concerns CORS. */
  #mayConcern(file: string): boolean {
    const laid = this.#overlay.get(file);
    if (laid !== undefined) return concernsCors(laid);
    return this.#tested.get(file) ?? this.#test(file);
  }

  #test(file: string): boolean {
    const content = this.#load(file, true);
    const concerns = content !== undefined && 'text' in content && concernsCors(content.text);
    this.#tested.set(file, concerns);
    return concerns;
  }

  #listed(folder: string): readonly string[] {
    const names = new Set(namesIn([...this.#instead.keys()], folder));
    try {
      for (const entry of readdirSync(toDisk(this.root, folder), { withFileTypes: true })) names.add(entry.isDirectory() ? `${entry.name}/` : entry.name);
    } catch {
      // No such folder on disk.
    }
    return [...names].sort((a, b) => (a < b ? -1 : 1));
  }

  #onDisk(file: string): string | undefined {
    // A file that is not there is asked for often (manifests up the tree); an exception each time would be dear.
    if (!this.#contents.has(file) && !this.#isThere(file)) this.#contents.set(file, undefined);
    const known = this.#contents.has(file) ? this.#contents.get(file) : this.#load(file, false);
    return known !== undefined && 'text' in known ? known.text : undefined;
  }

  /** `filter`: a file without a word about CORS is forgotten at once, unless it tells of layers. */
  #load(file: string, filter: boolean): Content {
    const bytes = this.#bytes(file);
    if (!(bytes instanceof Uint8Array)) {
      this.#contents.set(file, bytes);
      return bytes;
    }
    if (filter) {
      const raw = rawText(bytes);
      const tells = tellsOfLayers(file, () => raw);
      this.#tells.set(file, tells);
      if (!tells && !CONCERNS.test(raw)) return undefined;
    }
    const content = this.#decoded(file, bytes);
    this.#contents.set(file, content);
    return content;
  }

  /** Undefined: not there, or not a file (a tracked file that was deleted, a link to a folder). */
  #bytes(file: string): Buffer | Unread | undefined {
    const instead = this.#instead.get(file);
    if (instead !== undefined) return sized(file, instead());
    let handle: number;
    try {
      handle = openSync(toDisk(this.root, file), 'r');
    } catch (error) {
      const code = codeOf(error);
      return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' ? undefined : { file, reason: 'unreadable', message: `this file cannot be read (${code})` };
    }
    try {
      const count = readSync(handle, this.#buffer, 0, this.#buffer.length, 0);
      if (count < this.#buffer.length) return this.#buffer.subarray(0, count);
      const { size } = fstatSync(handle);
      if (size > MAX_BYTES) return tooLarge(file);
      const whole = Buffer.allocUnsafe(size);
      return whole.subarray(0, readSync(handle, whole, 0, size, 0));
    } catch (error) {
      const code = codeOf(error);
      return code === 'EISDIR' ? undefined : { file, reason: 'unreadable', message: `this file cannot be read (${code})` };
    } finally {
      closeSync(handle);
    }
  }

  #decoded(file: string, bytes: Buffer): Content {
    if (isUtf16(bytes)) return { file, reason: 'not-utf-8', message: 'this file is UTF-16 and was not read; cors-lint reads UTF-8' };
    if (bytes.subarray(0, 8000).includes(0)) return { file, reason: 'binary', message: 'this file holds binary data and was not read' };
    try {
      return { text: this.#decoder.decode(bytes) };
    } catch {
      return { file, reason: 'not-utf-8', message: 'this file is not UTF-8 and was not read' };
    }
  }

  /** What a link stands for; undefined for a file of its own. */
  #target(file: string): string | undefined {
    const path = toDisk(this.root, file);
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? realpathSync(path) : undefined;
  }
}

function tooLarge(file: string): Unread {
  return { file, reason: 'too-large', message: `this file is larger than ${MAX_BYTES / 1024 / 1024} MB and was not read` };
}

function sized(file: string, bytes: Buffer): Buffer | Unread {
  return bytes.length > MAX_BYTES ? tooLarge(file) : bytes;
}

/** A link is left out when its target was seen, under its own name or through another link. */
function isFirst(target: string | undefined, seen: Set<string>): boolean {
  if (target === undefined) return true;
  const first = !seen.has(target);
  seen.add(target);
  return first;
}

/** One character for each byte, whatever the encoding; UTF-16 without its zero bytes. */
function rawText(bytes: Buffer): string {
  const raw = bytes.toString('latin1');
  return isUtf16(bytes) ? raw.replaceAll('\0', '') : raw;
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
