import type { Problem } from '../language.js';
import { isKnown, isVariable } from './directives.js';
import type { Token } from './lexer.js';
import { holdsRows, type Directive } from './tree.js';

/** Which arguments of a directive nginx expands when it answers a request (`ngx_http_compile_complex_value` and its kin). */
const EXPANDED: Readonly<Record<string, (args: readonly Token[]) => readonly Token[]>> = {
  add_header: (args) => args.slice(1, 2),
  add_trailer: (args) => args.slice(1, 2),
  set: (args) => args.slice(1, 2),
  return: (args) => (args.length === 1 && /^\d*$/.test(args[0]!.text) ? [] : args.slice(-1)),
  rewrite: (args) => args.slice(1, 2),
  error_page: (args) => args.slice(-1),
  map: (args) => args.slice(0, 1),
  proxy_pass: (args) => args,
  proxy_set_header: (args) => args.slice(1),
  proxy_cache_key: (args) => args,
  root: (args) => args,
  alias: (args) => args,
  try_files: (args) => args,
  auth_basic: (args) => args,
  fastcgi_param: (args) => args.slice(1, 2),
  uwsgi_param: (args) => args.slice(1, 2),
  scgi_param: (args) => args.slice(1, 2),
  log_format: (args) => args.slice(1),
  limit_req_zone: (args) => args.slice(0, 1),
  limit_conn_zone: (args) => args.slice(0, 1),
  split_clients: (args) => args.slice(0, 1),
  geo: (args) => (args.length === 2 ? args.slice(0, 1) : []),
  access_log: (args) => args.slice(0, 1),
  index: (args) => args,
  hash: (args) => args.slice(0, 1),
  sub_filter: (args) => args,
  more_set_headers: (args) => args,
  more_set_input_headers: (args) => args,
  echo: (args) => args,
};

/** Directives that make a variable, with the argument that names it; a module's name may begin others. */
const MAKES: Readonly<Record<string, number>> = { set: 0, map: 1, geo: -1, split_clients: 1, auth_request_set: 0, perl_set: 0, js_set: 0, js_var: 0, set_by_lua: 0, set_by_lua_file: 0, set_by_lua_block: 0, echo_set: 0 };

/** A name may end the text in braces, or at the first letter that is not of a name. */
const VARIABLE = /\$(?:[1-9]|\{([A-Za-z0-9_]*)(\}?)|([A-Za-z0-9_]*))/g;

/** What is wrong with the variables in the values of a directive. */
export function expansionMistake({ name, args }: Directive): string | undefined {
  for (const { text } of EXPANDED[name]?.(args) ?? []) {
    const wrong = textMistake(text);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** `ngx_http_script_compile`: a `$` without a name, or a brace that stays open. */
export function textMistake(text: string): string | undefined {
  if (!text.includes('$')) return undefined;
  for (const [piece, braced, closing, bare] of text.matchAll(VARIABLE)) {
    if (piece === '${' && text.endsWith(piece)) return 'invalid variable name';
    if (braced !== undefined && closing === '') return `the closing bracket in "${braced}" variable is missing`;
    if (braced === '' || bare === '') return 'invalid variable name';
  }
  return undefined;
}

/**
 * The first variable that is used and that nobody makes. In a part of a configuration, or where a directive of an unknown
 * module might make one, these are only the names that are none: `if ($a=b)` asks for a variable `a=b`.
 */
export function unknownVariable(directives: readonly Directive[], isWhole: boolean): Problem | undefined {
  const made = new Set<string>();
  const used: { readonly name: string; readonly at: Directive['at'] }[] = [];
  let open = !isWhole;
  const use = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (!token.text.includes('$')) continue;
      for (const [, braced, , bare] of token.text.matchAll(VARIABLE)) {
        const name = (braced ?? bare)?.toLowerCase();
        if (name !== undefined && name !== '') used.push({ name, at: { file: token.file, start: token.start, end: token.end } });
      }
    }
  };
  const visit = (list: readonly Directive[], rows: boolean): void => {
    for (const { name, args, block, nameToken } of list) {
      // Named groups of patterns are variables too.
      for (const { text } of [nameToken, ...args]) if (text.includes('(?')) for (const [, group] of text.matchAll(/\(\?P?[<']([A-Za-z_]\w*)/g)) made.add(group!.toLowerCase());
      if (rows) {
        use(args);
        continue;
      }
      if (name === 'stream' || name === 'mail') continue;
      if (!isKnown(name)) open = true;
      const place = MAKES[name];
      const variable = place === undefined ? undefined : args.at(place);
      if (variable !== undefined) made.add(variable.text.replace(/^\$/, '').toLowerCase());
      if (place === undefined && /^(?:set_|array_|geoip2$|userid|memc|eval|encrypted|session|secure|sticky|echo_)/.test(name)) open = true;
      if (name === 'if') {
        const left = leftOf(args);
        if (left !== undefined) used.push(left);
        use(rightOf(args));
      } else use(EXPANDED[name]?.(args) ?? []);
      if (block !== undefined && (name === 'map' || !holdsRows(name))) visit(block, name === 'map');
    }
  };
  visit(directives, false);
  const unknown = used.find(({ name }) => !made.has(name) && !isVariable(name) && (!open || /\W/.test(name)));
  return unknown === undefined ? undefined : { at: unknown.at, message: `unknown "${unknown.name}" variable` };
}

/** The left of a condition is a name up to its end, whatever its letters. */
function leftOf(args: readonly Token[]): { readonly name: string; readonly at: Directive['at'] } | undefined {
  const token = args[0]?.text === '(' ? args[1] : args[0];
  if (token === undefined) return undefined;
  const text = args.at(-1) === token ? token.text.replace(/\)$/, '') : token.text;
  const [, name] = /^\(?\$(.+)$/s.exec(text) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), at: { file: token.file, start: token.start, end: token.end } };
}

/** What a condition compares with, expanded; the right of `~` is a pattern, and not. */
function rightOf(args: readonly Token[]): readonly Token[] {
  if (args.some(({ text }) => /^!?~\*?$/.test(text))) return [];
  return args.slice(args[0]?.text === '(' ? 2 : 1);
}
