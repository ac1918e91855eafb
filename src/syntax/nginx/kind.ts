import { isKnown } from './directives.js';

/** Letters of a text that are looked at. */
const MUCH = 200_000;

/** Lines that nginx has not, and others' configuration has: sections of Apache and of ini files, settings with `=` or `:`. */
const FOREIGN = /^[ \t]*(?:<\/?[A-Za-z][^>\n]*>|\[[^\]\n]*\]|[\w."'-]+[ \t]*(?:\+?=|:=|:[ \t])|\$[A-Z]+\[)/m;

/** A name with arguments that ends with `;`, the first of them no sign of an assignment. */
const STATEMENT = /(?:^|[\n;{}])[ \t\r]*["']?([a-z][a-z0-9_]*)["']?[ \t]+(?![=:+])([^;{}\n]*);/g;

/** Blocks that only nginx has. */
const BLOCK = /(?:^|[\n;{}])[ \t\r]*(?:location[ \t]+[^;{}\n]+|upstream[ \t]+[\w.-]+[ \t]*|map[ \t]+\S+[ \t]+\$\w+\s*|[a-z_]+_by_lua_block[ \t]*)\{/;

/**
 * Whether a text is nginx's, told by its own words: a directive that nginx or a module has, ended by `;`. Apache,
 * lighttpd, HOCON and others whose files have the same ending end nothing so. A broken text without a `;` is nginx's when
 * its lines begin with directives and none is of another kind.
 */
export function isNginx(text: string): boolean {
  const start = text.slice(0, MUCH).replace(/^[ \t\ufeff]*#.*$/gm, '').replace(/^\ufeff/, '');
  if (/^vcl \d/m.test(start)) return false;
  for (const [, name, rest] of start.matchAll(STATEMENT)) if (isKnown(name!) && (name !== 'set' || rest!.startsWith('$'))) return true;
  if (BLOCK.test(start)) return true;
  if (FOREIGN.test(start)) return false;
  const names = Array.from(start.matchAll(/^[ \t\r;{}]*([^\s;{}]+)/gm), ([, name]) => name!);
  if (names.length > 0 && names.every(isKnown)) return true;
  // Rows of a map in a file of their own.
  return /;[ \t\r]*(?:#.*)?$/m.test(start);
}
