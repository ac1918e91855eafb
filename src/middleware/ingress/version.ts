import type { YamlInProject } from '../../syntax/yaml/index.js';
import { folderOf } from '../../text/files.js';

/** Files of a folder that are looked at for the image of the controller. */
const MAX_FILES = 40;
const MAX_LENGTH = 200_000;

/**
 * Version of a controller, `major * 1000 + minor`, from the tag of its image in this file or one beside it; undefined
 * where none is in view or several are. `image` has the major and the minor version as its groups.
 */
export function imageVersion(file: Pick<YamlInProject, 'file' | 'source' | 'files'>, image: RegExp): number | undefined {
  const folder = folderOf(file.file);
  const beside = file.files.list(folder).filter((name) => /\.ya?ml$/i.test(name)).slice(0, MAX_FILES).map((name) => (folder === '' ? name : `${folder}/${name}`));
  const texts = [file.source.text, ...beside.filter((path) => path !== file.file).flatMap((path) => file.files.read(path) ?? [])];
  const found = new Set<number>();
  for (const text of texts) {
    if (text.length > MAX_LENGTH) continue;
    for (const match of text.matchAll(new RegExp(image, 'g'))) found.add(Number(match[1]) * 1000 + Number(match[2]));
  }
  return found.size === 1 ? [...found][0] : undefined;
}
