import { changesSince, GitError, runGitAlone, type Changes } from '../git.js';
import type { Root } from '../root.js';
import type { WorkflowEvent } from './event.js';

/** What a proposal changes, or why that cannot be told. */
export type Proposed = { readonly changes: Changes } | { readonly unknown: string };

/**
 * What changed since the commit that the event names. A shallow clone, as actions/checkout makes it, does not have that
 * commit: it is fetched alone, and compared with directly.
 */
export function proposedChanges(root: Root, event: WorkflowEvent): Proposed {
  const { base, name } = event;
  if (base === undefined) return { unknown: `the event ${name === '' ? '(none)' : name} names no commit to compare with` };
  try {
    if (headOf(root) === base) return { unknown: 'the commit that is checked out is the base itself, not what is proposed (check out the head of the pull request)' };
    const missing = fetched(root, base);
    return missing === undefined ? { changes: changesSince(root, base, { shallow: 'compare', untracked: false }) } : { unknown: missing };
  } catch (error) {
    if (error instanceof GitError) return { unknown: error.message };
    throw error;
  }
}

function headOf({ folder }: Root): string {
  return git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']).stdout.trim();
}

/** Brings the commit here. @returns why it could not be brought. */
function fetched({ folder }: Root, commit: string): string | undefined {
  if (isHere(folder, commit)) return undefined;
  // A depth would make a whole clone shallow.
  const depth = git(folder, ['rev-parse', '--is-shallow-repository']).stdout.trim() === 'true' ? ['--depth=1'] : [];
  const { stderr } = git(folder, ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=30', 'fetch', '--quiet', '--no-tags', '--no-recurse-submodules', ...depth, 'origin', commit]);
  if (isHere(folder, commit)) return undefined;
  return `the base commit ${commit} is not in this clone and could not be fetched (git says: ${stderr.trim()}); give actions/checkout fetch-depth: 0`;
}

function isHere(folder: string, commit: string): boolean {
  return git(folder, ['cat-file', '-e', `${commit}^{commit}`]).status === 0;
}

function git(folder: string, args: readonly string[]): NonNullable<ReturnType<typeof runGitAlone>> {
  return runGitAlone(folder, args) ?? { status: 1, stdout: '', stderr: 'git was not found' };
}
