import { dirname, resolve as resolvePath } from 'node:path';
import type { FailOn, RuleLevel, WrittenRule } from '../../config/config.js';
import { didYouMean } from '../../text/nearest.js';
import { preset, resolve, type Layer, type Resolved } from '../../config/resolve.js';
import { configFilesIn } from '../../config/places.js';
import type { Observer } from '../../engine-observer.js';
import type { RuleEntry } from '../../findings/rule-entry.js';
import { choice, UsageError, type Options } from './options.js';
import { ancestors, toDisk, type Root } from '../root.js';

/** What applies to each file: configuration files, then the command line. */
export class Settings {
  readonly #command: readonly Layer[];
  readonly #resolved = new Map<string, Promise<Resolved>>();
  readonly #folders = new Map<string, Promise<readonly Layer[]>>();
  readonly #held = new Map<string, boolean>();
  #search: Promise<import('../../config/search.js').ConfigSearch> | undefined;

  constructor(
    private readonly flags: Options['flags'],
    private readonly rules: readonly RuleEntry[],
    private readonly root: Root,
    private readonly observer?: Observer,
  ) {
    this.#command = [{ config: { overrides: [{ files: ['**'], rules: rulesOf(flags, rules) }], ...failOnOf(flags) }, folder: '', strict: false, source: 'command line' }];
  }

  /** Settings of a file, relative to the root. */
  of(file: string): Promise<Resolved> {
    let resolved = this.#resolved.get(file);
    if (resolved === undefined) this.#resolved.set(file, (resolved = this.#resolve(file)));
    return resolved;
  }

  async #resolve(file: string): Promise<Resolved> {
    const { env, only = [] } = this.flags;
    const resolved = resolve([...(await this.#layers(dirname(toDisk(this.root, file)))), ...this.#command], file, env);
    const rules = only.length === 0 ? resolved.rules : restricted(resolved.rules, only.map(bareId), this.rules);
    return { ...resolved, rules };
  }

  #layers(folder: string): Promise<readonly Layer[]> {
    const key = this.flags.config === undefined ? folder : '';
    let layers = this.#folders.get(key);
    if (layers === undefined) this.#folders.set(key, (layers = this.#load(folder)));
    return layers;
  }

  async #load(folder: string): Promise<readonly Layer[]> {
    const layers = await this.#found(folder);
    this.observer?.note('config', this.flags.config === undefined ? folder : '', layers.map(({ source }) => source).join(', '));
    return layers;
  }

  async #found(folder: string): Promise<readonly Layer[]> {
    const { config } = this.flags;
    if (config !== undefined && this.flags['no-config'] !== true) return (await this.#searcher()).from(resolvePath(this.root.cwd, config));
    const above = this.flags['no-config'] === true ? [] : ancestors(folder);
    const end = this.root.repository ? above.indexOf(this.root.folder) + 1 : above.length;
    const found = above.slice(0, end).some((candidate) => this.#holdsConfig(candidate)) ? await (await this.#searcher()).above(folder) : undefined;
    return found ?? [preset('cors-lint:recommended', this.rules)];
  }

  #holdsConfig(folder: string): boolean {
    let held = this.#held.get(folder);
    if (held === undefined) this.#held.set(folder, (held = configFilesIn(folder).length > 0));
    return held;
  }

  #searcher(): Promise<import('../../config/search.js').ConfigSearch> {
    const stopAt = this.root.repository ? this.root.folder : (ancestors(this.root.folder).at(-1) ?? this.root.folder);
    this.#search ??= import('../../config/search.js').then(({ ConfigSearch }) => new ConfigSearch(this.rules, this.root.folder, stopAt, this.flags['config-data-only'] === true));
    return this.#search;
  }
}

/** `--rule` and `--skip`, the strongest word on levels. */
function rulesOf(flags: Options['flags'], rules: readonly RuleEntry[]): Readonly<Record<string, WrittenRule>> {
  const known = rules.map(({ id }) => id);
  const checked = (flag: string, name: string): string => {
    const id = bareId(name);
    if (!known.includes(id)) throw new UsageError(`--${flag}: unknown rule ${JSON.stringify(id)}${didYouMean(id, known)}`);
    return id;
  };
  for (const name of flags.only ?? []) checked('only', name);
  const levels = (flags.rule ?? []).map((written): readonly [string, RuleLevel] => {
    const [name = '', level] = written.split('=');
    if (level === undefined) throw new UsageError(`--rule: expected id=level, found ${JSON.stringify(written)}`);
    return [checked('rule', name), choice('rule', level, ['off', 'info', 'warn', 'error'])];
  });
  return Object.fromEntries([...levels, ...(flags.skip ?? []).map((name) => [checked('skip', name), 'off'] as const)]);
}

function failOnOf(flags: Options['flags']): { readonly failOn?: FailOn } {
  const written = flags['fail-on'];
  return written === undefined ? {} : { failOn: choice('fail-on', written, ['error', 'warn', 'info', 'never']) };
}

/** The named rules alone; one that is off runs at the level it has by its class. */
function restricted(configured: Resolved['rules'], only: readonly string[], rules: readonly RuleEntry[]): Resolved['rules'] {
  const byClass = resolve([preset('cors-lint:all', rules)], '').rules;
  return new Map(only.flatMap((id) => {
    const own = configured.get(id);
    const rule = own === undefined || own.level === 'off' ? byClass.get(id) : own;
    return rule === undefined ? [] : [[id, rule] as const];
  }));
}

export function bareId(name: string): string {
  return name.replace(/^cors-lint\//, '');
}
