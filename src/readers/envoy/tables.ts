import { protoName } from '../../middleware/envoy/fields.js';
import { itemsOf, keyOf, nodeAt, pairsOf, resolve, textAt, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';

/** A route configuration (`virtual_hosts`), with the connection manager that holds it, when that is in the same file. */
export interface RouteTable {
  readonly node: YamlNode;
  /** The filters in their order; undefined where they are elsewhere (RDS, a fragment). */
  readonly filters: readonly YamlNode[] | undefined;
  /** The port of the listener around it. */
  readonly port: number | undefined;
}

/** A CORS policy outside any route table: a patch of Istio's EnvoyFilter, a fragment. */
export interface LonePolicy {
  readonly lone: YamlNode;
}

const MAX_NODES = 200_000;

/** The pair of a field, in either of protobuf's spellings. */
export function fieldAt(node: YamlNode | undefined, name: string): YamlPair | undefined {
  return pairsOf(node).findLast((pair) => protoName(keyOf(pair) ?? '') === name);
}

/** The node at a path of fields, in either spelling. */
export function protoAt(node: YamlNode | undefined, ...names: readonly string[]): YamlNode | undefined {
  return names.reduce<YamlNode | undefined>((found, name) => fieldAt(found, name)?.value, node);
}

/** The items of a list field. */
export function listAt(node: YamlNode | undefined, ...names: readonly string[]): readonly YamlNode[] {
  return itemsOf(protoAt(node, ...names)) ?? [];
}

/** Every route table and lone policy of a file, in its order. Nodes behind aliases are met where their anchor stands. */
export function tablesIn(file: YamlFile): readonly (RouteTable | LonePolicy)[] {
  const found: (RouteTable | LonePolicy)[] = [];
  const pending: { node: YamlNode; filters: readonly YamlNode[] | undefined; port: number | undefined }[] = file.documents.flatMap(({ root }) => (root === undefined ? [] : [{ node: root, filters: undefined, port: undefined }])).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const { node, filters, port } = pending.pop()!;
    if (node.kind === 'map') {
      if (fieldAt(node, 'virtualHosts') !== undefined) {
        found.push({ node, filters, port });
        continue;
      }
      if (corsPolicyOf(node) !== undefined) found.push({ lone: node });
      const own = fieldAt(node, 'httpFilters') === undefined ? filters : listAt(node, 'httpFilters');
      pending.push(...node.pairs.flatMap(({ value }) => (value === undefined ? [] : [{ node: value, filters: own, port: portOf(node) ?? port }])).reverse());
    } else if (node.kind === 'seq') {
      pending.push(...node.items.map((item) => ({ node: item, filters, port })).reverse());
    }
  }
  return found;
}

/** The port of a listener. */
function portOf(node: YamlNode): number | undefined {
  const port = fieldAt(node, 'filterChains') === undefined ? undefined : resolve(protoAt(node, 'address', 'socketAddress', 'portValue'));
  return port?.kind === 'scalar' && typeof port.value === 'number' ? port.value : undefined;
}

const FILTER = 'envoy.filters.http.cors';

/** The pair of the CORS policy among the configurations per filter of a route, virtual host, route configuration or cluster. */
export function corsPolicyOf(node: YamlNode | undefined): YamlPair | undefined {
  const pairs = pairsOf(protoAt(node, 'typedPerFilterConfig'));
  return pairs.findLast((pair) => keyOf(pair) === FILTER || keyOf(pair) === 'envoy.cors' || /\.cors\.v\d\w*\.CorsPolicy$/.test(typeOf(pair.value) ?? ''));
}

export function typeOf(node: YamlNode | undefined): string | undefined {
  return textAt(node, '@type');
}

/** The CORS filter among others; its place among them. */
export function corsFilterIn(filters: readonly YamlNode[]): number {
  return filters.findIndex((filter) => {
    const name = textAt(filter, 'name');
    return name === FILTER || name === 'envoy.cors' || /\.cors\.v\d\w*\.Cors$/.test(typeOf(protoAt(filter, 'typedConfig')) ?? '');
  });
}

/** A filter before the CORS filter that turns requests without a token away; the one for JWTs may be told to let preflights pass. */
export function guardBefore(filters: readonly YamlNode[], cors: number): YamlNode | undefined {
  return filters.slice(0, cors).find((filter) => {
    const bypass = resolve(protoAt(filter, 'typedConfig', 'bypassCorsPreflight'));
    if (bypass?.kind === 'scalar' && bypass.value === true) return false;
    return /^envoy\.filters\.http\.(?:jwt_authn|ext_authz|basic_auth|oauth2|rbac|api_key_auth)$|^envoy\.ext_authz$/.test(textAt(filter, 'name') ?? '');
  });
}

/** Is the list of filters written out? One that a template writes may hold any. */
export function areKnown(filters: readonly YamlNode[]): boolean {
  return filters.length > 0 && filters.every((filter) => resolve(filter)?.kind === 'map' && nodeAt(filter, 'name') !== undefined);
}
