import type { YamlInProject } from '../../syntax/yaml/index.js';
import { folderOf } from '../../text/files.js';

/** Traefik as far as its answers depend on the version. */
export interface Version {
  /**
   * From 3.6.22 and 3.7.6 on `*` with credentials sends the origin back, and `*` among methods or headers what was
   * asked for. Before, the literal `*` was sent, and Max-Age `0` where none was set.
   */
  readonly echoes: boolean;
  /** Patterns of rules: `{name:pattern}` within hosts and paths in version 2. */
  readonly major: number;
  readonly words: string;
}

/** Files of a folder that are looked at for the image. */
const MAX_FILES = 40;
const MAX_LENGTH = 200_000;
const IMAGE = /\bimage:\s*["']?(?:[\w.-]+\/)*traefik:v?(\d+)(?:\.(\d+)(?:\.(\d+))?)?(?![\w.])/g;

/** The version of Traefik: from the tag of its image in this file or one beside it, else from the API group of its objects. */
export function versionOf(file: Pick<YamlInProject, 'file' | 'source' | 'files'>, group: string | undefined): Version {
  const folder = folderOf(file.file);
  const beside = file.files.list(folder).filter((name) => /\.ya?ml$/i.test(name)).slice(0, MAX_FILES).map((name) => (folder === '' ? name : `${folder}/${name}`));
  const found = new Map<string, readonly number[]>();
  for (const path of new Set([file.file, ...beside])) {
    const text = path === file.file ? file.source.text : file.files.read(path);
    if (text === undefined || text.length > MAX_LENGTH) continue;
    for (const match of text.matchAll(IMAGE)) found.set(match[0].replace(/^.*:v?/s, ''), match.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)])));
  }
  const [first] = found;
  if (found.size === 1 && first !== undefined) return { echoes: echoes(first[1]), major: first[1][0]!, words: `Traefik ${first[0]} (image)` };
  if (group === 'traefik.containo.us') return { echoes: false, major: 2, words: 'Traefik 2 (traefik.containo.us)' };
  return { echoes: true, major: 3, words: found.size > 1 ? 'Traefik ≥ 3.7.6 assumed (several images)' : 'Traefik ≥ 3.7.6 assumed (no version found)' };
}

/** A tag with fewer parts is the newest release of its line. */
function echoes([major = 3, minor, patch]: readonly number[]): boolean {
  if (major !== 3) return major > 3;
  if (minor === undefined || minor > 7) return true;
  const first = minor === 7 ? 6 : minor === 6 ? 22 : Infinity;
  return first !== Infinity && (patch === undefined || patch >= first);
}
