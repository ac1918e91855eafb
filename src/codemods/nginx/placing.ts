import { indentationStep, insertBefore, type Directive } from '../../syntax/nginx/index.js';
import type { TextEdit } from '../../text/edit.js';
import { folderOf } from '../../text/files.js';
import { contains } from '../../text/span.js';
import type { Place } from '../../middleware/nginx/places.js';
import { around, type Configuration, type Sources } from './configuration.js';

/** Where `map`s for some servers can stand: in a file that is there, or in a new one. */
export type MapPlace = { readonly kind: 'in-file'; readonly edit: (blocks: readonly (readonly string[])[]) => TextEdit } | { readonly kind: 'new-file'; readonly path: string };

/**
 * Where the servers of some places find `map`s, which nginx takes in `http` only: in front of the servers of one file;
 * for those of several ones in a file of a folder that `http` includes, or in `http` itself.
 * @param parts files of which something will ask for the maps
 * @returns a reason where none is in view
 */
export function mapPlace(places: readonly Place[], parts: readonly string[], configuration: Configuration, all: readonly Configuration[], sources: Sources): MapPlace | string {
  const servers = places.map((place) => around(place, 'server'));
  const [first] = servers;
  if (first === undefined || servers.includes(undefined)) return 'maps stand in http, and no file that is looked at includes this part: name the one that does, too';
  const files = new Set(servers.map((server) => server!.directive.at.file));
  const { root, places: every } = configuration;
  const shared = all.find((other) => other !== configuration && parts.some((file) => other.root.included.includes(file)));
  const http = every.find(({ directive: { name, block } }) => name === 'http' && block !== undefined)?.directive;
  if (files.size === 1 && shared === undefined) {
    const file = first.directive.at.file;
    const earliest = every.find(({ directive, block }) => directive.name === 'server' && directive.block !== undefined && directive.at.file === file && (block === undefined || block.directive.name === 'http'))!.directive;
    if (http?.at.file === file || root.source.file === file || root.included.includes(file)) return inFile(earliest, sources);
  }
  if (http === undefined || shared !== undefined) return `maps stand in http, and the servers of ${[...files, ...(shared === undefined ? [] : [shared.root.source.file])].join(', ')} have none in view in which one would serve them all`;
  const { uses } = root;
  // The folder of a pattern: a file more is included without a word.
  const folder = uses.find(({ file, at }) => at.file === http.at.file && contains(http.whole, at) && !insideServer(every, at.start, at.file) && /[*][^/\s;]*\.conf["']?;$/.test(sources.textOf(at)) && file.endsWith('.conf'));
  if (folder !== undefined) return { kind: 'new-file', path: freePath(root.files, folderOf(folder.file), 'cors-map') };
  const server = every.find(({ directive, block }) => block?.directive === http && directive.at.file === http.at.file && (directive.name === 'server' || directive.name === 'include'))?.directive ?? http.block?.find(({ at }) => at.file === http.at.file);
  return server === undefined ? 'maps stand in http, which is not in view' : inFile(server, sources);
}

function insideServer(every: readonly Place[], start: number, file: string): boolean {
  return every.some(({ directive: { name, whole, block } }) => name === 'server' && block !== undefined && whole.file === file && whole.start <= start && start < whole.end);
}

function inFile(before: Directive, sources: Sources): MapPlace {
  const source = sources.at(before.at);
  const step = indentationStep(source, before);
  return { kind: 'in-file', edit: (blocks) => insertBefore(source, before.at, blocks.flatMap((lines) => [...lines.map((line) => line.replace(/^ {4}/, step)), ''])) };
}

function freePath(files: Configuration['root']['files'], folder: string, name: string): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  for (let number = 1; ; number += 1) {
    const path = `${prefix}${name}${number === 1 ? '' : `-${number}`}.conf`;
    if (!files.exists(path)) return path;
  }
}

/** A new file with lines, and how it is included. */
export interface IncludePlace {
  readonly path: string;
  /** As written behind `include`. */
  readonly spelling: string;
}

/**
 * Where a file can be put that some files include. nginx looks for relative names in the folder of its main file
 * (`ngx_conf_full_name`): known where that is in view, else told by the other includes, whose files are.
 */
export function includePlace({ root, places }: Configuration, name: string): IncludePlace | undefined {
  const isMain = places.some(({ directive, block }) => block === undefined && (directive.name === 'http' || directive.name === 'events'));
  const told = root.uses.flatMap(({ file, at }) => prefixTold(file, places.find(({ directive }) => directive.name === 'include' && directive.at.start === at.start && directive.at.file === at.file)?.directive.args[0]?.text ?? includeText(root, at)));
  const prefixes = isMain ? [folderOf(root.source.file)] : [...new Set(told.map(({ prefix }) => prefix))];
  const [prefix] = prefixes;
  if (prefix === undefined || prefixes.length > 1) return undefined;
  // As the others are written: below the folder where nginx is installed, or relative to it.
  const installed = told.length > 0 && told.every((one) => one.installed !== '') ? told[0]!.installed : '';
  const patterns = told.map(({ relative }) => relative).filter((relative) => /[*?[]/.test(relative));
  const folder = ['snippets', 'includes', 'cors'].find((one) => !patterns.some((pattern) => pattern.startsWith(`${one}/`)));
  if (folder === undefined) return undefined;
  const path = freePath(root.files, prefix === '' ? folder : `${prefix}/${folder}`, name);
  return { path, spelling: `${installed}${path.slice(prefix === '' ? 0 : prefix.length + 1)}` };
}

function includeText({ files }: Configuration['root'], { file, start, end }: { readonly file: string; readonly start: number; readonly end: number }): string {
  return /^include\s+["']?([^"';]*)/.exec((files.read(file) ?? '').slice(start, end))?.[1] ?? '';
}

/** From a file and how it is included: the folder below which its name is looked for. */
function prefixTold(file: string, text: string): readonly { readonly prefix: string; readonly installed: string; readonly relative: string }[] {
  const [, installed = '', relative = ''] = /^(\/(?:.*\/)?(?:nginx|nginx\/conf)\/|)([^/].*)$/.exec(text) ?? [];
  const names = relative.split('/').filter((part) => part !== '' && part !== '.');
  const folders = file.split('/');
  const prefix = folders.slice(0, -names.length);
  const isSame = names.length > 0 && names.every((part, index) => /[*?[]/.test(part) || folders[prefix.length + index] === part);
  return isSame && !names.includes('..') ? [{ prefix: prefix.join('/'), installed, relative: names.join('/') }] : [];
}
