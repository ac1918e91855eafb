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
  /** `add_header_inherit` in force here. */
  readonly inherits: string;
}

const indexes = new WeakMap<readonly Directive[], ReadonlyMap<string, readonly Directive[]>>();

/** The directives of a block by their names: a server may have thousands, and each is looked for again and again. */
function indexOf(directives: readonly Directive[]): ReadonlyMap<string, readonly Directive[]> {
  let index = indexes.get(directives);
  if (index === undefined) {
    const found = new Map<string, Directive[]>();
    for (const directive of directives) {
      const same = found.get(directive.name);
      if (same === undefined) found.set(directive.name, [directive]);
      else same.push(directive);
    }
    indexes.set(directives, (index = found));
  }
  return index;
}

/** The directives of a block that have one of the names, in order. */
export function named(directives: readonly Directive[], ...names: readonly string[]): readonly Directive[] {
  const index = indexOf(directives);
  const [found, ...others] = names.filter((name) => index.has(name));
  if (found === undefined) return [];
  return others.length === 0 ? index.get(found)! : directives.filter(({ name }) => names.includes(name));
}

function namesIn(directives: readonly Directive[]): readonly string[] {
  return [...indexOf(directives).keys()];
}

export function levelOf(kind: Level['kind'], directives: readonly Directive[], parent: Level | undefined, head?: Directive): Level {
  const own = named(directives, 'add_header').flatMap(addHeaderOf);
  const outer = parent?.headers ?? [];
  const inherits = setting(directives, 'add_header_inherit') ?? parent?.inherits ?? 'on';
  const headers = inherits === 'off' ? own : inherits === 'merge' ? [...own, ...outer] : own.length > 0 ? own : outer;
  return { kind, directives, ...(parent === undefined ? {} : { parent }), ...(head === undefined ? {} : { head }), hasOwnHeaders: own.length > 0, headers, inherits };
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
  return named(directives, name).at(-1)?.args[0]?.text;
}

/** The nearest level's directives of some names: a set that a level's own ones replace as a whole. */
export function inherited(level: Level, ...names: readonly string[]): readonly Directive[] {
  for (let one: Level | undefined = level; one !== undefined; one = one.parent) {
    const own = named(one.directives, ...names);
    if (own.length > 0) return own;
  }
  return [];
}

/** First argument of an inherited setting. */
export function inheritedSetting(level: Level, name: string): string | undefined {
  return inherited(level, name).at(-1)?.args[0]?.text;
}

/** `more_set_headers` and `more_clear_headers`: the parents' first, then the level's own. */
export function accumulated(level: Level, names: readonly string[]): readonly Directive[] {
  const levels: Level[] = [];
  for (let one: Level | undefined = level; one !== undefined; one = one.parent) levels.unshift(one);
  return levels.flatMap(({ directives }) => named(directives, ...names));
}

/** What passes requests on and is inherited by `if` and `limit_except`. */
const PASSES = /^(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass$/;
/** What makes responses; an `if` leaves it as its location has it, `limit_except` has none. */
const MAKES = /^(?:memcached_pass|empty_gif|stub_status|perl|js_content|content_by_lua(?:_block|_file)?|echo|echo_.+|flv|mp4|nchan_.+|fancyindex|dav_methods)$/;

/** What answers requests in a level, when it is not the file system. */
export function handlerOf(level: Level): Directive | undefined {
  for (let one: Level | undefined = level; one !== undefined; one = one.parent) {
    const own = named(one.directives, ...namesIn(one.directives).filter((name) => PASSES.test(name) || (level.kind !== 'limit_except' && MAKES.test(name))))[0];
    if (own !== undefined || (one.kind !== 'if' && one.kind !== 'limit_except')) return own;
  }
  return undefined;
}

/** Is it one of those that name an upstream? */
export function passesRequests({ name }: Directive): boolean {
  return PASSES.test(name);
}

/** Does the level pass requests on, so that its name without the slash is redirected? */
export function passesOn(level: Level): boolean {
  return namesIn(level.directives).some((name) => PASSES.test(name) || name === 'memcached_pass');
}
