import { charsOf, DIGITS, EVERY_CHAR, LOWER, negate, NO_CHAR, only, ranges, union, UPPER, type CharSet } from './char-set.js';
import type { Pattern } from './parse-regex.js';
import { Untranslatable } from './regex-escapes.js';

const CLASSES: Readonly<Record<string, CharSet>> = {
  a: union(UPPER, LOWER),
  c: union(ranges([[0, 0x1f]]), only(0x7f)),
  d: DIGITS,
  g: ranges([[0x21, 0x7e]]),
  l: LOWER,
  p: ranges([[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]]),
  s: charsOf('\t\n\v\f\r '),
  u: UPPER,
  w: union(UPPER, LOWER, DIGITS),
  x: union(DIGITS, charsOf('abcdefABCDEF')),
  z: only(0),
};

const COUNTS: Readonly<Record<string, readonly [min: number, max: number]>> = { '*': [0, Infinity], '-': [0, Infinity], '+': [1, Infinity], '?': [0, 1] };

/**
 * Reads a pattern of Lua's `string.match` and `string.find`: classes with `%`, counts of single characters only, no alternatives.
 * @throws {Untranslatable} for what matches what matched before (`%1`), pairs (`%b`) and frontiers (`%f`), and for what Lua refuses.
 */
export function parseLuaPattern(source: string): Pattern {
  const of: Pattern[] = [];
  let open = 0;
  let at = 0;
  if (source.startsWith('^')) {
    of.push({ p: 'edge', edge: 'start', at: { start: 0, end: 1 } });
    at = 1;
  }
  while (at < source.length) {
    const start = at;
    const char = source[at]!;
    if (char === '(' || char === ')') {
      open += char === '(' ? 1 : -1;
      if (open < 0) throw new Untranslatable('an unmatched `)`');
      at += 1;
      continue;
    }
    if (char === '$' && at === source.length - 1) {
      of.push({ p: 'edge', edge: 'end', at: { start, end: at + 1 } });
      break;
    }
    const { set, end, literal } = char === '[' ? setAt(source, at) : singleAt(source, at);
    const one: Pattern = { p: 'chars', set, written: literal === undefined ? (char === '.' ? 'dot' : 'class') : 'literal', char: literal ?? '', at: { start, end } };
    const count = COUNTS[source[end] ?? ''];
    at = count === undefined ? end : end + 1;
    of.push(count === undefined ? one : { p: 'repeat', of: one, min: count[0], max: count[1], possessive: false, at: { start, end: at } });
  }
  if (open > 0) throw new Untranslatable('a group without an end');
  return { p: 'seq', of };
}

const SPELLED: Readonly<Record<string, string>> = { a: 'A-Za-z', d: '0-9', l: 'a-z', u: 'A-Z', w: 'A-Za-z0-9', x: 'A-Fa-f0-9', s: '\\s' };

/**
 * The pattern in JavaScript's syntax, for those who look at its shape.
 * @throws {Untranslatable} as `parseLuaPattern` does, and for classes that are no part of host names.
 */
export function luaInJavaScript(source: string): string {
  parseLuaPattern(source);
  let inClass = false;
  return source.replace(/%([\s\S])|[\s\S]/g, (text: string, escaped: string | undefined, at: number) => {
    if (escaped !== undefined && /[a-z]/i.test(escaped)) {
      const members = SPELLED[escaped.toLowerCase()];
      if (members === undefined || (inClass && escaped !== escaped.toLowerCase())) throw new Untranslatable(`the class \`${text}\``);
      return inClass ? members : `[${escaped === escaped.toLowerCase() ? '' : '^'}${members}]`;
    }
    const literal = (escaped ?? text).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    if (escaped !== undefined) return literal;
    if (inClass) {
      if (text === ']' && !/\[\^?$/.test(source.slice(0, at))) inClass = false;
      return /[\\[]/.test(text) || (text === ']' && inClass) ? `\\${text}` : text;
    }
    if (text === '[') inClass = true;
    // What repeats as little as it can; after nothing it is an ordinary character.
    if (text === '-') return at === 0 || /[(^]$/.test(source.slice(0, at)) ? '-' : '*?';
    return /[.*+?()[]/.test(text) || (text === '^' && at === 0) || (text === '$' && at === source.length - 1) ? text : literal;
  });
}

interface Single {
  readonly set: CharSet;
  readonly end: number;
  readonly literal?: string;
}

function singleAt(source: string, at: number): Single {
  const char = source[at]!;
  if (char === '.') return { set: EVERY_CHAR, end: at + 1 };
  if (char !== '%') return { set: only(char.charCodeAt(0)), end: at + 1, literal: char };
  const letter = source[at + 1];
  if (letter === undefined) throw new Untranslatable('a `%` at the end');
  const known = CLASSES[letter.toLowerCase()];
  if (known !== undefined) return { set: letter === letter.toLowerCase() ? known : negate(known), end: at + 2 };
  if (/[1-9]/.test(letter)) throw new Untranslatable('a back reference');
  if (/[0-9A-Za-z]/.test(letter)) throw new Untranslatable(`the construct \`%${letter}\``);
  return { set: only(letter.charCodeAt(0)), end: at + 2, literal: letter };
}

/** A set, from its opening bracket. A `]` that comes first is one of its characters. */
function setAt(source: string, from: number): Single {
  const negated = source[from + 1] === '^';
  let at = from + (negated ? 2 : 1);
  let set: CharSet = NO_CHAR;
  for (const first = at; source[at] !== ']' || at === first; ) {
    if (at >= source.length) throw new Untranslatable('a class without an end');
    const high = source[at + 2];
    if (source[at] !== '%' && source[at + 1] === '-' && high !== undefined && high !== ']') {
      const [low, last] = [source.charCodeAt(at), high.charCodeAt(0)];
      set = low <= last ? union(set, ranges([[low, last]])) : set;
      at += 3;
    } else {
      const single = source[at] === '.' ? { set: only(0x2e), end: at + 1 } : singleAt(source, at);
      set = union(set, single.set);
      at = single.end;
    }
  }
  return { set: negated ? negate(set) : set, end: at + 1 };
}
