import { layerReadersFor, type Wanted } from './engine-loading.js';
import { policiesIn, topologyOf, type FileReading } from './engine-reading.js';
import { holdsOf } from './layers/declared.js';
import { namesOnward } from './layers/names.js';
import type { Gap, Policy } from './policy/program.js';
import type { DeclaredLayer } from './policy/topology.js';
import { firstWord, objectNamesIn, valuesBeside, Words } from './syntax/yaml/unparsed.js';
import { folderOf, type Files } from './text/files.js';

/** So many files are read at once: looking for names in them first saves nothing. */
const FEW = 60;

/** Objects that pass requests on. */
const ROUTES = /\bkind:[ \t]*["']?(?:(?:HTTP|GRPC)Route|HTTPProxy|Ingress(?:Route)?|Mapping|Route|VirtualServ(?:er|erRoute|ice))\b/;

/** Objects that a name may stand for. */
const RUNS = /\bkind:[ \t]*["']?(?:DaemonSet|Deployment|Pod|Service|StatefulSet)\b/;

const KUSTOMIZATION = /^[Kk]ustomization(?:\.ya?ml)?$/;

/**
 * Files that are read only for what they tell of layers. Of many that speak of objects by their names, those are read
 * that hold a name which leads on from what was read: a repository with thousands of charts has few that stand before,
 * or behind, what it says of CORS.
 */
export class Beside {
  /** What reads each file. */
  readonly #readers = new Map<string, readonly Wanted[]>();
  readonly #byName = new Set<string>();
  /** Files that hold no name that was asked for. */
  readonly #rest = new Set<string>();
  readonly #asked = new Set<string>();
  /** Folders of which one file was taken to see what else is there. */
  readonly #looked = new Set<string>();
  #searched = false;
  readonly #kustomizations = new Map<string, string>();

  /** @param paths files without a word about CORS */
  constructor(
    paths: Iterable<string>,
    private readonly files: Files,
    declared: readonly DeclaredLayer[],
    /** Asked of those alone that are to be read. */
    private readonly isIgnored: (path: string) => Promise<boolean>,
  ) {
    const belongs = declared.map(holdsOf);
    for (const path of paths) {
      const text = files.read(path) ?? '';
      const readers = layerReadersFor(path, text);
      if (readers.length === 0) continue;
      this.#readers.set(path, readers);
      if (readers.every(({ isByName }) => isByName) && !belongs.some((holds) => holds(path))) this.#byName.add(path);
    }
    if (this.#byName.size > FEW) for (const path of this.#byName) this.#rest.add(path);
  }

  /** Those that are read whatever names they hold. */
  atOnce(): readonly string[] {
    return [...this.#readers.keys()].filter((path) => !this.#rest.has(path));
  }

  async kept(paths: readonly string[]): Promise<readonly string[]> {
    const kept: string[] = [];
    for (const path of paths) if (!(await this.isIgnored(path))) kept.push(path);
    return kept;
  }

  readersOf(paths: readonly string[]): readonly Wanted[] {
    return paths.flatMap((path) => this.#readers.get(path) ?? []);
  }

  /** Those of the rest that hold a name which leads on from what was read; each once, and none when there are no more. */
  onward(readings: readonly FileReading[]): readonly string[] {
    if (this.#rest.size === 0) return [];
    const policies = policiesIn(readings);
    const about = new Set(policies.map(({ at }) => at.file).filter((path) => !this.#byName.has(path) && /\.ya?ml\b/i.test(path)));
    const objects = [...about].flatMap((path) => objectNamesIn(this.files.read(path) ?? ''));
    const names = namesOnward(policies, readings.flatMap(({ topology }) => topology), topologyOf(readings), ({ at }) => this.#byName.has(at.file));
    const fresh = [...names, ...objects.flatMap((name) => firstWord(name)?.toLowerCase() ?? [])].filter((name) => !this.#asked.has(name));
    if (fresh.length === 0 && this.#searched) return this.#taken(this.#neighboursOf(policies));
    this.#searched = true;
    for (const name of fresh) this.#asked.add(name);
    const words = new Words(fresh);
    const charts = new Map<string, readonly string[]>();
    const found = [...this.#rest].filter((path) => this.#holds(path, words, charts));
    return this.#taken(found.length > 0 ? found : this.#neighboursOf(policies));
  }

  #taken(paths: readonly string[]): readonly string[] {
    for (const path of paths) this.#rest.delete(path);
    return paths;
  }

  /** One file beside each with a policy, once: that a name is missed is said only where something else is in view. */
  #neighboursOf(policies: readonly Policy[]): readonly string[] {
    const folders = new Set(policies.map(({ at }) => folderOf(at.file)).filter((folder) => !this.#looked.has(folder)));
    const found: string[] = [];
    for (const path of this.#rest) {
      if (!folders.has(folderOf(path)) || !RUNS.test(this.files.read(path) ?? '')) continue;
      folders.delete(folderOf(path));
      found.push(path);
    }
    for (const { at } of policies) this.#looked.add(folderOf(at.file));
    return found;
  }

  #holds(path: string, words: Words, charts: Map<string, readonly string[]>): boolean {
    const text = this.files.read(path) ?? '';
    if (words.indexIn(text) !== -1) return true;
    if (text.includes('{{')) {
      const values = valuesBeside(path);
      if (values === undefined || words.isEmpty) return false;
      let endings = charts.get(values);
      if (endings === undefined) charts.set(values, (endings = keysWith(words, this.files.read(values) ?? '').map((key) => `.${key}`)));
      return endings.some((ending) => text.includes(ending));
    }
    // A patch may leave it to its kustomization to name the object; and that may make what a volume mounts.
    const kustomization = this.#kustomizationBeside(path);
    return (/\bpatches/.test(kustomization) && words.indexIn(kustomization) !== -1) || (kustomization.includes('configMapGenerator') && text.includes('configMap:'));
  }

  #kustomizationBeside(path: string): string {
    const folder = folderOf(path);
    let text = this.#kustomizations.get(folder);
    if (text === undefined) {
      const name = this.files.list(folder).find((one) => KUSTOMIZATION.test(one));
      this.#kustomizations.set(folder, (text = name === undefined ? '' : (this.files.read(folder === '' ? name : `${folder}/${name}`) ?? '')));
    }
    return text;
  }

  /** That routes were left out, where templates may yet write names that lead to what was read: told once, of the first of them. */
  async gaps(): Promise<readonly Gap[]> {
    for (const file of this.#rest) {
      const text = this.files.read(file) ?? '';
      if (!text.includes('{{') || !ROUTES.test(text) || (await this.isIgnored(file))) continue;
      return [{ at: { file, start: 0, end: 0 }, reason: 'template-syntax', message: 'templates of this route, and maybe of more, hold no name that leads to what is said of CORS elsewhere: whether one stands in front of that is decided when it is deployed' }];
    }
    return [];
  }
}

/** Keys of values that hold one of the words. */
function keysWith(words: Words, values: string): readonly string[] {
  const keys = new Set<string>();
  for (let at = words.indexIn(values); at !== -1; ) {
    const end = values.indexOf('\n', at);
    const key = /^[ \t-]*["']?([A-Za-z_]\w*)["']?:/.exec(values.slice(values.lastIndexOf('\n', at) + 1, at))?.[1];
    if (key !== undefined) keys.add(key);
    at = end === -1 ? -1 : words.indexIn(values, end);
  }
  return [...keys];
}
