import { charsOf, DIGITS, EVERY_CHAR, foldCase, has, intersect, LOWER, negate, NO_CHAR, only, ranges, union, UPPER, WORD, type CharSet } from './char-set.js';
import type { Dialect } from './origin-set.js';
import type { Edge } from './parse-regex.js';

/** A construct that `Pattern` cannot say, or that the dialect refuses; the message names it. */
export class Untranslatable extends Error {}

export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
}

/** Where a parser stands in a pattern. */
export interface Reading {
  readonly source: string;
  readonly dialect: Dialect;
  at: number;
  flags: Flags;
  /** JavaScript's `u` or `v`. */
  readonly unicode: boolean;
  /** JavaScript's `v`: classes nest. */
  readonly sets: boolean;
}

export type Escape =
  /** `char` is given when exactly that one is written. */
  | { readonly is: 'chars'; readonly set: CharSet; readonly char?: string }
  | { readonly is: 'line-break'; readonly set: CharSet }
  | { readonly is: 'edge'; readonly edge: Edge }
  | { readonly is: 'nothing' };

const VERTICAL: CharSet = union(ranges([[0x0a, 0x0d]]), only(0x85), ranges([[0x2028, 0x2029]]));
const BLANK: CharSet = charsOf('\t ');
const HORIZONTAL: CharSet = union(BLANK, only(0xa0), only(0x1680), ranges([[0x2000, 0x200a]]), only(0x202f), only(0x205f), only(0x3000));
const PRINTING: CharSet = ranges([[0x21, 0x7e]]);
const ALPHANUMERIC = union(UPPER, LOWER, DIGITS);

const POSIX: Readonly<Record<string, CharSet>> = {
  alpha: union(UPPER, LOWER),
  digit: DIGITS,
  alnum: ALPHANUMERIC,
  upper: UPPER,
  lower: LOWER,
  xdigit: union(DIGITS, charsOf('abcdefABCDEF')),
  punct: intersect(PRINTING, negate(ALPHANUMERIC)),
  space: union(ranges([[0x09, 0x0d]]), only(0x20)),
  blank: BLANK,
  cntrl: union(ranges([[0, 0x1f]]), only(0x7f)),
  graph: PRINTING,
  print: ranges([[0x20, 0x7e]]),
  word: WORD,
  ascii: ranges([[0, 0x7f]]),
};

/** What `.` stands for in a dialect; without one, everything (flag `s`). */
export function anyChar(dialect?: Dialect): CharSet {
  if (dialect === undefined) return EVERY_CHAR;
  if (dialect === 'js') return negate(union(charsOf('\n\r'), ranges([[0x2028, 0x2029]])));
  return negate(dialect === 'java' ? union(charsOf('\n\r'), only(0x85), ranges([[0x2028, 0x2029]])) : only(0x0a));
}

function shorthand(letter: string, dialect: Dialect): CharSet | undefined {
  const latin = dialect === 'python' ? union(propertySet('L', 'L'), propertySet('N', 'N')) : NO_CHAR;
  const spaces = dialect === 'js' ? union(POSIX['space']!, HORIZONTAL, ranges([[0x2028, 0x2029]]), only(0xfeff)) : dialect === 're2' ? charsOf('\t\n\f\r ') : dialect === 'python' ? union(POSIX['space']!, ranges([[0x1c, 0x1f]]), only(0x85), only(0xa0)) : POSIX['space']!;
  const set = { d: DIGITS, w: union(WORD, latin), s: spaces }[letter.toLowerCase()];
  return set === undefined ? undefined : letter === letter.toLowerCase() ? set : negate(set);
}

/** Reads the escape that starts at a backslash, by the dialect's own table. */
export function parseEscape(reading: Reading, inClass: boolean): Escape {
  const { source, dialect } = reading;
  const letter = source[reading.at + 1];
  if (letter === undefined) throw new Untranslatable('a backslash at the end');
  const from = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(source.slice(reading.at, reading.at + 60));
    if (match !== null) reading.at += match[0].length;
    return match;
  };
  const unit = (code: number): Escape => {
    if (!(code <= 0xffff)) throw new Untranslatable('a character outside the basic plane');
    return { is: 'chars', set: only(code), char: String.fromCharCode(code) };
  };
  const set = (chars: CharSet): Escape => {
    reading.at += 2;
    return { is: 'chars', set: chars };
  };
  const edge = (which: Edge): Escape => {
    reading.at += 2;
    return { is: 'edge', edge: which };
  };

  const known = shorthand(letter, dialect);
  if (known !== undefined) return set(known);
  if (!/[0-9A-Za-z]/.test(letter)) {
    reading.at += 2;
    return unit(letter.charCodeAt(0));
  }
  const js = dialect === 'js';
  const perl = dialect === 'java' || dialect === 'pcre';
  const control = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c, ...(perl ? {} : { v: 0x0b }), ...(js ? {} : { a: 0x07 }), ...(perl ? { e: 0x1b } : {}), ...(inClass ? { b: 0x08 } : {}) }[letter];
  if (control !== undefined) {
    reading.at += 2;
    return unit(control);
  }
  if (!inClass) {
    if (letter === 'b' || letter === 'B') return edge(letter === 'b' ? 'word-edge' : 'no-word-edge');
    if (!js && (letter === 'A' || (letter === 'G' && perl))) return edge('start');
    if (!js && ((letter === 'z' && dialect !== 'python') || (letter === 'Z' && dialect !== 're2'))) return edge('end');
    if (letter === 'K' && dialect === 'pcre') {
      reading.at += 2;
      return { is: 'nothing' };
    }
    if (letter === 'R' && perl) {
      reading.at += 2;
      return { is: 'line-break', set: VERTICAL };
    }
    if (/[1-9]/.test(letter) || (letter === 'g' && dialect === 'pcre') || (letter === 'k' && from(/^\\k(?=[<{'])/) !== null)) throw new Untranslatable('a back reference');
  }
  if (perl && /[hHvV]/.test(letter)) {
    const chars = letter.toLowerCase() === 'h' ? HORIZONTAL : VERTICAL;
    return set(letter === letter.toLowerCase() ? chars : negate(chars));
  }
  if (letter === 'N' && dialect === 'pcre') return set(anyChar('pcre'));
  if (/[pP]/.test(letter) && (js ? reading.unicode : dialect !== 'python')) {
    const match = from(/^\\[pP](?:\{(\^?)([^}]*)\}|([A-Z]))/);
    if (match === null) throw new Untranslatable('a malformed `\\p`');
    const property = match[2] ?? match[3] ?? '';
    // Engines, and their releases, differ in whether case matters to it.
    if (reading.flags.i && (!js || reading.sets)) throw new Untranslatable(`the property \`\\p{${property}}\` in either case`);
    const chars = propertySet(property, property);
    return { is: 'chars', set: (letter === 'P') !== (match[1] === '^') ? negate(chars) : chars };
  }
  const number = from(/^\\x([0-9a-fA-F]{2})/) ?? (js || dialect === 'python' ? null : from(/^\\x\{([0-9a-fA-F]+)\}/)) ?? (js || dialect === 'java' || dialect === 'python' ? from(/^\\u([0-9a-fA-F]{4})/) : null) ?? (js && reading.unicode ? from(/^\\u\{([0-9a-fA-F]+)\}/) : null) ?? (dialect === 'python' ? from(/^\\U([0-9a-fA-F]{8})/) : null);
  if (number !== null) return unit(parseInt(number[1]!, 16));
  const octal = from(dialect === 'java' ? /^\\0([0-3][0-7]{2}|[0-7]{1,2})/ : /^\\(0[0-7]{0,2})/);
  if (octal !== null) return unit(parseInt(octal[1]!, 8));
  const controlLetter = js || perl ? from(/^\\c([A-Za-z])/) : null;
  // Java turns the bit round without making the letter a capital first.
  if (controlLetter !== null) return unit(dialect === 'java' ? controlLetter[1]!.charCodeAt(0) ^ 0x40 : controlLetter[1]!.charCodeAt(0) & 0x1f);
  // JavaScript without `u`: any other letter stands for itself.
  if (js && !reading.unicode && !/[1-9c]/.test(letter)) {
    reading.at += 2;
    return unit(letter.charCodeAt(0));
  }
  throw new Untranslatable(`the escape \`\\${letter}\``);
}

/** Letters beyond ASCII that are another case of one within, with both cases of that. */
const STRAY_CASES = [
  [0x17f, 's', 'S'],
  [0x212a, 'k', 'K'],
] as const;

/** Both cases of what is in the set, as far as the engine knows ASCII's alone. */
export function foldedIn({ dialect, unicode }: Reading, set: CharSet): CharSet {
  const beyond = dialect === 'python' || dialect === 're2' || (dialect === 'js' && unicode);
  if (beyond && STRAY_CASES.some(([unit, ...letters]) => has(set, unit) && !letters.every((letter) => has(set, letter.charCodeAt(0))))) throw new Untranslatable('a letter whose other case is an ASCII one');
  return foldCase(set);
}

/** A class, from its opening bracket. `single`: the one character that it spells (`[.]`). */
export function parseClass(reading: Reading): { readonly set: CharSet; readonly single?: string } {
  const { source, dialect } = reading;
  const nests = dialect === 'java' || reading.sets;
  let spelled: string | undefined = '';
  let set: CharSet = NO_CHAR;
  let pending: { readonly op: '&&' | '--'; readonly left: CharSet } | undefined;
  const settle = (): CharSet => (pending === undefined ? set : intersect(pending.left, pending.op === '&&' ? set : negate(set)));
  reading.at++;
  const negated = source[reading.at] === '^';
  if (negated) reading.at++;
  for (let first = true; ; first = false) {
    const char = source[reading.at];
    if (char === undefined) throw new Untranslatable('a class without an end');
    if (char === ']' && !(first && dialect !== 'js')) {
      reading.at++;
      // Both cases belong to the class before it is turned round.
      const whole = reading.flags.i ? foldedIn(reading, settle()) : settle();
      return { set: negated ? negate(whole) : whole, ...(spelled !== undefined && spelled.length === 1 && !negated ? { single: spelled } : {}) };
    }
    if (reading.flags.x && dialect === 'java' && /\s/.test(char)) {
      reading.at++;
      continue;
    }
    const operator = nests ? /^(?:&&|--)/.exec(source.slice(reading.at, reading.at + 2))?.[0] : undefined;
    if (operator === '&&' || (operator === '--' && reading.sets)) {
      pending = { op: operator, left: settle() };
      set = NO_CHAR;
      spelled = undefined;
      reading.at += 2;
      continue;
    }
    const posix = dialect === 'pcre' || dialect === 're2' ? /^\[:(\^?)(\w+):\]/.exec(source.slice(reading.at, reading.at + 16)) : null;
    if (posix !== null) {
      const chars = POSIX[posix[2]!];
      if (chars === undefined) throw new Untranslatable(`the class ${posix[0]}`);
      const cased = reading.flags.i ? foldCase(chars) : chars;
      set = union(set, posix[1] === '^' ? negate(cased) : cased);
      spelled = undefined;
      reading.at += posix[0].length;
      continue;
    }
    if (char === '[' && nests) {
      set = union(set, parseClass(reading).set);
      spelled = undefined;
      continue;
    }
    const low = classItem(reading);
    if (low.char !== undefined && source[reading.at] === '-' && source[reading.at + 1] !== ']' && source[reading.at + 1] !== undefined && !(nests && source[reading.at + 1] === '[')) {
      const dash = reading.at++;
      const high = classItem(reading);
      if (high.char !== undefined) {
        if (high.char < low.char) throw new Untranslatable('a range out of order');
        set = union(set, ranges([[low.char.charCodeAt(0), high.char.charCodeAt(0)]]));
        spelled = undefined;
        continue;
      }
      reading.at = dash;
    }
    set = union(set, low.set);
    spelled = low.char === undefined || spelled === undefined ? undefined : spelled + low.char;
  }
}

function classItem(reading: Reading): { readonly set: CharSet; readonly char?: string } {
  const char = reading.source[reading.at]!;
  if (char !== '\\') {
    reading.at++;
    return { set: only(char.charCodeAt(0)), char };
  }
  const escape = parseEscape(reading, true);
  if (escape.is !== 'chars') throw new Untranslatable('an escape that no class can hold');
  return escape;
}

/** Header values are bytes: properties are worked out for the units that a byte and its neighbours can be. */
const LAST_PROPERTY_UNIT = 0x24f;
const properties = new Map<string, CharSet>();

function propertySet(name: string, unicodeName: string): CharSet {
  const posix = POSIX[name.toLowerCase()];
  if (posix !== undefined && name.length > 2) return posix;
  const cached = properties.get(unicodeName);
  if (cached !== undefined) return cached;
  let test: RegExp;
  try {
    test = new RegExp(`\\p{${unicodeName.replace(/^Is/, '')}}`, 'u');
  } catch {
    throw new Untranslatable(`the property \`\\p{${name}}\``);
  }
  const units: [number, number][] = [];
  for (let unit = 0; unit <= LAST_PROPERTY_UNIT; unit++) if (test.test(String.fromCharCode(unit))) units.push([unit, unit]);
  const set = ranges(units);
  properties.set(unicodeName, set);
  return set;
}

export function isWordUnit(unit: number): boolean {
  return has(WORD, unit);
}
