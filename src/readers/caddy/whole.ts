import { parseCaddyfile, type CaddyFile } from '../../syntax/caddy/index.js';
import { folderOf } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';

/** Folders above a file in which the one that imports it is looked for. */
const MAX_STEPS = 4;

/** The Caddyfile that imports this one, when it is in view in this folder or above; else this one. */
export function wholeOf(file: CaddyFile): CaddyFile {
  for (let folder = folderOf(file.source.file), steps = 0; steps < MAX_STEPS; folder = folderOf(folder), steps += 1) {
    const path = folder === '' ? 'Caddyfile' : `${folder}/Caddyfile`;
    const text = path === file.source.file || !file.files.exists(path) ? undefined : file.files.read(path);
    const main = text === undefined ? undefined : parseCaddyfile(new SourceText(path, text), file.files).unit;
    if (main?.included.includes(file.source.file) === true) return main;
    if (folder === '') break;
  }
  return file;
}
