import type { Files } from '../../text/files.js';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed } from '../language.js';
import type { Concatenation, Field, HoconArray, HoconFile, HoconNode, HoconObject, HoconText, Include } from './tree.js';

const MAX_LENGTH = 2_000_000;
const MAX_DEPTH = 100;

/** The file is refused as a whole by its own parser: one problem, where it stops. */
class Stop {
  constructor(
    readonly offset: number,
    readonly message: string,
  ) {}
}

/** HOCON (github.com/lightbend/config, HOCON.md), of which JSON is a part. */
export function parseHocon(source: SourceText, files: Files): Parsed<HoconFile> {
  const { file, text } = source;
  try {
    if (text.length > MAX_LENGTH) throw new Stop(0, 'The file is too long to be read (over two million characters).');
    return { unit: { file, source, files, root: new Parser(file, text).root() }, problems: [] };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const at = Math.min(error.offset, text.length);
    return { unit: undefined, problems: [{ at: { file, start: at, end: at }, message: error.message }] };
  }
}

const BLANK = /(?:[^\S\n]|\uFEFF|#[^\n]*|\/\/[^\n]*)+/y;
const BLANK_LINES = /(?:\s|\uFEFF|#[^\n]*|\/\/[^\n]*)+/y;
/** Characters that an unquoted text cannot have; `//` begins a comment. */
const UNQUOTED = /(?:(?!\/\/)[^$"{}[\]:=,+#`^?!@*&\\\s])+/y;
const QUOTED = /"((?:[^"\\\n]|\\.)*)"/y;
const TRIPLE = /"""([\s\S]*?)"""(?!")/y;
const SUBSTITUTION = /\$\{(\??)([^}\n]*)\}/y;

class Parser {
  #offset = 0;
  #depth = 0;

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  root(): HoconObject {
    this.#skip(BLANK_LINES);
    const braces = this.text[this.#offset] === '{';
    const object = braces ? this.#object() : this.#entries(0, undefined);
    this.#skip(BLANK_LINES);
    if (this.#offset < this.text.length) throw new Stop(this.#offset, 'Nothing can follow here.');
    return object;
  }

  #object(): HoconObject {
    const start = this.#offset;
    this.#offset += 1;
    this.#deeper();
    const object = this.#entries(start, '}');
    this.#depth -= 1;
    return object;
  }

  #entries(start: number, close: '}' | undefined): HoconObject {
    const entries: (Field | Include)[] = [];
    for (;;) {
      this.#separators();
      const next = this.text[this.#offset];
      if (next === undefined) {
        if (close !== undefined) throw new Stop(this.#offset, 'The object that is open here is not closed.');
        return { kind: 'object', entries, at: this.#at(start) };
      }
      if (next === '}') {
        if (close === undefined) throw new Stop(this.#offset, 'A brace is closed that was not opened.');
        this.#offset += 1;
        return { kind: 'object', entries, at: this.#at(start) };
      }
      entries.push(this.#include() ?? this.#field());
    }
  }

  #field(): Field {
    const start = this.#offset;
    const path = this.#path();
    this.#skip(BLANK_LINES);
    const adds = this.text.startsWith('+=', this.#offset);
    if (adds) this.#offset += 2;
    else if (this.text[this.#offset] === '=' || this.text[this.#offset] === ':') this.#offset += 1;
    else if (this.text[this.#offset] !== '{') throw new Stop(this.#offset, 'A key needs `=`, `:` or `{` behind it.');
    this.#skip(BLANK_LINES);
    const value = this.#value();
    return { kind: 'field', path, adds, value, at: { file: this.file, start, end: value.at.end } };
  }

  #path(): readonly string[] {
    const parts: string[] = [''];
    const start = this.#offset;
    for (;;) {
      const quoted = this.#match(QUOTED);
      const plain = quoted === undefined ? this.#match(UNQUOTED) : undefined;
      if (quoted !== undefined) parts[parts.length - 1] += unescaped(quoted[1] ?? '');
      else if (plain !== undefined) {
        const [first = '', ...rest] = plain[0].split('.');
        parts[parts.length - 1] += first;
        parts.push(...rest);
      } else {
        const blank = /[^\S\n]+(?=[^\s=:{+])/y;
        blank.lastIndex = this.#offset;
        const between = blank.exec(this.text)?.[0];
        if (between === undefined || this.#offset === start) break;
        parts[parts.length - 1] += between;
        this.#offset += between.length;
      }
    }
    if (this.#offset === start) throw new Stop(start, 'Here a key should stand.');
    return parts;
  }

  #include(): Include | undefined {
    const pattern = /include\s+(?:required\s*\(\s*)?(?:(file|classpath|url)\s*\(\s*)?"((?:[^"\\\n]|\\.)*)"(?:\s*\)){0,2}/y;
    const match = this.#match(pattern);
    if (match === undefined) return undefined;
    const [whole, from, what = ''] = match;
    return { kind: 'include', what: unescaped(what), from: from === 'file' || from === 'classpath' || from === 'url' ? from : 'either', at: this.#at(this.#offset - whole.length) };
  }

  /** Up to the end of the line, a comma or a bracket. */
  #value(): HoconNode {
    const parts: Exclude<HoconNode, Concatenation>[] = [];
    const start = this.#offset;
    for (;;) {
      const before = this.#offset;
      this.#skip(BLANK);
      const next = this.text[this.#offset];
      const blank = this.text.slice(before, this.#offset);
      const last = parts.at(-1);
      if (next === undefined || next === '\n' || next === ',' || next === '}' || next === ']') break;
      if (last !== undefined && blank !== '' && isScalar(last) && !/[{[]/.test(next)) parts.push(this.#text(blank.replace(/[#/].*/, ''), '', before));
      parts.push(this.#piece(next));
    }
    const [first] = parts;
    if (first === undefined) throw new Stop(this.#offset, 'Here a value should stand.');
    return parts.length === 1 ? first : (asOneText(parts) ?? { kind: 'concatenation', parts, at: { file: this.file, start, end: parts.at(-1)!.at.end } });
  }

  #piece(next: string): Exclude<HoconNode, Concatenation> {
    const start = this.#offset;
    if (next === '{') return this.#object();
    if (next === '[') return this.#array();
    if (next === '$') {
      const match = this.#match(SUBSTITUTION);
      if (match === undefined) throw new Stop(start, 'A substitution is not closed.');
      return { kind: 'substitution', optional: match[1] === '?', path: pathOf(match[2] ?? ''), at: this.#at(start) };
    }
    const triple = this.#match(TRIPLE);
    if (triple !== undefined) return this.#text(triple[1] ?? '', '"""', start);
    const quoted = this.#match(QUOTED);
    if (quoted !== undefined) return this.#text(unescaped(quoted[1] ?? ''), '"', start);
    if (next === '"') throw new Stop(start, 'A text is not closed.');
    // A colon inside of an address without quotes is refused by the real parser, too.
    const plain = this.#match(UNQUOTED);
    if (plain === undefined) throw new Stop(start, `\`${next}\` cannot stand here without quotes.`);
    return this.#text(plain[0], '', start);
  }

  #array(): HoconArray {
    const start = this.#offset;
    this.#offset += 1;
    this.#deeper();
    const items: HoconNode[] = [];
    for (;;) {
      this.#separators();
      const next = this.text[this.#offset];
      if (next === undefined) throw new Stop(this.#offset, 'The list that is open here is not closed.');
      if (next === ']') {
        this.#offset += 1;
        this.#depth -= 1;
        return { kind: 'array', items, at: this.#at(start) };
      }
      items.push(this.#value());
    }
  }

  #text(value: string, quotes: HoconText['quotes'], start: number): HoconText {
    return { kind: 'text', value, quotes, at: quotes === '' ? { file: this.file, start, end: start + value.length } : this.#at(start) };
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Stop(this.#offset, 'The file is nested too deeply to be read.');
  }

  /** Between entries: commas, line ends, comments. */
  #separators(): void {
    this.#skip(BLANK_LINES);
    if (this.text[this.#offset] !== ',') return;
    this.#offset += 1;
    this.#skip(BLANK_LINES);
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#offset;
    const match = pattern.exec(this.text) ?? undefined;
    if (match !== undefined) this.#offset += match[0].length;
    return match;
  }

  #at(start: number): Span {
    return { file: this.file, start, end: this.#offset };
  }
}

function isScalar(node: HoconNode): boolean {
  return node.kind === 'text' || node.kind === 'substitution';
}

/** `1 hour`: texts without quotes in a row are one, which stands in the file as it is. */
function asOneText(parts: readonly HoconNode[]): HoconText | undefined {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part] : []));
  if (texts.length < parts.length) return undefined;
  const at: Span = { ...texts[0]!.at, end: texts.at(-1)!.at.end };
  return { kind: 'text', value: texts.map(({ value }) => value).join(''), quotes: texts.every(({ quotes }) => quotes === '') ? '' : '"""', at };
}

/** The path in a substitution; quotes keep dots together. */
function pathOf(written: string): readonly string[] {
  return [...written.trim().matchAll(/"((?:[^"\\]|\\.)*)"|[^."]+/g)].map(([whole, quoted]) => (quoted === undefined ? whole : unescaped(quoted)).trim()).filter((part) => part !== '');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_whole, code: string | undefined, character: string | undefined) => (code === undefined ? (ESCAPES[character ?? ''] ?? character ?? '') : String.fromCharCode(Number.parseInt(code, 16))));
}
