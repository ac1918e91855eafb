import type { CharSet } from './char-set.js';
import { isDisjoint, only } from './char-set.js';
import type { Dialect } from './origin-set.js';
import { parseLuaPattern } from './lua-pattern.js';
import { anyChar, foldedIn, parseClass, parseEscape, Untranslatable, type Flags, type Reading } from './regex-escapes.js';

/** Offsets in the pattern's source, half-open. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * A pattern of any dialect in one form. Laziness is gone: it says which match is found, not whether there is one.
 * Capturing is gone too, since back references are not translated.
 */
export type Pattern =
  /** One character. `literal`: `char` is the only one meant (`a`, `\.`, `[.]`), whatever its case. */
  | { readonly p: 'chars'; readonly set: CharSet; readonly written: 'literal' | 'dot' | 'class'; readonly char: string; readonly at: Place }
  | { readonly p: 'seq' | 'alt'; readonly of: readonly Pattern[] }
  | { readonly p: 'group'; readonly of: Pattern; readonly atomic: boolean; readonly at: Place }
  | { readonly p: 'repeat'; readonly of: Pattern; readonly min: number; readonly max: number; readonly possessive: boolean; readonly at: Place }
  | { readonly p: 'edge'; readonly edge: Edge; readonly at: Place }
  /** What follows, or (`behind`) what came right before, matches, or does not. */
  | { readonly p: 'look'; readonly of: Pattern; readonly behind: boolean; readonly negated: boolean; readonly at: Place };

export type Edge = 'start' | 'end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

const MAX_DEPTH = 150;
const MAX_LENGTH = 20_000;

/** Counts past which RE2 refuses a pattern. */
const RE2_MOST = 1_000;

/** Dialects that came from Perl's. */
type Perlish = Exclude<Dialect, 'lua'>;

/** How groups begin that only hold together, by dialect. */
const GROUPS: Readonly<Record<Perlish, RegExp>> = {
  js: /^\(\?(?:<(?![=!])[^>]*>|:)/,
  python: /^\(\?(?:P<[^>]*>|:|>)/,
  java: /^\(\?(?:<(?![=!])[^>]*>|:|>)/,
  pcre: /^\(\?(?:P?<(?![=!])[^>]*>|'[^']*'|:|\||>)/,
  re2: /^\(\?(?:P?<(?![=!])[^>]*>|:)/,
};

/** Flags that can be set inside a pattern. Those that say nothing about whether it matches an origin are passed over. */
const FLAGS: Readonly<Record<Perlish, RegExp>> = { js: /^[ims]*$/, python: /^[aimsux]*$/, java: /^[idmsuxU]*$/, pcre: /^(?!.*xx)[imsxnJU]*$/, re2: /^[imsU]*$/ };

/**
 * Parses a pattern by its dialect's own rules. What cannot be said in `Pattern` (back references, recursion,
 * conditions) or is no valid pattern is named in `detail`.
 */
export function parsePattern(source: string, flags: string, dialect: Dialect): Pattern | { readonly detail: string } {
  if (source.length > MAX_LENGTH) return { detail: `a pattern of ${source.length} characters` };
  try {
    // The engine itself knows its syntax best; compiling runs nothing.
    if (dialect === 'js') new RegExp(source, flags);
    if (dialect === 'lua') return parseLuaPattern(source);
    return new PatternParser(source, flags, dialect).whole();
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof SyntaxError) return { detail: error.message };
    throw error;
  }
}

class PatternParser {
  readonly #reading: Reading;
  #depth = 0;

  constructor(
    readonly source: string,
    flags: string,
    readonly dialect: Perlish,
  ) {
    const lexical = { i: flags.includes('i'), m: flags.includes('m'), s: flags.includes('s'), x: flags.includes('x') && dialect !== 'js' };
    this.#reading = { source, dialect, at: 0, flags: lexical, unicode: /[uv]/.test(flags), sets: flags.includes('v') };
  }

  whole(): Pattern {
    const pattern = this.#alternatives();
    if (this.#reading.at < this.source.length) throw new Untranslatable('an unmatched `)`');
    return pattern;
  }

  /** Up to the closing parenthesis or the end. Flags set inside end with it. */
  #alternatives(): Pattern {
    if (++this.#depth > MAX_DEPTH) throw new Untranslatable('groups nested too deeply');
    const { flags } = this.#reading;
    const branches: Pattern[] = [];
    do branches.push(this.#sequence());
    while (this.#take('|'));
    this.#reading.flags = flags;
    this.#depth--;
    return branches.length === 1 ? branches[0]! : { p: 'alt', of: branches };
  }

  #sequence(): Pattern {
    const of: Pattern[] = [];
    for (;;) {
      this.#skipBlanks();
      const { at } = this.#reading;
      if (at >= this.source.length || this.source[at] === '|' || this.source[at] === ')') break;
      const atoms = this.#atoms();
      of.push(...atoms);
      const last = atoms.at(-1);
      if (last !== undefined) of[of.length - 1] = this.#quantified(last, at);
    }
    return of.length === 1 ? of[0]! : { p: 'seq', of };
  }

  /** One atom; several for a quoted text, none for what only sets flags or comments. */
  #atoms(): readonly Pattern[] {
    const start = this.#reading.at;
    const char = this.source[start]!;
    const place = (): Place => ({ start, end: this.#reading.at });
    switch (char) {
      case '(':
        return this.#group(start);
      case '[': {
        const { set, single } = parseClass(this.#reading);
        return [{ p: 'chars', set, written: single === undefined ? 'class' : 'literal', char: single ?? '', at: place() }];
      }
      case '.':
        this.#reading.at++;
        return [{ p: 'chars', set: this.#reading.flags.s ? anyChar() : anyChar(this.dialect), written: 'dot', char: '.', at: place() }];
      case '^':
        this.#reading.at++;
        return [{ p: 'edge', edge: this.#reading.flags.m ? 'line-start' : 'start', at: place() }];
      case '$':
        // Before a final newline too in some dialects; no header value has one.
        this.#reading.at++;
        return [{ p: 'edge', edge: this.#reading.flags.m ? 'line-end' : 'end', at: place() }];
      case '*':
      case '+':
      case '?':
        throw new Untranslatable(`nothing to repeat before \`${char}\``);
      case '{':
        if (this.dialect === 'java' || /^\{\d+(?:,\d*)?\}/.test(this.source.slice(start, start + 24))) throw new Untranslatable('a count of nothing');
        if (this.dialect === 'pcre' && /^\{\s*,/.test(this.source.slice(start, start + 24))) throw new Untranslatable('a count without its least number, which releases of PCRE read differently');
        this.#reading.at++;
        return [this.#literal(char, place())];
      case '\\': {
        if (this.source[start + 1] === 'Q' && /java|pcre|re2/.test(this.dialect)) return this.#quoted(start + 2);
        const escape = parseEscape(this.#reading, false);
        if (escape.is === 'edge') return [{ p: 'edge', edge: escape.edge, at: place() }];
        if (escape.is === 'nothing') return [];
        if (escape.is === 'line-break') {
          const of: Pattern[] = [this.#literal('\r', place()), this.#literal('\n', place())];
          return [{ p: 'alt', of: [{ p: 'seq', of }, { p: 'chars', set: escape.set, written: 'class', char: '', at: place() }] }];
        }
        return [{ p: 'chars', set: this.#folded(escape.set), written: escape.char === undefined ? 'class' : 'literal', char: escape.char ?? '', at: place() }];
      }
      default:
        this.#reading.at++;
        return [this.#literal(char, place())];
    }
  }

  #group(start: number): readonly Pattern[] {
    const rest = this.source.slice(start, start + 80);
    const close = (): Place => {
      if (!this.#take(')')) throw new Untranslatable('a group without an end');
      return { start, end: this.#reading.at };
    };
    const inside = (skip: number): Pattern => {
      this.#reading.at = start + skip;
      return this.#alternatives();
    };
    if (rest.startsWith('(*') && this.dialect === 'pcre') throw new Untranslatable('a control verb `(*…)`');
    if (!rest.startsWith('(?')) {
      const of = inside(1);
      return [{ p: 'group', of, atomic: false, at: close() }];
    }
    const named = GROUPS[this.dialect].exec(rest)?.[0];
    if (named !== undefined) {
      const of = inside(named.length);
      return [{ p: 'group', of, atomic: named === '(?>', at: close() }];
    }
    if (rest.startsWith('(?=') || rest.startsWith('(?!')) {
      if (this.dialect === 're2') throw new Untranslatable('a lookahead, which RE2 does not know');
      const of = inside(3);
      return [{ p: 'look', of, behind: false, negated: rest[2] === '!', at: close() }];
    }
    if (rest.startsWith('(?<=') || rest.startsWith('(?<!')) {
      if (this.dialect === 're2') throw new Untranslatable('a lookbehind, which RE2 does not know');
      const of = inside(4);
      if (!isBound(of, this.dialect)) throw new Untranslatable('a lookbehind of no fixed length');
      return [{ p: 'look', of, behind: true, negated: rest[3] === '!', at: close() }];
    }
    if (rest.startsWith('(?#') && (this.dialect === 'python' || this.dialect === 'pcre')) {
      const end = this.source.indexOf(')', start);
      if (end < 0) throw new Untranslatable('a comment without an end');
      this.#reading.at = end + 1;
      return [];
    }
    const flags = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/.exec(rest);
    if (flags !== null && FLAGS[this.dialect].test(`${flags[1]}${flags[2] ?? ''}`)) {
      // Older releases let them hold everywhere, newer ones refuse them.
      if (this.dialect === 'python' && flags[3] === ')' && start > 0) throw new Untranslatable('flags that do not stand at the start');
      const before = this.#reading.flags;
      const after = changed(before, flags[1] ?? '', flags[2] ?? '');
      if (flags[3] === ')') {
        this.#reading.at = start + flags[0].length;
        this.#reading.flags = after;
        return [];
      }
      this.#reading.flags = after;
      const of = inside(flags[0].length);
      this.#reading.flags = before;
      return [{ p: 'group', of, atomic: false, at: close() }];
    }
    throw new Untranslatable(/^\(\?P=/.test(rest) ? 'a back reference' : /^\(\?\(/.test(rest) ? `a condition \`${rest.slice(0, 4)}\`` : `the construct \`${rest.slice(0, 4)}\``);
  }

  #quoted(from: number): readonly Pattern[] {
    const end = this.source.indexOf('\\E', from);
    const text = this.source.slice(from, end < 0 ? undefined : end);
    this.#reading.at = end < 0 ? this.source.length : end + 2;
    return [...text].map((char, index) => this.#literal(char, { start: from + index, end: from + index + 1 }));
  }

  #quantified(of: Pattern, start: number): Pattern {
    this.#skipBlanks();
    const count = this.#count();
    if (count === undefined) return of;
    const possessive = /java|pcre|python/.test(this.dialect) && this.#take('+');
    if (!possessive) this.#take('?');
    const repeat: Pattern = { p: 'repeat', of, ...count, possessive, at: { start, end: this.#reading.at } };
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.source.slice(this.#reading.at, this.#reading.at + 24))) throw new Untranslatable('a quantifier of a quantifier');
    return repeat;
  }

  #count(): { readonly min: number; readonly max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    const braces = (this.dialect === 'python' ? /^\{(\d*)(,?)(\d*)\}/ : /^\{(\d+)(,?)(\d*)\}/).exec(this.source.slice(this.#reading.at, this.#reading.at + 24));
    if (braces === null || (braces[1] === '' && braces[2] === '')) return undefined;
    this.#reading.at += braces[0].length;
    const min = Number(braces[1]);
    const max = braces[3] !== '' ? Number(braces[3]) : braces[2] === ',' ? Infinity : min;
    if (max < min) throw new Untranslatable('a quantifier out of order');
    if (this.dialect === 're2' && Math.max(min, max === Infinity ? 0 : max) > RE2_MOST) throw new Untranslatable('a count that RE2 refuses');
    return { min, max };
  }

  #literal(char: string, at: Place): Pattern {
    return { p: 'chars', set: this.#folded(only(char.charCodeAt(0))), written: 'literal', char, at };
  }

  #folded(set: CharSet): CharSet {
    return this.#reading.flags.i ? foldedIn(this.#reading, set) : set;
  }

  #take(text: string): boolean {
    if (!this.source.startsWith(text, this.#reading.at)) return false;
    this.#reading.at += text.length;
    return true;
  }

  #skipBlanks(): void {
    if (!this.#reading.flags.x) return;
    this.#reading.at += /^(?:[ \t\n\v\f\r]|#[^\n]*)*/.exec(this.source.slice(this.#reading.at))![0].length;
  }
}

function changed(flags: Flags, on: string, off: string): Flags {
  const of = (letter: 'i' | 'm' | 's' | 'x'): boolean => (flags[letter] || on.includes(letter)) && !off.includes(letter);
  return { i: of('i'), m: of('m'), s: of('s'), x: of('x') };
}

/** Can giving back what a possessive repeat took never help? Then it is an ordinary repeat. */
export function givesNothingBack(repeated: Pattern, next: CharSet): boolean {
  return repeated.p === 'chars' && isDisjoint(repeated.set, next);
}

/** Can the engine look back so far? JavaScript can wherever it likes. */
function isBound(pattern: Pattern, dialect: Perlish): boolean {
  if (dialect === 'js') return true;
  if (dialect === 'java') return widthOf(pattern)[1] < Infinity;
  const branches = dialect === 'pcre' && pattern.p === 'alt' ? pattern.of : [pattern];
  return branches.map(widthOf).every(([least, most]) => least === most);
}

/** How many characters a pattern takes, at least and at most. */
function widthOf(pattern: Pattern): readonly [least: number, most: number] {
  switch (pattern.p) {
    case 'chars':
      return [1, 1];
    case 'seq':
      return pattern.of.map(widthOf).reduce(([least, most], [less, more]) => [least + less, most + more], [0, 0]);
    case 'alt': {
      const widths = pattern.of.map(widthOf);
      return [Math.min(...widths.map(([least]) => least)), Math.max(...widths.map(([, most]) => most))];
    }
    case 'group':
      return widthOf(pattern.of);
    case 'repeat': {
      const [least, most] = widthOf(pattern.of);
      return [least * pattern.min, most === 0 ? 0 : most * pattern.max];
    }
    case 'edge':
    case 'look':
      return [0, 0];
  }
}
