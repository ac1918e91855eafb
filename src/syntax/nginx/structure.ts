import type { Problem } from '../language.js';
import { isKnown, isNoDirective, rulesOf, type DirectiveRule } from './directives.js';
import { duplicateLocation, locationMatch, locationMistake, type LocationMatch } from './location-checks.js';
import type { Token } from './lexer.js';
import { conditionMistake, errorPageMistake, nameMistake, returnMistake, rewriteMistake } from './rewrite-checks.js';
import { expansionMistake, unknownVariable } from './expansion.js';
import { rowMistake } from './rows.js';
import { setterMistake } from './setters.js';
import { holdsRows, type Directive, type NginxFile } from './tree.js';
import { valueMistake } from './values.js';

/** Letters of `directive-table.ts`, in the order in which a part without a main file is most likely meant. */
const CONTEXTS = 'MHSLlsXUTtuPpE';

/** Where directives stand. */
interface Context {
  /** One letter, or all that a part read alone may stand in; empty: nothing is known, and nothing refused. */
  readonly letters: string;
  readonly location?: LocationMatch;
  /** The location, or an `if` or `limit_except` in it, may not pass a URI on. */
  readonly withoutUri?: boolean;
}

/** What the inside of a block is, by the context around it. */
const INSIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  http: { M: 'H' },
  events: { M: 'E' },
  stream: { M: 'T' },
  mail: { M: 'P' },
  server: { H: 'S', T: 't', P: 'p' },
  upstream: { H: 'U', T: 'u' },
  location: { S: 'L', L: 'L' },
  if: { S: 's', L: 'l' },
  limit_except: { L: 'X' },
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'MKCOL', 'COPY', 'MOVE', 'OPTIONS', 'PROPFIND', 'PROPPATCH', 'LOCK', 'UNLOCK', 'PATCH', 'CONNECT']);

/**
 * The first thing that nginx would refuse in what the directives say: unknown names, places, numbers of arguments,
 * values (`ngx_conf_handler` and the setters of the core, rewrite, headers, map and proxy modules). A mistake of the text
 * itself ends the reading before the directive whose name is `stop`.
 */
export function firstMistake(unit: NginxFile, broken: { readonly stop: Token | undefined } | undefined): Problem | undefined {
  const walk = new Walk(broken?.stop);
  const root: Context = { letters: contextsOf(unit.directives) };
  const found = walk.inside(unit.directives, root);
  if (found !== undefined || broken !== undefined) return found;
  // What nginx looks at when it has read everything.
  return walk.duplicates(unit.directives) ?? unknownVariable(unit.directives, root.letters === 'M' && unit.missing.length === 0);
}

/** In which contexts a file's directives may stand: one for a main file, more for a part, none for rows of a map. */
function contextsOf(directives: readonly Directive[]): string {
  const known = directives.filter(({ name }) => name !== 'include' && isKnown(name));
  if (known.length === 0) return '';
  const contexts = known.map(({ name, block }) => {
    const rules = rulesOf(name);
    const fitting = rules.filter(({ isBlock }) => isBlock === (block !== undefined));
    return (fitting.length > 0 ? fitting : rules).map((rule) => rule.contexts).join('');
  });
  const fits = (letter: string): number => contexts.filter((letters) => letters.includes(letter)).length;
  const all = [...CONTEXTS].filter((letter) => fits(letter) === known.length);
  if (all.length > 0) return all.join('');
  return [...CONTEXTS].reduce((best, letter) => (fits(letter) > fits(best) ? letter : best));
}

/** Names that nobody has are compared with all others, the first of them. */
const MAX_SEARCHES = 500;

/** Whether two sets of letters have one in common. */
function meet(some: string, others: string): boolean {
  for (const letter of others) if (some.includes(letter)) return true;
  return false;
}

class Walk {
  #hasStopped = false;
  #searches = 0;
  readonly #inners = new Map<string, string>();

  constructor(private readonly stop: Token | undefined) {}

  /** In the order in which nginx takes them; the tree is no deeper than the parser lets it be. */
  inside(directives: readonly Directive[], context: Context): Problem | undefined {
    const seen = new Set<string>();
    for (const directive of directives) {
      this.#hasStopped ||= directive.nameToken === this.stop;
      if (this.#hasStopped) return undefined;
      const message = context.letters === '' ? undefined : this.#mistake(directive, context, seen);
      if (message !== undefined) return { at: directive.at, message };
      seen.add(directive.name);
      const deeper = directive.block === undefined || directive.code !== undefined ? undefined : this.#block(directive, context);
      if (deeper !== undefined) return deeper;
    }
    return undefined;
  }

  #mistake(directive: Directive, context: Context, seen: ReadonlySet<string>): string | undefined {
    const { name, args, block } = directive;
    const rules = rulesOf(name);
    const rule = rules.find((one) => one.isBlock === (block !== undefined) && meet(one.contexts, context.letters) && one.takes(args.length));
    return rule === undefined ? this.#shape(directive, rules, context) : mistakeIn(directive, rule, context, seen);
  }

  /** `ngx_conf_handler`: name, place, `;` or `{`, number of arguments. */
  #shape({ name, block, nameToken }: Directive, rules: readonly DirectiveRule[], { letters }: Context): string | undefined {
    if (rules.length === 0) {
      this.#searches += 1;
      return this.#searches <= MAX_SEARCHES && isNoDirective(nameToken.text) ? `unknown directive "${name}"` : undefined;
    }
    const here = rules.filter(({ contexts }) => meet(contexts, letters));
    if (here.length === 0) return `"${name}" directive is not allowed here`;
    if (here.some(({ isBlock }) => isBlock === (block !== undefined))) return `invalid number of arguments in "${name}" directive`;
    return block === undefined ? `directive "${name}" has no opening "{"` : `directive "${name}" is not terminated by ";"`;
  }

  /** What the inside of a block is, in any of the contexts that it may stand in. */
  #inner(name: string, letters: string): string {
    const key = `${name} ${letters}`;
    let inner = this.#inners.get(key);
    if (inner === undefined) this.#inners.set(key, (inner = [...new Set([...letters].flatMap((letter) => INSIDE[name]?.[letter] ?? []))].join('')));
    return inner;
  }

  #block(directive: Directive, context: Context): Problem | undefined {
    const block = directive.block!;
    if (holdsRows(directive.name)) {
      const end = block.findIndex(({ nameToken }) => nameToken === this.stop);
      this.#hasStopped ||= end !== -1;
      const wrong = rowMistake(directive.name, end === -1 ? block : block.slice(0, end));
      return wrong === undefined ? undefined : { at: wrong.row.at, message: wrong.message };
    }
    const letters = this.#inner(directive.name, context.letters);
    const match = directive.name === 'location' ? locationMatch(directive) : undefined;
    const location = typeof match === 'object' ? match : context.location;
    const withoutUri = directive.name === 'if' || directive.name === 'limit_except' || (directive.name === 'location' && (location?.kind === 'pattern' || location?.kind === 'named'));
    const found = this.inside(block, { letters, ...(location === undefined || directive.name === 'server' ? {} : { location }), withoutUri });
    if (found !== undefined || this.#hasStopped) return found;
    const isEmpty = directive.name === 'upstream' && letters !== '' && !block.some(({ name }) => name === 'server' || name === 'include');
    return isEmpty ? { at: directive.at, message: 'no servers are inside upstream' } : undefined;
  }

  /** Locations that are there twice, found when a server is whole. */
  duplicates(directives: readonly Directive[]): Problem | undefined {
    const twice = duplicateLocation(directives);
    if (twice !== undefined) return { at: twice.directive.at, message: twice.message };
    for (const { block, name } of directives) {
      const found = block === undefined || holdsRows(name) ? undefined : this.duplicates(block);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What the setter of a directive that is in its place refuses. */
function mistakeIn(directive: Directive, rule: DirectiveRule, context: Context, seen: ReadonlySet<string>): string | undefined {
  const { name, args } = directive;
  if (rule.once && seen.has(name)) return `"${name}" directive is duplicate`;
  const value = valueMistake(directive, rule);
  if (value !== undefined || !/[HSLslXU]/.test(context.letters)) return value;
  const refused = setterMistake(directive, context.letters === 'U');
  if (refused !== undefined) return refused;
  switch (name) {
    case 'if':
      return conditionMistake(directive);
    case 'location':
      return locationMistake(locationMatch(directive), context.location);
    case 'return':
      return returnMistake(directive) ?? expansionMistake(directive);
    case 'set':
      return nameMistake(args[0]) ?? expansionMistake(directive);
    case 'map':
      return expansionMistake(directive) ?? nameMistake(args[1]);
    case 'rewrite':
      return rewriteMistake(directive) ?? expansionMistake(directive);
    case 'error_page':
      return errorPageMistake(directive) ?? expansionMistake(directive);
    case 'add_header':
    case 'add_trailer':
      return expansionMistake(directive) ?? (args[2] === undefined || args[2].text === 'always' ? undefined : `invalid parameter "${args[2].text}"`);
    case 'limit_except': {
      const wrong = args.find(({ text }) => !METHODS.has(text.toUpperCase()));
      return wrong === undefined ? undefined : `invalid method "${wrong.text}"`;
    }
    case 'proxy_pass':
      return passMistake(args[0]?.text ?? '', context) ?? expansionMistake(directive);
    case 'root':
    case 'alias': {
      const other = name === 'root' ? 'alias' : 'root';
      if (seen.has(name)) return `"${name}" directive is duplicate`;
      return seen.has(other) ? `"${name}" directive is duplicate, "${other}" directive was specified earlier` : undefined;
    }
    default:
      return expansionMistake(directive);
  }
}

/** `ngx_http_proxy_pass`. */
function passMistake(url: string, { withoutUri }: Context): string | undefined {
  if (url.includes('$')) return undefined;
  const [, rest] = /^https?:\/\/(.*)$/is.exec(url) ?? [];
  if (rest === undefined) return 'invalid URL prefix';
  if (rest === '' || rest.startsWith('/')) return `no host in upstream "${rest}"`;
  const hasUri = /^unix:/i.test(rest) ? /^unix:[^:]*:./i.test(rest) : rest.includes('/');
  if (withoutUri !== true || !hasUri) return undefined;
  return '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block';
}
