import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Disk, Tested } from './disk.js';
import type { Root } from './root.js';

/** What a thread is given: files to test, of which each thread takes some at a time, and where the next ones start. */
export interface Share {
  readonly root: Root;
  readonly files: readonly string[];
  readonly next: Int32Array;
}

/** So many take longer than a thread takes to start. */
const MANY = 1500;
const AT_A_TIME = 100;

/** Beside the bundle that holds this module, or above its chunks; from sources there is none. */
const WORKER = ['./scan-worker.js', '../scan-worker.js'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/**
 * Has many files tested for CORS by two threads, this one and another: this one does `meanwhile` first, what is needed next
 * and takes time, and then helps. Few files are left for whoever asks for them, and nothing is done.
 */
export async function scan(disk: Disk, root: Root, files: readonly string[], meanwhile: () => Promise<unknown>): Promise<void> {
  const worker = WORKER.find((path) => existsSync(path));
  if (files.length < MANY || availableParallelism() === 1 || worker === undefined) return;
  const share: Share = { root, files, next: new Int32Array(new SharedArrayBuffer(4)) };
  const theirs = testedBy(worker, share);
  await meanwhile();
  for (const some of taken(share)) disk.test(some);
  const tested = await theirs;
  if (tested !== undefined) disk.adopt(tested);
}

/** Files that this thread is to test, until all are taken. */
export function* taken({ files, next }: Share): Generator<readonly string[]> {
  for (;;) {
    const start = Atomics.add(next, 0, AT_A_TIME);
    if (start >= files.length) return;
    yield files.slice(start, start + AT_A_TIME);
  }
}

/** Undefined where the thread ends without a word: whoever asks for a file tests it then. */
function testedBy(path: string, share: Share): Promise<Tested | undefined> {
  return new Promise((resolve) => {
    const worker = new Worker(path, { workerData: share, execArgv: [] });
    worker.once('message', (tested: Tested) => resolve(tested));
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
  });
}
