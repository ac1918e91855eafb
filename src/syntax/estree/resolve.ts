import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { entriesOf, foldersAbove, jsonAt, member, textsOf, within } from './manifest.js';
import { workspacePackage } from './workspace.js';

/**
 * The file that `specifier` means in the file `from`: by its path, by the `paths` and `baseUrl` of the nearest
 * `tsconfig.json`, by the own `imports` of the package, or in another package of the workspace. Undefined for packages
 * that are installed, and for what is not there.
 */
export function resolveImport(files: Files, from: string, specifier: string): string | undefined {
  if (isRelative(specifier)) return fileAt(files, resolvePath(folderOf(from), specifier));
  return byAlias(files, from, specifier) ?? byPackageImports(files, from, specifier) ?? byWorkspace(files, from, specifier);
}

export function isRelative(specifier: string): boolean {
  return /^\.{1,2}(\/|$)/.test(specifier);
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];

/** The source file at a path, as it may be written: without its extension, by the name of what it compiles to, or as a folder. */
function fileAt(files: Files, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const written = /^(.*)\.([cm]?)jsx?$/.exec(path);
  const candidates = [
    path,
    // TypeScript sources are imported by the name of what they compile to.
    ...(written === null ? [] : [`${written[1]}.${written[2]}ts`, `${written[1]}.tsx`]),
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => within(path, `index${extension}`)),
  ];
  return candidates.find((candidate) => candidate !== '' && !/\.d\.[cm]?ts$/.test(candidate) && files.read(candidate) !== undefined);
}

function byAlias(files: Files, from: string, specifier: string): string | undefined {
  for (const folder of foldersAbove(from)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const aliases = aliasesOf(files, within(folder, name), 0);
      if (aliases === undefined) continue;
      for (const target of targetsIn(aliases.paths, specifier)) {
        const found = fileAt(files, resolvePath(aliases.pathsFrom, target));
        if (found !== undefined) return found;
      }
      return aliases.baseUrl === undefined ? undefined : fileAt(files, resolvePath(aliases.baseUrl, specifier));
    }
  }
  return undefined;
}

/** What a `tsconfig.json` says of imports, folders from the root. */
interface Aliases {
  readonly baseUrl: string | undefined;
  readonly paths: unknown;
  /** The folder that targets of `paths` begin in. */
  readonly pathsFrom: string;
}

/** Configurations that extend each other are followed so far. */
const MAX_EXTENDS = 5;

function aliasesOf(files: Files, path: string, depth: number): Aliases | undefined {
  const config = jsonAt(files, path);
  if (config === undefined) return undefined;
  const folder = folderOf(path);
  const base = depth < MAX_EXTENDS ? textsOf(member(config, 'extends')).map((parent) => extended(files, folder, parent, depth)).findLast((parent) => parent !== undefined) : undefined;
  const options = member(config, 'compilerOptions');
  const ownUrl = member(options, 'baseUrl');
  const baseUrl = typeof ownUrl === 'string' ? resolvePath(folder, ownUrl.replace(/^\$\{configDir\}\/?/, './')) : base?.baseUrl;
  const paths = member(options, 'paths');
  return paths === undefined ? { baseUrl, paths: base?.paths, pathsFrom: base?.pathsFrom ?? folder } : { baseUrl, paths, pathsFrom: baseUrl ?? folder };
}

function extended(files: Files, folder: string, parent: string, depth: number): Aliases | undefined {
  const path = isRelative(parent) ? resolvePath(folder, parent) : undefined;
  if (path === undefined) return undefined;
  return aliasesOf(files, path, depth + 1) ?? aliasesOf(files, `${path}.json`, depth + 1);
}

/** `imports` of the package that the file belongs to, and the aliases of the package `module-alias`, which stand beside them. */
function byPackageImports(files: Files, from: string, specifier: string): string | undefined {
  for (const folder of foldersAbove(from)) {
    const manifest = jsonAt(files, within(folder, 'package.json'));
    if (manifest === undefined) continue;
    const aliases = entriesOf(member(manifest, '_moduleAliases')).flatMap(([alias, target]) => [[alias, target], [`${alias}/*`, `${String(target)}/*`]]);
    const targets = [...(specifier.startsWith('#') ? targetsIn(member(manifest, 'imports'), specifier) : []), ...targetsIn(Object.fromEntries(aliases), specifier)];
    return firstSource(files, folder, targets);
  }
  return undefined;
}

function byWorkspace(files: Files, from: string, specifier: string): string | undefined {
  const [, name, inner] = /^(@[^/]+\/[^/]+|[^/@#][^/]*)(\/.*)?$/.exec(specifier) ?? [];
  const folder = name === undefined ? undefined : workspacePackage(files, from, name);
  if (folder === undefined) return undefined;
  const manifest = jsonAt(files, within(folder, 'package.json'));
  const exported = member(manifest, 'exports');
  const path = `.${inner ?? ''}`;
  if (exported !== undefined) {
    const isTable = entriesOf(exported).some(([key]) => key.startsWith('.'));
    return firstSource(files, folder, targetsIn(isTable ? exported : { '.': exported }, path));
  }
  const mains = ['source', 'module', 'main', 'types'].flatMap((key) => textsOf(member(manifest, key)));
  return firstSource(files, folder, inner === undefined ? [...mains, '.', './src'] : [path, `./src${inner}`]);
}

/**
 * Targets that a table of aliases gives: `{ "@/*": ["./src/*"] }`, conditions inside each other. An exact key comes
 * first, then the one with the longest text before its `*`.
 */
function targetsIn(table: unknown, specifier: string): readonly string[] {
  const matching = entriesOf(table).flatMap(([key, target]) => {
    const [before = '', after] = key.split('*');
    if (after === undefined) return key === specifier ? [{ length: Infinity, targets: leavesOf(target) }] : [];
    const fits = specifier.startsWith(before) && specifier.endsWith(after) && specifier.length >= before.length + after.length;
    return fits ? [{ length: before.length, targets: leavesOf(target).map((leaf) => leaf.replaceAll('*', specifier.slice(before.length, specifier.length - after.length))) }] : [];
  });
  return matching.sort((a, b) => b.length - a.length)[0]?.targets ?? [];
}

function leavesOf(target: unknown): readonly string[] {
  if (typeof target === 'string') return [target];
  return (Array.isArray(target) ? target : entriesOf(target).map(([, inner]) => inner)).flatMap(leavesOf);
}

/** The first target whose source is there: the file itself, or what a build makes it of, by the usual names of folders. */
function firstSource(files: Files, folder: string, targets: readonly string[]): string | undefined {
  for (const target of targets) {
    const path = resolvePath(folder, target);
    const inside = path === undefined || folder === '' ? path : path.slice(folder.length + 1);
    const built = inside === undefined ? null : /^(?:dist|build|lib|out|esm|cjs)\/(?:(?:src|esm|cjs)\/)?(.*?)(?:\.d)?\.[cm]?[jt]sx?$/.exec(inside);
    const found = fileAt(files, path) ?? (built === null ? undefined : fileAt(files, within(folder, `src/${built[1]}`)));
    if (found !== undefined) return found;
  }
  return undefined;
}
