import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { touching, type Masked } from './templates.js';
import type { YamlMap, YamlNode, YamlPair, YamlScalar, YamlSeq } from './tree.js';

const MAX_DEPTH = 200;

export interface ParsedJson {
  readonly root: YamlNode | undefined;
  /** At most one: the first place where the text is not JSON. */
  readonly problems: readonly Problem[];
  /** The first comment or comma before a closing bracket: many products take them, JSON does not. */
  readonly beyond?: Span;
}

/** A collection that is open, with what its closing bracket ends. */
type Open = { readonly kind: 'map'; readonly node: YamlMap & { readonly pairs: YamlPair[] }; key: YamlScalar | undefined } | { readonly kind: 'seq'; readonly node: YamlSeq & { readonly items: YamlNode[] } };

class NotJson extends Error {
  constructor(
    readonly start: number,
    message: string,
  ) {
    super(message);
  }
}

/** JSON with comments and trailing commas. A template may stand for a value, or alone on a line. */
export function parseJson(file: string, masked: Masked): ParsedJson {
  const scanner = new Scanner(file, masked);
  const beyond = (): { readonly beyond?: Span } => (scanner.beyond === undefined ? {} : { beyond: scanner.beyond });
  try {
    return { root: scanner.document(), problems: [], ...beyond() };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const end = Math.min(error.start + 1, masked.text.length);
    return { root: undefined, problems: [{ at: { file, start: Math.min(error.start, end), end }, message: error.message }], ...beyond() };
  }
}

class Scanner {
  beyond: Span | undefined;
  #offset = 0;
  readonly #text: string;

  constructor(
    private readonly file: string,
    private readonly masked: Masked,
  ) {
    this.#text = masked.text;
  }

  document(): YamlNode | undefined {
    this.#blank();
    if (this.#offset === this.#text.length) return undefined;
    const root = this.#value();
    this.#blank();
    if (this.#offset < this.#text.length) throw new NotJson(this.#offset, 'One value is the whole of a JSON file: this is more.');
    return root;
  }

  /** One value with all that it holds; what is open stands on a stack of its own. */
  #value(): YamlNode {
    const open: Open[] = [];
    for (;;) {
      this.#blank();
      const start = this.#offset;
      const top = open.at(-1);
      const sign = this.#text[start];
      let done: YamlNode | undefined;
      if (top?.kind === 'map' && top.key === undefined && sign !== '}') {
        top.key = this.#key();
        continue;
      }
      if (sign === '{' || sign === '[') {
        if (open.length >= MAX_DEPTH) throw new NotJson(0, 'The file is nested too deeply to be read.');
        this.#offset += 1;
        const at = this.#at(start, start);
        open.push(sign === '{' ? { kind: 'map', node: { kind: 'map', pairs: [], flow: true, at }, key: undefined } : { kind: 'seq', node: { kind: 'seq', items: [], flow: true, at } });
        continue;
      }
      if (top !== undefined && sign === (top.kind === 'map' ? '}' : ']') && !(top.kind === 'map' && top.key !== undefined)) done = this.#close(open);
      else done = this.#scalar();
      // What is done is put where it belongs; closing brackets may follow at once.
      for (;;) {
        const outer = open.at(-1);
        if (outer === undefined) return done;
        if (outer.kind === 'seq') outer.node.items.push(done);
        else if (outer.key !== undefined) {
          outer.node.pairs.push({ key: outer.key, value: done, at: this.#at(outer.key.at.start, done.at.end) });
          outer.key = undefined;
        }
        this.#blank();
        const next = this.#text[this.#offset];
        const closing = outer.kind === 'map' ? '}' : ']';
        if (next === ',') {
          const comma = this.#offset;
          this.#offset += 1;
          this.#blank();
          if (this.#text[this.#offset] === closing) this.beyond ??= this.#at(comma, comma + 1);
          break;
        }
        if (next !== closing) throw new NotJson(this.#offset, next === undefined ? `The \`${outer.kind === 'map' ? '{' : '['}\` is not closed.` : `A comma or \`${closing}\` belongs here.`);
        done = this.#close(open);
      }
    }
  }

  #close(open: Open[]): YamlNode {
    const { node } = open.pop()!;
    this.#offset += 1;
    return { ...node, at: this.#at(node.at.start, this.#offset) };
  }

  #key(): YamlScalar {
    const start = this.#offset;
    if (this.#text[start] !== '"' && start < this.#text.length && !this.#isTemplated(start, start + 1)) throw new NotJson(start, 'A key in double quotes belongs here.');
    const key = this.#scalar();
    this.#blank();
    if (this.#text[this.#offset] !== ':') throw new NotJson(this.#offset, 'A colon belongs after the key.');
    this.#offset += 1;
    return key;
  }

  #scalar(): YamlScalar {
    const start = this.#offset;
    if (this.#text[start] === '"') return this.#string(start);
    const word = /[^\s,:{}[\]"]+/y;
    word.lastIndex = start;
    const text = word.exec(this.#text)?.[0] ?? '';
    const templated = this.#isTemplated(start, start + text.length);
    const value = templated ? text : wordOf(text);
    if (value === undefined) throw new NotJson(start, start === this.#text.length ? 'The file ends where a value belongs.' : 'A value of JSON belongs here.');
    this.#offset += text.length;
    return { kind: 'scalar', value, style: 'plain', templated, at: this.#at(start, this.#offset) };
  }

  #string(start: number): YamlScalar {
    let end = start + 1;
    let plain = true;
    for (; end < this.#text.length; end += 1) {
      const code = this.#text.charCodeAt(end);
      if (code === 0x22) break;
      if (code === 0x5c) {
        plain = false;
        end += 1;
      } else if (code === 0x0a || code === 0x0d) throw new NotJson(start, 'The text is not closed on its line.');
    }
    if (end >= this.#text.length) throw new NotJson(start, 'The text is not closed.');
    this.#offset = end + 1;
    const value = plain ? this.#text.slice(start + 1, end) : textOf(this.#text.slice(start, end + 1), start);
    return { kind: 'scalar', value, style: 'double', templated: this.#isTemplated(start, end + 1), at: this.#at(start, end + 1) };
  }

  #isTemplated(start: number, end: number): boolean {
    return touching(this.masked.templates, { start, end }).length > 0;
  }

  /** Blanks and comments; a template alone on its line was made a comment of YAML. */
  #blank(): void {
    const blank = /[\s\uFEFF]+/y;
    for (;;) {
      blank.lastIndex = this.#offset;
      this.#offset += blank.exec(this.#text)?.[0].length ?? 0;
      const two = this.#text.slice(this.#offset, this.#offset + 2);
      const isLine = two === '//' || (two.startsWith('#') && this.#isTemplated(this.#offset, this.#offset + 1));
      if (!isLine && two !== '/*') return;
      const start = this.#offset;
      const rest = /[^\r\n]*/y;
      rest.lastIndex = start;
      const end = isLine ? start + rest.exec(this.#text)![0].length : this.#text.indexOf('*/', start + 2) + 2;
      if (end < start + 2) throw new NotJson(start, 'The comment is not closed.');
      if (!two.startsWith('#')) this.beyond ??= this.#at(start, end);
      this.#offset = end;
    }
  }

  #at(start: number, end: number): Span {
    return { file: this.file, start, end };
  }
}

function wordOf(text: string): number | boolean | null | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function textOf(written: string, start: number): string {
  try {
    return JSON.parse(written) as string;
  } catch {
    throw new NotJson(start, 'The text has an escape that JSON does not know.');
  }
}
