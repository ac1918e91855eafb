import type { Files } from '../../text/files.js';
import { foldersAbove, jsonAt, member, textsOf, within } from './manifest.js';

/** Folders below this depth hold no packages of a workspace. */
const MAX_DEPTH = 4;

/** A folder of packages that know each other by name, as npm, Yarn, pnpm, Bun and Lerna have it. */
interface Workspace {
  readonly root: string;
  /** Globs of the packages' folders: `packages/*`. */
  readonly globs: readonly string[];
  packages: ReadonlyMap<string, string> | undefined;
}

const workspaces = new WeakMap<Files, Map<string, Workspace>>();

/** The folder of the package of that name in the workspace around a file. */
export function workspacePackage(files: Files, from: string, name: string): string | undefined {
  const workspace = workspaceAround(files, from);
  if (workspace === undefined) return undefined;
  const known = workspace.packages?.get(name);
  if (known !== undefined) return known;
  // A package mostly lies in a folder of its own name.
  const bare = name.replace(/^@[^/]+\//, '');
  const likely = workspace.globs.flatMap((glob) => (glob.includes('*') ? [within(workspace.root, glob.replace(/\*.*$/, '') + bare)] : [within(workspace.root, glob)]));
  const found = likely.find((folder) => nameOf(files, folder) === name);
  if (found !== undefined || !isOurs(files, from, name, workspace.root)) return found;
  workspace.packages ??= packagesOf(files, workspace);
  return workspace.packages.get(name);
}

function workspaceAround(files: Files, from: string): Workspace | undefined {
  let known = workspaces.get(files);
  if (known === undefined) workspaces.set(files, (known = new Map()));
  for (const root of foldersAbove(from)) {
    const cached = known.get(root);
    if (cached !== undefined) return cached;
    const globs = globsOf(files, root);
    if (globs.length === 0) continue;
    const workspace: Workspace = { root, globs, packages: undefined };
    known.set(root, workspace);
    return workspace;
  }
  return undefined;
}

function globsOf(files: Files, root: string): readonly string[] {
  const listed = member(jsonAt(files, within(root, 'package.json')), 'workspaces');
  const pnpm = files.read(within(root, 'pnpm-workspace.yaml'));
  const written = [
    ...textsOf(Array.isArray(listed) ? listed : member(listed, 'packages')),
    ...textsOf(member(jsonAt(files, within(root, 'lerna.json')), 'packages')),
    ...[...(pnpm ?? '').matchAll(/^\s*-\s*['"]?([^'"\s#]+)/gm)].map(([, glob]) => glob!),
  ];
  return written.filter((glob) => !glob.startsWith('!')).map((glob) => glob.replace(/^\.\//, '').replace(/\/$/, ''));
}

/** Is the name that of a package which is written here, by the way it is asked for or by its scope? */
function isOurs(files: Files, from: string, name: string, root: string): boolean {
  const scope = /^@[^/]+\//.exec(name)?.[0];
  for (const folder of foldersAbove(from)) {
    const manifest = jsonAt(files, within(folder, 'package.json'));
    const own = member(manifest, 'name');
    if (scope !== undefined && typeof own === 'string' && own.startsWith(scope)) return true;
    const range = member(member(manifest, 'dependencies'), name) ?? member(member(manifest, 'devDependencies'), name);
    if (typeof range === 'string' && /^(workspace|file|link|portal):|^\*$/.test(range)) return true;
    if (folder === root) return false;
  }
  return false;
}

function packagesOf(files: Files, { root, globs }: Workspace): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const glob of globs) {
    for (const folder of foldersMatching(files, root, glob.split('/'))) {
      const name = nameOf(files, folder);
      if (name !== undefined && !found.has(name)) found.set(name, folder);
    }
  }
  return found;
}

function foldersMatching(files: Files, folder: string, [step, ...others]: readonly string[], depth = 0): readonly string[] {
  if (step === undefined) return [folder];
  if (depth > MAX_DEPTH) return [];
  if (!step.includes('*')) return foldersMatching(files, within(folder, step), others, depth + 1);
  const pattern = new RegExp(`^${step.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*')}$`);
  const inner = files.list(folder).filter((name) => name.endsWith('/') && name !== 'node_modules/' && !name.startsWith('.')).map((name) => name.slice(0, -1));
  const matching = inner.filter((name) => pattern.test(name)).map((name) => within(folder, name));
  if (step !== '**') return matching.flatMap((path) => foldersMatching(files, path, others, depth + 1));
  return matching.flatMap((path) => [...foldersMatching(files, path, others, depth + 1), ...foldersMatching(files, path, ['**', ...others], depth + 1)]);
}

function nameOf(files: Files, folder: string): string | undefined {
  const name = member(jsonAt(files, within(folder, 'package.json')), 'name');
  return typeof name === 'string' ? name : undefined;
}
