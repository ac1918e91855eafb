import { anyOf, exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import { inherited, levelOf, named, passesOn, type Level } from './levels.js';

/** A location with the requests that it gets. */
export interface Location {
  readonly level: Level;
  readonly kind: 'exact' | 'prefix' | 'pattern' | 'named';
  /** Path, pattern or name as written. */
  readonly text: string;
  /** What a pattern matches. */
  readonly set: OriginSet;
  readonly when: Guard;
  /** The location is only reached from inside. */
  readonly internal: boolean;
  /** Requests for the folder without its slash, which are redirected to the one with it. */
  readonly bare?: Guard;
  /** It stands for locations that are not told apart, from this place on. */
  readonly unread?: Span;
}

interface Parsed {
  readonly directive: Directive;
  readonly kind: Location['kind'];
  readonly text: string;
  readonly final: boolean;
  readonly set: OriginSet;
}

/** Locations inside each other past which they are not told apart; nginx itself sets no limit. */
const MAX_NESTING = 5;
/** Locations of one server past which the rest are not told apart. */
const MAX_LOCATIONS = 600;

/**
 * The locations of a server in the order that nginx decides them (ngx_http_core_find_location): `=` at once; the
 * longest prefix, its nested ones first; unless that one is `^~`, patterns in the order of the file, inner ones first.
 * Guards exclude each other.
 */
export function locationsOf(directives: readonly Directive[], parent: Level, within: Guard = ALWAYS, outer: readonly OriginSet[] = [], depth = 0): readonly Location[] {
  const all = named(directives, 'location').filter(({ block }) => block !== undefined).flatMap(parse);
  const names = all.filter(({ kind }) => kind === 'named');
  const others = all.filter(({ kind }) => kind !== 'named');
  const told = depth > MAX_NESTING ? 0 : MAX_LOCATIONS;
  if (others.length <= told) return toldApart([...others, ...names], parent, within, outer, depth);
  const left = others.slice(told);
  const set = anyOf(left.flatMap((one) => [one.set, ...(/^.+\/$/.test(one.text) ? [exact(one.text.slice(0, -1), one.directive.at)] : [])]));
  // It comes first and ends what it takes: the others need not keep off.
  const unread: Location = { level: parent, kind: 'prefix', text: '', set, when: whenAll(within, { g: 'path', in: set }), internal: false, unread: left[0]!.directive.at };
  return [unread, ...toldApart([...others.slice(0, told), ...names], parent, within, outer, depth)];
}

function toldApart(parsed: readonly Parsed[], parent: Level, within: Guard, outer: readonly OriginSet[], depth: number): readonly Location[] {
  const exacts = parsed.filter(({ kind }) => kind === 'exact');
  const prefixes = parsed.filter(({ kind }) => kind === 'prefix').sort((a, b) => b.text.length - a.text.length);
  const patterns = parsed.filter(({ kind }) => kind === 'pattern');
  const static_ = new Set([...exacts, ...prefixes].map(({ text }) => text));
  // `/api` for a location `/api/` that passes requests on is found with the static ones, before any pattern; of two such the exact one has it.
  const passing = new Set([...exacts, ...prefixes].filter(({ directive }) => passesOn(levelOf('location', directive.block ?? [], parent, directive))).map(({ text }) => text));
  const bareOf = (one: Parsed): Guard | undefined => {
    const bare = one.text.slice(0, -1);
    if (!/^.+\/$/.test(one.text) || static_.has(bare) || !passing.has(one.text) || (one.kind === 'prefix' && exacts.some(({ text }) => text === one.text))) return undefined;
    return whenAll(within, { g: 'path', in: exact(bare, one.directive.at) });
  };
  const bares = new Map([...exacts, ...prefixes].map((one) => [one, bareOf(one)]));
  const taken: Guard = whenAny(...exacts.map(({ set }): Guard => ({ g: 'path', in: set })), ...[...bares.values()].flatMap((bare) => bare ?? []));
  const rest = unless(taken);
  const found: Location[] = exacts.map((one) => location(one, parent, whenAll(within, { g: 'path', in: one.set }), bares.get(one)));

  const longer = (one: Parsed): Guard => unless(whenAny(...prefixes.filter((other) => other.text.length > one.text.length && other.text.startsWith(one.text)).map(({ set }): Guard => ({ g: 'path', in: set }))));
  const finals = prefixes.filter(({ final }) => final).map((one) => whenAll({ g: 'path', in: one.set }, longer(one)));
  const below = prefixes.flatMap((one) => {
    const here = whenAll(within, { g: 'path', in: one.set }, rest, longer(one));
    // `^~` keeps off the patterns of its own level, not those around it.
    return nested(one, parent, here, [...(one.final ? [] : patterns.map(({ set }) => set)), ...outer], bares.get(one), depth);
  });
  // So do the names of folders inside that are redirected to their slash.
  const inside = unless(whenAny(...below.filter(({ level }) => level.parent !== parent).flatMap(({ kind, when, bare }) => [...(kind === 'pattern' || kind === 'exact' ? [when] : []), ...(bare === undefined ? [] : [bare])])));
  patterns.forEach((one, index) => {
    const earlier = whenAny(...patterns.slice(0, index).map(({ set }): Guard => ({ g: 'path', in: set })));
    found.push(...nested(one, parent, whenAll(within, { g: 'path', in: one.set }, unless(earlier), rest, unless(whenAny(...finals)), inside), [], undefined, depth));
  });
  found.push(...below);
  found.push(...parsed.filter(({ kind }) => kind === 'named').map((one) => location(one, parent, { g: 'never' }, undefined)));
  return found;
}

/** A location after those inside it; patterns around it take what it would get. */
function nested(one: Parsed, parent: Level, here: Guard, around: readonly OriginSet[], bare: Guard | undefined, depth: number): readonly Location[] {
  const own = levelOf('location', one.directive.block ?? [], parent, one.directive);
  const inside = locationsOf(own.directives, own, here, around, depth + 1);
  const rest = whenAll(here, unless(whenAny(...around.map((set): Guard => ({ g: 'path', in: set })))), unless(whenAny(...inside.filter(({ kind }) => kind !== 'named').flatMap(({ when, bare: without }) => [when, ...(without === undefined ? [] : [without])]))));
  return [...inside, location(one, parent, rest, bare)];
}

function location(one: Parsed, parent: Level, when: Guard, bare: Guard | undefined): Location {
  const level = levelOf('location', one.directive.block ?? [], parent, one.directive);
  return { level, kind: one.kind, text: one.text, set: one.set, when, internal: inherited(level, 'internal').length > 0, ...(bare === undefined ? {} : { bare }) };
}

function parse(directive: Directive): readonly Parsed[] {
  const [first, second] = directive.args;
  if (first === undefined) return [];
  // The modifier may be glued to the path: `location ~\.js$`.
  const modifier = second === undefined ? /^(?:=|~\*?|\^~)?/.exec(first.text)![0] : first.text;
  const [text, token] = second === undefined ? [first.text.slice(modifier.length), first] : [second.text, second];
  if (text.startsWith('@')) return [{ directive, kind: 'named', text, final: false, set: { s: 'none' } }];
  if (modifier === '=') return [{ directive, kind: 'exact', text, final: true, set: exact(text, token) }];
  if (modifier.startsWith('~')) return [{ directive, kind: 'pattern', text, final: false, set: { s: 'regex', source: text, flags: modifier === '~*' ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at: token } }];
  return [{ directive, kind: 'prefix', text, final: modifier === '^~', set: { s: 'prefix', text, subject: 'origin', ignoreCase: false, at: token } }];
}

/** The requests that no location takes. */
export function elsewhere(locations: readonly Location[]): Guard {
  return unless(whenAny(...locations.filter(({ kind }) => kind !== 'named').flatMap(({ when, bare }) => [when, ...(bare === undefined ? [] : [bare])])));
}
