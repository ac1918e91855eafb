import { isAbsolute, posix } from 'node:path';
import picomatch from 'picomatch';
import type { RuleEntry } from '../findings/rule-entry.js';
import type { Config, FailOn, RuleLevel, RuleOptions, WrittenLevel, WrittenRule } from './config.js';

export interface ResolvedRule {
  readonly level: RuleLevel;
  readonly options: RuleOptions;
}

/** Everything that configurations say about one file, merged. Plain data. */
export interface Resolved {
  readonly rules: ReadonlyMap<string, ResolvedRule>;
  /** Judge as the strict set does: also what the author could not have written otherwise. */
  readonly strict: boolean;
  readonly ignored: boolean;
  /** Name of the environment as configured. */
  readonly environment: string;
  readonly trustedOrigins: readonly string[];
  readonly layers: readonly NamedLayer[];
  readonly requireDisableReason: boolean;
  readonly failOn: FailOn;
  /** File of known findings: absolute, or relative to the root of the run. */
  readonly baseline: string | undefined;
  /** What says so, the weakest first. */
  readonly sources: readonly string[];
}

/** A layer that configurations name. Plain data. */
export interface NamedLayer {
  readonly name: string;
  /** Its files lie in this folder, relative to the root of the run; the empty text is the root. */
  readonly folder: string;
  /** In order: the last that fits a path, relative to the folder, decides. `source` is that of a regular expression; `not`: what fits is taken out again. */
  readonly files: readonly { readonly source: string; readonly not?: true }[];
  readonly inFrontOf?: readonly string[];
}

/** A configuration with the folder that its patterns are relative to; a set of rules by name has neither. */
export interface Layer {
  readonly config: Config;
  /** Relative to the root of the run, with `/`; the empty text is the root. */
  readonly folder: string;
  readonly strict: boolean;
  /** The file that says it, the name of a set, or the command line. */
  readonly source: string;
}

export const PRESETS = ['cors-lint:recommended', 'cors-lint:strict', 'cors-lint:all'] as const;
export type PresetName = (typeof PRESETS)[number];

/** Level of a rule that nobody configured, by its class. */
function levelOf(rule: Pick<RuleEntry, 'id' | 'class'>): RuleLevel {
  if (rule.class === 'security-error' || rule.class === 'broken-in-browser') return 'error';
  return 'warn';
}

/** `recommended`: rules of that set. `strict` and `all`: every rule, judged strictly. */
export function preset(name: PresetName, rules: readonly Pick<RuleEntry, 'id' | 'class' | 'set'>[]): Layer {
  const all = name !== 'cors-lint:recommended';
  const chosen = rules.filter(({ set }) => all || set === 'recommended');
  return { config: { rules: Object.fromEntries(chosen.map((rule) => [rule.id, levelOf(rule)])) }, folder: '', strict: all, source: name };
}

/** What layers, the first the weakest, say about a file (relative to the root of the run). @param env stands in for the environment that the file belongs to */
export function resolve(layers: readonly Layer[], file: string, env?: string): Resolved {
  const rules = new Map<string, ResolvedRule>();
  const set = (written: Readonly<Record<string, WrittenRule>> = {}): void => {
    for (const [name, rule] of Object.entries(written)) {
      const id = name.replace(/^cors-lint\//, '');
      rules.set(id, resolvedRule(rule, rules.get(id)));
    }
  };
  for (const { config } of layers) set(config.rules);
  for (const { config, folder } of layers) {
    for (const override of config.overrides ?? []) if (matches(override.files, folder, file)) set(override.rules);
  }
  const environment = env ?? environmentOf(layers, file);
  return {
    rules,
    strict: layers.some(({ strict }) => strict),
    ignored: layers.some(({ config, folder }) => matches(config.ignores ?? [], folder, file)),
    environment,
    trustedOrigins: trustedIn(layers, environment),
    layers: namedLayers(layers),
    requireDisableReason: last(layers, 'requireDisableReason') ?? false,
    failOn: last(layers, 'failOn') ?? 'error',
    baseline: baselineOf(layers),
    sources: [...new Set(layers.map(({ source }) => source))],
  };
}

const LEVELS = { 0: 'off', 1: 'warn', 2: 'error' } as const;

export function levelFrom(written: WrittenLevel): RuleLevel {
  return typeof written === 'number' ? LEVELS[written] : written;
}

/** A level alone keeps the options that a weaker layer gave. */
function resolvedRule(written: WrittenRule, before: ResolvedRule | undefined): ResolvedRule {
  if (typeof written === 'string' || typeof written === 'number') return { level: levelFrom(written), options: before?.options ?? {} };
  return { level: levelFrom(written[0]), options: written[1] ?? before?.options ?? {} };
}

/** An environment of the same name in a later layer replaces the earlier one; among matching ones the last wins. */
function environmentOf(layers: readonly Layer[], file: string): string {
  const environments = new Map<string, { readonly files: readonly string[]; readonly folder: string }>();
  for (const { config, folder } of layers) {
    for (const [name, { files }] of Object.entries(config.environments ?? {})) {
      // What is set anew comes last.
      environments.delete(name);
      environments.set(name, { files, folder });
    }
  }
  const named = [...environments].filter(([, { files, folder }]) => matches(files, folder, file)).at(-1);
  return named?.[0] ?? 'production';
}

/** Origins for every environment add up; what a later layer trusts in an environment takes the place of what earlier ones do. */
function trustedIn(layers: readonly Layer[], environment: string): readonly string[] {
  const written = layers.map(({ config }) => config.trustedOrigins ?? []);
  const everywhere = written.flat().filter((trusted) => typeof trusted === 'string');
  const here = written.map((trusted) => trusted.flatMap((one) => (typeof one !== 'string' && one.env === environment ? [one.origins] : []))).findLast((lists) => lists.length > 0);
  return [...new Set([...everywhere, ...(here ?? []).flat()])];
}

/** All layers that are named; one of the same name in a later configuration takes the place of the earlier one. */
export function namedLayers(layers: readonly Layer[]): readonly NamedLayer[] {
  const named = new Map<string, NamedLayer>();
  for (const { config, folder } of layers) {
    for (const { name, files, inFrontOf } of config.layers ?? []) {
      named.set(name, { name, folder, files: files.map(regexOf), ...(inFrontOf === undefined ? {} : { inFrontOf }) });
    }
  }
  return [...named.values()];
}

function regexOf(pattern: string): NamedLayer['files'][number] {
  const negated = pattern.startsWith('!');
  const { glob, basename } = globOf(negated ? pattern.slice(1) : pattern);
  const { source } = picomatch.makeRe(basename ? `**/${glob}` : glob, { dot: true });
  return negated ? { source, not: true } : { source };
}

function baselineOf(layers: readonly Layer[]): string | undefined {
  const { config, folder } = layers.findLast((layer) => layer.config.baseline !== undefined) ?? {};
  return config?.baseline === undefined || isAbsolute(config.baseline) ? config?.baseline : posix.join(folder ?? '', config.baseline);
}

function last<Key extends 'requireDisableReason' | 'failOn'>(layers: readonly Layer[], key: Key): Config[Key] | undefined {
  return layers.findLast(({ config }) => config[key] !== undefined)?.config[key];
}

const matchers = new Map<string, (path: string) => boolean>();

/** Does one of the patterns match? `!pattern` takes files out again. A pattern without `/` fits in every folder. */
export function matches(patterns: readonly string[], folder: string, file: string): boolean {
  if (patterns.length === 0 || (folder !== '' && !file.startsWith(`${folder}/`))) return false;
  const path = folder === '' ? file : file.slice(folder.length + 1);
  return patterns.reduce((found, pattern) => {
    const negated = pattern.startsWith('!');
    return matcherOf(negated ? pattern.slice(1) : pattern)(path) ? !negated : found;
  }, false);
}

function matcherOf(pattern: string): (path: string) => boolean {
  let matcher = matchers.get(pattern);
  if (matcher === undefined) {
    const { glob, basename } = globOf(pattern);
    matchers.set(pattern, (matcher = picomatch(glob, { dot: true, basename })));
  }
  return matcher;
}

/** `/x` and `./x` are below this folder alone, `x/` is all that is in it, and what has no `/` fits in every folder. */
function globOf(pattern: string): { readonly glob: string; readonly basename: boolean } {
  return { glob: pattern.replace(/^\.?\//, '').replace(/\/$/, '/**'), basename: !/^\.?\/|\//.test(pattern) };
}
