import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { didYouMean } from '../text/nearest.js';
import type { SourceText } from '../text/source-text.js';
import type { Span } from '../text/span.js';
import { parseDiff, type ChangedLines, type Diff, type DiffEntry, type RawPath } from './patch.js';
import { ancestors, type Root } from './root.js';

export type { ChangedLines, LineRange } from './patch.js';

/** Why git could not answer. */
export type GitFailure = 'no-git' | 'no-repository' | 'unknown-ref' | 'shallow' | 'failed';

/** What git could not do, in words for the user. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly failure: GitFailure,
    message: string,
  ) {
    super(message);
  }
}

/** What differs between two states of a work tree. Paths are relative to the root of the run, with `/`. */
export interface Changes {
  /** Every file that changed and is still there. Where lines were only taken away, the line after them counts. */
  readonly lines: ReadonlyMap<string, ChangedLines>;
  /** Changed files whose names are not UTF-8, one character a byte. */
  readonly undecoded: readonly RawPath[];
  /** What the user should know about how it was compared. */
  readonly notes: readonly string[];
}

/** Changes that a commit would take, and where the work tree has gone on since. */
export interface Staged extends Changes {
  /** Files whose text in the index is another than on disk, with the id of the indexed text; those that are no more on disk too. */
  readonly unlike: ReadonlyMap<string, string>;
  /** The bytes of an indexed text. */
  readonly bytesOf: (id: string) => Buffer;
}

export interface SinceOptions {
  /** Without a merge base, as shallow clones may be: refuse, or compare with the commit itself. */
  readonly shallow: 'refuse' | 'compare';
  /** Count files that git does not know yet. */
  readonly untracked: boolean;
}

/**
 * What changed between the merge base of a commit and HEAD, and the work tree as it is.
 * @throws {GitError} where git has no answer.
 */
export function changesSince(root: Root, ref: string, { shallow, untracked }: SinceOptions): Changes {
  const tree = new WorkTree(root);
  const { base, notes } = tree.mergeBase(ref, shallow);
  return tree.changes([base], untracked, notes);
}

/**
 * What changed since the last commit, files that git does not know yet included.
 * @throws {GitError} where git has no answer.
 */
export function uncommittedChanges(root: Root): Changes {
  const tree = new WorkTree(root);
  return tree.has('HEAD') ? tree.changes(['HEAD'], true, []) : tree.everything();
}

/**
 * The work tree that a folder is in, and its files that no commit brings back as they are: changed, staged, gone or not known
 * to git yet, relative to its top, in git's order. Undefined where git has no say.
 * @throws {GitError} where git knows the repository and does not answer.
 */
export function uncommittedIn(folder: string): { readonly top: string; readonly files: readonly string[] } | undefined {
  const found = runGitAlone(folder, ['rev-parse', '--show-toplevel']);
  if (found === undefined || /not a git repository/.test(found.stderr)) return undefined;
  const told = found.status === 0 ? runGitAlone(folder, ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=dirty'])! : found;
  if (told.status !== 0) throw new GitError('failed', `git says: ${told.stderr.trim()}`);
  // Each is `XY name`; names that are not UTF-8 stay as their bytes.
  return { top: decoded(found.stdout.trimEnd()) ?? found.stdout.trimEnd(), files: told.stdout.split('\0').filter((line) => line !== '').map((line) => decoded(line.slice(3)) ?? line.slice(3)) };
}

/**
 * What the index holds against the last commit: the index that git names to its hooks, where it does.
 * @throws {GitError} where git has no answer.
 */
export function stagedChanges(root: Root): Staged {
  const tree = new WorkTree(root);
  const unlike = tree.unlikeIndex();
  return { ...tree.changes(['--cached'], false, []), unlike, bytesOf: (id) => tree.blob(id) };
}

/** What stands somewhere, and may have to do with other places. */
export interface Placed {
  readonly at: Span;
  readonly related?: readonly { readonly at: Span }[];
}

/** Does the place itself, or one that it has to do with, lie on a changed line? */
export function touches({ lines }: Pick<Changes, 'lines'>, { at, related = [] }: Placed, sourceOf: (file: string) => SourceText): boolean {
  return [at, ...related.map((other) => other.at)].some((span) => {
    const changed = lines.get(span.file);
    if (changed === undefined || changed === 'all') return changed === 'all';
    if (changed.length === 0) return false;
    const source = sourceOf(span.file);
    const first = source.positionAt(span.start).line;
    const last = source.positionAt(Math.max(span.start, span.end - 1)).line;
    return changed.some(([from, to]) => from <= last && first <= to);
  });
}

/** The names in a list that git ended with zero bytes, apart from those that are not UTF-8: no report can say these. */
export function namesPrinted(printed: string): { readonly paths: readonly string[]; readonly undecoded: readonly RawPath[] } {
  const whole = decoded(printed);
  if (whole !== undefined) return { paths: namesIn(whole), undecoded: [] };
  const names = namesIn(printed).map((raw) => ({ raw, path: decoded(raw) }));
  return { paths: names.flatMap(({ path }) => path ?? []), undecoded: names.flatMap(({ raw, path }) => (path === undefined ? [raw] : [])) };
}

/** Folders (submodules, repositories inside) are no files of this one. */
function namesIn(printed: string): readonly string[] {
  return printed.split('\0').filter((name) => name !== '' && !name.endsWith('/'));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes, one character each, as text; undefined when they are not UTF-8. */
function decoded(raw: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(raw, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Whatever the user has set for their eyes must not change what is read here, and nothing that a repository names is run. */
const DIFF = ['diff', '--raw', '-z', '--no-abbrev', '--patch', '--unified=0', '--inter-hunk-context=0', '--find-renames', '--no-color', '--no-ext-diff', '--no-textconv', '--no-relative', '--ignore-submodules=all', '--submodule=short', '--src-prefix=a/', '--dst-prefix=b/'];

/** One work tree of a repository, asked through git itself. */
class WorkTree {
  /** Where git is run: hooks name their index relative to the top. */
  readonly #top: string;
  readonly #shallow: boolean;
  readonly #toRoot: (path: string) => string;

  constructor(root: Root) {
    const start = ancestors(root.cwd).includes(root.folder) && root.repository ? root.folder : root.cwd;
    const { status, stdout, stderr } = runGit(start, ['rev-parse', '--show-toplevel', '--is-shallow-repository']);
    if (status !== 0) throw /not a git repository/.test(stderr) ? new GitError('no-repository', `${start} is in no git repository`) : new GitError('failed', `git says: ${stderr.trim()}`);
    const [, top = start, shallow] = /^([^]*)\n(true|false)\n$/.exec(decoded(stdout) ?? '') ?? [];
    this.#top = top;
    this.#shallow = shallow === 'true';
    const folder = realpathSync(root.folder);
    this.#toRoot = (path) => relative(folder, join(top, path)).split(sep).join('/');
  }

  has(ref: string): boolean {
    return !ref.startsWith('-') && this.#run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).status === 0;
  }

  mergeBase(ref: string, shallow: SinceOptions['shallow']): { readonly base: string; readonly notes: readonly string[] } {
    if (!this.has(ref)) throw new GitError('unknown-ref', `git knows no commit ${JSON.stringify(ref)}${didYouMean(ref, this.#refs())}`);
    const found = this.#run(['merge-base', ref, 'HEAD']);
    if (found.status === 0) return { base: found.stdout.trim(), notes: [] };
    if (this.#shallow && shallow === 'refuse') {
      throw new GitError('shallow', `this clone is shallow and does not reach back to where ${ref} and HEAD part; fetch more of its history (git fetch --unshallow, or fetch-depth: 0 in actions/checkout)`);
    }
    return { base: ref, notes: [`${ref} and HEAD have no commit in common: compared with ${ref} itself`] };
  }

  changes(sides: readonly string[], untracked: boolean, notes: readonly string[]): Changes {
    const { entries, hunks } = this.#diff([...DIFF, ...sides, '--']);
    const lines = new Map<RawPath, ChangedLines>();
    for (const entry of entries) if (isFile(entry.newMode) && entry.status !== 'D') lines.set(entry.path, linesOf(entry, hunks.get(entry.path)));
    // What is in conflict is a file on disk and no single one in the index: git lists it beside a change of its own, or alone.
    for (const path of untracked ? this.#listed(['--others', '--exclude-standard']) : []) lines.set(path, 'all');
    return this.#placed(lines, notes);
  }

  /** Without a first commit all is new. */
  everything(): Changes {
    return this.#placed(new Map(this.#listed(['--cached', '--others', '--exclude-standard']).map((path) => [path, 'all'])), []);
  }

  unlikeIndex(): ReadonlyMap<string, string> {
    const { entries } = this.#diff(['diff', '--raw', '-z', '--no-abbrev', '--no-renames', '--no-ext-diff', '--no-relative', '--ignore-submodules=all', '--']);
    const unlike = new Map<string, string>();
    for (const { path, oldMode, oldId } of entries) {
      if (!isFile(oldMode)) continue;
      const name = decoded(path);
      if (name !== undefined) unlike.set(this.#toRoot(name), oldId);
    }
    return unlike;
  }

  blob(id: string): Buffer {
    const { status, stdout, stderr } = runGit(this.#top, ['cat-file', 'blob', id]);
    if (status !== 0) throw new GitError('failed', `git says: ${stderr.trim()}`);
    return Buffer.from(stdout, 'latin1');
  }

  #placed(lines: ReadonlyMap<RawPath, ChangedLines>, notes: readonly string[]): Changes {
    const named = new Map<string, ChangedLines>();
    const undecoded: RawPath[] = [];
    for (const [raw, changed] of lines) {
      const path = decoded(raw);
      if (path === undefined) undecoded.push(raw);
      else named.set(this.#toRoot(path), changed);
    }
    return { lines: named, undecoded, notes };
  }

  #diff(args: readonly string[]): Diff {
    const { status, stdout, stderr } = this.#run(args);
    if (status !== 0) throw new GitError('failed', `git says: ${stderr.trim()}`);
    return parseDiff(stdout);
  }

  #listed(which: readonly string[]): readonly RawPath[] {
    const { status, stdout } = this.#run(['ls-files', '-z', '--full-name', ...which]);
    return status === 0 ? namesIn(stdout) : [];
  }

  #refs(): readonly string[] {
    return this.#run(['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes', 'refs/tags']).stdout.split('\n').filter((name) => name !== '');
  }

  #run(args: readonly string[]): Answer {
    return runGit(this.#top, args);
  }
}

/** Links and submodules have no text of their own. */
function isFile(mode: string): boolean {
  return mode.startsWith('100');
}

/** A file that is new is changed on every line; so is one that git takes for binary. A file that only moved is on none. */
function linesOf({ status, score }: DiffEntry, hunks: ChangedLines | undefined): ChangedLines {
  if (status === 'A' || status === 'C') return 'all';
  return hunks ?? (score === 100 ? [] : 'all');
}

interface Answer {
  readonly status: number;
  /** One character a byte: names may be in any encoding. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs git. Its own environment (`GIT_DIR`, `GIT_INDEX_FILE`) is that of the hook that it may be called from; it speaks
 * English, takes no locks, and starts no file-system monitor.
 * @throws {GitError} when there is no git.
 */
function runGit(folder: string, args: readonly string[], hook: Readonly<Record<string, string | undefined>> = process.env): Answer {
  const { status, stdout, stderr, error } = spawnSync('git', ['-c', 'core.fsmonitor=false', ...args], { cwd: folder, maxBuffer: 2 ** 30, env: { ...hook, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' } });
  if (error !== undefined) throw 'code' in error && error.code === 'ENOENT' ? new GitError('no-git', 'git was not found') : new GitError('failed', `git cannot be run: ${error.message}`);
  return { status: status ?? 1, stdout: stdout.toString('latin1'), stderr: stderr.toString('utf8') };
}

/** Runs git on the repository that the folder itself is in, whatever hook we may be called from; undefined when there is no git. */
export function runGitAlone(folder: string, args: readonly string[]): Answer | undefined {
  try {
    return runGit(folder, args, { ...process.env, GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_PREFIX: undefined });
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
