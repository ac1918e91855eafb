import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join, resolve } from 'node:path';
import ignore from 'ignore';
import { namesPrinted, runGitAlone, type Changes } from '../git.js';
import { isKnownFile } from '../known-file.js';
import { UsageError } from './options.js';
import { toRoot, type Root } from '../root.js';

/** Left out unless `--no-ignore` is given: what others wrote, what tools made, and what is for this one. */
const BUILT_IN = /(?:^|\/)(?:(?:node_modules|bower_components|dist|build|vendor|\.?venv|__pycache__|\.git|\.cors-lint-cache)\/|\.cors-lint[^/]*$|[^/]*\.min\.|[^/]*\.bundle\.js$)/;

export interface Selection {
  /** Files and folders as named on the command line. */
  readonly named: readonly string[];
  readonly noIgnore: boolean;
  /** In the syntax of .gitignore, relative to the working directory. */
  readonly patterns: readonly string[];
  /** The only files that count, relative to the root: what git says has changed. */
  readonly among?: Pick<Changes, 'lines' | 'undecoded'> | undefined;
  /** Told of every file that is left out, and why. */
  readonly leaveOut?: ((file: string, reason: string) => void) | undefined;
}

export interface Listing {
  /** Relative to the root, each once, in byte order. */
  readonly files: readonly string[];
  /** Those of them that were named themselves. */
  readonly named: ReadonlySet<string>;
  /** Names that are not UTF-8, one character a byte: no report can say them, and their files are left out. */
  readonly undecoded: readonly string[];
  /** Folders that cannot be opened, relative to the root; the named ones among them are in `named`. */
  readonly closed: readonly string[];
}

/** Paths of one folder, relative to it. */
interface Inside {
  readonly paths: readonly string[];
  readonly undecoded: readonly string[];
  readonly closed: readonly string[];
}

/**
 * The files of a run. @throws {UsageError} when a named path does not exist.
 */
export function filesOf(root: Root, { named, noIgnore, patterns, among, leaveOut }: Selection): Listing {
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of named) (kindOf(root, path) === 'folder' ? folders : files).push(path);
  const isKnown = (file: string): boolean => {
    const known = isKnownFile(file);
    if (!known) leaveOut?.(file, 'of no kind that is read');
    return known;
  };
  const known = files.map((path) => toRoot(root, path)).filter(isKnown);
  const namedFiles = among === undefined ? kept(root, known, noIgnore) : known.filter((file) => among.lines.has(file));
  if (leaveOut !== undefined) for (const file of known) if (!namedFiles.includes(file)) leaveOut(file, among === undefined ? 'git ignores them' : 'not changed');
  const undecoded = [...(among?.undecoded ?? [])].filter(isKnown);
  const closed: string[] = [];
  const listed = folders.flatMap((folder) => {
    const prefix = toRoot(root, folder);
    if (among !== undefined) return [...among.lines.keys()].filter((file) => (prefix === '' || file.startsWith(`${prefix}/`)) && isKnown(file));
    const inside = (noIgnore ? undefined : fromGit(resolve(root.cwd, folder), [])) ?? walk(resolve(root.cwd, folder), noIgnore);
    undecoded.push(...inside.undecoded.filter((path) => isKnown(path) && (noIgnore || !BUILT_IN.test(path))));
    const under = (path: string): string => (prefix === '' || path === '' ? prefix + path : `${prefix}/${path}`);
    closed.push(...inside.closed.map(under));
    return inside.paths.map(under).filter(isKnown);
  });
  const whyIgnored = ignores(root, noIgnore, patterns);
  const all = [...new Set([...namedFiles, ...listed])].filter((file) => {
    const why = whyIgnored(file);
    if (why !== undefined) leaveOut?.(file, why);
    return why === undefined;
  });
  return { files: all.sort((a, b) => (a < b ? -1 : 1)), named: new Set([...namedFiles, ...folders.map((folder) => toRoot(root, folder))]), undecoded, closed };
}

/** One line for files whose names no report can say. */
export function leftOut(undecoded: readonly string[]): readonly string[] {
  const names = undecoded.map((path) => `"${path.replace(/[^ !#-[\]-~]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`);
  return names.length === 0 ? [] : [`left out, since the name is not UTF-8: ${names.join(', ')}`];
}

function kindOf(root: Root, path: string): 'file' | 'folder' {
  const found = statSync(resolve(root.cwd, path), { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`${path}: no such file or folder`);
  return found.isDirectory() ? 'folder' : 'file';
}

/** Named files that git does not ignore. */
function kept(root: Root, files: readonly string[], noIgnore: boolean): readonly string[] {
  if (noIgnore || !root.repository || files.length === 0) return files;
  const wanted = fromGit(root.folder, files.length > 500 ? [] : files);
  if (wanted === undefined) return files;
  const known = new Set(wanted.paths);
  return files.filter((file) => known.has(file));
}

/** Tracked and untracked files below a folder that git does not ignore; undefined where git has no say. */
function fromGit(folder: string, only: readonly string[]): Inside | undefined {
  const asked = runGitAlone(folder, ['--literal-pathspecs', 'ls-files', '-co', '--exclude-standard', '-z', '--', ...only]);
  if (asked?.status !== 0) return undefined;
  return { ...namesPrinted(asked.stdout), closed: [...asked.stderr.matchAll(/^warning: could not open directory '(.*?)\/?': /gm)].map(([, path = '']) => path) };
}

/** All files below a folder, without git: each folder's .gitignore counts. Links to folders are not followed. */
function walk(top: string, noIgnore: boolean): Inside {
  const paths: string[] = [];
  const undecoded: string[] = [];
  const closed: string[] = [];
  const visit = (folder: string, rules: readonly { readonly base: string; readonly ignores: (path: string) => boolean }[]): void => {
    const own = noIgnore ? undefined : ignoreFile(join(top, folder, '.gitignore'));
    const base = folder === '' ? '' : `${folder}/`;
    const all = own === undefined ? rules : [...rules, { base, ignores: own }];
    const entries = entriesOf(join(top, folder));
    if (entries === undefined) closed.push(folder);
    for (const entry of entries ?? []) {
      const path = base + entry.name;
      const isFolder = entry.isDirectory();
      if (entry.name === '.git' || (!noIgnore && isFolder && BUILT_IN.test(`${entry.name}/`))) continue;
      if (all.some((rule) => rule.ignores(path.slice(rule.base.length) + (isFolder ? '/' : '')))) continue;
      if (isFolder) visit(path, all);
      // Node puts U+FFFD where a name is not UTF-8, and nothing is found under it.
      else if (path.includes('\uFFFD') && !existsSync(join(top, path))) undecoded.push(path);
      else paths.push(path);
    }
  };
  visit('', []);
  return { paths, undecoded, closed };
}

/** Undefined: it cannot be opened. */
function entriesOf(folder: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

function ignoreFile(path: string): ((file: string) => boolean) | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const rules = ignore().add(text);
  return (file) => rules.ignores(file);
}

/** Why a file is ignored: `--ignore-pattern`, built-in patterns, `.cors-lintignore` of the root and of the working directory. */
function ignores(root: Root, noIgnore: boolean, patterns: readonly string[]): (file: string) => string | undefined {
  const own = ignore().add([...patterns]);
  const below = toRoot(root, root.cwd);
  const inCwd = (file: string): string | undefined => (below === '' ? file : file.startsWith(`${below}/`) ? file.slice(below.length + 1) : undefined);
  const files = noIgnore ? [] : [...new Set([root.folder, root.cwd])].map((folder) => ({ relative: folder === root.folder ? (file: string) => file : inCwd, ignores: ignoreFile(join(folder, '.cors-lintignore')) }));
  return (file) => {
    const local = inCwd(file);
    if (patterns.length > 0 && local !== undefined && own.ignores(local)) return '--ignore-pattern';
    if (noIgnore) return undefined;
    if (BUILT_IN.test(file)) return 'installed, built or minified by their path';
    const isListed = files.some((rule) => {
      const path = rule.relative(file);
      return path !== undefined && rule.ignores?.(path) === true;
    });
    return isListed ? '.cors-lintignore' : undefined;
  };
}
