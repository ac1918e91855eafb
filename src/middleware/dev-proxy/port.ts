import { folderOf, type Files } from '../../text/files.js';
import { scriptsIn } from '../commands/in-repository.js';

/** `vite --port 3000`; some tools take `PORT=3000` too. */
const BY_OPTION = /\s(?:--port|-p)[ =](\d+)\b/;
export const BY_VARIABLE = /(?:\s(?:--port|-p)[ =]|(?:^|\s)PORT=)(\d+)\b/;

/** The port that a script of the package says to a tool. Undefined where none does, or several differ. */
export function toldPort(files: Files, file: string, tool: RegExp, how = BY_OPTION): number | undefined {
  const commands = Object.values(scriptsIn(files, folderOf(file))).flatMap((script) => script.split(/&&|\|\||[;|&]/)).filter((command) => tool.test(command));
  const told = new Set(commands.flatMap((command) => how.exec(command)?.[1] ?? []));
  return told.size === 1 ? Number([...told][0]) : undefined;
}
