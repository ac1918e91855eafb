import type { YamlInProject } from '../../syntax/yaml/index.js';
import { folderOf } from '../../text/files.js';

/** Files of a folder that are looked at for the image of the controller. */
const MAX_FILES = 40;
const MAX_LENGTH = 200_000;

/** Numbers of a version; the patch of a tag that says none is the newest. */
export interface ImageVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Version of a controller from the tag of its image in this file or one beside it; undefined where none is in view or
 * several are. `image` begins where the tag does not.
 */
export function imageVersion(file: Pick<YamlInProject, 'file' | 'source' | 'files'>, image: RegExp): ImageVersion | undefined {
  const folder = folderOf(file.file);
  const beside = file.files.list(folder).filter((name) => /\.ya?ml$/i.test(name)).slice(0, MAX_FILES).map((name) => (folder === '' ? name : `${folder}/${name}`));
  const texts = [file.source.text, ...beside.filter((path) => path !== file.file).flatMap((path) => file.files.read(path) ?? [])];
  const tag = new RegExp(`${image.source}:v?(\\d+)\\.(\\d+)(?:\\.(\\d+))?`, 'g');
  const found = new Map<string, ImageVersion>();
  for (const text of texts) {
    if (text.length > MAX_LENGTH) continue;
    for (const match of text.matchAll(tag)) found.set(match.slice(1).join('.'), { major: Number(match[1]), minor: Number(match[2]), patch: match[3] === undefined ? Infinity : Number(match[3]) });
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}

/** Is a version at least as new as one that is written `major.minor.patch`? */
export function isAtLeast({ major, minor, patch }: ImageVersion, ...[atMajor, atMinor, atPatch = 0]: readonly [major: number, minor: number, patch?: number]): boolean {
  return major !== atMajor ? major > atMajor : minor !== atMinor ? minor > atMinor : patch >= atPatch;
}
