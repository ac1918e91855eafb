import { folderOf, type Files } from '../../text/files.js';
import type { HeadersFile } from '../../syntax/headers-file/index.js';

/** Who serves a site with a `_headers` file: told by what lies around it and by what only one of them reads. */
export type HeadersHost =
  | 'netlify'
  /** Pages sends `Access-Control-Allow-Origin: *` by itself, and answers 405 to what is neither GET nor HEAD. */
  | 'cloudflare-pages'
  | 'cloudflare'
  | 'unknown';

/** The host of a `_headers` file: https://docs.netlify.com/routing/headers, https://developers.cloudflare.com/pages/configuration/headers */
export function headersHost({ file, files, blocks }: HeadersFile): HeadersHost {
  const [netlify, wrangler] = [found(files, file, ['netlify.toml']), found(files, file, ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'])];
  if (netlify !== undefined && wrangler === undefined) return 'netlify';
  if (wrangler !== undefined && netlify === undefined) return /pages_build_output_dir/.test(files.read(wrangler) ?? '') ? 'cloudflare-pages' : 'cloudflare';
  // Netlify takes a URL for a header named `https`, and passes over a line without a colon.
  return blocks.some(({ path, lines }) => path.text.startsWith('https://') || lines.some(({ kind }) => kind === 'detach')) ? 'cloudflare' : 'unknown';
}

/** Do functions of the project answer requests before its files? */
export function hasFunctions({ file, files }: HeadersFile): boolean {
  return found(files, file, ['functions', '_worker.js', '_worker.ts']) !== undefined;
}

/** The first of some files in the folder of a file or in one around it. */
function found(files: Files, file: string, names: readonly string[]): string | undefined {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    const path = names.map((name) => (folder === '' ? name : `${folder}/${name}`)).find((candidate) => files.exists(candidate));
    if (path !== undefined || folder === '') return path;
  }
}
