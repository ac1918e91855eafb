import { applyEdits, modify, parse, type Edit } from 'jsonc-parser';
import { packageVersion } from '../../syntax/estree/index.js';
import { below, folderOf, type Files } from '../../text/files.js';
import { oldestOf, versionFor } from './packages.js';

/** What happens to the manifest of a package so that a file of it can import another package. */
export type Dependency =
  /** It is among its dependencies already. */
  | { readonly kind: 'there' }
  | { readonly kind: 'added'; readonly path: string; readonly text: string; readonly note: string }
  /** There is no `package.json`. */
  | { readonly kind: 'no-manifest'; readonly note: string }
  /** None of its versions is for that of the framework. */
  | { readonly kind: 'too-old'; readonly why: string };

/** What installs packages, by the lock file beside the manifest or above it. */
const INSTALLERS: readonly (readonly [lock: string, command: string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

const GROUPS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

/**
 * Adds a package to the nearest `package.json` around a file that has the framework, or else to the nearest: in its group,
 * in the order of names where that is sorted. `typed`: its types too (`@types/…`), where those of the framework stand.
 * @param wanted a package that `versionFor` knows
 */
export function withDependency(files: Files, file: string, wanted: string, framework: string, { typed = false }: { readonly typed?: boolean } = {}): Dependency {
  const manifests = above(file).map((folder) => (folder === '' ? 'package.json' : `${folder}/package.json`)).filter((path) => files.read(path) !== undefined);
  if (manifests.some((path) => groupOf(files.read(path)!, wanted) !== undefined)) return { kind: 'there' };
  const path = manifests.find((one) => groupOf(files.read(one)!, framework) !== undefined) ?? manifests[0];
  const installer = installerAt(files, file);
  if (path === undefined) return { kind: 'no-manifest', note: `Run \`${installer} ${installer === 'npm' ? 'install' : 'add'} ${wanted}\`.` };
  const before = files.read(path)!;
  const version = packageVersion(files, file, framework)?.version;
  const asked = versionFor(wanted, version);
  if (asked === undefined) return { kind: 'too-old', why: `${wanted} ${oldestOf(wanted)?.version} is for ${framework} ${oldestOf(wanted)?.since} and later, and this is ${version}` };
  let text = added(before, 'dependencies', wanted, asked);
  const types = typesOf(wanted);
  const typesGroup = typed && groupOf(before, types) === undefined ? groupOf(before, `@types/${framework}`) : undefined;
  const askedTypes = versionFor(types, version);
  if (typesGroup !== undefined && askedTypes !== undefined) text = added(text, typesGroup, types, askedTypes);
  return { kind: 'added', path, text, note: `Run \`${installer} install\`.` };
}

/** Packages of a manifest that files imported before they were rewritten, and that no file of the package names any more: what is left to do. */
export function leftBehind(files: Files, texts: ReadonlyMap<string, string>): readonly string[] {
  const dropped = [...texts].flatMap(([path, text]) => packagesIn(files.read(path) ?? '').filter((name) => !packagesIn(text).includes(name)).map((name) => ({ path, name })));
  return [...new Set(dropped.flatMap(({ path, name }) => {
    const manifest = above(path).map((folder) => ({ folder, path: folder === '' ? 'package.json' : `${folder}/package.json` })).find((one) => groupOf(files.read(one.path) ?? '', name) !== undefined);
    if (manifest === undefined) return [];
    const isNamed = [...below(files, manifest.folder, /\.(?:[cm]?[jt]sx?|json|vue|svelte)$/)].some((one) => !/(?:^|\/)(?:package|package-lock)\.json$/.test(one) && new RegExp(`['"\`]${name.replaceAll('.', '\\.')}['"\`/]`).test(texts.get(one) ?? files.read(one) ?? ''));
    if (isNamed) return [];
    const all = [name, typesOf(name)].filter((one) => groupOf(files.read(manifest.path) ?? '', one) !== undefined);
    const installer = installerAt(files, path);
    return [`Nothing imports ${name} any more: run \`${installer} ${installer === 'npm' ? 'uninstall' : 'remove'} ${all.join(' ')}\`.`];
  }))];
}

/** Names of the packages that a script imports. */
function packagesIn(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:from|import|require)\b\s*\(?\s*(['"`])((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^'"`]*)?\1/g)].map(([, , name]) => name!);
}

/** https://github.com/DefinitelyTyped/DefinitelyTyped#what-about-scoped-packages */
function typesOf(name: string): string {
  return `@types/${name.replace(/^@([^/]+)\//, '$1__')}`;
}

function installerAt(files: Files, file: string): string {
  return above(file).flatMap((folder) => INSTALLERS.filter(([lock]) => files.exists(folder === '' ? lock : `${folder}/${lock}`)).map(([, command]) => command))[0] ?? 'npm';
}

function groupOf(text: string, name: string): string | undefined {
  return GROUPS.find((group) => groupNames(text, group).includes(name));
}

function groupNames(text: string, group: string): readonly string[] {
  const manifest: unknown = parse(text.replace(/^\uFEFF/, ''));
  return typeof manifest === 'object' && manifest !== null ? keysOf(new Map<string, unknown>(Object.entries(manifest)).get(group)) : [];
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function added(text: string, group: string, name: string, version: string): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(mark.length);
  const indent = /^([ \t]+)"/m.exec(body)?.[1] ?? '  ';
  const formattingOptions = { insertSpaces: !indent.startsWith('\t'), tabSize: indent.startsWith('\t') ? 1 : indent.length, eol: body.includes('\r\n') ? '\r\n' : '\n' };
  const isThere = groupNames(body, group).length > 0;
  const place = (names: string[]): number => {
    if (!isThere) return names.length;
    const isSorted = names.every((one, index) => index === 0 || names[index - 1]! <= one);
    const index = isSorted ? names.findIndex((one) => one > name) : -1;
    return index === -1 ? names.length : index;
  };
  const inLines = body.trim().includes('\n');
  const edits = modify(body, [group, name], version, { ...(inLines ? { formattingOptions } : {}), getInsertionIndex: place });
  return mark + applyEdits(body, inLines ? edits : edits.map((edit) => ({ ...edit, content: spaced(edit, body) })));
}

/** What is put into a line, with blanks where the line has them. */
function spaced({ offset, content }: Edit, line: string): string {
  const text = line.includes('": ') ? content : content.replace('": ', '":');
  if (text.endsWith(',') && line[offset] === ' ') return ` ${text}`;
  return text.replace(/^,|,$/, /["}\]], "/.test(line) ? ', ' : ',');
}

/** The folder of a file and those around it, innermost first. */
function above(file: string): readonly string[] {
  const folders = [folderOf(file)];
  while (folders.at(-1) !== '') folders.push(folderOf(folders.at(-1)!));
  return folders;
}
