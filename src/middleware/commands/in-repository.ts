import type { Run, UnitPort } from '../../policy/topology.js';
import { folderOf, resolvePath, type Files } from '../../text/files.js';
import type { Span } from '../../text/span.js';
import { launchesIn, type Launch } from './launch.js';
import type { Target } from './program.js';

/** What commands run of a repository, and the ports that they are told to listen on. */
export interface Started {
  readonly runs: readonly Run[];
  readonly ports: readonly UnitPort[];
}

/** Scripts that run scripts; npm itself would go on for ever. */
const MAX_SCRIPTS = 10;

/**
 * Finds what commands name among the files. Absolute paths are those of a container: `mapped` finds them.
 * @param folder where the commands are run
 * @param at what says so
 */
export function startedIn(files: Files, folder: string, launches: readonly Launch[], at: Span, mapped: (path: string) => string | undefined = () => undefined): Started {
  const finding = new Finding(files, at, mapped);
  for (const launch of launches) finding.add(launch, folder);
  return { runs: finding.runs, ports: [...finding.ports.values()] };
}

/** The scripts of the `package.json` in a folder; empty where there is none to be read. */
export function scriptsIn(files: Files, folder: string): Readonly<Record<string, string>> {
  try {
    const manifest: unknown = JSON.parse(files.read(inFolder(folder, 'package.json')) ?? '{}');
    const scripts = isRecord(manifest) && isRecord(manifest['scripts']) ? manifest['scripts'] : {};
    return Object.fromEntries(Object.entries(scripts).flatMap(([name, script]) => (typeof script === 'string' ? [[name, script]] : [])));
  } catch {
    return {};
  }
}

class Finding {
  readonly runs: Run[] = [];
  readonly ports = new Map<number, UnitPort>();
  readonly #scripts = new Set<string>();

  constructor(
    private readonly files: Files,
    private readonly at: Span,
    private readonly mapped: (path: string) => string | undefined,
  ) {}

  add({ targets, ports }: Launch, folder: string): void {
    for (const { port, byDefault } of ports) if (!this.ports.has(port)) this.ports.set(port, { port, ...(byDefault ? { byDefault } : {}), at: this.at });
    for (const target of targets) this.#target(target, folder);
  }

  #target(target: Target, from: string): void {
    if (target.of === 'script') return this.#script(target, from);
    if (target.of === 'module') {
      const folder = this.#place(from, target.folder);
      const path = folder === undefined ? undefined : inFolder(folder, target.name.replaceAll('.', '/'));
      const file = path === undefined ? undefined : [`${path}.py`, `${path}/__init__.py`, `${path}/__main__.py`].find((one) => this.files.read(one) !== undefined);
      // `shop.wsgi` has its settings in `shop`; `main` has what it imports beside it.
      if (file !== undefined) this.#run(file, inFolder(folder!, target.name.includes('.') ? target.name.slice(0, target.name.indexOf('.')) : ''));
      return;
    }
    const path = this.#place(from, target.path);
    if (path === undefined) return;
    if (target.of === 'folder') this.#folder(path);
    // An archive is what the folder was built to.
    else if (/\.(?:jar|war|dll)$/.test(path)) this.#folder(from);
    else {
      const file = this.#file(path);
      if (file !== undefined) this.#run(file, (isScript(file) ? this.#packageOf(file) : undefined) ?? folderOf(file));
      else this.#unbuilt(path);
    }
  }

  /** A script that is made when it is built: what it is made of stands in its package. */
  #unbuilt(path: string): void {
    const folder = isScript(path) ? this.#packageOf(path) : undefined;
    if (folder !== undefined) this.#folder(folder);
  }

  #script({ name, folder, more }: Target & { readonly of: 'script' }, from: string): void {
    const place = this.#place(from, folder);
    if (place === undefined) return;
    const key = `${place} ${name}`;
    const scripts = scriptsIn(this.files, place);
    const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
    if (script === undefined) {
      // npm's own: `start` without a script is `node server.js`.
      if (name === 'start' && this.files.exists(inFolder(place, 'package.json')) && this.files.exists(inFolder(place, 'server.js'))) this.#run(inFolder(place, 'server.js'), place);
      return;
    }
    if (this.#scripts.has(key) || this.#scripts.size >= MAX_SCRIPTS) return;
    this.#scripts.add(key);
    for (const launch of launchesIn([script, ...more].join(' '))) this.add(launch, place);
  }

  #place(from: string, path: string): string | undefined {
    return path.startsWith('/') ? this.mapped(path) : resolvePath(from, path);
  }

  #run(file: string, folder: string): void {
    this.#add({ of: 'file', path: file, at: this.at });
    this.#folder(folder);
  }

  #folder(path: string): void {
    this.#add({ of: 'folder', path, at: this.at });
  }

  #add(run: Run & { readonly path: string }): void {
    if (!this.runs.some((other) => other.of === run.of && 'path' in other && other.path === run.path)) this.runs.push(run);
  }

  /** The file itself, what Node.js finds under its name, or the source that TypeScript makes it of. */
  #file(path: string): string | undefined {
    return [path, ...['js', 'ts', 'mjs', 'cjs'].flatMap((ending) => [`${path}.${ending}`, `${path}/index.${ending}`]), ...this.#sourcesOf(path)].find((one) => this.files.read(one) !== undefined);
  }

  /** `dist/server.js` is `src/server.ts` where `tsconfig.json` says so: `outDir` and `rootDir`, or the folder that all it includes stands in. */
  #sourcesOf(path: string): readonly string[] {
    const folder = this.#packageOf(path);
    const options = folder === undefined ? undefined : /"compilerOptions"\s*:\s*\{([^]*)/.exec(this.files.read(inFolder(folder, 'tsconfig.json')) ?? '')?.[1];
    const option = (name: string): string | undefined => new RegExp(`^[^\\n"]*"${name}"\\s*:\\s*"(?:\\./)?([^"]*?)/?"`, 'm').exec(options ?? '')?.[1];
    const [output, roots] = [option('outDir'), option('rootDir')];
    if (folder === undefined || output === undefined) return [];
    const start = `${inFolder(folder, output)}/`;
    const [, rest] = path.startsWith(start) ? /^(.*?)(?:\.[cm]?js)?$/.exec(path.slice(start.length))! : [];
    if (rest === undefined) return [];
    return (roots === undefined ? ['', 'src'] : [roots]).flatMap((root) => ['.ts', '.mts', '.cts', '.js', '/index.ts'].map((ending) => inFolder(folder, inFolder(root === '.' ? '' : root, `${rest}${ending}`))));
  }

  /** The folder of the nearest `package.json`. */
  #packageOf(path: string): string | undefined {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      if (this.files.read(inFolder(folder, 'package.json')) !== undefined) return folder;
      if (folder === '') return undefined;
    }
  }
}

function isScript(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) || !/\.\w+$/.test(path);
}

function inFolder(folder: string, name: string): string {
  return folder === '' || name === '' ? `${folder}${name}` : `${folder}/${name}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
