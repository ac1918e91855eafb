import { folderOf, type Files } from '../../text/files.js';
import { lockedIn, namePattern, requiredIn, type Requirement } from './requirement-files.js';
import { exactOf } from './version-range.js';

export { compareVersions, isAtLeast, type VersionRange } from './version-range.js';

export interface PinnedVersion {
  readonly version: string;
  /** Name of the file that says so, for messages: `poetry.lock`, `requirements/prod.txt`. */
  readonly from: string;
}

/** The version of a distribution that the nearest lock or requirements file above a module fixes; ranges fix nothing. */
export function pinnedVersion(files: Files, module: string, distribution: string): PinnedVersion | undefined {
  const found = versionRange(files, module, distribution);
  const version = found === undefined ? undefined : exactOf(found.range);
  return found === undefined || version === undefined ? undefined : { version, from: found.from };
}

/**
 * What the project's files say of a distribution's version: the nearest lock file or exact requirement above a module,
 * else the nearest range (`>=6,<7`). `isAtLeast` tells whether all of it lies on one side of a version.
 */
export function versionRange(files: Files, module: string, distribution: string): Requirement | undefined {
  const known = remembered(files);
  const key = `${folderOf(module)}\0${distribution}`;
  if (!known.has(key)) known.set(key, searched(files, module, namePattern(distribution)));
  return known.get(key);
}

const found = new WeakMap<Files, Map<string, Requirement | undefined>>();

/** Asked for by every module of a folder. */
function remembered(files: Files): Map<string, Requirement | undefined> {
  let known = found.get(files);
  if (known === undefined) found.set(files, (known = new Map()));
  return known;
}

function searched(files: Files, module: string, name: RegExp): Requirement | undefined {
  let range: Requirement | undefined;
  for (let folder = folderOf(module); ; folder = folderOf(folder)) {
    const locked = lockedIn(files, folder, name);
    if (locked !== undefined) return locked;
    const required = requiredIn(files, folder, name);
    if (required !== undefined && exactOf(required.range) !== undefined) return required;
    range ??= required;
    if (folder === '') return range;
  }
}
