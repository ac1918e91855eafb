import { mainFile, type Directive, type NginxFile } from '../../syntax/nginx/index.js';
import { folderOf } from '../../text/files.js';
import type { Level } from './levels.js';
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
}

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
  const found: Configuration = {
    root,
    expander: new Expander(http),
    groups: upstreamGroups(http),
    servers: serversOf(root.directives).map((level) => ({ level, files: filesIn(level.head === undefined ? level.directives : [level.head]) })),
    common: filesIn(outside),
    inherited: filesIn(outside.filter(({ name }) => /^(?:add_header|more_\w+_headers)/.test(name))),
  };
  known.set(root, found);
  return found;
}

/**
 * The servers that a file is about: all of a file that is read as a whole; of a part those that stand in it or that
 * include it, or all when they may inherit from it. A part's reading depends on what these servers are made of.
 */
export function serversAbout(file: NginxFile, { root, servers, common, inherited }: Configuration): readonly Level[] {
  const path = file.source.file;
  const about = root === file || inherited.has(path) ? servers : servers.filter(({ files }) => files.has(path));
  if (root !== file) for (const other of new Set([...common, ...about.flatMap(({ files }) => [...files])])) file.files.read(other);
  return about.map(({ level }) => level);
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
