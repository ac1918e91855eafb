import { parseTOML, type AST } from 'toml-eslint-parser';
import type { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed } from '../language.js';
import { maskTemplates, touching, type Template } from '../yaml/templates.js';
import type { YamlFile, YamlNode, YamlScalar } from '../yaml/tree.js';

/** Past this many UTF-16 units a file is not read: the parser takes seconds, and no configuration that people write is so long. */
const MAX_LENGTH = 250_000;
const MAX_DEPTH = 200;
const TOO_DEEP = 'The file is nested too deeply to be read.';

/** Parses a file: one document. What its product's own parser refuses is one problem, at its place. */
export function parseToml(source: SourceText): Parsed<YamlFile> {
  const { file, text } = source;
  const at = (start: number, end: number): Span => ({ file, start: Math.min(start, text.length), end: Math.min(Math.max(start, end), text.length) });
  if (text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: at(0, 0), message: `The file is too long to be read (over ${MAX_LENGTH} characters).` }] };
  const { text: run, templates, branches } = maskTemplates(file, text);
  const masked = quoted(run, templates);
  const document = (root: YamlNode | undefined): YamlFile => ({ file, source, spelling: 'toml', masked, documents: [{ root, at: at(0, text.length) }], templates, branches });
  try {
    // The parser knows no byte order mark.
    const { body } = parseTOML(masked.replace(/^\uFEFF/, ' '));
    return { unit: document(new Tree(file, templates).read(body[0])), problems: [] };
  } catch (error) {
    if (error instanceof RangeError) return { unit: document(undefined), problems: [{ at: at(0, 0), message: TOO_DEEP }] };
    const offset = error instanceof Error && 'index' in error && typeof error.index === 'number' ? error.index : 0;
    const message = error instanceof Error ? error.message.replace(/\.?$/, '.') : String(error);
    return { unit: document(undefined), problems: [{ at: at(offset, offset + 1), message }] };
  }
}

/** A template that stands for a whole value is a text to the parser: it has no bare words. */
function quoted(masked: string, templates: readonly Template[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { role, start, end } of templates) {
    if (role !== 'inline' || !/[=[,]\s*$/.test(masked.slice(Math.max(0, start - 40), start)) || !/^\s*(?:[,\]}#\r\n]|$)/.test(masked.slice(end, end + 40))) continue;
    pieces.push(masked.slice(from, start), '"', masked.slice(start + 1, end - 1), '"');
    from = end;
  }
  return pieces.join('') + masked.slice(from);
}

/** Nodes while they are made: a table may go on further down. */
interface Place {
  file: string;
  start: number;
  end: number;
}
interface Table {
  kind: 'map';
  pairs: Pair[];
  flow: boolean;
  at: Place;
}
interface Tables {
  kind: 'seq';
  items: Table[];
  flow: false;
  at: Place;
}
interface Pair {
  key: YamlScalar;
  value: YamlNode | Table | Tables;
  at: Place;
}

class Tree {
  readonly #pairs = new WeakMap<Table, Map<string, Pair>>();

  constructor(
    private readonly file: string,
    private readonly templates: readonly Template[],
  ) {}

  read({ body, range: [start, end] }: AST.TOMLTopLevelTable): YamlNode {
    const root = this.#table(start, end, false);
    for (const item of body) {
      if (item.type === 'TOMLKeyValue') {
        this.#put(root, item, 0);
        continue;
      }
      const table = this.#open(root, item);
      for (const pair of item.body) this.#put(table, pair, 0);
    }
    return root;
  }

  #table(start: number, end: number, flow: boolean): Table {
    const table: Table = { kind: 'map', pairs: [], flow, at: this.#at(start, end) };
    this.#pairs.set(table, new Map());
    return table;
  }

  #at(start: number, end: number): Place {
    return { file: this.file, start, end };
  }

  /** The table that a header names; the last one of a list of tables. */
  #open(root: Table, { key: { keys }, kind, range: [start, end] }: AST.TOMLTable): Table {
    if (keys.length > MAX_DEPTH) throw new RangeError('depth');
    let table = root;
    for (const [index, key] of keys.entries()) {
      const listed = kind === 'array' && index === keys.length - 1;
      let pair = this.#pairs.get(table)!.get(nameOf(key));
      if (pair === undefined) pair = this.#add(table, key, listed ? { kind: 'seq', items: [], flow: false, at: this.#at(start, end) } : this.#table(start, end, false), start, end);
      pair.at.end = Math.max(pair.at.end, end);
      // The parser refuses a header that names anything but tables.
      const value = pair.value as Table | Tables;
      value.at.end = Math.max(value.at.end, end);
      if (value.kind === 'map') {
        table = value;
        continue;
      }
      if (listed) value.items.push(this.#table(start, end, false));
      table = value.items.at(-1)!;
      table.at.end = Math.max(table.at.end, end);
    }
    return table;
  }

  /** A dotted key makes tables on its way; each of their pairs is the whole line. */
  #put(table: Table, { key: { keys }, value, range: [start, end] }: AST.TOMLKeyValue, depth: number): void {
    if (keys.length + depth > MAX_DEPTH) throw new RangeError('depth');
    let at = table;
    for (const key of keys.slice(0, -1)) {
      const pair = this.#pairs.get(at)!.get(nameOf(key)) ?? this.#add(at, key, this.#table(start, end, false), start, end);
      pair.at.end = Math.max(pair.at.end, end);
      at = pair.value as Table;
      at.at.end = Math.max(at.at.end, end);
    }
    this.#add(at, keys.at(-1)!, this.#content(value, depth + keys.length), start, end);
  }

  #add(table: Table, key: AST.TOMLBare | AST.TOMLQuoted, value: Pair['value'], start: number, end: number): Pair {
    const style = key.type === 'TOMLBare' ? 'plain' : key.style === 'basic' ? 'double' : 'single';
    const pair: Pair = { key: this.#scalar(nameOf(key), style, key.range), value, at: this.#at(start, end) };
    table.pairs.push(pair);
    this.#pairs.get(table)!.set(nameOf(key), pair);
    return pair;
  }

  #content(node: AST.TOMLContentNode, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw new RangeError('depth');
    const [start, end] = node.range;
    if (node.type === 'TOMLArray') return { kind: 'seq', items: node.elements.map((element) => this.#content(element, depth + 1)), flow: true, at: this.#at(start, end) };
    if (node.type === 'TOMLInlineTable') {
      const table = this.#table(start, end, true);
      for (const pair of node.body) this.#put(table, pair, depth + 1);
      return table;
    }
    if (node.kind === 'string') return this.#scalar(node.value, node.multiline ? (node.style === 'basic' ? 'folded' : 'literal') : node.style === 'basic' ? 'double' : 'single', node.range);
    // A date is its text: no product's CORS settings hold one.
    return this.#scalar('datetime' in node ? node.datetime : node.value, 'plain', node.range);
  }

  #scalar(value: YamlScalar['value'], style: YamlScalar['style'], [start, end]: readonly [number, number]): YamlScalar {
    const templated = touching(this.templates, { start, end }).length > 0;
    return { kind: 'scalar', value, style, templated, at: this.#at(start, end) };
  }
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}
