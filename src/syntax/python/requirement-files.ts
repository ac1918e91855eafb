import { folderOf, resolvePath, type Files } from '../../text/files.js';
import { ANY_VERSION, exactly, isBounded, rangeOf, union, type VersionRange } from './version-range.js';

/** What one file says of a distribution. */
export interface Requirement {
  readonly range: VersionRange;
  /** The file's name without its folder. */
  readonly from: string;
}

type Find = (files: Files, path: string, name: RegExp) => VersionRange | undefined;

/** `-r` includes are followed so far. */
const MAX_INCLUDES = 8;
/** Longer requirement files are not what a person or a tool wrote for one project. */
const MAX_LINES = 20_000;

/** `Flask_Cors`, `flask-cors` and `flask.cors` are one name (PEP 503). */
export function namePattern(distribution: string): RegExp {
  return new RegExp(`^${distribution.toLowerCase().split(/[-_.]+/).map((part) => part.replace(/[^a-z0-9]/g, '\\$&')).join('[-_.]+')}$`, 'i');
}

/** What the lock files of a folder say; the first that names the distribution counts. */
export function lockedIn(files: Files, folder: string, name: RegExp): Requirement | undefined {
  return firstSaying(files, folder, name, namesIn(files, folder).locks);
}

/** What its requirement files and manifests say. */
export function requiredIn(files: Files, folder: string, name: RegExp): Requirement | undefined {
  return firstSaying(files, folder, name, namesIn(files, folder).requirements);
}

function firstSaying(files: Files, folder: string, name: RegExp, paths: readonly string[]): Requirement | undefined {
  for (const path of paths) {
    const file = path.slice(path.lastIndexOf('/') + 1);
    const range = (LOCKS[file] ?? MANIFESTS[file] ?? requirements)(files, within(folder, path), name);
    if (range !== undefined) return { range, from: path };
  }
  return undefined;
}

const listed = new WeakMap<Files, Map<string, { readonly locks: readonly string[]; readonly requirements: readonly string[] }>>();

/** Looked for once in each folder: most have none. */
function namesIn(files: Files, folder: string): { readonly locks: readonly string[]; readonly requirements: readonly string[] } {
  let known = listed.get(files);
  if (known === undefined) listed.set(files, (known = new Map()));
  let found = known.get(folder);
  if (found === undefined) {
    const names = files.list(folder);
    const inside = names.includes('requirements/') ? files.list(within(folder, 'requirements')).map((name) => `requirements/${name}`) : [];
    const texts = [...names.filter((name) => /^(?:requirements|constraints)[\w.-]*\.(?:txt|in|lock|pip)$|^requirements$/.test(name)), ...inside.filter((name) => /\.(?:txt|in|pip)$/.test(name))];
    found = {
      locks: Object.keys(LOCKS).filter((name) => names.includes(name)),
      requirements: [...texts.sort((a, b) => rank(a) - rank(b)), ...Object.keys(MANIFESTS).filter((name) => names.includes(name))],
    };
    known.set(folder, found);
  }
  return found;
}

/** What is deployed counts before what developers install, what a tool compiled before what it was compiled from. */
function rank(path: string): number {
  const kind = /dev|test|doc|lint|ci\b|local|type/i.test(path) ? 4 : /^requirements(?:\.txt|\.lock)$/.test(path) ? 0 : /prod|base|main|common|deploy/i.test(path) ? 1 : /constraints/.test(path) ? 3 : 2;
  return kind * 2 + (path.endsWith('.in') ? 1 : 0);
}

/** `[[package]]` tables of uv, Poetry, PDM and PEP 751: several versions of one distribution are held for several platforms. */
const packageTables: Find = (files, path, name) => {
  const versions = [...(files.read(path) ?? '').matchAll(/^name[ \t]*=[ \t]*"([^"\n]+)"\r?\nversion[ \t]*=[ \t]*"([^"\n]+)"/gm)].flatMap(([, found = '', version = '']) => (name.test(found) ? [exactly(version)] : []));
  return versions.length === 0 ? undefined : versions.reduce(union);
};

const pipfileLock: Find = (files, path, name) => {
  for (const group of ['default', 'develop']) {
    for (const [found, details] of entriesOf(entriesOf(jsonOf(files.read(path))).find(([key]) => key === group)?.[1])) {
      const version = entriesOf(details).find(([key]) => key === 'version')?.[1];
      if (name.test(found) && typeof version === 'string') return rangeOf(version);
    }
  }
  return undefined;
};

const LOCKS: Readonly<Record<string, Find>> = { 'uv.lock': packageTables, 'poetry.lock': packageTables, 'pdm.lock': packageTables, 'pylock.toml': packageTables, 'Pipfile.lock': pipfileLock };

/** `Flask-Cors[x] >=6,<7 ; python_version >= "3.9"  # why`, hashes and continued lines; lines for several platforms are joined. */
const requirements: Find = (files, path, name) => included(files, path, name, new Set());

function included(files: Files, path: string, name: RegExp, seen: Set<string>): VersionRange | undefined {
  if (seen.has(path) || seen.size > MAX_INCLUDES) return undefined;
  seen.add(path);
  const lines = (files.read(path) ?? '').replace(/^\uFEFF/, '').replace(/\\\r?\n/g, ' ').split(/\r\n|\n|\r/, MAX_LINES);
  const own: VersionRange[] = [];
  const others: string[] = [];
  for (const line of lines) {
    const other = /^\s*(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)/.exec(line)?.[1];
    if (other !== undefined) others.push(other);
    else own.push(...requirementIn(line, name));
  }
  if (own.some(isBounded)) return own.filter(isBounded).reduce(union);
  for (const other of others) {
    const target = resolvePath(folderOf(path), other);
    const found = target === undefined ? undefined : included(files, target, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A requirement of PEP 508 for this distribution; none or one. */
function requirementIn(text: string, name: RegExp): VersionRange[] {
  const [, found = '', rest = ''] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^#;]*)/.exec(text) ?? [];
  if (!name.test(found)) return [];
  const specifiers = rest.replace(/\s--.*$/, '').replace(/^\s*\(|\)\s*$/g, '').trim();
  // `name @ https://…`: whatever stands there.
  return [specifiers.startsWith('@') ? ANY_VERSION : rangeOf(specifiers)];
}

/**
 * Requirements of PEP 621 and of dependency groups are quoted texts; Poetry's, PDM's and Pipenv's are keys of tables that
 * are named for dependencies.
 */
const tables: Find = (files, path, name) => {
  const found: VersionRange[] = [];
  let section = '';
  for (const line of (files.read(path) ?? '').split(/\r\n|\n|\r/, MAX_LINES)) {
    section = /^\s*\[+\s*([^\]]*?)\s*\]+/.exec(line)?.[1] ?? section;
    const [, key = '', value = ''] = /^\s*"?([A-Za-z0-9][\w.-]*)"?\s*=\s*(.*)$/.exec(line) ?? [];
    const table = /(?:^|\.)((?:dev-|optional-)?dependencies|(?:dev-)?packages)$/.test(section);
    if (table && name.test(key)) {
      // `"^1.2"`, `{version = "^1.2", extras = […]}`, or one such table for each platform.
      const versions = /^["']/.test(value) ? [/^["']([^"']*)["']/.exec(value)?.[1] ?? ''] : [...value.matchAll(/\bversion\s*=\s*["']([^"']*)["']/g)].map(([, version = '']) => version);
      if (versions.length > 0) found.push(versions.map(rangeOf).reduce(union));
      continue;
    }
    const own = /^(.*)\.([^.]+)$/.exec(section);
    if (own !== null && /dependencies$/.test(own[1]!) && name.test(own[2]!.replace(/["']/g, '')) && key === 'version') found.push(rangeOf(/["']([^"']*)["']/.exec(value)?.[1] ?? ''));
    if (/^(?:project\b|dependency-groups|tool\.(?:uv|pdm|hatch)|build-system$)/.test(section)) for (const [, text = ''] of line.matchAll(/["']([^"']+)["']/g)) found.push(...requirementIn(text, name));
  }
  const bounded = found.filter(isBounded);
  return bounded.length === 0 ? undefined : bounded.reduce(union);
};

/** `install_requires` of setup.cfg and setup.py, pip's lines and conda's `name=1.2` in environment.yml. */
const lines: Find = (files, path, name) => {
  const found = (files.read(path) ?? '').split(/\r\n|\n|\r/, MAX_LINES).flatMap((line) => [
    ...requirementIn(line.replace(/^\s*-\s*/, '').replace(/^([\w.-]+)=(\d[\w.]*)(?:=[\w.]+)?\s*$/, '$1==$2.*'), name),
    ...[...line.matchAll(/["']([^"']+)["']/g)].flatMap(([, text = '']) => requirementIn(text, name)),
  ]);
  const bounded = found.filter(isBounded);
  return bounded.length === 0 ? undefined : bounded.reduce(union);
};

const MANIFESTS: Readonly<Record<string, Find>> = { 'pyproject.toml': tables, Pipfile: tables, 'setup.cfg': lines, 'setup.py': lines, 'environment.yml': lines, 'environment.yaml': lines };

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text?.replace(/^\uFEFF/, '') ?? '');
  } catch {
    return undefined;
  }
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
