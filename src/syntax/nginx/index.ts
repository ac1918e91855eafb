/** nginx configuration: its words, directives and includes with exact places, and what `nginx -t` would refuse. */
import type { Language } from '../language.js';
import { isNginx } from './kind.js';
import { parseNginx } from './parser.js';
import type { NginxFile } from './tree.js';

export { indentationAt, indentationStep, insertAfter, insertBefore, insertInside, removeLine, respellToken } from './edit.js';
export type { Token } from './lexer.js';
export { isTemplate, mainFile, parseNginx } from './parser.js';
export type { Directive, NginxFile } from './tree.js';

const language: Language<NginxFile> = {
  title: 'nginx',
  paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/,
  load: () => Promise.resolve(),
  // Other servers' files have the same endings.
  parse: (source, files) => (isNginx(source.text) ? parseNginx(source, files) : { unit: undefined, problems: [] }),
};

export default language;
