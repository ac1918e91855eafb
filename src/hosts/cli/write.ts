import { accessSync, closeSync, constants, fchmodSync, fchownSync, fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { codeOf } from '../disk.js';

/** Why a text was not written. Whatever stood there still stands there. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  constructor(
    path: string,
    readonly reason: string,
  ) {
    super(`${path}: ${reason}`);
  }
}

/**
 * Replaces a file's text at once: a reader sees the old text or the new one, whenever the run is cut short. Mode, owner
 * and links stay: what a link points to is written.
 * @param before the text that was read, where it matters: a file that says something else by now is somebody's work
 * @throws {WriteError}
 */
export function replaceText(path: string, text: string, before?: string): void {
  let fresh: string | undefined;
  try {
    const target = realpathSync(path);
    if (before !== undefined && !readFileSync(target).equals(Buffer.from(before))) throw new WriteError(path, 'it was changed by somebody else since it was read');
    // A new file could take the place of one that must not be written.
    accessSync(target, constants.W_OK);
    fresh = join(dirname(target), `.${basename(target)}.cors-lint-${process.pid}`);
    writeFresh(fresh, text, statSync(target));
    renameSync(fresh, target);
  } catch (error) {
    if (fresh !== undefined && codeOf(error) !== 'EEXIST') rmSync(fresh, { force: true });
    if (error instanceof WriteError) throw error;
    throw new WriteError(path, codeOf(error) === 'ENOENT' ? 'it is gone since it was read' : `it cannot be written (${codeOf(error)})`);
  }
}

/** A file's new text; `before` is undefined for one that is not there yet. */
export interface Replacement {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Replaces the texts of files, all or none: where one cannot be written, those that were are put back.
 * @throws {WriteError} for the one that could not be written
 */
export function replaceAll(replacements: readonly Replacement[]): void {
  const written: Replacement[] = [];
  try {
    for (const replacement of replacements) {
      const { path, before, after } = replacement;
      if (before === undefined) create(path, after);
      else replaceText(path, after, before);
      written.push(replacement);
    }
  } catch (error) {
    for (const { path, before, after } of written.reverse()) {
      if (before === undefined) rmSync(path, { force: true });
      else replaceText(path, before, after);
    }
    throw error;
  }
}

/** Writes a file that is not there; folders on the way are made. */
function create(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new WriteError(path, codeOf(error) === 'EEXIST' ? 'it was made by somebody else meanwhile' : `it cannot be written (${codeOf(error)})`);
  }
}

/** A file that was not there before, in all that it has in common with the one whose place it takes. */
function writeFresh(path: string, text: string, { mode, uid, gid }: Stats): void {
  const handle = openSync(path, 'wx');
  try {
    writeFileSync(handle, text);
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) fchownSync(handle, uid, gid);
    fchmodSync(handle, mode);
    // Some disks tell only now that they are full.
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does one piece of work after the other. A signal cuts none in two: it ends the process between them. */
export async function uninterrupted(pieces: Iterable<() => void>): Promise<void> {
  let caught: NodeJS.Signals | undefined;
  const keep = (signal: NodeJS.Signals): void => void (caught ??= signal);
  for (const signal of ENDING) process.on(signal, keep);
  try {
    for (const piece of pieces) {
      piece();
      // Signals are told when the event loop turns; what was asked for in one turn is told by the end of the next.
      await setImmediate();
      await setImmediate();
      if (caught !== undefined) break;
    }
  } finally {
    for (const signal of ENDING) process.off(signal, keep);
    if (caught !== undefined) process.kill(process.pid, caught);
  }
}

/** Writes a report; folders on the way are made. @throws {WriteError} */
export function writeReport(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new WriteError(path, `it cannot be written (${codeOf(error)})`);
  }
}
