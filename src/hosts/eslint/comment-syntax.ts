import { languagePaths } from '../../generated/catalogue.js';
import { takesYamlLine } from './yaml-lines.js';

/** Languages that ESLint gets from the plugin. `jvm` of the engine is two to its users; scripts are ESLint's own. */
export const LANGUAGES = ['nginx', 'apache', 'haproxy', 'lighttpd', 'caddy', 'vcl', 'yaml', 'python', 'java', 'kotlin', 'headers-file', 'toml', 'xml', 'properties', 'hocon'] as const;
export type LanguageName = (typeof LANGUAGES)[number];

/** How a language writes comments, and where a line of its own cannot stand. */
export interface CommentSyntax {
  /** What opens a comment that may hold a directive. */
  readonly openers: readonly string[];
  /** A comment on a line of its own. */
  readonly line: (words: string) => string;
  /** Comments and what may span lines: strings, embedded code. Where one has begun no other begins. */
  readonly whole: RegExp;
  /** Does a backslash at its end join a line with the next one? */
  readonly joins: boolean;
  /** What else decides whether a line may be put in at the start of another. */
  readonly takesLine?: (text: string, lineStart: number) => boolean;
}

const hash = (words: string): string => `# ${words}`;
const slashes = (words: string): string => `// ${words}`;
/** A comment of XML must not hold `--`: no room for a reason. */
const markup = (words: string): string => `<!-- ${words.replace(/\s*--.*$/, '')} -->`;

const STRING = String.raw`"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'`;
const SLASHES = String.raw`\/\/[^\n]*|\/\*[^]*?\*\/`;
/** In configurations `#` and quotes mean something at the start of a word alone: `don't` and `a#b` are words. */
const WORD_START = String.raw`(?<![^\s;{}(),=])`;
/** nginx hands a block to Lua, whose comments differ. Braces are balanced to a depth that such code does not reach. */
const LUA = String.raw`_by_lua_block\s*\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}`;

/** nginx, Apache, HAProxy and lighttpd share names of files, so they share this; some of those files turn out to be HOCON. */
const CONF: CommentSyntax = { openers: ['#', '//'], line: hash, joins: true, whole: new RegExp(String.raw`${LUA}|${WORD_START}(?:#[^\n]*|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')`, 'g') };

const SYNTAXES: Readonly<Record<LanguageName, CommentSyntax>> = {
  nginx: CONF,
  apache: CONF,
  haproxy: CONF,
  lighttpd: CONF,
  'headers-file': CONF,
  caddy: { openers: ['#'], line: hash, joins: true, whole: new RegExp(String.raw`${WORD_START}(?:#[^\n]*|"(?:\\[^]|[^"\\])*"|\x60[^\x60]*\x60|<<(?<end>[\w-]+)\r?\n[^]*?\n[ \t]*\k<end>)`, 'g') },
  vcl: { openers: ['#', '//', '/*'], line: slashes, joins: false, whole: new RegExp(String.raw`#[^\n]*|${SLASHES}|C\{[^]*?\}C|\{(?<tag>\w*)"[^]*?"\k<tag>\}|"""[^]*?"""|"[^"\n]*"`, 'g') },
  yaml: { openers: ['#'], line: hash, joins: false, whole: /\{\{[^]*?\}\}|(?<![^\s])#[^\n]*|(?<=[:?,[{-]\s*)(?:"(?:\\[^]|[^"\\])*"|'(?:''|[^'])*')/g, takesLine: takesYamlLine },
  python: { openers: ['#'], line: hash, joins: true, whole: new RegExp(String.raw`#[^\n]*|("""|''')(?:\\[^]|[^\\])*?\1|${STRING}`, 'g') },
  java: { openers: ['//', '/*'], line: slashes, joins: false, whole: new RegExp(String.raw`${SLASHES}|"""(?:\\[^]|[^\\])*?"""|${STRING}`, 'g') },
  kotlin: { openers: ['//', '/*'], line: slashes, joins: false, whole: new RegExp(String.raw`${SLASHES}|"""[^]*?"""+|${STRING}`, 'g') },
  toml: { openers: ['#'], line: hash, joins: false, whole: /#[^\n]*|"""(?:\\[^]|[^\\])*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/g },
  xml: { openers: ['<!--'], line: markup, joins: false, whole: /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<(?:"[^"]*"|'[^']*'|[^<>"'])*>/g, takesLine: (text, at) => /^\s*<(?!\?xml)/.test(text.slice(at)) },
  properties: { openers: ['#'], line: hash, joins: true, whole: /^[ \t]*[#!][^\n]*/gm },
  hocon: { openers: ['#', '//'], line: hash, joins: false, whole: /#[^\n]*|\/\/[^\n]*|"""[^]*?"""+|"(?:\\.|[^"\\\n])*"/g },
};

/** JSON of its users' making takes `//`; JSON takes no comment. */
const JSON_WITH_COMMENTS: CommentSyntax = { openers: ['//', '/*'], line: slashes, joins: false, whole: new RegExp(`${SLASHES}|${STRING}`, 'g') };

/** Undefined where a file has no comments. `language`: as the user says, whatever the file is called. */
export function commentSyntaxOf(language: LanguageName, path: string): CommentSyntax | undefined {
  if (language !== 'yaml' || !/\.jsonc?(?:\.|$)/i.test(path)) return SYNTAXES[language];
  return /\.jsonc/i.test(path) ? JSON_WITH_COMMENTS : undefined;
}

/** The language of a file by its name, as far as comments go; undefined for scripts and for what no reader knows. */
export function languageOf(path: string): LanguageName | undefined {
  const known = (id: string): boolean => languagePaths[id]?.test(path) === true;
  if (known('jvm')) return path.endsWith('.java') ? 'java' : 'kotlin';
  return LANGUAGES.find(known);
}

/** May a line be put in before the line that starts here, without a string, a comment or a joined line being torn? */
export function takesLine({ whole, joins, takesLine: also }: CommentSyntax, text: string, lineStart: number): boolean {
  if (joins && /\\\r?\n$/.test(text.slice(Math.max(0, lineStart - 3), lineStart))) return false;
  for (const { index, 0: matched } of text.matchAll(whole)) {
    if (index >= lineStart) break;
    if (index + matched.length > lineStart) return false;
  }
  return also?.(text, lineStart) ?? true;
}
