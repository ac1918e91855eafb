import { itemsOf, keyOf, nodeAt, pairsOf, resolve, textAt, type YamlMap, type YamlNode, type YamlPair } from './tree.js';

/**
 * An object with a strategic merge patch: maps are merged key by key, `null` takes a key away, any other value and every
 * list replaces. (Lists that Kubernetes merges by name are those of containers, ports and the like: none holds CORS.)
 * Undefined when the patch deletes the object.
 */
export function merged(base: YamlNode, patch: YamlNode): YamlNode | undefined {
  const [under, over] = [resolve(base), resolve(patch)];
  if (over?.kind !== 'map') return patch;
  const directive = textAt(over, '$patch');
  if (directive === 'delete') return undefined;
  const pairs = pairsOf(over).filter((pair) => keyOf(pair) !== '$patch');
  if (under?.kind !== 'map' || directive === 'replace') return { ...over, pairs };
  const kept = pairsOf(under).filter((pair) => !pairs.some((other) => keyOf(other) === keyOf(pair)));
  const written = pairs.flatMap((pair): readonly YamlPair[] => {
    const below = pairsOf(under).findLast((other) => keyOf(other) === keyOf(pair))?.value;
    const value = pair.value === undefined || below === undefined ? pair.value : merged(below, pair.value);
    return isNull(value) ? [] : [{ ...pair, value }];
  });
  return { ...over, pairs: [...kept, ...written] };
}

/** An object after the operations of a JSON Patch (RFC 6902): `~1` is a slash in a key and `~0` a tilde. `copy`, `move` and `test` are left out. */
export function patched(base: YamlNode, operations: YamlNode): YamlNode {
  let root = base;
  for (const operation of itemsOf(operations) ?? []) {
    const keys = (textAt(operation, 'path') ?? '').split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const op = textAt(operation, 'op') ?? '';
    if (keys.length > 0 && /^(?:add|replace|remove)$/.test(op)) root = changed(root, keys, op === 'remove' ? undefined : { value: nodeAt(operation, 'value'), add: op === 'add' });
  }
  return root;
}

/** A node with another value at a path; undefined takes it away. */
function changed(node: YamlNode, [key, ...rest]: readonly string[], to: { readonly value: YamlNode | undefined; readonly add: boolean } | undefined): YamlNode {
  const at = resolve(node);
  if (key === undefined || at === undefined) return node;
  if (at.kind === 'map') {
    const pairs = pairsOf(at);
    const known = pairs.find((pair) => keyOf(pair) === key);
    if (rest.length > 0) return known?.value === undefined ? node : withPairs(at, pairs.map((pair) => (pair === known ? { ...pair, value: changed(known.value!, rest, to) } : pair)));
    const others = pairs.filter((pair) => pair !== known);
    if (to?.value === undefined) return withPairs(at, others);
    const name: YamlNode = { kind: 'scalar', value: key, style: 'plain', templated: false, at: { ...to.value.at, end: to.value.at.start } };
    return withPairs(at, [...others, { key: name, value: to.value, at: to.value.at }]);
  }
  if (at.kind !== 'seq') return node;
  const index = key === '-' ? at.items.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > at.items.length) return node;
  const item = at.items[index];
  if (rest.length > 0) return item === undefined ? node : { ...at, items: at.items.with(index, changed(item, rest, to)) };
  return { ...at, items: [...at.items.slice(0, index), ...(to?.value === undefined ? [] : [to.value]), ...at.items.slice(to?.add === true ? index : index + 1)] };
}

function withPairs(map: YamlMap, pairs: readonly YamlPair[]): YamlMap {
  return { ...map, pairs };
}

function isNull(node: YamlNode | undefined): boolean {
  const at = resolve(node);
  return at?.kind === 'scalar' && at.value === null;
}
