import { readFileSync } from 'node:fs';
import { UsageError } from '../cli/options.js';

/** What started the workflow, as far as it concerns the run. */
export interface WorkflowEvent {
  readonly name: string;
  /** Is it about a change that is to be merged: a pull request, or a group of them in a merge queue? */
  readonly isProposal: boolean;
  /** Was the change written in a repository that others own? */
  readonly isFromFork: boolean;
  /** The commit that the change starts from; absent for events without one, and for the first push of a branch. */
  readonly base?: string;
  /** The commit that links point into. */
  readonly head?: string;
}

/**
 * Reads the event that GitHub describes in `GITHUB_EVENT_NAME` and `GITHUB_EVENT_PATH`; without them it is none.
 * The names of the keys: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 * @throws {UsageError} when the file does not hold JSON.
 */
export function eventFrom(env: Readonly<Record<string, string | undefined>>): WorkflowEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const payload = env['GITHUB_EVENT_PATH'] === undefined || env['GITHUB_EVENT_PATH'] === '' ? {} : payloadIn(env['GITHUB_EVENT_PATH']);
  const checkedOut = commit(env['GITHUB_SHA']);
  switch (name) {
    case 'pull_request':
    case 'pull_request_target': {
      // The repository of a fork that was deleted is null.
      const isFromFork = at(payload, 'pull_request', 'head', 'repo', 'full_name') !== at(payload, 'pull_request', 'base', 'repo', 'full_name');
      return { name, isProposal: true, isFromFork, ...commits(at(payload, 'pull_request', 'base', 'sha'), at(payload, 'pull_request', 'head', 'sha'), checkedOut) };
    }
    case 'merge_group':
      return { name, isProposal: true, isFromFork: false, ...commits(at(payload, 'merge_group', 'base_sha'), at(payload, 'merge_group', 'head_sha'), checkedOut) };
    case 'workflow_run': {
      const isFromFork = at(payload, 'workflow_run', 'head_repository', 'full_name') !== at(payload, 'repository', 'full_name');
      return { name, isProposal: false, isFromFork, ...commits(undefined, at(payload, 'workflow_run', 'head_sha'), checkedOut) };
    }
    case 'push':
      return { name, isProposal: false, isFromFork: false, ...commits(at(payload, 'before'), at(payload, 'after'), checkedOut) };
    default:
      return { name, isProposal: false, isFromFork: false, ...commits(undefined, undefined, checkedOut) };
  }
}

function payloadIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`the event of the workflow cannot be read from GITHUB_EVENT_PATH: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

function commits(base: unknown, head: unknown, checkedOut: string | undefined): { readonly base?: string; readonly head?: string } {
  const from = commit(base);
  const to = commit(head) ?? checkedOut;
  return { ...(from === undefined ? {} : { base: from }), ...(to === undefined ? {} : { head: to }) };
}

/** The whole id of a commit, of SHA-1 or SHA-256; GitHub writes zeros where there is none. */
function commit(written: unknown): string | undefined {
  return typeof written === 'string' && /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(written) ? written : undefined;
}
