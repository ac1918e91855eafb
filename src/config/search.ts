import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, relative, resolve as resolveFile, sep } from 'node:path';
import { cosmiconfig } from 'cosmiconfig';
import type { RuleEntry } from '../findings/rule-entry.js';
import { checkConfig, type Fault } from './check.js';
import { ConfigError } from './config.js';
import { didYouMean } from '../text/nearest.js';
import { offsetOf } from './position.js';
import { preset, PRESETS, type Layer, type PresetName } from './resolve.js';
import { configSchema } from './schema.js';

/** Finds, reads, checks and extends configurations. One per run: what was read once is kept. */
export class ConfigSearch {
  readonly #explorer;
  readonly #schema;
  readonly #layers = new Map<string, Promise<readonly Layer[]>>();

  /** @param stopAt the search upwards ends here: the repository's root, or the file system's. */
  constructor(
    private readonly rules: readonly RuleEntry[],
    private readonly root: string,
    stopAt: string,
  ) {
    this.#explorer = cosmiconfig('cors-lint', { searchStrategy: 'global', stopDir: stopAt });
    this.#schema = configSchema(rules);
  }

  /** The nearest configuration above a folder, the weakest layer first; undefined when there is none. */
  async above(folder: string): Promise<readonly Layer[] | undefined> {
    const found = await this.#told(folder, () => this.#explorer.search(folder));
    return found === null || found.isEmpty === true ? undefined : this.#layersOf(found.filepath, found.config, []);
  }

  async from(path: string): Promise<readonly Layer[]> {
    const file = resolveFile(path);
    if (!existsSync(file)) throw new ConfigError(`${path}: no such configuration file`);
    const found = await this.#told(path, () => this.#explorer.load(file));
    return this.#layersOf(file, found?.config ?? {}, []);
  }

  /** Without any configuration. */
  get defaults(): readonly Layer[] {
    return [preset('cors-lint:recommended', this.rules)];
  }

  async #told<T>(where: string, load: () => Promise<T>): Promise<T> {
    try {
      return await load();
    } catch (error) {
      const { filepath, message } = error instanceof Error ? { filepath: where, ...error, message: error.message } : { filepath: where, message: String(error) };
      throw new ConfigError(message.includes(filepath) ? message : `${filepath}: ${message}`);
    }
  }

  #layersOf(file: string, written: unknown, trail: readonly string[]): Promise<readonly Layer[]> {
    let layers = this.#layers.get(file);
    if (layers === undefined) this.#layers.set(file, (layers = this.#extended(file, written, trail)));
    return layers;
  }

  async #extended(file: string, written: unknown, trail: readonly string[]): Promise<readonly Layer[]> {
    const checked = checkConfig(written, this.#schema);
    if ('faults' in checked) throw new ConfigError(checked.faults.map((fault) => faultInWords(file, fault)).join('\n'));
    const { config } = checked;
    const folder = dirname(file).replace(new RegExp(`\\${sep}\\.config$`), '');
    // Rules of the recommended set run unless the author starts from something else.
    const bases = config.extends === undefined ? ['cors-lint:recommended'] : [config.extends].flat();
    const extended: Layer[] = [];
    for (const base of bases) extended.push(...(await this.#base(base, file, [...trail, file])));
    return [...extended, { config, folder: this.#patternsFrom(folder), strict: false }];
  }

  /** The folder that a configuration's patterns start from: its own, or for one that lies elsewhere the root of the run. */
  #patternsFrom(folder: string): string {
    const way = relative(this.root, folder).split(sep).join('/');
    return /^\.\.(?:\/|$)/.test(way) || isAbsolute(way) ? '' : way;
  }

  async #base(name: string, from: string, trail: readonly string[]): Promise<readonly Layer[]> {
    if (isPreset(name)) return [preset(name, this.rules)];
    if (name.startsWith('cors-lint:')) throw new ConfigError(`${from}: extends: unknown configuration ${JSON.stringify(name)}${didYouMean(name, PRESETS)}`);
    const file = fileOf(name, from);
    if (trail.includes(file)) throw new ConfigError(`${from}: extends: ${name} extends itself`);
    const found = await this.#told(file, () => this.#explorer.load(file));
    return this.#extended(file, found?.config ?? {}, trail);
  }
}

function isPreset(name: string): name is PresetName {
  return PRESETS.some((known) => known === name);
}

function fileOf(name: string, from: string): string {
  if (/^\.{0,2}\//.test(name) || /^[A-Za-z]:[\\/]/.test(name)) {
    const file = resolveFile(dirname(from), name);
    if (existsSync(file)) return file;
  } else {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Told below, in one voice.
    }
  }
  throw new ConfigError(`${from}: extends: ${JSON.stringify(name)} was not found`);
}

/** `file:line:column: rules.no-null-orign: unknown rule …` */
function faultInWords(file: string, { path, message }: Fault): string {
  const keys = path.map(String).join('.');
  return `${file}${positionOf(file, path)}: ${keys === '' ? '' : `${keys}: `}${message}`;
}

function positionOf(file: string, path: Fault['path']): string {
  if (!/(\.json|\.ya?ml|rc)$/.test(file)) return '';
  const text = readFileSync(file, 'utf8');
  const offset = offsetOf(text, file.endsWith('package.json') ? ['cors-lint', ...path] : path);
  if (offset === undefined) return '';
  const before = text.slice(0, offset).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
