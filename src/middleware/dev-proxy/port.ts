import { folderOf, type Files } from '../../text/files.js';
import { scriptsIn } from '../commands/in-repository.js';

/** The port that a script of the package says to a tool: `vite --port 3000`. Undefined where none does, or several differ. */
export function toldPort(files: Files, file: string, tool: RegExp): number | undefined {
  const commands = Object.values(scriptsIn(files, folderOf(file))).flatMap((script) => script.split(/&&|\|\||[;|&]/)).filter((command) => tool.test(command));
  const told = new Set(commands.flatMap((command) => /\s(?:--port|-p)[ =](\d+)\b/.exec(command)?.[1] ?? []));
  return told.size === 1 ? Number([...told][0]) : undefined;
}
