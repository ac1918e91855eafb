import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../server.js';

/** A virtual environment of the releases that a requirements file pins. */
export interface PythonEnvironment {
  readonly python: string;
  /** The text of the requirements file. */
  readonly requirements: string;
}

/** An installer that has not come to its end by then was killed. */
const ABANDONED_MS = 10 * 60_000;

/** The environment of a requirements file beside this one: built once for each text of it, and kept. */
export async function environmentOf(requirementsFile: string): Promise<PythonEnvironment> {
  const requirements = readFileSync(fileURLToPath(new URL(requirementsFile, import.meta.url)), 'utf8');
  const folder = fileURLToPath(new URL(`.venv-${createHash('sha256').update(requirements).digest('hex').slice(0, 12)}`, import.meta.url));
  const environment = { python: `${folder}/bin/python`, requirements };
  const mark = `${folder}/installed`;
  const lock = `${folder}.lock`;
  while (!existsSync(mark)) {
    if (!taken(lock)) {
      await delay(500);
      continue;
    }
    try {
      if (!existsSync(mark)) install(folder, requirements);
      writeFileSync(mark, '');
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return environment;
}

/** Whether the lock is ours now; the folder of another suite that works is left to it. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > ABANDONED_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function install(folder: string, requirements: string): void {
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder], '.');
  writeFileSync(`${folder}/requirements.txt`, requirements);
  run(`${folder}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', '--requirement', 'requirements.txt'], folder);
}
