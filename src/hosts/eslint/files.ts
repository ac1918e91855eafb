import type { LanguageName } from './comment-syntax.js';

/** The files of a language, in patterns of ESLint. */
export interface FilePatterns {
  readonly files: readonly string[];
  /** Those of them that are another language's. */
  readonly ignores?: readonly string[];
}

const APACHE = ['**/{.,_,}htaccess{,[._-]*}', '**/{httpd,apache,apache2}*.conf', '**/{httpd,apache,apache2}/**/*.conf'];
const HAPROXY_CONF = ['**/haproxy*.conf', '**/haproxy{,.d}/*.conf'];
const LIGHTTPD = ['**/lighttpd*.conf', '**/lighttpd{,.d}/**/*.conf', '**/lighttpd{,.d}/!(*.*)'];

/**
 * Which files are linted by default, each in one language: the engine tells by text what a `.conf` is, so the language
 * decides about comments alone. Patterns that ended with `*` would pick nothing up by themselves. Files that other plugins have rules for (JSON, TOML, XML, properties) are left to them.
 */
export const FILES: Readonly<Partial<Record<LanguageName, FilePatterns>>> = {
  nginx: {
    files: ['**/*.{conf,nginx,vhost}', '**/*.{conf,nginx,vhost}.{template,tmpl,tpl}', '**/sites-{available,enabled}/!(.*|*.md)', '**/nginx{,.d}/!(*.*)'],
    ignores: [...APACHE, ...HAPROXY_CONF, ...LIGHTTPD],
  },
  apache: { files: APACHE, ignores: [...HAPROXY_CONF, ...LIGHTTPD] },
  haproxy: { files: ['**/*.cfg', '**/*.cfg.{template,tmpl,tpl,j2,erb,ctmpl}', ...HAPROXY_CONF] },
  lighttpd: { files: LIGHTTPD, ignores: HAPROXY_CONF },
  caddy: { files: ['**/[Cc]addyfile', '**/Caddyfile[._-]!(go|rs|js|ts|py|rb|sh|md|txt|html|j2|jinja|jinja2|tmpl|tpl|gotmpl|erb|*.*)', '**/*.{caddy,caddyfile,Caddyfile}'] },
  vcl: { files: ['**/*.vcl', '**/*.vcl.{template,tmpl,tpl,j2,erb,in,dist,sample}'] },
  yaml: { files: ['**/*.{yaml,yml}', '**/*.{yaml,yml}.{j2,tmpl,tpl,gotmpl,template}'] },
  python: { files: ['**/*.py'] },
  java: { files: ['**/*.java'] },
  kotlin: { files: ['**/*.{kt,kts}'] },
  'headers-file': { files: ['**/_headers'] },
};
