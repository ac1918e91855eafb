import { mainFile, type Directive, type NginxFile } from '../../syntax/nginx/index.js';
import { folderOf } from '../../text/files.js';
import { passesRequests, type Level } from './levels.js';
import { httpOf, serversOf } from './servers.js';
import { upstreamGroups, type UpstreamGroups } from './upstreams.js';
import { Expander } from './variables.js';

/** A whole configuration: what its servers share. */
export interface Configuration {
  readonly root: NginxFile;
  readonly expander: Expander;
  readonly groups: UpstreamGroups;
  readonly servers: readonly Server[];
  /** Files that say something outside all servers and groups of them. */
  readonly common: ReadonlySet<string>;
  /** Of these, the ones with header lines, which every server may inherit. */
  readonly inherited: ReadonlySet<string>;
}

export interface Server {
  readonly level: Level;
  /** In which files its directives stand. */
  readonly files: ReadonlySet<string>;
  /** It, or what all servers share, has a word about CORS: without one it cannot send such a header. */
  readonly concerned: boolean;
}

/** In all spellings, as a header's name is written in any of the languages that a configuration holds. */
const CORS = /access[-_]control[-_]/i;
/** Lua that stands elsewhere and is named after CORS: a file, a module. */
const LUA_CORS = /^\S*cors\S*$|\brequire\s*\(?\s*["'][\w./-]*cors/i;

/** How far above a part its main file is looked for. */
const MAX_STEPS = 4;

/** The main file that includes this one, when it is in view in this folder or above; else this one. */
export function wholeOf(file: NginxFile): NginxFile {
  if (file.directives.some(({ name }) => name === 'http' || name === 'events')) return file;
  for (let folder = folderOf(file.source.file), steps = 0; steps < MAX_STEPS; folder = folderOf(folder), steps += 1) {
    const path = folder === '' ? 'nginx.conf' : `${folder}/nginx.conf`;
    const main = path === file.source.file ? undefined : mainFile(path, file.files);
    if (main !== undefined && configurationOf(main).root.included.includes(file.source.file)) return main;
    if (folder === '') break;
  }
  return file;
}

const known = new WeakMap<NginxFile, Configuration>();

/** What is the same for all parts of a configuration is found once. */
export function configurationOf(root: NginxFile): Configuration {
  const before = known.get(root);
  if (before !== undefined) return before;
  const http = httpOf(root.directives);
  const outside = http.filter(({ name, block }) => !(block !== undefined && (name === 'server' || name === 'upstream')));
  const shared = mentions(outside);
  const found: Configuration = {
    root,
    expander: new Expander(http),
    groups: upstreamGroups(http),
    servers: serversOf(root.directives).map((level) => ({ level, files: filesIn(level.head === undefined ? level.directives : [level.head]), concerned: shared || mentions(level.directives) })),
    common: filesIn(outside),
    inherited: filesIn(outside.filter(({ name }) => /^(?:add_header|more_\w+_headers)/.test(name))),
  };
  known.set(root, found);
  return found;
}

/**
 * The servers that a file is about: all of a file that is read as a whole; of a part those that stand in it or that
 * include it, or all when they may inherit from it. Of those that say nothing of CORS only the ones that pass requests
 * on. A part's reading depends on what these servers are made of.
 */
export function serversAbout(file: NginxFile, { root, servers, common, inherited }: Configuration): readonly Server[] {
  const path = file.source.file;
  const about = root === file || inherited.has(path) ? servers : servers.filter(({ files }) => files.has(path));
  if (root !== file) for (const other of new Set([...common, ...about.flatMap(({ files }) => [...files])])) file.files.read(other);
  return about.filter(({ concerned, level }) => concerned || hasPass(level.directives));
}

function mentions(directives: readonly Directive[]): boolean {
  return directives.some(({ name, args, code, block }) => args.some(({ text }) => CORS.test(text) || (/_by_lua(?:_file)?$/.test(name) && LUA_CORS.test(text))) || (code !== undefined && (CORS.test(code.text) || LUA_CORS.test(code.text))) || (block !== undefined && mentions(block)));
}

function hasPass(directives: readonly Directive[]): boolean {
  return directives.some((directive) => passesRequests(directive) || (directive.block !== undefined && hasPass(directive.block)));
}

function filesIn(directives: readonly Directive[]): ReadonlySet<string> {
  const files = new Set<string>();
  const pending = [...directives];
  for (let directive = pending.pop(); directive !== undefined; directive = pending.pop()) {
    files.add(directive.at.file);
    for (const inner of directive.block ?? []) pending.push(inner);
  }
  return files;
}
