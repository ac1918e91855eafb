import { accessSync, closeSync, constants, copyFileSync, fchmodSync, fchownSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { codeOf } from '../disk.js';
import { isInside } from '../root.js';

/** Why a text was not written. Whatever stood there still stands there. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  constructor(
    readonly path: string,
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
  const ready = readied(path, text, before);
  try {
    ready.put();
  } finally {
    ready.clear();
  }
}

/** A file's new text; `before` is undefined for one that is not there yet. */
export interface Replacement {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Replaces the texts of files, all or none. All are written beside those that they replace first: what a full disk or a file
 * that must not be written would end, ends before any of them is touched. Where one cannot take its place after that, the
 * others are put back.
 * @throws {WriteError} for the one that could not be written; names those that could not be put back
 */
export function replaceAll(replacements: readonly Replacement[]): void {
  const ready: Readied[] = [];
  const put: Replacement[] = [];
  try {
    for (const { path, before, after } of replacements) ready.push(before === undefined ? readiedNew(path, after) : readied(path, after, before));
    ready.forEach((one, index) => {
      one.put();
      put.push(replacements[index]!);
    });
  } catch (error) {
    const stuck = put.reverse().filter((one) => !putBack(one)).map(({ path }) => path);
    if (stuck.length === 0 || !(error instanceof WriteError)) throw error;
    throw new WriteError(error.path, `${error.reason}; what had been written to ${stuck.join(', ')} could not be put back`);
  } finally {
    for (const one of ready.reverse()) one.clear();
  }
}

/** @returns whether the file is again as it was */
function putBack({ path, before, after }: Replacement): boolean {
  try {
    if (before === undefined) rmSync(path);
    else replaceText(path, before, after);
    return true;
  } catch {
    return false;
  }
}

/** A text that stands beside the place that it is meant for. */
interface Readied {
  /** @throws {WriteError} */
  put(): void;
  /** Takes away what is left beside. */
  clear(): void;
}

/** @throws {WriteError} */
function readied(path: string, text: string, before: string | undefined): Readied {
  const attempt = <Result>(work: () => Result): Result => attempted(path, work, { ENOENT: 'it is gone since it was read' });
  const target = attempt(() => realpathSync(path));
  const checked = (): void => {
    if (before !== undefined && !readFileSync(target).equals(Buffer.from(before))) throw new WriteError(path, 'it was changed by somebody else since it was read');
    // A new file could take the place of one that must not be written.
    accessSync(target, constants.W_OK);
  };
  const fresh = beside(target);
  attempt(() => {
    checked();
    writeFresh(fresh, text, statSync(target));
  });
  return {
    put: () => attempt(() => {
      checked();
      renameSync(fresh, target);
    }),
    clear: () => rmSync(fresh, { force: true }),
  };
}

/** For a file that is not there yet. Folders on the way are made, and taken away again where nothing came into them. @throws {WriteError} */
function readiedNew(path: string, text: string): Readied {
  const fresh = beside(path);
  const made = attempted(path, () => mkdirSync(dirname(path), { recursive: true }));
  const leave = (): void => {
    for (let folder = dirname(path); made !== undefined && isInside(made, folder) && readdirSync(folder).length === 0; folder = dirname(folder)) rmdirSync(folder);
  };
  try {
    attempted(path, () => writeNew(fresh, text));
  } catch (error) {
    leave();
    throw error;
  }
  return {
    put: () => attempted(path, () => copyFileSync(fresh, path, constants.COPYFILE_EXCL), { EEXIST: 'it was made by somebody else meanwhile' }),
    clear: () => {
      rmSync(fresh, { force: true });
      leave();
    },
  };
}

function beside(path: string): string {
  return join(dirname(path), `.${basename(path)}.cors-lint-${process.pid}`);
}

/** @throws {WriteError} in the place of what the system says */
function attempted<Result>(path: string, work: () => Result, known: Readonly<Record<string, string>> = {}): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof WriteError) throw error;
    const code = codeOf(error);
    throw new WriteError(path, (Object.hasOwn(known, code) ? known[code] : undefined) ?? `it cannot be written (${code})`);
  }
}

/** A file that was not there before, in all that it has in common with the one whose place it takes. */
function writeFresh(path: string, text: string, { mode, uid, gid }: Stats): void {
  writeNew(path, text, (handle) => {
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) fchownSync(handle, uid, gid);
    fchmodSync(handle, mode);
  });
}

/** What stands in its place already stays there; of what cannot be written whole nothing is left. */
function writeNew(path: string, text: string, more: (handle: number) => void = () => undefined): void {
  const handle = openSync(path, 'wx');
  try {
    writeFileSync(handle, text);
    more(handle);
    // Some disks tell only now that they are full.
    fsyncSync(handle);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
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
