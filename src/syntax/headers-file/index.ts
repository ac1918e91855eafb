/** `_headers` of static hosts (Netlify, Cloudflare and others): a path on a line of its own, below it `Name: value`. */
import type { Language } from '../language.js';
import { parseHeadersFile } from './parse.js';
import type { HeadersFile } from './tree.js';

export { removeLine, respell, type Edited } from './edit.js';
export { parseHeadersFile } from './parse.js';
export type { BlockLine, HeaderBlock, HeaderLine, HeadersFile, Piece } from './tree.js';

const language: Language<HeadersFile> = {
  title: '`_headers`',
  paths: /(?:^|\/)_headers$/,
  load: () => Promise.resolve(),
  parse: (source, files) => parseHeadersFile(source, files),
};

export default language;
