import { ConfigError } from '../../config/config.js';
import { codeOf } from '../disk.js';
import { GitError } from '../git.js';
import { UsageError } from './options.js';
import { WriteError } from './write.js';

/** What to tell of what ended a run: where the user or the system is at fault the message, else where it happened too. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = error instanceof UsageError || error instanceof ConfigError || error instanceof GitError || error instanceof WriteError || codeOf(error) !== 'unknown error';
  return expected ? error.message : (error.stack ?? error.message);
}
