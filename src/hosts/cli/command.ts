import type { ExitCode } from './lint-run.js';
import { FLAGS, type Flag, type Values } from './options.js';
import type { Terminal } from './terminal.js';

/** A question that the command line answers by its first word, `cors-lint explain`: it reads the whole repository and lints nothing. */
export interface Command {
  /** What stands behind the command's name in its usage line. */
  readonly usage: string;
  /** What it does, in one sentence. */
  readonly help: string;
  /** Its own flags; those of `SHARED` go without saying. */
  readonly flags: Readonly<Record<string, Flag>>;
  /** @param words what is no flag: the message or file that it asks for, and paths */
  run(flags: Values<typeof SHARED> & Readonly<Record<string, unknown>>, words: readonly string[], terminal: Terminal): Promise<ExitCode>;
}

/** Flags that every such command has. */
export const SHARED = {
  config: FLAGS.config,
  'no-config': FLAGS['no-config'],
  'config-data-only': FLAGS['config-data-only'],
  env: FLAGS.env,
  'ignore-pattern': FLAGS['ignore-pattern'],
  'no-ignore': FLAGS['no-ignore'],
  'output-file': { type: 'string', short: 'o', value: 'file', help: 'write the answer to a file' },
  color: FLAGS.color,
  help: FLAGS.help,
} as const satisfies Readonly<Record<string, Flag>>;
