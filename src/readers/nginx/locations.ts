import { exact, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import { levelOf, type Level } from './levels.js';

/** A location with the requests that it gets. */
export interface Location {
  readonly level: Level;
  readonly kind: 'exact' | 'prefix' | 'pattern' | 'named';
  /** Path, pattern or name as written. */
  readonly text: string;
  readonly when: Guard;
  /** The location is only reached from inside. */
  readonly internal: boolean;
  /** The request for the folder without its slash is redirected to the one with it. */
  readonly redirectsTo?: string;
}

interface Parsed {
  readonly directive: Directive;
  readonly kind: Location['kind'];
  readonly text: string;
  readonly final: boolean;
  readonly set: OriginSet;
}

/**
 * The locations of a server in the order that nginx decides them: `=` at once; the longest prefix, its nested ones
 * first; unless that one is `^~`, patterns in the order of the file, inner ones first. Guards exclude each other.
 */
export function locationsOf(directives: readonly Directive[], parent: Level, within: Guard = ALWAYS, outer: readonly OriginSet[] = []): readonly Location[] {
  const parsed = directives.filter(({ name, block }) => name === 'location' && block !== undefined).flatMap(parse);
  const exacts = parsed.filter(({ kind }) => kind === 'exact');
  const prefixes = parsed.filter(({ kind }) => kind === 'prefix').sort((a, b) => b.text.length - a.text.length);
  const patterns = parsed.filter(({ kind }) => kind === 'pattern');
  const notExact: Guard[] = exacts.map(({ set }) => unless({ g: 'path', in: set }));
  const found: Location[] = exacts.map((one) => location(one, parent, whenAll(within, { g: 'path', in: one.set })));

  const longer = (one: Parsed): Guard[] => prefixes.filter((other) => other.text.length > one.text.length && other.text.startsWith(one.text)).map(({ set }) => unless({ g: 'path', in: set }));
  const finals = prefixes.filter(({ final }) => final).map((one) => whenAll({ g: 'path', in: one.set }, ...longer(one)));
  patterns.forEach((one, index) => {
    const earlier = patterns.slice(0, index).map(({ set }) => unless({ g: 'path', in: set }));
    const when = whenAll(within, { g: 'path', in: one.set }, ...earlier, ...notExact, ...finals.map(unless));
    found.push(...nested(one, parent, when, []));
  });
  for (const one of prefixes) {
    const here = whenAll(within, { g: 'path', in: one.set }, ...notExact, ...longer(one));
    found.push(...nested(one, parent, here, one.final ? [] : [...patterns.map(({ set }) => set), ...outer]));
  }
  found.push(...parsed.filter(({ kind }) => kind === 'named').map((one) => location(one, parent, { g: 'never' })));
  return found;
}

/** A location after those inside it; patterns around it take what it would get. */
function nested(one: Parsed, parent: Level, here: Guard, around: readonly OriginSet[]): readonly Location[] {
  const own = levelOf('location', one.directive.block ?? [], parent, one.directive);
  const inside = locationsOf(own.directives, own, here, around);
  const rest = whenAll(here, ...around.map((set) => unless({ g: 'path', in: set })), ...inside.filter(({ kind }) => kind !== 'named').map(({ when }) => unless(when)));
  return [...inside, location(one, parent, rest)];
}

function location(one: Parsed, parent: Level, when: Guard): Location {
  const level = levelOf('location', one.directive.block ?? [], parent, one.directive);
  const passes = level.directives.some(({ name }) => /^(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass$/.test(name));
  return {
    level,
    kind: one.kind,
    text: one.text,
    when,
    internal: level.directives.some(({ name }) => name === 'internal'),
    ...(one.kind === 'prefix' && passes && /^.+\/$/.test(one.text) ? { redirectsTo: one.text } : {}),
  };
}

function parse(directive: Directive): readonly Parsed[] {
  const [first, second] = directive.args;
  if (first === undefined) return [];
  const [modifier, text, token] = second === undefined ? (/^(=|~\*?|\^~)?(.*)$/s.exec(first.quote === undefined ? first.text : '') !== null && first.quote === undefined ? [/^(=|~\*?|\^~)?/.exec(first.text)![0], first.text.replace(/^(=|~\*?|\^~)/, ''), first] : ['', first.text, first]) : [first.text, second.text, second];
  if (text.startsWith('@')) return [{ directive, kind: 'named', text, final: false, set: { s: 'none' } }];
  if (modifier === '=') return [{ directive, kind: 'exact', text, final: true, set: exact(text, token) }];
  if (modifier.startsWith('~')) return [{ directive, kind: 'pattern', text, final: false, set: { s: 'regex', source: text, flags: modifier === '~*' ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at: token } }];
  return [{ directive, kind: 'prefix', text, final: modifier === '^~', set: { s: 'prefix', text, subject: 'origin', ignoreCase: false, at: token } }];
}

/** The requests that no location takes. */
export function elsewhere(locations: readonly Location[]): Guard {
  return whenAll(...locations.filter(({ kind }) => kind !== 'named').map(({ when }) => unless(when)));
}

