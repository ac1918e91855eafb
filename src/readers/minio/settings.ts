import { keyOf, resolve, textAt, valueOf, valueOfPair, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';

const NAME = 'MINIO_API_CORS_ALLOW_ORIGIN';

/** The setting, where it is given to a container. */
export interface Setting {
  readonly title: string;
  readonly value: Value;
  readonly at: Span;
}

/** Nodes past which a file is not looked through. */
const MAX_NODES = 200_000;

/** `NAME: value`, `- NAME=value` and `{name: NAME, value: …}`, at any depth; each place once, aliases not followed. */
export function settingsIn(file: YamlFile): readonly Setting[] {
  const found: Setting[] = [];
  const pending: { readonly node: YamlNode; readonly owner: string }[] = file.documents.flatMap(({ root }) => (root === undefined ? [] : [{ node: root, owner: textAt(root, 'metadata', 'name') ?? '' }]));
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const { node, owner } = pending.pop()!;
    const title = owner === '' ? 'MinIO' : `MinIO in ${owner}`;
    if (node.kind === 'seq') {
      for (const item of node.items) {
        const assigned = assignment(file, item);
        if (assigned === undefined) pending.push({ node: item, owner });
        else found.push({ title, ...assigned });
      }
    } else if (node.kind === 'map') {
      const named = node.pairs.find((pair) => keyOf(pair) === 'value');
      if (textAt(node, 'name') === NAME && named !== undefined) {
        found.push({ title, value: valueOfPair(file, named), at: named.at });
        continue;
      }
      for (const pair of node.pairs) {
        if (keyOf(pair) === NAME) found.push({ title, value: valueOfPair(file, pair), at: pair.at });
        else if (pair.value !== undefined) pending.push({ node: pair.value, owner: ownerBelow(owner, keyOf(pair)) });
      }
    }
  }
  return found.sort((a, b) => a.at.start - b.at.start);
}

/** The nearest name that is no word of Compose's or Kubernetes' own. */
function ownerBelow(owner: string, key: string | undefined): string {
  return key === undefined || /^(?:services|environment|env|spec|template|containers|initContainers|metadata|deploy|data|global)$/.test(key) ? owner : key;
}

/** `NAME=value` as an item of a list: its value is the text after the sign. */
function assignment(file: YamlFile, item: YamlNode): { readonly value: Value; readonly at: Span } | undefined {
  const scalar = resolve(item);
  if (scalar?.kind !== 'scalar' || typeof scalar.value !== 'string' || !scalar.value.startsWith(`${NAME}=`)) return undefined;
  return { value: without(`${NAME}=`, valueOf(file, item)), at: item.at };
}

function without(prefix: string, value: Value): Value {
  if (value.kind === 'string') return { ...value, value: value.value.slice(prefix.length), at: { ...value.at, start: value.at.start + prefix.length } };
  if (value.kind !== 'concat') return value;
  const [first, ...others] = value.parts;
  const rest = first?.kind === 'string' && first.value !== prefix ? [without(prefix, first), ...others] : others;
  return rest.length === 1 ? rest[0]! : { ...value, parts: rest };
}
