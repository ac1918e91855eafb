import type { Files } from '../../text/files.js';
import { lockedVersion, type LockFile } from './lock-files.js';
import { foldersAbove, jsonAt, member, within } from './manifest.js';

export interface PackageVersion {
  /** As installed (`2.8.6`) or, without a lock file, the lowest that the range allows (`2.8`). */
  readonly version: string;
  readonly from: LockFile | 'package.json' | 'deno.json';
}

/** The version of a package for a file: from the nearest lock file that names it, else from the nearest manifest. */
export function packageVersion(files: Files, file: string, name: string): PackageVersion | undefined {
  const folders = [...foldersAbove(file)];
  const range = folders.map((folder) => rangeIn(files, folder, name)).find((found) => found !== undefined);
  for (const [index, folder] of folders.entries()) {
    const locked = lockedVersion(files, folder, { name, folders: folders.slice(0, index + 1), range: range?.text });
    if (locked !== undefined) return locked;
  }
  const lowest = range === undefined ? undefined : /\d+(?:\.\d+)*/.exec(range.text.replace(/^(?:npm|jsr):@?[^@]*@?/, ''))?.[0];
  return range === undefined || lowest === undefined ? undefined : { version: lowest, from: range.from };
}

/** What a manifest says of a package: `^4.6.0`, or `npm:hono@^4.6.0` in Deno's. */
function rangeIn(files: Files, folder: string, name: string): { readonly text: string; readonly from: 'package.json' | 'deno.json' } | undefined {
  const manifest = jsonAt(files, within(folder, 'package.json'));
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
    const text = member(member(manifest, kind), name);
    if (typeof text === 'string' && /\d/.test(text)) return { text, from: 'package.json' };
  }
  for (const deno of ['deno.json', 'deno.jsonc']) {
    const text = member(member(jsonAt(files, within(folder, deno)), 'imports'), name);
    if (typeof text === 'string' && /@[^@]*\d/.test(text)) return { text, from: 'deno.json' };
  }
  return undefined;
}
