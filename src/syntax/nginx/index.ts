/** nginx configuration: its words, directives and includes with exact places. */
import type { Language } from '../language.js';
import { parseNginx, type NginxFile } from './parser.js';

export { indentationStep, insertAfter, insertBefore, insertInside, removeLine, respellToken } from './edit.js';
export type { Token } from './lexer.js';
export { parseNginx, type Directive, type NginxFile } from './parser.js';

const language: Language<NginxFile> = {
  title: 'nginx',
  paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/,
  load: () => Promise.resolve(),
  parse: (source, files) => parseNginx(source, files),
};

export default language;
