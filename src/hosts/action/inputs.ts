import { resolve } from 'node:path';
import { split } from 'shlex';
import type { FailOn } from '../../config/config.js';
import { didYouMean } from '../../text/nearest.js';
import { FLAGS, parseOptions, UsageError, type Options } from '../cli/options.js';
import type { WorkflowEvent } from './event.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Inputs of `action.yml`. `version` is for the step's own lines, which choose what runs. */
export const INPUTS = ['paths', 'config', 'version', 'working-directory', 'fail-on', 'only-changed', 'annotations', 'summary', 'sarif-file', 'upload-sarif', 'baseline', 'max-annotations', 'args'] as const;
type Input = (typeof INPUTS)[number];

/** GitHub shows no more annotations than these of one job; it drops the rest without a word. */
const MOST_ANNOTATIONS = 50;

/** What the step was asked to do. */
export interface Inputs {
  /** Absolute; every other path is relative to it. */
  readonly workingDirectory: string;
  readonly paths: readonly string[];
  readonly onlyChanged: 'lines' | 'files' | 'all';
  readonly annotations: boolean;
  readonly maxAnnotations: number;
  readonly summary: boolean;
  /** Absolute. */
  readonly sarifFile: string | undefined;
  /** The command line that means the same. */
  readonly flags: Options['flags'];
}

/**
 * Reads the inputs that `action.yml` hands over as `INPUT_…`; an empty one was not given.
 * @throws {UsageError} for inputs that are unknown, mean nothing or contradict each other.
 */
export function inputsFrom(env: Environment, event: WorkflowEvent, cwd: string): Inputs {
  const written = writtenInputs(env);
  const bool = (name: Input, byDefault: boolean): boolean => {
    const value = written.get(name)?.toLowerCase();
    return value === undefined ? byDefault : oneOf(name, value, ['true', 'false']) === 'true';
  };
  const workingDirectory = resolve(given(env['GITHUB_WORKSPACE']) ?? cwd, written.get('working-directory') ?? '.');
  const upload = bool('upload-sarif', false);
  const onlyChanged = oneOf('only-changed', written.get('only-changed') ?? (event.isProposal && !upload ? 'lines' : 'all'), ['lines', 'files', 'all']);
  if (upload && onlyChanged !== 'all') throw new UsageError(`upload-sarif and only-changed: ${onlyChanged} contradict each other: code scanning takes what is missing from an upload for mended`);
  const sarif = written.get('sarif-file') ?? (upload ? resolve(given(env['RUNNER_TEMP']) ?? workingDirectory, 'cors-lint.sarif') : undefined);
  return {
    workingDirectory,
    paths: linesOf(written.get('paths') ?? '.'),
    onlyChanged,
    annotations: bool('annotations', true),
    maxAnnotations: numberUpTo('max-annotations', written.get('max-annotations') ?? String(MOST_ANNOTATIONS), MOST_ANNOTATIONS),
    summary: bool('summary', true),
    sarifFile: sarif === undefined ? undefined : resolve(workingDirectory, sarif),
    flags: { ...flagsIn(written), ...(event.isFromFork ? { 'config-data-only': true } : {}), ...failOnOf(written, upload) },
  };
}

function writtenInputs(env: Environment): ReadonlyMap<Input, string> {
  const written = new Map<Input, string>();
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('INPUT_') || value === undefined || value.trim() === '') continue;
    const name = variable.slice('INPUT_'.length).toLowerCase().replaceAll('_', '-');
    const known = INPUTS.find((input) => input === name);
    if (known === undefined) throw new UsageError(`unknown input ${name}${didYouMean(name, INPUTS)}`);
    written.set(known, value.trim());
  }
  return written;
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function linesOf(value: string): readonly string[] {
  return value.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
}

function oneOf<Choice extends string>(name: Input, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`${name}: expected ${choices.join(', ')}, found ${JSON.stringify(value)}${didYouMean(value, choices)}`);
  return found;
}

function numberUpTo(name: Input, value: string, most: number): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) > most) throw new UsageError(`${name}: expected a number from 0 to ${most}, found ${JSON.stringify(value)}`);
  return Number(value);
}

/** With an upload code scanning judges, unless a level was named. */
function failOnOf(written: ReadonlyMap<Input, string>, upload: boolean): { readonly 'fail-on'?: FailOn } {
  const level = written.get('fail-on');
  if (level !== undefined) return { 'fail-on': oneOf('fail-on', level, ['error', 'warn', 'info', 'never']) };
  return upload ? { 'fail-on': 'never' } : {};
}

/** Flags that say how to lint; those that print something else, change files or have an input of their own are not for `args`. */
const FOR_ARGS: ReadonlySet<string> = new Set<keyof typeof FLAGS>([
  'ignore-pattern', 'no-ignore', 'related', 'no-config', 'config-data-only', 'rule', 'only', 'skip', 'env', 'no-inline-config', 'report-unused-disables', 'format', 'quiet', 'max-warnings', 'cache', 'cache-location',
]);

function flagsIn(written: ReadonlyMap<Input, string>): Options['flags'] {
  const { flags, paths } = parseOptions(wordsOf(written.get('args') ?? ''));
  const [path] = paths;
  if (path !== undefined) throw new UsageError(`args: ${JSON.stringify(path)} is a path; write it in paths`);
  for (const flag of Object.keys(flags)) {
    if (FOR_ARGS.has(flag)) continue;
    const input = INPUTS.find((name) => name === flag);
    throw new UsageError(`args: --${flag} ${input === undefined ? 'is not for the Action' : `has an input of its own, ${input}`}`);
  }
  const shown = flags.format?.find((format) => !format.includes('='));
  if (shown !== undefined) throw new UsageError(`args: --format ${shown} needs a file here: ${shown}=path`);
  const [config, baseline] = [written.get('config'), written.get('baseline')];
  if (config !== undefined && flags['no-config'] === true) throw new UsageError('config and --no-config in args contradict each other');
  return { ...flags, ...(config === undefined ? {} : { config }), ...(baseline === undefined ? {} : { baseline }) };
}

/** Words as a shell would take them; nothing is expanded. */
function wordsOf(args: string): readonly string[] {
  try {
    return split(args);
  } catch {
    throw new UsageError(`args: a quotation or an escape does not end in ${JSON.stringify(args)}`);
  }
}
