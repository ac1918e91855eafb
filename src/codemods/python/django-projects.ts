/** Django projects of a repository: the settings that stand together, and the files that speak of them. */
import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';
import { isAtLeast, PythonModule, versionRange, type VersionRange } from '../../syntax/python/index.js';
import { folderOf, resolvePath } from '../../text/files.js';

/** Where a project begins. */
const BEGINS = /^(?:manage\.py|pyproject\.toml|setup\.py|setup\.cfg|Pipfile|requirements(?:\.txt|\.in|\/)|environment\.ya?ml)$/;
/** Code that somebody else wrote and that is installed there. */
const INSTALLED = /(?:^|\/)(?:site-packages|dist-packages|venv)\//;
/** Tests, which no reader is asked about. */
const TESTS = /(?:^|\/)(?:tests?\/|test_[^/]*$|conftest\.py$|tests\.py$)|_test\.py$/;
/** What Python and Django bring, none of which sets anything of CORS. */
const KNOWN = /^(?:django|os|sys|typing|pathlib|configurations|environ|decouple|split_settings)(?:\.|$)/;

/** The modules that settings are put together of. */
export interface SettingsFiles {
  readonly files: readonly string[];
  /** Modules all of whose names they take, and that are not in view: `local_settings`. */
  readonly hidden: readonly { readonly name: string; readonly by: string }[];
}

export interface Speaking {
  /** Files that have a word. */
  readonly files: readonly string[];
  /** Those that have it and are not to be touched: nobody asked to read them, or they may be of several projects. */
  readonly left: readonly string[];
}

/** Projects that use django-cors-headers, each with its settings. */
export function projectsIn(repository: Revised): readonly DjangoProject[] {
  const { files, policies } = repository;
  const found = new Map<string, Policy[]>();
  for (const policy of policies) {
    if (policy.reader !== 'django' || policy.evidence.handWritten) continue;
    let folder = folderOf(policy.at.file);
    while (folder !== '' && !files.list(folder).some((name) => BEGINS.test(name))) folder = folderOf(folder);
    found.set(folder, [...(found.get(folder) ?? []), policy]);
  }
  return [...found].map(([folder, own]) => new DjangoProject(repository, folder, own, [...found.keys()]));
}

export class DjangoProject {
  #settings: SettingsFiles | undefined;
  #release: Release | undefined;

  /**
   * @param folder that holds everything of it; empty: the repository
   * @param policies what its settings say, one for each module that is put together of them
   * @param folders of all projects
   */
  constructor(
    readonly repository: Revised,
    private readonly folder: string,
    readonly policies: readonly Policy[],
    private readonly folders: readonly string[],
  ) {}

  /** Modules whose names the settings take, and those beside them that take theirs. */
  get settings(): SettingsFiles {
    return (this.#settings ??= settingsOf(this.repository, this.policies));
  }

  get release(): Release {
    return (this.#release ??= releaseOf(this.repository, this.policies));
  }

  /** Does a file that was asked for, or one of the settings, have a word? */
  mentions(word: RegExp): boolean {
    const { files, paths } = this.repository;
    return [...paths.filter((path) => path.endsWith('.py')), ...this.settings.files].some((path) => word.test(files.read(path) ?? ''));
  }

  /**
   * Files of the project that have a word, tests too. One that stands outside of every project, a folder of tests beside
   * it, belongs to the only one that there is.
   */
  speaking(word: RegExp): Speaking {
    const { files, paths } = this.repository;
    const known = new Set([...paths, ...this.settings.files]);
    const found = files.search('', /\.py$/).filter((path) => !INSTALLED.test(path) && [this.folder, undefined].includes(this.#homeOf(path)) && word.test(files.read(path) ?? ''));
    const isOwn = (path: string): boolean => (known.has(path) || TESTS.test(path)) && (this.holds(path) || this.folders.length === 1);
    return { files: found.filter(isOwn), left: found.filter((path) => !isOwn(path)) };
  }

  /** Does a file stand in its folder, and in that of no other project? */
  holds(path: string): boolean {
    return this.#homeOf(path) === this.folder;
  }

  #homeOf(path: string): string | undefined {
    return this.folders.filter((folder) => folder === '' || path.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];
  }
}

function settingsOf(repository: Revised, policies: readonly Policy[]): SettingsFiles {
  const files = new Set<string>();
  const hidden = new Map<string, string>();
  const visit = (module: PythonModule): void => {
    if (files.has(module.file)) return;
    files.add(module.file);
    for (const name of module.starredNames()) {
      if (module.fileNamed(name) === undefined && !KNOWN.test(name)) hidden.set(name, module.file);
    }
    for (const { callee, positional } of module.calls()) {
      if (callee === 'exec' || callee === 'execfile') hidden.set('the code that exec() runs', module.file);
      if (/^(?:globals|locals|vars)\(\)\.update$/.test(callee) && positional.some(({ type }) => type !== 'dictionary')) hidden.set(`what ${callee}() is given`, module.file);
    }
    for (const name of partsOf(module)) if (!files.has(name) && !repository.files.exists(name)) hidden.set(name, module.file);
    for (const other of module.starred()) visit(other);
  };
  for (const file of new Set(policies.map(({ at }) => at.file))) {
    const module = repository.unit('python', file);
    if (module instanceof PythonModule) visit(module);
  }
  for (let known = 0; known < files.size; ) {
    known = files.size;
    for (const path of takingBeside(repository, [...files])) {
      const module = files.has(path) ? undefined : repository.unit('python', path);
      if (module instanceof PythonModule && (module.starred().some(({ file }) => files.has(file)) || partsOf(module).some((file) => files.has(file)))) visit(module);
    }
  }
  return { files: [...files], hidden: [...hidden].map(([name, by]) => ({ name, by })) };
}

/** Files that `include(optional("local.py"))` of split_settings names, patterns left out. */
function partsOf(module: PythonModule): readonly string[] {
  const included = module.calls().filter(({ node }) => /^split_settings\.tools\.(?:include|optional)$/.test(module.qualifiedName(node.childForFieldName('function') ?? node) ?? ''));
  const texts = included.flatMap(({ positional }) => positional.flatMap((node) => (node.type === 'string' ? (node.namedChildren[1]?.text ?? []) : [])));
  return texts.flatMap((text) => (/[*?[]/.test(text) ? [] : (resolvePath(folderOf(module.file), text) ?? [])));
}

/** Files that take all names of some module, or that put others together, in the folders of settings and in those above. */
function takingBeside({ files }: Revised, paths: readonly string[]): readonly string[] {
  const folders = new Set(paths.map(folderOf).flatMap((folder) => [folder, folderOf(folder)]));
  const beside = [...folders].flatMap((folder) => files.list(folder).filter((name) => name.endsWith('.py')).map((name) => (folder === '' ? name : `${folder}/${name}`)));
  return beside.filter((path) => /^[ \t]*from[ \t]+\S+[ \t]+import[ \t]+\*|\bsplit_settings\b/m.test(files.read(path) ?? ''));
}

/** What the files of a project say of the release of django-cors-headers. */
export interface Release {
  /** Is it this one or a later one? Undefined: that is not said. */
  isFrom(version: string): boolean | undefined;
  /** Who says so, and what: `requirements.txt asks for django-cors-headers 3.4.0`. */
  readonly words: string;
}

function releaseOf({ files }: Revised, policies: readonly Policy[]): Release {
  const said = [...new Set(policies.map(({ at }) => folderOf(at.file)))].map((folder) => versionRange(files, `${folder}/settings.py`, 'django-cors-headers'));
  return {
    isFrom(version) {
      const answers = new Set(said.map((one) => (one === undefined ? undefined : isAtLeast(one.range, version))));
      return answers.size === 1 ? [...answers][0] : answers.has(false) ? false : undefined;
    },
    words: [...new Set(said.map((one) => (one === undefined ? 'no file says which django-cors-headers is installed' : `${one.from} asks for django-cors-headers${inWords(one.range)}`)))].join(', '),
  };
}

function inWords({ lowest, highest }: VersionRange): string {
  if (highest?.version === lowest && lowest !== undefined) return ` ${lowest}`;
  const bounds = [...(lowest === undefined ? [] : [`from ${lowest}`]), ...(highest === undefined ? [] : [`${highest.inclusive ? 'up to' : 'before'} ${highest.version}`])];
  return bounds.length === 0 ? ', any of them' : ` ${bounds.join(' and ')}`;
}
