import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, relative, resolve as resolveFile, sep } from 'node:path';
import type { RuleEntry } from '../findings/rule-entry.js';
import { didYouMean } from '../text/nearest.js';
import { checkConfig, type Fault } from './check.js';
import { ConfigError } from './config.js';
import { loadConfig } from './load.js';
import { configFilesIn } from './places.js';
import { offsetOf, positionAt } from './position.js';
import { faultInLayers } from './named-layers.js';
import { namedLayers, preset, PRESETS, type Layer, type PresetName } from './resolve.js';
import { configSchema } from './schema.js';

/** Finds, reads, checks and extends configurations. One per run: what was read once is kept. */
export class ConfigSearch {
  readonly #schema;
  readonly #layers = new Map<string, Promise<readonly Layer[] | undefined>>();

  /**
   * @param root folder that paths of the run are relative to
   * @param stopAt the search upwards ends here: the repository's root, or the file system's
   * @param dataOnly take JSON and YAML alone
   */
  constructor(
    private readonly rules: readonly RuleEntry[],
    private readonly root: string,
    private readonly stopAt: string,
    private readonly dataOnly = false,
  ) {
    this.#schema = configSchema(rules);
  }

  /** The nearest configuration above a folder, the weakest layer first; undefined when there is none. */
  async above(folder: string): Promise<readonly Layer[] | undefined> {
    for (const file of configFilesIn(folder)) {
      const layers = await this.#layersOf(file, []);
      if (layers !== undefined) return layers;
    }
    const parent = dirname(folder);
    return folder === this.stopAt || parent === folder ? undefined : this.above(parent);
  }

  async from(path: string): Promise<readonly Layer[]> {
    const file = resolveFile(path);
    const layers = await this.#layersOf(file, []);
    if (layers === undefined) throw new ConfigError(`${file}: the key cors-lint is missing`);
    return layers;
  }

  /** @param trail the files whose `extends` lead here */
  #layersOf(file: string, trail: readonly string[]): Promise<readonly Layer[] | undefined> {
    let layers = this.#layers.get(file);
    if (layers === undefined) this.#layers.set(file, (layers = this.#extended(file, trail).then(checkedLayers)));
    return layers;
  }

  async #extended(file: string, trail: readonly string[]): Promise<readonly Layer[] | undefined> {
    const written = await loadConfig(file, this.dataOnly);
    if (written === undefined) {
      if (file.endsWith('package.json')) return undefined;
      throw new ConfigError(`${file}: nothing is exported; write \`export default { … }\``);
    }
    const checked = checkConfig(written, this.#schema);
    if ('faults' in checked) throw new ConfigError(checked.faults.map((fault) => faultInWords(file, fault)).join('\n'));
    const { config } = checked;
    const folder = dirname(file).replace(new RegExp(`\\${sep}\\.config$`), '');
    // Rules of the recommended set run unless the author starts from something else.
    const bases = config.extends === undefined ? ['cors-lint:recommended'] : [config.extends].flat();
    const extended: Layer[] = [];
    for (const base of bases) extended.push(...(await this.#base(base, file, [...trail, file])));
    return [...extended, { config, folder: this.#patternsFrom(folder), strict: false, source: file }];
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
    const layers = await this.#extended(file, trail);
    if (layers === undefined) throw new ConfigError(`${from}: extends: ${name} has no key cors-lint`);
    return layers;
  }
}

/** The layers that are named as a whole: one may stand in front of another that a weaker configuration names. */
function checkedLayers(layers: readonly Layer[] | undefined): readonly Layer[] | undefined {
  const named = namedLayers(layers ?? []);
  const fault = faultInLayers(named);
  if (fault === undefined) return layers;
  const { source } = layers!.findLast(({ config }) => config.layers?.some(({ name }) => name === fault.layer))!;
  throw new ConfigError(`${source}${positionOf(source, ['layers', 'inFrontOf'], fault.name)}: layers: ${fault.message}`);
}

function isPreset(name: string): name is PresetName {
  return PRESETS.some((known) => known === name);
}

function fileOf(name: string, from: string): string {
  const beside = resolveFile(dirname(from), name);
  if (/^\.{0,2}\//.test(name) || isAbsolute(name)) {
    if (existsSync(beside)) return beside;
  } else {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Told below, in one voice.
    }
  }
  throw new ConfigError(`${from}: extends: ${JSON.stringify(name)} was not found${existsSync(beside) ? `; did you mean "./${name}"?` : ''}`);
}

/** `file:line:column: rules.no-null-orign: unknown rule …` */
function faultInWords(file: string, { path, message }: Fault): string {
  const keys = path.map(String).join('.');
  return `${file}${positionOf(file, path)}: ${keys === '' ? '' : `${keys}: `}${message}`;
}

/** @param word a word behind the keys, where the place is that of a value */
function positionOf(file: string, path: Fault['path'], word?: string): string {
  if (!/(\.json|\.ya?ml|rc)$/.test(file)) return '';
  const text = readFileSync(file, 'utf8');
  const offset = offsetOf(text, file.endsWith('package.json') ? ['cors-lint', ...path] : path, word);
  return offset === undefined ? '' : positionAt(text, offset);
}
