import type { Files } from '../../text/files.js';
import { entriesOf, jsonAt, member, within } from './manifest.js';

export type LockFile = 'package-lock.json' | 'npm-shrinkwrap.json' | 'pnpm-lock.yaml' | 'yarn.lock' | 'bun.lock' | 'deno.lock';

/** What is asked of a lock file: a package as a folder below it gets it, and the range that the folder's manifest gives. */
export interface Wanted {
  readonly name: string;
  /** Folders from that of the file up to that of the lock file. */
  readonly folders: readonly string[];
  readonly range: string | undefined;
}

/** The version that a lock file in this folder names. */
export function lockedVersion(files: Files, folder: string, wanted: Wanted): { readonly version: string; readonly from: LockFile } | undefined {
  for (const from of lockFilesIn(files, folder)) {
    const version = VERSIONS[from](files, within(folder, from), folder, wanted);
    if (version !== undefined) return { version, from };
  }
  return undefined;
}

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'deno.lock'] as const;

const present = new WeakMap<Files, Map<string, readonly LockFile[]>>();

/** Looked for once in each folder: most have none. */
function lockFilesIn(files: Files, folder: string): readonly LockFile[] {
  let known = present.get(files);
  if (known === undefined) present.set(files, (known = new Map()));
  let found = known.get(folder);
  if (found === undefined) known.set(folder, (found = LOCK_FILES.filter((name) => files.exists(within(folder, name)))));
  return found;
}

type Find = (files: Files, path: string, folder: string, wanted: Wanted) => string | undefined;

const npm: Find = (files, path, folder, { name, folders }) => {
  const lock = jsonAt(files, path);
  // What lies nearest is what Node finds.
  for (const one of folders) {
    const version = member(member(member(lock, 'packages'), within(relative(folder, one), `node_modules/${name}`)), 'version');
    if (typeof version === 'string') return version;
  }
  return text(member(member(member(lock, 'dependencies'), name), 'version'));
};

const VERSIONS: Readonly<Record<LockFile, Find>> = {
  'package-lock.json': npm,
  'npm-shrinkwrap.json': npm,
  'pnpm-lock.yaml': (files, path, folder, { name, folders }) => {
    const importers = textAt(files, path, pnpmImporters);
    return folders.map((one) => importers?.get(relative(folder, one) || '.')?.get(name)).find((version) => version !== undefined);
  },
  'yarn.lock': (files, path, _folder, { name, range }) => {
    const versions = textAt(files, path, yarnEntries)?.get(name);
    const exact = range === undefined ? undefined : (versions?.get(range) ?? versions?.get(`npm:${range}`));
    if (exact !== undefined || versions === undefined) return exact;
    const all = new Set(versions.values());
    return all.size === 1 ? [...all][0] : undefined;
  },
  'bun.lock': (files, path, folder, { name, folders }) => {
    const packages = member(jsonAt(files, path), 'packages');
    // A version of one workspace's own stands under its name.
    const workspaces = folders.flatMap((one) => text(member(member(member(jsonAt(files, path), 'workspaces'), relative(folder, one)), 'name')) ?? []);
    for (const key of [...workspaces.map((workspace) => `${workspace}/${name}`), name]) {
      const entry = member(packages, key);
      const version = Array.isArray(entry) ? /@(\d[^@]*)$/.exec(String(entry[0]))?.[1] : undefined;
      if (version !== undefined) return version;
    }
    return undefined;
  },
  'deno.lock': (files, path, _folder, { name, range }) => {
    const lock = jsonAt(files, path);
    const specifiers = [...entriesOf(member(lock, 'specifiers')), ...entriesOf(member(member(lock, 'packages'), 'specifiers'))];
    const found = specifiers.find(([key]) => key === range) ?? specifiers.find(([key]) => key.startsWith(`npm:${name}@`));
    return found === undefined ? undefined : /(?:^|@)(\d+\.[^_@]*)/.exec(String(found[1]))?.[1];
  },
};

/** The path from one folder to another that lies in it. */
function relative(outer: string, inner: string): string {
  return outer === '' ? inner : inner.slice(outer.length + 1);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

type Versions = ReadonlyMap<string, ReadonlyMap<string, string>>;
const parsed = new WeakMap<Files, Map<string, Versions | undefined>>();

function textAt(files: Files, path: string, parse: (text: string) => Versions): Versions | undefined {
  let known = parsed.get(files);
  if (known === undefined) parsed.set(files, (known = new Map()));
  if (!known.has(path)) {
    const source = files.read(path);
    known.set(path, source === undefined ? undefined : parse(source));
  }
  return known.get(path);
}

/** Versions by package by folder, of `pnpm-lock.yaml`; before version 6 a lock file of one folder has no `importers`. */
function pnpmImporters(source: string): Versions {
  const importers = new Map<string, Map<string, string>>();
  let [section, importer, name] = ['', '.', ''];
  for (const line of source.split(/\r?\n/)) {
    const [, blanks = '', quoted, bare, value = ''] = /^( *)(?:['"](.+?)['"]|([^\s'"#][^:]*?)):(?: +(.*))?$/.exec(line) ?? [];
    const key = quoted ?? bare;
    if (key === undefined) continue;
    if (blanks === '') section = key;
    if (section === 'packages' || section === 'snapshots') break;
    const depth = blanks.length / 2 - (section === 'importers' ? 2 : 0);
    if (section === 'importers' && depth === -1) importer = key;
    if (depth === 1) name = key;
    const version = depth === 1 || (depth === 2 && key === 'version') ? /^['"]?(\d+\.[\w.+-]*)/.exec(value)?.[1] : undefined;
    if (version === undefined || !/dependencies$/i.test(section === 'importers' ? 'dependencies' : section)) continue;
    const versions = importers.get(importer) ?? new Map<string, string>();
    importers.set(importer, versions.set(name, version.replace(/_.*$/, '')));
  }
  return importers;
}

/** Versions by range by package, of `yarn.lock` in both its forms. */
function yarnEntries(source: string): Versions {
  const entries = new Map<string, Map<string, string>>();
  let keys: readonly (readonly [name: string, range: string])[] = [];
  for (const line of source.split(/\r?\n/)) {
    if (/^["@\w].*:$/.test(line)) keys = line.slice(0, -1).replaceAll('"', '').split(/, */).flatMap((key) => (key.lastIndexOf('@') > 0 ? [[key.slice(0, key.indexOf('@', 1)), key.slice(key.indexOf('@', 1) + 1)] as const] : []));
    const version = /^ {2}version:? "?([^"\s]+)"?$/.exec(line)?.[1];
    if (version === undefined) continue;
    for (const [name, range] of keys) entries.set(name, (entries.get(name) ?? new Map<string, string>()).set(range, version));
    keys = [];
  }
  return entries;
}
