import type { Upstream } from '../../policy/program.js';
import { keyOf, pairsOf, resolve, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import { fieldAt, listAt, protoAt } from './tables.js';

const MAX_NODES = 200_000;

/** The first endpoint of every cluster of a file, by the clusters' names: all of them serve the same. */
export function clustersIn(file: YamlFile): ReadonlyMap<string, Pick<Upstream, 'host' | 'port'>> {
  const found = new Map<string, Pick<Upstream, 'host' | 'port'>>();
  const pending: YamlNode[] = file.documents.flatMap(({ root }) => root ?? []);
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const node = pending.pop()!;
    if (node.kind === 'seq') pending.push(...node.items);
    if (node.kind !== 'map') continue;
    const name = textAt(node, 'name');
    const address = name === undefined ? undefined : addressOf(file, node);
    if (name !== undefined && address !== undefined) found.set(name, address);
    else pending.push(...pairsOf(node).flatMap(({ value }) => value ?? []));
  }
  return found;
}

/** `load_assignment`, or `hosts` of older files. */
function addressOf({ source }: YamlFile, cluster: YamlNode): Pick<Upstream, 'host' | 'port'> | undefined {
  const [endpoint] = listAt(cluster, 'loadAssignment', 'endpoints').flatMap((locality) => listAt(locality, 'lbEndpoints'));
  const socket = protoAt(endpoint, 'endpoint', 'address', 'socketAddress') ?? protoAt(listAt(cluster, 'hosts')[0], 'socketAddress');
  const host = resolve(fieldAt(socket, 'address')?.value);
  const port = resolve(fieldAt(socket, 'portValue')?.value);
  if (host?.kind !== 'scalar' || host.value === null) return undefined;
  return { host: host.templated ? source.text.slice(host.at.start, host.at.end) : String(host.value), port: port?.kind === 'scalar' && typeof port.value === 'number' ? port.value : null };
}

/** Where a route sends its requests: to a cluster that the file describes. The prefix that it was found by may give way to another one. */
export function upstreamOf(route: YamlNode, clusters: ReadonlyMap<string, Pick<Upstream, 'host' | 'port'>>): Upstream | undefined {
  const action = protoAt(route, 'route');
  const cluster = fieldAt(action, 'cluster');
  const address = clusters.get(textAt(cluster?.value) ?? '');
  if (cluster === undefined || address === undefined) return undefined;
  const path = pathOf(protoAt(route, 'match'), action);
  return { ...address, request: [], ...(path === undefined ? {} : { path }), at: cluster.at };
}

function pathOf(match: YamlNode | undefined, action: YamlNode | undefined): Upstream['path'] {
  const by = textAt(protoAt(action, 'prefixRewrite'));
  const prefix = textAt(protoAt(match, 'prefix')) ?? textAt(protoAt(match, 'pathSeparatedPrefix'));
  const exact = textAt(protoAt(match, 'path'));
  if (by !== undefined) return prefix !== undefined ? { prefix, by } : exact !== undefined ? { whole: by } : null;
  return pairsOf(action).some((pair) => /^(?:regex_?rewrite|path_?rewrite(?:_?policy)?)$/i.test(keyOf(pair) ?? '')) ? null : undefined;
}
