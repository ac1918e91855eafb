import { keyOf, nodeAt, pairsOf, resolve, valueOf, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** A text or number of an object, as text. */
export interface Written {
  readonly text: string;
  readonly at: Span;
  /** A template writes it, or a part of it: the text is the template's own. */
  readonly templated?: true;
}

/** The scalar at a path of keys, with the values of its chart filled in; undefined for what is none. */
export function writtenAt(file: YamlFile, node: YamlNode | undefined, ...path: readonly string[]): Written | undefined {
  const found = resolve(nodeAt(node, ...path));
  if (found?.kind !== 'scalar') return undefined;
  const value = valueOf(file, found);
  switch (value.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return { text: String(value.value), at: found.at };
    case 'nothing':
      return undefined;
    default:
      return { text: found.at.file === file.file ? file.source.text.slice(found.at.start, found.at.end).replace(/^(["'])(.*)\1$/s, '$2') : '{{ }}', at: found.at, templated: true };
  }
}

/** A number that stands there, or a text that is one; undefined for everything else. */
export function portAt(file: YamlFile, node: YamlNode | undefined, ...path: readonly string[]): number | undefined {
  const written = writtenAt(file, node, ...path);
  const port = written?.templated !== true && /^\d+$/.test(written?.text ?? '') ? Number(written!.text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

/** The entries of a mapping of texts, by key; what a template writes is left out. */
export function textsIn(file: YamlFile, node: YamlNode | undefined): ReadonlyMap<string, Written> {
  const found = new Map<string, Written>();
  for (const pair of pairsOf(node)) {
    const key = keyOf(pair);
    const written = pair.value === undefined ? undefined : writtenAt(file, pair.value);
    if (key !== undefined && written !== undefined) found.set(key, { ...written, at: pair.at });
  }
  return found;
}

/** The same without what a template writes. */
export function plainTexts(file: YamlFile, node: YamlNode | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries([...textsIn(file, node)].flatMap(([key, { text, templated }]) => (templated === true ? [] : [[key, text]])));
}
