import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join, resolve } from 'node:path';
import ignore from 'ignore';
import { UsageError } from './options.js';
import { toRoot, type Root } from '../root.js';

/** Left out unless `--no-ignore` is given: what others wrote and what tools made. */
const BUILT_IN = /(?:^|\/)(?:(?:node_modules|bower_components|dist|build|vendor|\.?venv|__pycache__|\.git)\/|[^/]*\.min\.|[^/]*\.bundle\.js$)/;

export interface Selection {
  /** Files and folders as named on the command line. */
  readonly named: readonly string[];
  readonly noIgnore: boolean;
  /** In the syntax of .gitignore, relative to the working directory. */
  readonly patterns: readonly string[];
  /** Is the file of a kind that some language reads? Path relative to the root. */
  readonly isKnown: (file: string) => boolean;
}

export interface Listing {
  /** Relative to the root, each once, in byte order. */
  readonly files: readonly string[];
  /** Those of them that were named themselves. */
  readonly named: ReadonlySet<string>;
}

/**
 * The files of a run. @throws {UsageError} when a named path does not exist.
 */
export function filesOf(root: Root, { named, noIgnore, patterns, isKnown }: Selection): Listing {
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of named) (kindOf(root, path) === 'folder' ? folders : files).push(path);
  const namedFiles = kept(root, files.map((path) => toRoot(root, path)).filter(isKnown), noIgnore);
  const listed = folders.flatMap((folder) => {
    const inside = (noIgnore ? undefined : fromGit(resolve(root.cwd, folder), [])) ?? walk(resolve(root.cwd, folder), noIgnore);
    const prefix = toRoot(root, folder);
    return inside.map((file) => (prefix === '' ? file : `${prefix}/${file}`)).filter(isKnown);
  });
  const isIgnored = ignores(root, noIgnore, patterns);
  const all = [...new Set([...namedFiles, ...listed])].filter((file) => !isIgnored(file));
  return { files: all.sort((a, b) => (a < b ? -1 : 1)), named: new Set(namedFiles) };
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
  const known = new Set(wanted);
  return files.filter((file) => known.has(file));
}

/** Tracked and untracked files below a folder that git does not ignore; undefined where git has no say. */
function fromGit(folder: string, only: readonly string[]): readonly string[] | undefined {
  const asked = spawnSync('git', ['--literal-pathspecs', 'ls-files', '-co', '--exclude-standard', '-z', '--', ...only], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (asked.status !== 0) return undefined;
  return asked.stdout.split('\0').filter((file) => file !== '' && !file.endsWith('/'));
}

/** All files below a folder, without git: each folder's .gitignore counts. Links to folders are not followed. */
function walk(top: string, noIgnore: boolean): readonly string[] {
  const files: string[] = [];
  const visit = (folder: string, rules: readonly { readonly base: string; readonly ignores: (path: string) => boolean }[]): void => {
    const own = noIgnore ? undefined : ignoreFile(join(top, folder, '.gitignore'));
    const base = folder === '' ? '' : `${folder}/`;
    const all = own === undefined ? rules : [...rules, { base, ignores: own }];
    for (const entry of entriesOf(join(top, folder))) {
      const path = base + entry.name;
      const isFolder = entry.isDirectory();
      if (entry.name === '.git' || (!noIgnore && isFolder && BUILT_IN.test(`${entry.name}/`))) continue;
      if (all.some((rule) => rule.ignores(path.slice(rule.base.length) + (isFolder ? '/' : '')))) continue;
      if (isFolder) visit(path, all);
      else files.push(path);
    }
  };
  visit('', []);
  return files;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
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

/** Built-in patterns, `.cors-lintignore` of the root and of the working directory, and `--ignore-pattern`. */
function ignores(root: Root, noIgnore: boolean, patterns: readonly string[]): (file: string) => boolean {
  const own = ignore().add([...patterns]);
  const below = toRoot(root, root.cwd);
  const inCwd = (file: string): string | undefined => (below === '' ? file : file.startsWith(`${below}/`) ? file.slice(below.length + 1) : undefined);
  const files = noIgnore ? [] : [...new Set([root.folder, root.cwd])].map((folder) => ({ relative: folder === root.folder ? (file: string) => file : inCwd, ignores: ignoreFile(join(folder, '.cors-lintignore')) }));
  return (file) => {
    const local = inCwd(file);
    if (patterns.length > 0 && local !== undefined && own.ignores(local)) return true;
    if (noIgnore) return false;
    return BUILT_IN.test(file) || files.some((rule) => {
      const path = rule.relative(file);
      return path !== undefined && rule.ignores?.(path) === true;
    });
  };
}
