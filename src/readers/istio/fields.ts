import { protoName } from '../../middleware/envoy/fields.js';
import { itemsOf, keyOf, pairsOf, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';

/** The pair of a field; Istio takes protobuf's own spelling (`cors_policy`) too. */
export function fieldAt(node: YamlNode | undefined, name: string): YamlPair | undefined {
  return pairsOf(node).findLast((pair) => protoName(keyOf(pair) ?? '') === name);
}

export function valueAt(node: YamlNode | undefined, ...names: readonly string[]): YamlNode | undefined {
  return names.reduce<YamlNode | undefined>((found, name) => fieldAt(found, name)?.value, node);
}

export function listAt(node: YamlNode | undefined, ...names: readonly string[]): readonly YamlNode[] {
  return itemsOf(valueAt(node, ...names)) ?? [];
}
