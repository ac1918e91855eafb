import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file's text at once: a reader sees the old text or the new one, whenever the run is cut short. Mode and
 * links stay: what a link points to is written.
 */
export function replaceText(path: string, text: string): void {
  const target = realpathSync(path);
  const fresh = join(dirname(target), `.${basename(target)}.cors-lint-${process.pid}`);
  try {
    writeFileSync(fresh, text, { flag: 'wx' });
    chmodSync(fresh, statSync(target).mode);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Writes a report; folders on the way are made. */
export function writeReport(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
