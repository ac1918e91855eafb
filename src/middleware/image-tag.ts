import { folderOf, type Files } from '../text/files.js';

/** Files that name the image a server is started from. */
const BUILDS = ['Dockerfile', 'docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml'];

/** The tag of an image, in the first group of the pattern that finds it, and the file that names it. */
export interface ImageTag {
  readonly tag: string;
  readonly file: string;
}

/** The tag of an image by the nearest Dockerfile or compose file above a file. */
export function imageTag(files: Files, path: string, image: RegExp): ImageTag | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    for (const name of BUILDS) {
      const file = folder === '' ? name : `${folder}/${name}`;
      const tag = files.exists(file) ? image.exec(files.read(file) ?? '')?.[1] : undefined;
      if (tag !== undefined) return { tag, file };
    }
    if (folder === '') return undefined;
  }
}

/** `2.6.1-alpine` → `2.6.1`; undefined for a tag without a minor version: the newest release of its line. */
export function versionOfTag(tag: string): string | undefined {
  return /^v?(\d+\.\d+(?:\.\d+)?)/.exec(tag)?.[1];
}
