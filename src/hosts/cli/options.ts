import { parseArgs } from 'node:util';
import { didYouMean } from '../../text/nearest.js';

/** What the command line cannot mean. Shown to the user; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Name of the value in the help text. */
  readonly value?: string;
  readonly help: string;
}

/** Every flag under the heading of its group, in the order of the help text. */
export const FLAG_GROUPS = {
  Files: {
    'ignore-pattern': { type: 'string', multiple: true, value: 'glob', help: 'ignore these files too; repeatable' },
    'no-ignore': { type: 'boolean', help: 'read files that .gitignore, .cors-lintignore and the built-in patterns leave out' },
    related: { type: 'boolean', help: 'read the rest of the repository too, and show what concerns the named files' },
    stdin: { type: 'boolean', help: 'read the text from standard input; with --fix the fixed text goes to standard output' },
    'stdin-filename': { type: 'string', value: 'path', help: 'path that the text from standard input has' },
  },
  Git: {
    staged: { type: 'boolean', help: 'lint staged files as the index has them' },
    since: { type: 'string', value: 'ref', help: 'lint files that changed since the merge base with a commit, uncommitted ones too' },
    'changed-lines': { type: 'boolean', help: 'show only what has to do with changed lines: with --staged, --since, or else since the last commit' },
  },
  Configuration: {
    config: { type: 'string', short: 'c', value: 'file', help: 'use this configuration file' },
    'no-config': { type: 'boolean', help: 'ignore configuration files' },
    'config-data-only': { type: 'boolean', help: 'run no code of the repository: take JSON and YAML configurations alone' },
    rule: { type: 'string', multiple: true, value: 'id=level', help: 'off, info, warn or error; repeatable' },
    only: { type: 'string', multiple: true, value: 'id', help: 'run this rule only; repeatable' },
    skip: { type: 'string', multiple: true, value: 'id', help: 'do not run this rule; repeatable' },
    env: { type: 'string', value: 'name', help: 'treat every file as belonging to this environment' },
    'no-inline-config': { type: 'boolean', help: 'ignore disable comments' },
    'report-unused-disables': { type: 'string', value: 'level', help: 'off, warn or error for disable comments that silence nothing; default warn' },
  },
  Fixes: {
    fix: { type: 'boolean', help: 'apply the automatic fixes' },
    'fix-suggestions': { type: 'boolean', help: 'apply suggestions too, where exactly one is offered' },
    'fix-dry-run': { type: 'boolean', help: 'report as if fixed, write nothing; exit 1 if a file would change' },
    diff: { type: 'boolean', help: 'print what --fix would change, write nothing; exit 1 if a file would change' },
  },
  Reports: {
    format: { type: 'string', short: 'f', multiple: true, value: 'name[=file]', help: 'pretty, stylish, compact, json, sarif, github, junit, gitlab, checkstyle, markdown; repeatable' },
    'output-file': { type: 'string', short: 'o', value: 'file', help: 'write the report to a file' },
    quiet: { type: 'boolean', help: 'show errors only' },
    color: { type: 'string', value: 'when', help: 'auto, always or never' },
    'no-progress': { type: 'boolean', help: 'show no progress' },
    stats: { type: 'boolean', help: 'tell on standard error what was found, proven and dropped, and how long each stage and rule took' },
    debug: { type: 'boolean', help: 'tell on standard error what was decided: configurations, files left out, readers, versions, layers, changes dropped' },
  },
  'What makes a run fail': {
    'fail-on': { type: 'string', value: 'level', help: 'mildest finding that does: error (default), warn, info or never' },
    'max-warnings': { type: 'string', value: 'n', help: 'exit 1 if there are more warnings' },
  },
  'Known findings': {
    baseline: { type: 'string', value: 'file', help: 'say nothing of findings that this file knows' },
    'write-baseline': { type: 'boolean', help: 'make every finding of this run a known one' },
    'prune-baseline': { type: 'boolean', help: 'forget known findings that are gone' },
  },
  Cache: {
    cache: { type: 'boolean', help: 'keep results, and take them where nothing changed that they depend on' },
    'cache-location': { type: 'string', value: 'path', help: 'folder of the cache; default node_modules/.cache/cors-lint' },
  },
  'Asking instead of linting (--format json for machines)': {
    init: { type: 'boolean', help: 'write a configuration that fits this folder' },
    rules: { type: 'boolean', help: 'list the rules' },
    explain: { type: 'string', value: 'id', help: 'explain a rule, with bad and good code' },
    'print-config': { type: 'string', value: 'file', help: 'show what applies to a file, and which configurations say so' },
    'print-policy': { type: 'string', value: 'file', help: 'print the policies read from a file as JSON' },
    help: { type: 'boolean', short: 'h', help: 'show this help' },
    version: { type: 'boolean', short: 'v', help: 'show the version' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Flag>>>>;

export const FLAGS = {
  ...FLAG_GROUPS.Files,
  ...FLAG_GROUPS.Git,
  ...FLAG_GROUPS.Configuration,
  ...FLAG_GROUPS.Fixes,
  ...FLAG_GROUPS.Reports,
  ...FLAG_GROUPS['What makes a run fail'],
  ...FLAG_GROUPS['Known findings'],
  ...FLAG_GROUPS.Cache,
  ...FLAG_GROUPS['Asking instead of linting (--format json for machines)'],
};

/** Values of flags by their names. */
export type Values<Flags extends Readonly<Record<string, Flag>>> = {
  readonly [Name in keyof Flags]?: Flags[Name] extends { readonly multiple: true } ? readonly string[] : Flags[Name]['type'] extends 'boolean' ? boolean : string;
};

/** The command line, parsed. Keys are those of `FLAGS`. */
export interface Options {
  readonly flags: Values<typeof FLAGS>;
  readonly paths: readonly string[];
}

/** @throws {UsageError} for unknown flags and missing values. */
export function parseOptions(argv: readonly string[]): Options {
  return parseWith(argv, FLAGS);
}

/** Values of the flags of a command, and the words that are none. @throws {UsageError} for unknown flags and missing values. */
export function parseWith<Flags extends Readonly<Record<string, Flag>>>(argv: readonly string[], flags: Flags): { readonly flags: Values<Flags>; readonly paths: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true, strict: true });
    return { flags: values as Values<Flags>, paths: positionals };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(inWords(argv, error, Object.keys(flags)));
  }
}

function inWords(argv: readonly string[], error: Error & { readonly code?: unknown }, names: readonly string[]): string {
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return error.message.replace(/\n[\s\S]*/, '');
  const unknown = /'(-[^'\s]*)'/.exec(error.message)?.[1] ?? argv.find((word) => word.startsWith('-')) ?? '';
  return `unknown option ${unknown}${didYouMean(unknown, names.map((name) => `--${name}`))}`;
}

/** A value out of a few. @throws {UsageError} for another one. */
export function choice<Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((known) => known === value);
  if (found === undefined) throw new UsageError(`--${flag}: expected ${choices.join(', ')}, found ${JSON.stringify(value)}${didYouMean(value, choices)}`);
  return found;
}
