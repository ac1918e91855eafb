import { embedded, itemsOf, keyOf, nodeAt, pairAt, pairsOf, textAt, valueOf, valueOfPair, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { UnknownValue, Value } from '../../values/value.js';

/** The annotations of one object, of a place in a chart's values that becomes one, or of a patch; or the data of a ConfigMap. */
export interface Annotated {
  /** The file that the annotations were parsed in: the outer one, or a patch inside it. */
  readonly file: YamlFile;
  /** By name after the prefix. */
  readonly fields: ReadonlyMap<string, Field>;
  /** A template may add others. */
  readonly rest?: UnknownValue;
  /** The object is handed to the API server as it stands, which takes annotations only as strings. */
  readonly strict: boolean;
  /** The object that has the annotations, when it is in view. */
  readonly object: YamlNode | undefined;
}

export interface Field {
  readonly value: Value;
  /** Key and value. */
  readonly at: Span;
  /** In a map of annotations; a JSON patch has none. */
  readonly pair?: YamlPair;
}

/** An object of a kind that the controller reads no annotations of. */
export interface Elsewhere {
  readonly kind: string;
  readonly elsewhere: YamlNode;
  readonly file: YamlFile;
}

/** How a controller's annotations are known. */
export interface Controller {
  /** What their names begin with, the one that wins first. */
  readonly prefixes: readonly string[];
  /** Kinds of the objects whose annotations it reads. */
  readonly kinds: readonly string[];
}

const MAX_NODES = 50_000;

/** Words of documents that can say something of CORS; a template may write them. */
const CONCERNS = /cors|access[-_]?control|\{\{/i;

/** Every place of a file that holds annotations of a controller, and the objects that hold none for it. */
export function annotationsIn(file: YamlFile, controller: Controller): readonly (Annotated | Elsewhere)[] {
  const found: (Annotated | Elsewhere)[] = [];
  const { text } = file.source;
  const pending: YamlNode[] = file.documents.filter(({ at }) => CONCERNS.test(text.slice(at.start, at.end))).flatMap(({ root }) => root ?? []).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const node = pending.pop()!;
    const children = node.kind === 'map' ? node.pairs.flatMap(({ value }) => value ?? []) : node.kind === 'seq' ? node.items : [];
    const kind = node.kind === 'map' ? textAt(node, 'kind') : undefined;
    if (node.kind === 'scalar') {
      // Patches of Kustomize stand in block scalars.
      if (node.style === 'literal' && node.value !== null && String(node.value).includes('annotations')) found.push(...patchIn(file, node, controller));
    } else if (node.kind === 'map' && kind !== undefined && controller.kinds.includes(kind)) {
      const annotations = nodeAt(node, 'metadata', 'annotations');
      if (annotations !== undefined) found.push(fromMap(file, annotations, controller.prefixes, node));
    } else if (node.kind === 'map' && kind === 'ConfigMap') {
      found.push({ kind, elsewhere: node, file });
    } else if (node.kind === 'map' && hasOurs(node, controller)) {
      found.push(fromMap(file, node, controller.prefixes, undefined));
    } else if (node.kind === 'map' && textAt(node, 'apiVersion') !== undefined && kind !== undefined) {
      found.push({ kind, elsewhere: node, file });
      pending.push(...node.pairs.filter((pair) => keyOf(pair) !== 'metadata').flatMap(({ value }) => value ?? []).reverse());
    } else if (node.kind === 'seq' && operations(node, controller).length > 0) {
      found.push(fromOperations(file, node, controller));
    } else {
      pending.push(...[...children].reverse());
    }
  }
  return found;
}

/** The data of a ConfigMap as settings without a prefix. */
export function settingsOf(file: YamlFile, configMap: YamlNode): Annotated | undefined {
  const data = nodeAt(configMap, 'data');
  return data === undefined ? undefined : fromMap(file, data, [''], configMap);
}

/** The entries of a map, by their names behind a word of the caller's. */
export function fieldsOf(file: YamlFile, map: YamlNode, word: string): Annotated {
  const { fields, ...rest } = fromMap(file, map, [''], map);
  return { ...rest, fields: new Map([...fields].map(([name, field]) => [word + name, field])) };
}

function hasOurs(node: YamlNode, { prefixes }: Controller): boolean {
  return pairsOf(node).some((pair) => prefixes.some((prefix) => keyOf(pair)?.startsWith(prefix)));
}

function fromMap(file: YamlFile, node: YamlNode, prefixes: readonly string[], object: YamlNode | undefined): Annotated {
  const fields = new Map<string, Field>();
  const value = valueOf(file, node);
  const pairs = pairsOf(node);
  for (const prefix of value.kind === 'record' ? prefixes : []) {
    for (const entry of value.kind === 'record' ? value.entries : []) {
      const name = entry.key.slice(prefix.length);
      if (!entry.key.startsWith(prefix) || fields.has(name)) continue;
      const pair = pairs.findLast((candidate) => keyOf(candidate) === entry.key);
      fields.set(name, { value: entry.value, at: entry.at, ...(pair === undefined ? {} : { pair }) });
    }
  }
  const rest = value.kind === 'record' ? value.rest : value.kind === 'unknown' ? value : undefined;
  return { file, fields, ...(rest === undefined ? {} : { rest }), strict: object !== undefined, object };
}

function patchIn(file: YamlFile, node: YamlNode, controller: Controller): readonly (Annotated | Elsewhere)[] {
  const inner = embedded(file, node);
  return inner === undefined ? [] : annotationsIn(inner, controller);
}

/** JSON Patch (RFC 6902): `/` in a key is written `~1`. */
function operations(node: YamlNode, { prefixes }: Controller): readonly { name: string; pair: YamlPair; at: Span }[] {
  return (itemsOf(node) ?? []).flatMap((item) => {
    const path = textAt(item, 'path');
    const pair = pairAt(item, 'value');
    if (path === undefined || pair === undefined || !/^(?:add|replace)$/.test(textAt(item, 'op') ?? '')) return [];
    const key = /^\/metadata\/annotations\/([^/]+)$/.exec(path)?.[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
    const prefix = prefixes.find((candidate) => key?.startsWith(candidate));
    return key === undefined || prefix === undefined ? [] : [{ name: key.slice(prefix.length), pair, at: pair.at }];
  });
}

function fromOperations(file: YamlFile, node: YamlNode, controller: Controller): Annotated {
  return { file, fields: new Map(operations(node, controller).map(({ name, pair, at }) => [name, { value: valueOfPair(file, pair), at }])), strict: true, object: undefined };
}
