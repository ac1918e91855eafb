import { parseArgs } from 'node:util';
import { didYouMean } from '../../text/nearest.js';

/** What the command line cannot mean. Shown to the user; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Name of the value in the help text. */
  readonly value?: string;
  readonly help: string;
}

/** Every flag, in the order of the help text. */
export const FLAGS = {
  config: { type: 'string', short: 'c', value: 'file', help: 'use this configuration file' },
  'no-config': { type: 'boolean', help: 'ignore configuration files' },
  'print-config': { type: 'string', value: 'file', help: 'show the configuration that applies to a file' },
  format: { type: 'string', short: 'f', multiple: true, value: 'name[=file]', help: 'pretty, stylish, compact, json, sarif, github; repeatable' },
  'output-file': { type: 'string', short: 'o', value: 'file', help: 'write the report to a file' },
  fix: { type: 'boolean', help: 'apply the automatic fixes' },
  'fix-suggestions': { type: 'boolean', help: 'apply suggestions too, where exactly one is offered' },
  'fix-dry-run': { type: 'boolean', help: 'report as if fixed, write nothing; exit 1 if a file would change' },
  diff: { type: 'boolean', help: 'print what --fix would change, write nothing; exit 1 if a file would change' },
  rule: { type: 'string', multiple: true, value: 'id=level', help: 'off, info, warn or error; repeatable' },
  only: { type: 'string', multiple: true, value: 'id', help: 'run this rule only; repeatable' },
  skip: { type: 'string', multiple: true, value: 'id', help: 'do not run this rule; repeatable' },
  quiet: { type: 'boolean', help: 'show errors only' },
  'max-warnings': { type: 'string', value: 'n', help: 'exit 1 if there are more warnings' },
  'fail-on': { type: 'string', value: 'level', help: 'mildest finding that makes the run fail: error, warn, info or never' },
  stdin: { type: 'boolean', help: 'read the text from standard input; with --fix the fixed text goes to standard output' },
  'stdin-filename': { type: 'string', value: 'path', help: 'path that the text from standard input has' },
  'no-inline-config': { type: 'boolean', help: 'ignore disable comments' },
  'report-unused-disables': { type: 'string', value: 'level', help: 'off, warn or error for disable comments that silence nothing; default warn' },
  'ignore-pattern': { type: 'string', multiple: true, value: 'glob', help: 'ignore these files too; repeatable' },
  'no-ignore': { type: 'boolean', help: 'read files that .gitignore, .cors-lintignore and the built-in patterns leave out' },
  env: { type: 'string', value: 'name', help: 'treat every file as belonging to this environment' },
  explain: { type: 'string', value: 'id', help: 'explain a rule' },
  rules: { type: 'boolean', help: 'list the rules (--format json for machines)' },
  'print-policy': { type: 'string', value: 'file', help: 'print the policies read from a file as JSON' },
  stats: { type: 'boolean', help: 'tell on standard error what was read, found, proven and dropped' },
  'no-progress': { type: 'boolean', help: 'show no progress' },
  color: { type: 'string', value: 'when', help: 'auto, always or never' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  version: { type: 'boolean', short: 'v', help: 'show the version' },
} as const satisfies Readonly<Record<string, Flag>>;

/** The command line, parsed. Keys are those of `FLAGS`. */
export interface Options {
  readonly flags: {
    readonly [Name in keyof typeof FLAGS]?: (typeof FLAGS)[Name] extends { readonly multiple: true } ? readonly string[] : (typeof FLAGS)[Name]['type'] extends 'boolean' ? boolean : string;
  };
  readonly paths: readonly string[];
}

/** @throws {UsageError} for unknown flags and missing values. */
export function parseOptions(argv: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true, strict: true });
    return { flags: values, paths: positionals };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(inWords(argv, error));
  }
}

function inWords(argv: readonly string[], error: Error & { readonly code?: unknown }): string {
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return error.message.replace(/\n[\s\S]*/, '');
  const names = Object.keys(FLAGS);
  const unknown = /'(-[^'\s]*)'/.exec(error.message)?.[1] ?? argv.find((word) => word.startsWith('-')) ?? '';
  return `unknown option ${unknown}${didYouMean(unknown, names.map((name) => `--${name}`))}`;
}

/** A value out of a few. @throws {UsageError} for another one. */
export function choice<Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((known) => known === value);
  if (found === undefined) throw new UsageError(`--${flag}: expected ${choices.join(', ')}, found ${JSON.stringify(value)}${didYouMean(value, choices)}`);
  return found;
}

export function helpText(): string {
  const rows = Object.entries<Flag>(FLAGS).map(([name, { short, value, help }]) => {
    const written = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`;
    return `  ${written.padEnd(38)} ${help}`;
  });
  return ['cors-lint [options] [paths...]', '', 'Reads what code and gateway configuration say about CORS, and proves what is wrong with it.', '', ...rows, '', 'Exit codes: 0 nothing that fails the run, 1 findings, 2 usage, configuration or files that cannot be read, 130 interrupted.', ''].join('\n');
}
