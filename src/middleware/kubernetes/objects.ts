import { itemsOf, nodeAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';

/** One object that is handed to the API server. */
export interface KubernetesObject {
  readonly node: YamlNode;
  readonly kind: string;
  /** `gateway.networking.k8s.io`; empty for the core group. */
  readonly group: string;
  /** `v1alpha1`. */
  readonly version: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/** Lists in lists; deeper ones nobody writes. */
const MAX_LISTS = 4;

/** The objects of a file: its documents, and the items of every `kind: List`. */
export function objectsIn(file: YamlFile): readonly KubernetesObject[] {
  return file.documents.flatMap(({ root }) => (root === undefined ? [] : objectsOf(root, 0)));
}

/** Those that only say what runs among them. */
export function allObjectsIn(file: YamlFile): readonly KubernetesObject[] {
  return file.documents.flatMap((document) => {
    const root = document.root ?? document.workload;
    return root === undefined ? [] : objectsOf(root, 0);
  });
}

function objectsOf(node: YamlNode, depth: number): readonly KubernetesObject[] {
  const [apiVersion, kind] = [textAt(node, 'apiVersion'), textAt(node, 'kind')];
  if (apiVersion === undefined || kind === undefined) return [];
  if (kind.endsWith('List') && depth < MAX_LISTS) {
    const items = itemsOf(nodeAt(node, 'items'));
    if (items !== undefined) return items.flatMap((item) => objectsOf(item, depth + 1));
  }
  const slash = apiVersion.lastIndexOf('/');
  return [{ node, kind, group: slash === -1 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), name: textAt(node, 'metadata', 'name'), namespace: textAt(node, 'metadata', 'namespace') }];
}
