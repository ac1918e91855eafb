/** Caddyfiles: sites, directives with their blocks, snippets and imports, with exact places. */
import type { Language } from '../language.js';
import { parseCaddyfile } from './parse.js';
import type { CaddyFile } from './tree.js';

export { insertDirective, insertInside, removeDirective, respell, type Edited } from './edit.js';
export { parseCaddyfile } from './parse.js';
export type { CaddyFile, Directive, Piece, Site, Token } from './tree.js';

const language: Language<CaddyFile> = {
  title: 'Caddyfile',
  // `Caddyfile.dev` and `Caddyfile-staging`, not the sources and templates named after it: `Caddyfile.go`, `Caddyfile.j2`.
  paths: /(?:^|\/)(?:[Cc]addyfile|Caddyfile[._-](?!(?:go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja2?|tmpl|tpl|gotmpl|erb)$)[\w-]+)$|\.(?:[Cc]addyfile|caddy)$/,
  load: () => Promise.resolve(),
  parse: (source, files) => parseCaddyfile(source, files),
};

export default language;
