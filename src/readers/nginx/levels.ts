import type { Directive, Token } from '../../syntax/nginx/index.js';

/** An `add_header` line. */
export interface AddHeader {
  readonly directive: Directive;
  /** Lower-case. */
  readonly name: string;
  /** A colon in the name ends it on the wire; what stands behind it goes before the value. */
  readonly prefix: string;
  readonly value: Token;
  readonly always: boolean;
}

/**
 * One level of configuration with what it inherits: nginx merges each kind of directive in its own way, most as whole
 * sets that a level's own ones replace.
 */
export interface Level {
  readonly kind: 'http' | 'server' | 'location' | 'if' | 'limit_except';
  /** The block's directive; absent for a fragment without one. */
  readonly head?: Directive;
  readonly directives: readonly Directive[];
  readonly parent?: Level;
  /** The level has `add_header` lines of its own. */
  readonly hasOwnHeaders: boolean;
  /** `add_header` lines in force here. */
  readonly headers: readonly AddHeader[];
}

export function levelOf(kind: Level['kind'], directives: readonly Directive[], parent: Level | undefined, head?: Directive): Level {
  const own = directives.filter(({ name }) => name === 'add_header').flatMap(addHeaderOf);
  const inherited = parent?.headers ?? [];
  const mode = setting(directives, 'add_header_inherit') ?? inheritMode(parent);
  const headers = mode === 'off' ? own : mode === 'merge' ? [...own, ...inherited] : own.length > 0 ? own : inherited;
  return { kind, directives, ...(parent === undefined ? {} : { parent }), ...(head === undefined ? {} : { head }), hasOwnHeaders: own.length > 0, headers };
}

function inheritMode(level: Level | undefined): string | undefined {
  return level === undefined ? undefined : (setting(level.directives, 'add_header_inherit') ?? inheritMode(level.parent));
}

function addHeaderOf(directive: Directive): readonly AddHeader[] {
  const [name, value, third, ...more] = directive.args;
  // Anything else than the word `always` behind the value does not load.
  if (name === undefined || value === undefined || more.length > 0 || (third !== undefined && third.text !== 'always')) return [];
  const colon = name.text.indexOf(':');
  const [spelled, prefix] = colon === -1 ? [name.text, ''] : [name.text.slice(0, colon), `${name.text.slice(colon + 1)}: `];
  return [{ directive, name: spelled.toLowerCase(), prefix, value, always: third !== undefined }];
}

function setting(directives: readonly Directive[], name: string): string | undefined {
  return directives.findLast((directive) => directive.name === name)?.args[0]?.text;
}

/** The nearest level's directives of a name: a set that a level's own ones replace as a whole. */
export function inherited(level: Level, name: string): readonly Directive[] {
  const own = level.directives.filter((directive) => directive.name === name);
  return own.length > 0 || level.parent === undefined ? own : inherited(level.parent, name);
}

/** `more_set_headers` and `more_clear_headers`: the parents' first, then the level's own. */
export function accumulated(level: Level, names: readonly string[]): readonly Directive[] {
  return [...(level.parent === undefined ? [] : accumulated(level.parent, names)), ...level.directives.filter(({ name }) => names.includes(name))];
}

/** `proxy_pass` and its kin are inherited by `if` and `limit_except` only. */
export function handlerOf(level: Level): Directive | undefined {
  const own = level.directives.find(({ name }) => /^(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass$|^empty_gif$|^stub_status$|_by_lua(_block|_file)?$|^perl$|^js_content$/.test(name) && !/^(header_filter|body_filter|log|access|rewrite|set|init|balancer)/.test(name));
  if (own !== undefined || level.parent === undefined || (level.kind !== 'if' && level.kind !== 'limit_except')) return own;
  return handlerOf(level.parent);
}
