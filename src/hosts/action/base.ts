import { changesSince, GitError, runGitAlone, type Changes } from '../git.js';
import type { Root } from '../root.js';
import type { WorkflowEvent } from './event.js';

/** What a proposal changes, or why that cannot be told. */
export type Proposed = { readonly changes: Changes } | { readonly unknown: string };

/**
 * What changed since the commit that the event names. A shallow clone, as actions/checkout makes it, does not have that
 * commit: it is fetched alone, and compared with directly.
 */
export function proposedChanges(root: Root, { base, name }: WorkflowEvent): Proposed {
  if (base === undefined) return { unknown: `the event ${name === '' ? '(none)' : name} names no commit to compare with` };
  try {
    const proposed = since(root, base);
    if ('unknown' in proposed) return fetch(root, base) ?? since(root, base);
    // Where the base itself is checked out nothing differs, and nothing would be reported of what is proposed.
    const isBase = proposed.changes.lines.size === 0 && git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']).stdout.trim() === base;
    return isBase ? { unknown: 'the commit that is checked out is the base itself, not what is proposed (check out the head of the pull request)' } : proposed;
  } catch (error) {
    if (error instanceof GitError) return { unknown: error.message };
    throw error;
  }
}

/** @throws {GitError} for everything but a commit that is not here. */
function since(root: Root, base: string): Proposed {
  try {
    return { changes: changesSince(root, base, { shallow: 'compare', untracked: false }) };
  } catch (error) {
    if (error instanceof GitError && error.failure === 'unknown-ref') return { unknown: error.message };
    throw error;
  }
}

/** Brings the commit here. @returns why it could not be brought. */
function fetch(root: Root, commit: string): { readonly unknown: string } | undefined {
  // A depth would make a whole clone shallow.
  const depth = git(root, ['rev-parse', '--is-shallow-repository']).stdout.trim() === 'true' ? ['--depth=1'] : [];
  const { status, stderr } = git(root, ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=30', 'fetch', '--quiet', '--no-tags', '--no-recurse-submodules', ...depth, 'origin', commit]);
  return status === 0 ? undefined : { unknown: `the base commit ${commit} is not in this clone and could not be fetched (git says: ${stderr.trim()}); give actions/checkout fetch-depth: 0` };
}

function git({ folder }: Root, args: readonly string[]): NonNullable<ReturnType<typeof runGitAlone>> {
  return runGitAlone(folder, args) ?? { status: 1, stdout: '', stderr: 'git was not found' };
}
