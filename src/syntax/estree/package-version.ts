import type { Files } from '../../text/files.js';
import { foldersAbove, jsonAt, member, within } from './manifest.js';

export interface PackageVersion {
  /** As installed (`2.8.6`) or, without a lock file, the lowest that the range allows (`2.8`). */
  readonly version: string;
  readonly from: 'package-lock.json' | 'package.json';
}

/** The version of a package for a file: from the nearest lock file or `package.json` that names it. */
export function packageVersion(files: Files, file: string, name: string): PackageVersion | undefined {
  for (const folder of foldersAbove(file)) {
    const lock = jsonAt(files, within(folder, 'package-lock.json'));
    const locked = member(member(member(lock, 'packages'), `node_modules/${name}`), 'version') ?? member(member(member(lock, 'dependencies'), name), 'version');
    if (typeof locked === 'string') return { version: locked, from: 'package-lock.json' };
    const manifest = jsonAt(files, within(folder, 'package.json'));
    for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
      const range = member(member(manifest, kind), name);
      const lowest = typeof range === 'string' ? /\d+(?:\.\d+)*/.exec(range)?.[0] : undefined;
      if (lowest !== undefined) return { version: lowest, from: 'package.json' };
    }
  }
  return undefined;
}
