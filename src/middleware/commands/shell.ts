import { split } from 'shlex';

/** What a variable is known to hold. */
export interface Setting {
  readonly value: string;
  /** Something else that this repository does not hold may set it: a default, `.env`, a build argument. */
  readonly byDefault: boolean;
}

export type Settings = ReadonlyMap<string, Setting>;

/** One command of a line: its words, as its program gets them. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** Variables that are set for it, those of the line among them. */
  readonly settings: Settings;
  /** Folder that it is run in, relative to that of the line, or absolute; undefined: not known. */
  readonly folder: string | undefined;
  /** Those of the words that hold a default of a variable: what is set where they run may say another. */
  readonly byDefault?: ReadonlySet<string>;
}

/** Lines that are longer are no commands that a person wrote. */
const MAX_LENGTH = 10_000;

const ASSIGNMENT = /^([A-Za-z_]\w*)=([^]*)$/;

/** The commands of a line for a shell, in order. Empty where its quotes do not match. */
export function commandsIn(line: string, settings: Settings = new Map()): readonly ShellCommand[] {
  let folder: string | undefined = '';
  let set = settings;
  const commands: ShellCommand[] = [];
  for (const part of partsOf(line)) {
    const words = wordsIn(part);
    if (words === undefined) return [];
    const { rest, assigned } = assignments(words, set);
    const [program, ...others] = rest;
    if (program === undefined || program === 'export') {
      set = assignments(others, assigned).assigned;
      continue;
    }
    if (program === 'cd') {
      const [to = ''] = others;
      folder = folder === undefined || to.includes('$') || to.startsWith('~') || to === '-' ? undefined : joined(folder, to);
      continue;
    }
    const filled = rest.map((word) => expanded(word, assigned) ?? { value: word, byDefault: false });
    commands.push({ words: filled.map(({ value }) => value), settings: assigned, folder, byDefault: new Set(filled.flatMap(({ value, byDefault }) => (byDefault ? [value] : []))) });
  }
  return commands;
}

/** The words of a command without a shell (`command: node server.js` of Compose); undefined where quotes do not match. */
export function wordsIn(text: string): readonly string[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    return split(text);
  } catch {
    return undefined;
  }
}

/** Assignments in front of a command, and what stands behind them. */
export function assignments(words: readonly string[], settings: Settings): { readonly rest: readonly string[]; readonly assigned: Settings } {
  const assigned = new Map(settings);
  let index = 0;
  for (; index < words.length; index += 1) {
    const [, name, value] = ASSIGNMENT.exec(words[index]!) ?? [];
    if (name === undefined || value === undefined) break;
    const known = expanded(value, assigned);
    if (known === undefined) assigned.delete(name);
    else assigned.set(name, known);
  }
  return { rest: words.slice(index), assigned };
}

/** A text with its variables filled in: `$NAME`, `${NAME}`, `${NAME:-default}`. Undefined where one is not known. */
export function expanded(text: string, settings: Settings): Setting | undefined {
  let byDefault = false;
  let open = false;
  const value = text.replace(/\$(?:\{(\w+)(?::?-([^${}]*))?\}|(\w+)|.?)/g, (_all, braced: string | undefined, fallback: string | undefined, plain: string | undefined) => {
    const known = settings.get(braced ?? plain ?? '');
    byDefault ||= known?.byDefault ?? true;
    open ||= known === undefined && fallback === undefined;
    return known?.value ?? fallback ?? '';
  });
  return open ? undefined : { value, byDefault };
}

export function joined(folder: string, to: string): string {
  if (to.startsWith('/') || folder === '') return to;
  return to === '.' ? folder : `${folder}/${to}`;
}

/** Cuts a line at what ends a command, outside of quotes and comments. */
function partsOf(line: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const sign = line[index]!;
    if (sign === '\\' && quote !== "'") index += 1;
    else if (quote !== '') quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (/[;&|\n()]/.test(sign) && !/[<>]/.test(line[index - 1] ?? '') && line[index + 1] !== '>') {
      parts.push(line.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, line.slice(start)].filter((part) => part.trim() !== '');
}
