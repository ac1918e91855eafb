import type { Span } from '../../text/span.js';
import { embedded, itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';

/** A text with the pair that it stands in. */
interface Placed {
  readonly text: string;
  readonly at: Span;
}

/** One API whose definition has settings of CORS. */
export interface Definition {
  readonly file: YamlFile;
  readonly title: string;
  /** The settings with their key. */
  readonly cors: YamlPair;
  readonly spelling: 'classic' | 'oas';
  /** Path below which the API is served, and where it stands. */
  readonly listens: Placed | undefined;
  readonly strips: boolean;
  readonly target: Placed | undefined;
}

/** The APIs of a file: classic definitions, alone or as the dashboard exports them, OpenAPI with Tyk's part, and the operator's objects. */
export function* definitionsIn(file: YamlFile): Generator<Definition> {
  for (const { root } of file.documents) {
    if (root === undefined) continue;
    const group = textAt(root, 'apiVersion') ?? '';
    if (group.startsWith('tyk.tyk.io/')) {
      const spec = nodeAt(root, 'spec');
      if (textAt(root, 'kind') === 'ApiDefinition' && spec !== undefined) yield* classic(file, spec, pairAt(spec, 'CORS'));
    } else if (textAt(root, 'kind') === 'ConfigMap') {
      for (const { value } of pairsOf(nodeAt(root, 'data'))) if (value?.kind === 'scalar' && typeof value.value === 'string' && value.value.includes('x-tyk-api-gateway')) yield* inText(file, value);
    } else yield* written(file, root);
  }
}

/** A definition for the operator stands as a text in a ConfigMap. */
function* inText(file: YamlFile, node: YamlNode): Generator<Definition> {
  for (const { root } of embedded(file, node)?.documents ?? []) if (root !== undefined) yield* oas(file, root);
}

function* written(file: YamlFile, root: YamlNode): Generator<Definition> {
  const all = [root, nodeAt(root, 'api_definition'), ...(itemsOf(nodeAt(root, 'apis')) ?? []).map((item) => nodeAt(item, 'api_definition') ?? item), ...(itemsOf(root) ?? [])];
  for (const node of all) {
    if (node === undefined) continue;
    if (pairAt(node, 'x-tyk-api-gateway') !== undefined) yield* oas(file, node);
    // The key is in capitals in Tyk's own files; its decoder takes it in any case.
    else if (pairAt(node, 'proxy', 'listen_path') !== undefined) yield* classic(file, node, pairsOf(node).findLast((pair) => keyOf(pair)?.toLowerCase() === 'cors'));
  }
}

function* classic(file: YamlFile, node: YamlNode, cors: YamlPair | undefined): Generator<Definition> {
  if (cors === undefined) return;
  yield {
    file,
    title: textAt(node, 'name') ?? textAt(node, 'api_id') ?? 'without a name',
    cors,
    spelling: 'classic',
    listens: placed(node, 'proxy', 'listen_path'),
    strips: isTrue(node, 'proxy', 'strip_listen_path'),
    target: placed(node, 'proxy', 'target_url'),
  };
}

function* oas(file: YamlFile, node: YamlNode): Generator<Definition> {
  const own = nodeAt(node, 'x-tyk-api-gateway');
  const cors = pairAt(own, 'middleware', 'global', 'cors');
  if (cors === undefined) return;
  yield {
    file,
    title: textAt(own, 'info', 'name') ?? textAt(node, 'info', 'title') ?? 'without a name',
    cors,
    spelling: 'oas',
    listens: placed(own, 'server', 'listenPath', 'value'),
    strips: isTrue(own, 'server', 'listenPath', 'strip'),
    target: placed(own, 'upstream', 'url'),
  };
}

function placed(node: YamlNode | undefined, ...path: readonly string[]): Placed | undefined {
  const text = textAt(node, ...path);
  const pair = pairAt(node, ...path);
  return text === undefined || pair === undefined ? undefined : { text, at: pair.at };
}

function isTrue(node: YamlNode | undefined, ...path: readonly string[]): boolean {
  const value = resolve(nodeAt(node, ...path));
  return value?.kind === 'scalar' && value.value === true;
}
