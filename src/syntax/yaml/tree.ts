import type { Span } from '../../text/span.js';
import type { SourceText } from '../../text/source-text.js';
import type { Template, Branch } from './templates.js';

/** One file: its documents, and what the masking of templates left out of them. Plain data but for the source text. */
export interface YamlFile {
  readonly file: string;
  readonly source: SourceText;
  /** How texts, keys and lists are written here. */
  readonly spelling: 'yaml' | 'json' | 'toml';
  /** The text that was parsed: as long as the source, with templates masked. */
  readonly masked: string;
  readonly documents: readonly YamlDocument[];
  readonly templates: readonly Template[];
  readonly branches: readonly Branch[];
  /** Files of the objects that this one patches (Kustomize): parts of its documents stand in them. */
  readonly bases?: readonly YamlFile[];
  /** With `bases`: the documents as they stand in the file, which edits change. */
  readonly written?: readonly YamlDocument[];
  /** The values of the Helm chart whose template this is. */
  readonly chart?: () => YamlFile | undefined;
  /** The first comment or trailing comma of a JSON file: a product with a strict parser refuses it. */
  readonly beyondJson?: Span;
}

/** `root` is undefined where the document is empty, is not YAML, or is one of several and an object that can have no part in CORS. It may be parsed when it is asked for. */
export interface YamlDocument {
  readonly root: YamlNode | undefined;
  readonly at: Span;
  /** The root of an object that says where things run and routes no request: parsed for those who ask. */
  readonly workload?: YamlNode | undefined;
}

export type YamlNode = YamlScalar | YamlMap | YamlSeq | YamlAlias;

interface Properties {
  /** As written, quotes included; without anchor, tag and trailing comment. */
  readonly at: Span;
  readonly anchor?: string;
  /** A tag that is not of YAML's own: `!Ref`. */
  readonly tag?: string;
}

export interface YamlScalar extends Properties {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** A template writes the text or a part of it: `value` is not what it will be. */
  readonly templated: boolean;
}

export interface YamlMap extends Properties {
  readonly kind: 'map';
  readonly pairs: readonly YamlPair[];
  readonly flow: boolean;
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode | undefined;
  readonly at: Span;
}

export interface YamlSeq extends Properties {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
}

export interface YamlAlias extends Properties {
  readonly kind: 'alias';
  readonly name: string;
  /** The node with the anchor; undefined when there is none before, or when it is not followed. */
  readonly target: YamlNode | undefined;
  /** It stands in what it stands for, or aliases of aliases make too much of the document: it is not followed. */
  readonly excess: boolean;
}

/** How many aliases and merge keys are followed from one place. */
const MAX_HOPS = 32;

/** The node itself, or what an alias stands for; undefined where it leads nowhere. */
export function resolve(node: YamlNode | undefined): Exclude<YamlNode, YamlAlias> | undefined {
  let at = node;
  for (let hops = 0; at !== undefined && hops < MAX_HOPS; hops += 1) {
    if (at.kind !== 'alias') return at;
    at = at.target;
  }
  return undefined;
}

/** Text of a key (`true` and `1` as keys are their text); undefined for one that a template writes. */
export function keyOf(pair: YamlPair): string | undefined {
  const key = resolve(pair.key);
  return key?.kind === 'scalar' && key.tag === undefined && !key.templated ? String(key.value) : undefined;
}

export function isMerge(pair: YamlPair): boolean {
  return pair.key.kind === 'scalar' && pair.key.style === 'plain' && pair.key.value === '<<';
}

/**
 * The pairs of a map: its own, in order, and before them those that it merges in and does not write itself. Empty for
 * what is no map.
 */
export function pairsOf(node: YamlNode | undefined, hops = 0): readonly YamlPair[] {
  const map = resolve(node);
  if (map?.kind !== 'map' || hops > MAX_HOPS) return [];
  const own = map.pairs.filter((pair) => !isMerge(pair));
  const merges = map.pairs.filter(isMerge);
  if (merges.length === 0) return own;
  const known = new Set(own.map(keyOf));
  const merged: YamlPair[] = [];
  for (const source of merges.flatMap((pair): readonly (YamlNode | undefined)[] => itemsOf(pair.value) ?? [pair.value])) {
    for (const pair of pairsOf(source, hops + 1)) {
      const key = keyOf(pair);
      if (known.has(key)) continue;
      known.add(key);
      merged.push(pair);
    }
  }
  return [...merged, ...own];
}

/** The items of a sequence; undefined for what is none. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] | undefined {
  const seq = resolve(node);
  return seq?.kind === 'seq' ? seq.items : undefined;
}

/** The pair at a path of keys; the last one where a key stands twice. */
export function pairAt(node: YamlNode | undefined, ...path: readonly string[]): YamlPair | undefined {
  let at = node;
  let found: YamlPair | undefined;
  for (const key of path) {
    found = pairsOf(at).findLast((pair) => keyOf(pair) === key);
    if (found === undefined) return undefined;
    at = found.value;
  }
  return found;
}

/** The node at a path of keys. */
export function nodeAt(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  return path.length === 0 ? node : pairAt(node, ...path)?.value;
}

/** The text of a scalar at a path of keys; undefined for numbers, texts that a template writes and everything else. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = resolve(nodeAt(node, ...path));
  return found?.kind === 'scalar' && found.tag === undefined && !found.templated && typeof found.value === 'string' ? found.value : undefined;
}
