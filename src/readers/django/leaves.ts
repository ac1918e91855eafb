import { environmentOfFile, type PythonModule } from '../../syntax/python/index.js';
import { folderOf, type Files } from '../../text/files.js';

/** More files of a folder than this are no settings. */
const MAX_FILES = 200;
/** Settings are put together over so many modules. */
const MAX_DEPTH = 4;

/**
 * The settings modules to read when a module's turn comes: those that import it with `*` and that nobody imports, each
 * only once; the module itself where nobody imports it, or only development and tests do. Modules that concern the reader
 * themselves have turns of their own.
 */
export function settingsModules(module: PythonModule, concerns: RegExp): readonly PythonModule[] {
  const importers = importersAround(module);
  const leaves = leavesAbove(module.file, importers);
  if (leaves.length === 0) return [module];
  const others = leaves.filter((file) => !concerns.test(module.files.read(file) ?? '') && firstBase(file, importers, module.files, concerns) === module.file);
  const own = leaves.every((file) => environmentOfFile(file) !== 'production') && environmentOfFile(module.file) === 'production';
  return [...(own ? [module] : []), ...others.flatMap((file) => module.at(file) ?? [])];
}

/** Imported file → files that take all its names. */
type Importers = ReadonlyMap<string, readonly string[]>;

function leavesAbove(file: string, importers: Importers): readonly string[] {
  const leaves = new Set<string>();
  const visit = (one: string, depth: number): void => {
    const above = importers.get(one) ?? [];
    if (above.length === 0 && one !== file) leaves.add(one);
    if (depth < MAX_DEPTH) for (const next of above) if (next !== file) visit(next, depth + 1);
  };
  visit(file, 0);
  return [...leaves].sort();
}

/** Of the modules that a leaf is put together of, the one in whose turn it is read. */
function firstBase(leaf: string, importers: Importers, files: Files, concerns: RegExp): string | undefined {
  return [...importers.keys()].filter((file) => concerns.test(files.read(file) ?? '') && leavesAbove(file, importers).includes(leaf)).sort()[0];
}

/** Who takes all names of whom, among the files of the folder, of the one above and of those below. */
function importersAround(module: PythonModule): Importers {
  const { files } = module;
  const found = new Map<string, string[]>();
  const folder = folderOf(module.file);
  const inside = (parent: string, name: string): string => (parent === '' ? name : `${parent}/${name}`);
  const below = files.list(folder).filter((name) => name.endsWith('/')).map((name) => inside(folder, name.slice(0, -1)));
  const folders = new Set([folder, ...(folder === '' ? [] : [folderOf(folder)]), ...(/settings|config|env/i.test(folder) ? below : [])]);
  for (const one of folders) {
    for (const name of files.list(one).filter((name) => name.endsWith('.py')).slice(0, MAX_FILES)) {
      const path = inside(one, name);
      const text = files.read(path) ?? '';
      const names = [...text.matchAll(/^[ \t]*from[ \t]+(\S+)[ \t]+import[ \t]+(?:\*|\(?[^\n]*\bCORS_)/gm)].map(([, from = '']) => from);
      const importer = names.length === 0 ? undefined : module.at(path);
      for (const from of names) {
        const file = importer?.fileNamed(from);
        if (file !== undefined && file !== path) found.set(file, [...(found.get(file) ?? []), path]);
      }
    }
  }
  return found;
}
