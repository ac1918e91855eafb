import { changesSince, GitError, stagedChanges, uncommittedChanges, type Changes, type Staged } from '../git.js';
import type { Root } from '../root.js';
import { UsageError, type Options } from './options.js';

/** What git's view of a run narrows: the files that are judged, and the findings that are shown. */
export interface Scope {
  /** The only files that are judged; undefined: all that are named. */
  readonly among: Changes | undefined;
  /** Files that are read too, since what they say may have to do with those; findings about them alone are not shown. */
  readonly beside?: Changes | undefined;
  /** Whose text is that of the index. */
  readonly staged: Staged | undefined;
  /** Findings elsewhere are not shown; undefined: all are. */
  readonly shown: Changes | undefined;
  /** What the user should know. */
  readonly notes: readonly string[];
}

/**
 * What `--staged`, `--since` and `--changed-lines` mean here.
 * @throws {UsageError} for flags that exclude each other. @throws {GitError} where git has no answer.
 */
export function scopeOf(flags: Options['flags'], root: Root): Scope {
  const { staged, since, 'changed-lines': changedLines } = flags;
  if (staged === true && since !== undefined) throw new UsageError('--staged and --since exclude each other: what is staged is compared with the last commit');
  const flag = staged === true ? 'staged' : since === undefined ? 'changed-lines' : 'since';
  if (flags.stdin === true) throw new UsageError(`--${flag} and --stdin exclude each other: git does not know a text from standard input`);
  const index = staged === true ? told(flag, () => stagedChanges(root)) : undefined;
  const changes = index ?? told(flag, () => (since === undefined ? uncommittedChanges(root) : changesSince(root, since, { shallow: 'refuse', untracked: true })));
  return { among: flag === 'changed-lines' ? undefined : changes, staged: index, shown: changedLines === true ? changes : undefined, notes: changes.notes };
}

/** What git cannot do is told with the flag that asks for it. */
function told<Answer>(flag: string, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    throw error instanceof GitError ? new GitError(error.failure, `--${flag}: ${error.message}`) : error;
  }
}
