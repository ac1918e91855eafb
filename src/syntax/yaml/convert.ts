import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Span } from '../../text/span.js';
import type { Problem } from '../language.js';
import { Excess } from './compose.js';
import { touching, type Template } from './templates.js';
import type { YamlNode, YamlPair, YamlScalar } from './tree.js';

const MAX_DEPTH = 200;
/** Nodes that all aliases of a document stand for together, those within counted each time: past them a bomb, not a configuration. */
const MAX_REPEATED = 50_000;

/** One document of the parser as a tree of ours. */
export class Converter {
  readonly problems: Problem[] = [];
  /** Anchors seen so far, in text order: an alias means the last one before it. */
  readonly #anchors = new Map<string, { node: YamlNode | undefined; nodes: number }>();
  /** Nodes converted so far, those behind aliases counted each time. */
  #nodes = 0;
  #repeated = 0;

  constructor(
    /** The place of a range of the parser's. */
    private readonly at: (start: number, end: number) => Span,
    private readonly templates: readonly Template[],
  ) {}

  convert(node: Node, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw new Excess('The file is nested too deeply to be read.');
    const [start, end] = node.range ?? [0, 0];
    const at = this.at(start, end);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined && node.source !== '') this.problems.push(aliasProblem(at, node.source));
      const within = this.#repeated <= MAX_REPEATED;
      this.#repeated += target?.nodes ?? 0;
      if (within && this.#repeated > MAX_REPEATED) this.problems.push({ at, message: 'Aliases from here on are not followed: what they repeat is too much to be read.' });
      const excess = target !== undefined && (target.node === undefined || this.#repeated > MAX_REPEATED);
      this.#nodes += excess ? 1 : (target?.nodes ?? 1);
      return { kind: 'alias', name: node.source, target: excess ? undefined : target?.node, excess, at };
    }
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    const slot: { node: YamlNode | undefined; nodes: number } = { node: undefined, nodes: 0 };
    if (anchor !== undefined) this.#anchors.set(anchor, slot);
    const before = this.#nodes;
    this.#nodes += 1;
    const properties = { at, ...(anchor === undefined ? {} : { anchor }), ...(isForeign(node.tag) ? { tag: node.tag } : {}) };
    slot.node = this.#convertContent(node, properties, depth);
    slot.nodes = this.#nodes - before;
    return slot.node;
  }

  #convertContent(node: Node, properties: Pick<YamlScalar, 'at' | 'anchor' | 'tag'>, depth: number): YamlNode {
    if (isMap(node)) {
      const pairs = node.items.map((pair): YamlPair => {
        const key = this.#child(pair.key, { ...properties.at, end: properties.at.start }, depth);
        const value = pair.value === null ? undefined : this.#child(pair.value, { ...key.at, start: key.at.end }, depth);
        return { key, value, at: { ...key.at, end: Math.max(key.at.end, value?.at.end ?? 0) } };
      });
      return { kind: 'map', pairs, flow: node.flow === true, ...properties, at: this.#extent(node.flow === true, properties.at, pairs) };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#child(item, { ...properties.at, end: properties.at.start }, depth));
      return { kind: 'seq', items, flow: node.flow === true, ...properties, at: this.#extent(node.flow === true, properties.at, items) };
    }
    const value = isScalar(node) ? node.value : null;
    const style = isScalar(node) ? STYLES[node.type ?? 'PLAIN'] : undefined;
    const { start, end } = properties.at;
    const templated = touching(this.templates, { start, end }).length > 0;
    return { kind: 'scalar', value: plainValue(value), style: style ?? 'plain', templated, ...properties };
  }

  #child(node: unknown, fallback: Span, depth: number): YamlNode {
    if (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) return this.convert(node, depth + 1);
    return { kind: 'scalar', value: null, style: 'plain', templated: false, at: fallback };
  }

  /** Blocks end where their last content ends, not after the blank lines and comments that follow. */
  #extent(flow: boolean, at: Span, children: readonly { readonly at: Span }[]): Span {
    return flow ? at : { ...at, end: children.at(-1)?.at.end ?? at.end };
  }
}

const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function plainValue(value: unknown): YamlScalar['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return typeof value === 'bigint' ? Number(value) : String(value);
}

function isForeign(tag: string | undefined): tag is string {
  return tag !== undefined && tag !== '!' && !tag.startsWith('tag:yaml.org,2002:') && !tag.startsWith('!!');
}

function aliasProblem(at: Span, name: string): Problem {
  if (/^[\w-]+$/.test(name)) return { at, message: `No anchor \`&${name}\` stands before this alias.` };
  return { at, message: `\`*${name}\` is read as an alias, since it begins with an asterisk: quote it ("*${name}").`, mend: inQuotes(at, `*${name}`) };
}

/** Quotes around a text that begins with an asterisk. */
export function inQuotes(at: Span, text: string): NonNullable<Problem['mend']> {
  return { title: 'Quote the asterisk', edits: [{ ...at, text: JSON.stringify(text) }] };
}
