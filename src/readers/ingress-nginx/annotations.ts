import { embedded, itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, valueOf, valueOfPair, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { UnknownValue, Value } from '../../values/value.js';

export const PREFIX = 'nginx.ingress.kubernetes.io/';

/** The annotations of one Ingress, of a place in a chart's values that becomes one, or of a patch. */
export interface Annotated {
  /** The file that the annotations were parsed in: the outer one, or a patch inside it. */
  readonly file: YamlFile;
  /** By name after the prefix. */
  readonly fields: ReadonlyMap<string, Field>;
  /** A template may add others. */
  readonly rest?: UnknownValue;
  /** The object is handed to the API server as it stands, which takes annotations only as strings. */
  readonly strict: boolean;
  readonly ingress: YamlNode | undefined;
}

export interface Field {
  readonly value: Value;
  /** Key and value. */
  readonly at: Span;
  /** In a map of annotations; a JSON patch has none. */
  readonly pair?: YamlPair;
}

/** A place that looks like a setting of the controller and is none. */
export interface Ignored {
  readonly at: Span;
  readonly message: string;
}

const MAX_NODES = 50_000;

/** Every place of a file that holds annotations of the controller. */
export function annotationsIn(file: YamlFile): readonly (Annotated | Ignored)[] {
  const found: (Annotated | Ignored)[] = [];
  const pending: YamlNode[] = file.documents.flatMap(({ root }) => root ?? []).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const node = pending.pop()!;
    const children = node.kind === 'map' ? node.pairs.flatMap(({ value }) => value ?? []) : node.kind === 'seq' ? node.items : [];
    if (node.kind === 'scalar') {
      // Patches of Kustomize stand in block scalars.
      if (node.style === 'literal' && node.value !== null && String(node.value).includes('annotations')) found.push(...patchIn(file, node));
    } else if (node.kind === 'map' && textAt(node, 'kind') === 'Ingress') {
      const annotations = nodeAt(node, 'metadata', 'annotations');
      if (annotations !== undefined) found.push(fromMap(file, annotations, node));
    } else if (node.kind === 'map' && textAt(node, 'kind') === 'ConfigMap') {
      found.push(...ignoredIn(node));
    } else if (node.kind === 'map' && hasOurs(node)) {
      found.push(fromMap(file, node, undefined));
    } else if (node.kind === 'map' && textAt(node, 'apiVersion') !== undefined && textAt(node, 'kind') !== undefined) {
      found.push(...misplacedIn(node));
      pending.push(...node.pairs.filter((pair) => keyOf(pair) !== 'metadata').flatMap(({ value }) => value ?? []).reverse());
    } else if (node.kind === 'seq' && operations(node).length > 0) {
      found.push(fromOperations(file, node));
    } else {
      pending.push(...[...children].reverse());
    }
  }
  return found;
}

function hasOurs(node: YamlNode): boolean {
  return pairsOf(node).some((pair) => keyOf(pair)?.startsWith(PREFIX));
}

function fromMap(file: YamlFile, node: YamlNode, ingress: YamlNode | undefined): Annotated {
  const fields = new Map<string, Field>();
  const value = valueOf(file, node);
  const pairs = pairsOf(node);
  if (value.kind === 'record') {
    for (const entry of value.entries) {
      const pair = pairs.findLast((candidate) => keyOf(candidate) === entry.key);
      if (entry.key.startsWith(PREFIX)) fields.set(entry.key.slice(PREFIX.length), { value: entry.value, at: entry.at, ...(pair === undefined ? {} : { pair }) });
    }
  }
  const rest = value.kind === 'record' ? value.rest : value.kind === 'unknown' ? value : undefined;
  return { file, fields, ...(rest === undefined ? {} : { rest }), strict: ingress !== undefined, ingress };
}

/** Annotations of a Service, a Deployment and so on are nobody's. */
function misplacedIn(node: YamlNode): readonly Ignored[] {
  const ours = pairsOf(nodeAt(node, 'metadata', 'annotations')).filter((pair) => /^(?:enable-cors$|cors-)/.test(keyOf(pair)?.split(PREFIX)[1] ?? ''));
  return ours.slice(0, 1).map((pair) => ({ at: pair.at, message: `\`${keyOf(pair) ?? ''}\` has no effect on a ${textAt(node, 'kind') ?? ''}: the controller reads it from an Ingress` }));
}

function patchIn(file: YamlFile, node: YamlNode): readonly (Annotated | Ignored)[] {
  const inner = embedded(file, node);
  return inner === undefined ? [] : annotationsIn(inner);
}

/** JSON Patch (RFC 6902): `/` in a key is written `~1`. */
const POINTER = '/metadata/annotations/nginx.ingress.kubernetes.io~1';

function operations(node: YamlNode): readonly { name: string; pair: YamlPair; at: Span }[] {
  return (itemsOf(node) ?? []).flatMap((item) => {
    const path = textAt(item, 'path');
    const pair = pairAt(item, 'value');
    const written = path?.startsWith(POINTER) === true && /^(?:add|replace)$/.test(textAt(item, 'op') ?? '');
    return written && pair !== undefined ? [{ name: path.slice(POINTER.length).replaceAll('~1', '/').replaceAll('~0', '~'), pair, at: resolve(item)?.at ?? item.at }] : [];
  });
}

function fromOperations(file: YamlFile, node: YamlNode): Annotated {
  return { file, fields: new Map(operations(node).map(({ name, pair, at }) => [name, { value: valueOfPair(file, pair), at }])), strict: true, ingress: undefined };
}

function ignoredIn(configMap: YamlNode): readonly Ignored[] {
  if (!/nginx|ingress/.test(textAt(configMap, 'metadata', 'name') ?? '')) return [];
  return pairsOf(nodeAt(configMap, 'data'))
    .filter((pair) => /^(?:enable-cors|cors-[a-z-]+)$/.test(keyOf(pair) ?? ''))
    .map((pair) => ({ at: pair.at, message: `The controller's ConfigMap has no \`${keyOf(pair) ?? ''}\`: CORS is set by annotations of an Ingress` }));
}
