import { returnedBy } from '../../middleware/config-module.js';
import { moduleAt, run, type EstreeModule, type Packages } from '../../syntax/estree/index.js';
import { folderOf, resolvePath } from '../../text/files.js';
import { entry, type Value } from '../../values/value.js';
import { runtimeConfig } from './runtime-config.js';

const EXTENSIONS = ['', '.ts', '.js', '.mts', '.mjs', '/index.ts', '/index.js'];

/** Files of a folder for automatic imports past which nobody looks. */
const MAX_FILES = 100;

/** What Nitro and Nuxt make known without a relative import: aliased files, and what `server/utils` exports. */
export class Project {
  /** Folder of `nuxt.config` or `nitro.config`, else the one that holds `server`. */
  readonly root: string;
  readonly #values = new Map<string, Value | undefined>();
  #exporters: ReadonlyMap<string, string> | undefined;

  constructor(
    private readonly module: EstreeModule,
    private readonly packages: Packages,
  ) {
    this.root = rootOf(module);
  }

  /** `~/…`, `@/…`, `~~/…`, `@@/…`: files below the root or the source folder. */
  aliased(specifier: string): Value | undefined {
    const rest = /^(?:~~?|@@?)\/(.+)$/.exec(specifier)?.[1];
    if (rest === undefined) return undefined;
    for (const folder of ['', 'server', 'app', 'src']) {
      const path = resolvePath(this.#below(folder), rest.replace(/\.[cm]?js$/, ''));
      const found = path === undefined ? undefined : EXTENSIONS.map((extension) => path + extension).find((candidate) => this.module.files.read(candidate) !== undefined);
      if (found !== undefined) return this.#exportsOf(found);
    }
    return undefined;
  }

  /** A name that nothing declares: what a file of `server/utils` exports by it. */
  autoImported(name: string): Value | undefined {
    this.#exporters ??= this.#utils();
    const file = this.#exporters.get(name);
    const exported = file === undefined || file === this.module.file ? undefined : this.#exportsOf(file);
    return exported?.kind === 'record' ? exported.entries.findLast(({ key }) => key === name)?.value : undefined;
  }

  /** `useRuntimeConfig()`; undefined where no configuration is in view. */
  runtimeConfig(): Value | undefined {
    const name = this.module.files.list(this.root).find((one) => CONFIG.test(one));
    const exported = name === undefined ? undefined : this.#exportsOf(this.#below(name));
    const whole = exported?.kind === 'record' ? entry(exported, 'default')?.value : undefined;
    const config = whole?.kind === 'function' ? returnedBy(whole, []) : whole;
    const written = config?.kind === 'record' ? entry(config, 'runtimeConfig')?.value : undefined;
    return written === undefined || name === undefined ? undefined : runtimeConfig(written, name.startsWith('nuxt') ? 'NUXT' : 'NITRO');
  }

  #below(folder: string): string {
    return [this.root, folder].filter((part) => part !== '').join('/');
  }

  #utils(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const folder of ['server/utils', 'utils', 'shared/utils']) {
      for (const name of this.module.files.list(this.#below(folder)).slice(0, MAX_FILES)) {
        const file = `${this.#below(folder)}/${name}`;
        const text = /\.[cm]?[jt]s$/.test(name) && !/\.d\.ts$/.test(name) ? this.module.files.read(file) : undefined;
        for (const match of (text ?? '').matchAll(/\bexport\s+(?:async\s+)?(?:const|let|function\*?)\s+(\w+)|\bexport\s*\{([^}]*)\}/g)) {
          for (const exported of match[1] === undefined ? namesIn(match[2] ?? '') : [match[1]]) if (!found.has(exported)) found.set(exported, file);
        }
      }
    }
    return found;
  }

  /** Exports of a file, which is run by itself. */
  #exportsOf(file: string): Value | undefined {
    if (this.#values.has(file)) return this.#values.get(file);
    // A file that asks for itself while it runs gets nothing.
    this.#values.set(file, undefined);
    const module = moduleAt(this.module, file);
    if (module === undefined) return undefined;
    const at = { file, start: 0, end: 0 };
    const { exports } = run(module, this.packages);
    const value: Value = { kind: 'record', entries: [...exports].map(([key, inner]) => ({ key, value: inner, at: inner.at })), at };
    this.#values.set(file, value);
    return value;
  }
}

function namesIn(list: string): readonly string[] {
  return list.split(',').map((item) => item.trim().split(/\s+as\s+/).at(-1) ?? '').filter((name) => name !== '');
}

function rootOf({ file, files }: EstreeModule): string {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    if (files.list(folder).some((name) => CONFIG.test(name))) return folder;
    if (folder === '') break;
  }
  return /^(?:(.*)\/)?server\//.exec(file)?.[1] ?? '';
}

const CONFIG = /^(?:nuxt|nitro)\.config\.[cm]?[jt]s$/;
