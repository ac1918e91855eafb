import { SHARED, type Command } from './command.js';
import type { ExitCode } from './lint-run.js';
import { parseWith } from './options.js';
import type { Terminal } from './terminal.js';

/** The commands by their names, each loaded when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly default: Command }>>> = {
  codemod: () => import('./codemod-command.js'),
  explain: () => import('./explain-command.js'),
  map: () => import('./map-command.js'),
  why: () => import('./why-command.js'),
};

export const COMMAND_NAMES = Object.keys(COMMANDS);

/** The command that a word names; undefined where it names none. */
export async function loadCommand(name: string | undefined): Promise<Command | undefined> {
  return name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : (await COMMANDS[name]!()).default;
}

/** The command that the first word names, as something to run; undefined where it names none. */
export function commandNamed(name: string | undefined): ((argv: readonly string[], terminal: Terminal) => Promise<ExitCode>) | undefined {
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) return undefined;
  return async (argv, terminal) => {
    const command = (await loadCommand(name))!;
    const { flags, paths } = parseWith(argv, { ...SHARED, ...command.flags });
    if (flags.help !== true) return command.run(flags, paths, terminal);
    terminal.stdout.write((await import('./help.js')).commandHelp(name, command));
    return 0;
  };
}
