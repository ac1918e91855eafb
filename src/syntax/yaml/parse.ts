import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node } from 'yaml';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import type { Parsed, Problem } from '../language.js';
import { maskTemplates, type Template } from './templates.js';
import type { YamlDocument, YamlFile, YamlNode, YamlPair, YamlScalar } from './tree.js';

/** Past this many UTF-16 units a file is not read: it takes seconds, and no configuration that people write is so long. */
const MAX_LENGTH = 2_000_000;
const MAX_DEPTH = 200;
const TOO_DEEP = 'The file is nested too deeply to be read.';

/**
 * Parses every document of a file. Templates are masked first. A document that its product's own parser refuses is
 * left out, with one problem; a bare `*` spoils its own value only.
 */
export function parseYaml(source: SourceText): Parsed<YamlFile> {
  const { file, text } = source;
  const at = (start: number, end: number): Span => ({ file, start: Math.min(start, text.length), end: Math.min(Math.max(start, end), text.length) });
  if (text.length > MAX_LENGTH) return { unit: undefined, problems: [{ at: at(0, 0), message: 'The file is too long to be read (over two million characters).' }] };
  const { text: masked, templates, branches } = maskTemplates(file, text);
  const problems: Problem[] = [];
  const documents: YamlDocument[] = [];
  try {
    // Merge keys are followed by the tree, with a limit; tags stay as written; aliases are never expanded here.
    for (const document of parseAllDocuments(masked, { uniqueKeys: false, merge: false, logLevel: 'silent', prettyErrors: false, strict: true })) {
      const converter = new Converter(at, templates);
      const [first, last] = [document.range[0], document.range[2]];
      const { broken, stars } = problemsOf(document, at, masked, templates.length > 0);
      problems.push(...stars, ...(broken === undefined ? [] : [broken]));
      const root = broken !== undefined || document.contents === null ? undefined : converter.convert(document.contents, 0);
      documents.push({ root: isNothing(root) ? undefined : root, at: at(first, last) });
      if (broken === undefined) problems.push(...converter.problems);
    }
  } catch (error) {
    const deep = error instanceof RangeError;
    problems.push({ at: at(0, 0), message: deep ? TOO_DEEP : `The file could not be read: ${error instanceof Error ? error.message : String(error)}` });
  }
  return { unit: { file, source, spelling: /\.json$/i.test(file) ? 'json' : 'yaml', masked, documents, templates, branches }, problems };
}

/** The part of a literal block scalar read as a file of its own: offsets are those of the outer file. */
export function embedded(outer: YamlFile, node: YamlNode): YamlFile | undefined {
  if (node.kind !== 'scalar' || node.style !== 'literal') return undefined;
  const { text } = outer.source;
  const from = text.indexOf('\n', node.at.start) + 1;
  if (from === 0 || from >= node.at.end) return undefined;
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  return parseYaml(new SourceText(outer.file, blank(text.slice(0, from)) + text.slice(from, node.at.end) + blank(text.slice(node.at.end)))).unit;
}

function isNothing(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null && node.at.start === node.at.end);
}

function problemsOf(document: Document.Parsed, at: (start: number, end: number) => Span, masked: string, templated: boolean): { broken: Problem | undefined; stars: readonly Problem[] } {
  const stars: Problem[] = [];
  for (const error of document.errors) {
    const [start, end] = error.pos;
    if (error.code === 'BAD_ALIAS' && /^\*(?:[\s,\]}]|$)/.test(masked.slice(start, start + 2))) {
      stars.push({ at: at(start, start + 1), message: 'A bare `*` begins an alias in YAML: quote the asterisk ("*").' });
      continue;
    }
    if (/call stack/.test(error.message)) return { broken: { at: at(start, end), message: TOO_DEEP }, stars };
    const hint = templated ? ' Templates are read where they stand for a value or alone on a line.' : '';
    return { broken: { at: at(start, end), message: `${error.message.replace(/\.?$/, '.')}${hint}` }, stars };
  }
  return { broken: undefined, stars };
}

class Converter {
  readonly problems: Problem[] = [];
  /** Anchors seen so far, in text order: an alias means the last one before it. */
  readonly #anchors = new Map<string, { node: YamlNode | undefined }>();

  constructor(
    private readonly at: (start: number, end: number) => Span,
    private readonly templates: readonly Template[],
  ) {}

  convert(node: Node, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw new RangeError('depth');
    const [start, end] = node.range ?? [0, 0];
    const at = this.at(start, end);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined && node.source !== '') this.problems.push({ at, message: aliasProblem(node.source) });
      // The target may be a node that is still being made, with this alias inside: it is looked up when asked for.
      return {
        kind: 'alias',
        name: node.source,
        get target() {
          return target?.node;
        },
        at,
      };
    }
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    const slot: { node: YamlNode | undefined } = { node: undefined };
    if (anchor !== undefined) this.#anchors.set(anchor, slot);
    const properties = { at, ...(anchor === undefined ? {} : { anchor }), ...(isForeign(node.tag) ? { tag: node.tag } : {}) };
    slot.node = this.#convertContent(node, properties, depth);
    return slot.node;
  }

  #convertContent(node: Node, properties: Pick<YamlScalar, 'at' | 'anchor' | 'tag'>, depth: number): YamlNode {
    if (isMap(node)) {
      const pairs = node.items.map((pair): YamlPair => {
        const key = this.#child(pair.key, properties.at.start, depth);
        const value = pair.value === null ? undefined : this.#child(pair.value, key.at.end, depth);
        return { key, value, at: this.at(key.at.start, Math.max(key.at.end, value?.at.end ?? 0)) };
      });
      return { kind: 'map', pairs, flow: node.flow === true, ...properties, at: this.#extent(node.flow === true, properties.at, pairs) };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#child(item, properties.at.start, depth));
      return { kind: 'seq', items, flow: node.flow === true, ...properties, at: this.#extent(node.flow === true, properties.at, items) };
    }
    const value = isScalar(node) ? node.value : null;
    const style = isScalar(node) ? STYLES[node.type ?? 'PLAIN'] : undefined;
    const { start, end } = properties.at;
    const templated = this.templates.some((template) => template.start < end && start < template.end);
    return { kind: 'scalar', value: plainValue(value), style: style ?? 'plain', templated, ...properties };
  }

  #child(node: unknown, fallback: number, depth: number): YamlNode {
    if (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) return this.convert(node, depth + 1);
    return { kind: 'scalar', value: null, style: 'plain', templated: false, at: this.at(fallback, fallback) };
  }

  /** Blocks end where their last content ends, not after the blank lines and comments that follow. */
  #extent(flow: boolean, at: Span, children: readonly { readonly at: Span }[]): Span {
    return flow ? at : this.at(at.start, children.at(-1)?.at.end ?? at.end);
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

function aliasProblem(name: string): string {
  return /^[\w-]+$/.test(name)
    ? `No anchor \`&${name}\` stands before this alias.`
    : `\`*${name}\` is read as an alias, since it begins with an asterisk: quote it ("*${name}").`;
}
