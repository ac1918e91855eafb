import { basename, dirname, extname } from 'node:path/posix';
import { namesPrinted, runGitAlone, type Changes } from '../git.js';
import type { Root } from '../root.js';

/** Who names a file that names a changed one: further away nothing was seen that mattered. */
const ROUNDS = 3;
/** With more names than these the whole repository is the shorter way; systems limit how long a command may be. */
const MOST_NAMES = 300;

/**
 * Tracked files that name one of the changed files, as an import or an include does, and those that name them in turn:
 * what they say of CORS may have changed although their own text has not. Rather too many than too few.
 * @returns undefined when they may be too many to be told apart.
 */
export function dependentsOf(root: Root, { lines }: Changes): Changes | undefined {
  const known = new Set(lines.keys());
  const found = new Set<string>();
  let names = namesOf([...known]);
  for (let round = 0; round < ROUNDS && names.size > 0; round++) {
    if (names.size > MOST_NAMES) return undefined;
    const fresh = filesThatSay(root, [...names]).filter((file) => !known.has(file));
    for (const file of fresh) found.add(file);
    names = namesOf(fresh);
    for (const file of fresh) known.add(file);
  }
  return { lines: new Map([...found].map((file) => [file, 'all'])), undecoded: [], notes: [] };
}

/** What other files may call these. */
function namesOf(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.map((file) => {
    const name = basename(file);
    const bare = basename(name, extname(name));
    // Scripts are imported by their path, with or without the extension; a folder stands for its index.
    if (/\.[cm]?[jt]sx?$/.test(name)) return `/${bare === 'index' ? basename(dirname(file)) : bare}`;
    // A module by its name, a class by its own.
    if (/\.(?:py|java|kts?)$/.test(name)) return bare === '__init__' ? basename(dirname(file)) : bare;
    return name;
  }));
}

function filesThatSay({ folder }: Root, names: readonly string[]): readonly string[] {
  const asked = runGitAlone(folder, ['grep', '-lzIF', '--no-color', '--full-name', ...names.flatMap((name) => ['-e', name])]);
  return asked?.status === 0 ? namesPrinted(asked.stdout).paths : [];
}
