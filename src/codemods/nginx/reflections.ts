import { peeled } from '../../middleware/nginx/conditions.js';
import { patternFor, patternOf } from '../../middleware/nginx/matching.js';
import type { Place } from '../../middleware/nginx/places.js';
import { variableName } from '../../middleware/nginx/variables.js';
import { findAttacker } from '../../origins/attacker.js';
import type { RegexSet } from '../../origins/origin-set.js';
import { isVariable } from '../../syntax/nginx/directives.js';
import type { Directive, Token } from '../../syntax/nginx/index.js';
import { ALLOW_ORIGIN, isHeader, variablesIn, type Configuration } from './configuration.js';

/** What lets in origins that nobody named, and what in the text has to be another for that to end. */
export type Opening =
  /** `$http_origin` is handed on as it came: another variable stands in its place. */
  | { readonly kind: 'value'; readonly place: Place; readonly token: Token }
  /** An `if` holds for too many origins: it asks the other variable. */
  | { readonly kind: 'condition'; readonly place: Place; readonly from: Token; readonly to: Token }
  /** Rows of a map of the origin let too many in. */
  | { readonly kind: 'rows'; readonly place: Place; readonly rows: readonly Directive[]; readonly standard: Directive | undefined };

export interface Reflections {
  readonly openings: readonly Opening[];
  /** Header lines that send what comes of them. */
  readonly lines: readonly Place[];
  /** Header lines of which nobody knows in view what they send. */
  readonly unknown: readonly { readonly at: Directive; readonly reason: string }[];
}

const ORIGIN = /\$(?:http_origin\b|\{http_origin\})/i;
const MORE = /^more_set_headers$/;

/** Where a configuration sends back origins that nobody named. */
export function reflectionsIn(configuration: Configuration): Reflections {
  return new Search(configuration).found();
}

class Search {
  readonly #openings = new Map<string, Opening>();
  readonly #lines: Place[] = [];
  readonly #unknown: { readonly at: Directive; readonly reason: string }[] = [];
  readonly #makers = new Map<string, Place[]>();

  constructor(private readonly configuration: Configuration) {
    for (const place of configuration.places) {
      const { name, args, block } = place.directive;
      const made = name === 'map' && block !== undefined ? args[1] : name === 'set' ? args[0] : name === 'geo' || name === 'split_clients' ? args.at(-1) : /^(?:auth_request_set|set_by_lua\w*|js_set|perl_set)$/.test(name) ? args[0] : undefined;
      if (made !== undefined) this.#makers.set(variableName(made.text), [...(this.#makers.get(variableName(made.text)) ?? []), place]);
    }
  }

  found(): Reflections {
    for (const place of this.configuration.places) {
      const { directive } = place;
      if (directive.code !== undefined && /access-control-allow-origin/i.test(directive.code.text)) this.#unknown.push({ at: directive, reason: 'Lua sends Access-Control-Allow-Origin here' });
      const [token] = isHeader(directive, ALLOW_ORIGIN) ? directive.args.slice(1) : MORE.test(directive.name) ? directive.args.filter(({ text }) => /^access-control-allow-origin:/i.test(text)) : [];
      if (token === undefined) continue;
      const before = this.#openings.size;
      const known = [...this.#openings.keys()];
      this.#carrier(place, token, new Set());
      const opened = this.#openings.size > before || known.some((key) => this.#touched.has(key));
      if (opened) this.#lines.push(place);
      this.#touched.clear();
    }
    return { openings: [...this.#openings.values()], lines: this.#lines, unknown: this.#unknown };
  }

  readonly #touched = new Set<string>();

  #open(opening: Opening, at: Token): void {
    const key = `${at.file}:${at.start}`;
    this.#touched.add(key);
    if (!this.#openings.has(key)) this.#openings.set(key, opening);
  }

  /** A word that becomes what is sent. */
  #carrier(place: Place, token: Token, seen: ReadonlySet<string>): void {
    if (ORIGIN.test(token.text)) {
      const guards = this.#guards(place);
      if (guards.length === 0) this.#open({ kind: 'value', place, token }, token);
      return;
    }
    for (const name of variablesIn(token.text)) {
      if (seen.has(name) || /^\d/.test(name)) continue;
      const makers = this.#makers.get(name) ?? [];
      if (makers.length === 0 && !isVariable(name) && !/^[A-Z0-9_]+$/.test(token.text.replace(/[${}]/g, ''))) this.#unknown.push({ at: place.directive, reason: `where $${name} is made is not in view` });
      for (const maker of makers) this.#made(maker, new Set([...seen, name]));
    }
  }

  #made(maker: Place, seen: ReadonlySet<string>): void {
    const { name, args, block } = maker.directive;
    if (name === 'set' && args[1] !== undefined) this.#carrier(maker, args[1], seen);
    else if (name === 'map' && this.#isOfOrigin(maker.directive)) this.#rows(maker);
    else if (name === 'map') for (const row of block!) for (const value of row.args.slice(0, 1)) this.#carrier({ directive: row, block: maker, level: block! }, value, seen);
    else if (/lua|^js_|^perl_/.test(name)) this.#unknown.push({ at: maker.directive, reason: `what ${name} makes is not read` });
  }

  #isOfOrigin({ args }: Directive): boolean {
    return args[0] !== undefined && /^\$(?:http_origin|\{http_origin\})$/i.test(args[0].text);
  }

  /** Rows that let in origins of others. */
  #rows(maker: Place): void {
    const rows = maker.directive.block!;
    const open = rows.filter((row) => row.name.startsWith('~') && row.args[0] !== undefined && !/^(?:|0)$/.test(row.args[0].text) && isBroad(patternOf(row.nameToken, row.name)));
    const standard = rows.find(({ name, args }) => name === 'default' && args[0] !== undefined && ORIGIN.test(args[0].text));
    if (open.length > 0 || standard !== undefined) this.#open({ kind: 'rows', place: maker, rows: open, standard }, maker.directive.nameToken);
  }

  /** What decides by the origin whether a place is come to: the `if` around it, or those that set what that one asks for. Those that are open are opened. */
  #guards(place: Place): readonly Place[] {
    const around = place.block?.directive.name === 'if' ? place.block : undefined;
    if (around === undefined) return [];
    const [left] = peeled(around.directive.args);
    if (left === undefined) return [];
    if (ORIGIN.test(left.text)) return this.#guard(around);
    return this.#deciders(variablesIn(left.text), new Set());
  }

  #deciders(names: readonly string[], seen: Set<string>): readonly Place[] {
    return names.flatMap((name) => {
      if (seen.has(name)) return [];
      seen.add(name);
      return (this.#makers.get(name) ?? []).flatMap((maker): readonly Place[] => {
        if (maker.directive.name === 'map') {
          if (!this.#isOfOrigin(maker.directive)) return this.#deciders(variablesIn(maker.directive.args[0]?.text ?? ''), seen);
          this.#rows(maker);
          return [maker];
        }
        const around = maker.block?.directive.name === 'if' ? maker.block : undefined;
        const [left] = around === undefined ? [] : peeled(around.directive.args);
        return [...(around !== undefined && left !== undefined && ORIGIN.test(left.text) ? this.#guard(around) : this.#deciders(variablesIn(left?.text ?? ''), seen)), ...this.#deciders(variablesIn(maker.directive.args[1]?.text ?? ''), seen)];
      });
    });
  }

  /** An `if` about the origin; one that turns others away, or holds for none, lets nobody in by itself. */
  #guard(place: Place): readonly Place[] {
    const [left, operator, right] = peeled(place.directive.args);
    if (operator?.text.startsWith('!') === true && !(operator.text === '!=' && right?.text === '')) return [];
    const isOpen = operator === undefined || operator.text === '!=' || (operator.text.startsWith('~') && right !== undefined && isBroad(patternFor(right, operator.text.includes('*'))));
    if (isOpen) this.#open({ kind: 'condition', place, from: left!, to: right ?? left! }, left!);
    return [place];
  }
}

function isBroad(pattern: RegexSet): boolean {
  const attacker = findAttacker(pattern, () => undefined);
  return typeof attacker === 'object' && 'origin' in attacker;
}
