import type { Upstream } from '../../policy/program.js';
import type { Network } from '../../policy/topology.js';
import { itemsOf, keyOf, nodeAt, pairsOf, resolve, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import { folderOf } from '../../text/files.js';
import { labelsIn, type Label } from './labels.js';

/** Where the requests of a router go. */
export interface Target {
  readonly upstream: Upstream;
  /** Where the name of the container is meant: absent for an address of a file. */
  readonly network?: Network;
}

/** The targets of all routers that a file names, by the routers' names. A router that is not among them goes nobody knows where. */
export function targetsIn(unit: YamlInProject): ReadonlyMap<string, Target> {
  const found = new Map<string, Target>();
  for (const { root } of unit.documents) {
    for (const [name, target] of [...targetsOfFile(root), ...targetsOfContainers(unit, root)]) found.set(name, target);
  }
  return found;
}

/** `http: {routers: {r: {service: s}}, services: {s: {loadBalancer: {servers: [{url}]}}}}`: all servers of a service serve the same. */
function targetsOfFile(root: YamlNode | undefined): readonly (readonly [router: string, target: Target])[] {
  const services = new Map(pairsOf(nodeAt(root, 'http', 'services')).map((pair) => [keyOf(pair) ?? '', pair.value]));
  return pairsOf(nodeAt(root, 'http', 'routers')).flatMap((pair) => {
    const service = services.get((fieldText(pair.value, 'service') ?? '').replace(/@file$/, ''));
    const [server] = itemsOf(field(field(service, 'loadbalancer'), 'servers')) ?? [];
    const url = field(server, 'url');
    const text = textAt(url);
    return url === undefined || text === undefined ? [] : [[keyOf(pair) ?? '', { upstream: { ...addressIn(text), request: [], at: url.at } }] as const];
  });
}

function addressIn(url: string): Pick<Upstream, 'host' | 'port'> {
  const [, scheme, host, port] = /^(https?|h2c):\/\/(\[[^\]]*\]|[^:/$%{}]+)(?::(\d+))?\/?$/.exec(url) ?? [];
  return host === undefined ? { host: url, port: null } : { host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
}

/**
 * Labels of containers in a Compose file. A router without a service goes to the one of its container, and a service without
 * a port to the one that the container exposes.
 * Documented: https://doc.traefik.io/traefik/routing/providers/docker/
 */
function targetsOfContainers(unit: YamlInProject, root: YamlNode | undefined): readonly (readonly [router: string, target: Target])[] {
  return pairsOf(nodeAt(root, 'services')).flatMap((pair) => {
    const name = keyOf(pair);
    const labels = [nodeAt(pair.value, 'labels'), nodeAt(pair.value, 'deploy', 'labels')].flatMap((node) => labelsIn(unit, node));
    if (name === undefined || labels.length === 0) return [];
    const routers = new Set(labels.flatMap(({ path: [what, router] }) => (what?.toLowerCase() === 'routers' && router !== undefined ? [router] : [])));
    const network = networkOf(unit, root, pair.value);
    return [...routers].flatMap((router) => {
      const chosen = textOf(labels.find(({ path }) => path.length === 3 && path[1] === router && path[2]?.toLowerCase() === 'service'))?.replace(/@docker$/, '');
      const ports = labels.filter(({ path: [what, service, ...rest] }) => what?.toLowerCase() === 'services' && (chosen === undefined || service === chosen) && rest.join('.').toLowerCase() === 'loadbalancer.server.port');
      // A service of another container, or of another provider.
      if (chosen !== undefined && !labels.some(({ path: [what, service] }) => what?.toLowerCase() === 'services' && service === chosen)) return [];
      const [port] = ports;
      const text = textOf(port);
      const upstream: Upstream = { host: name.toLowerCase(), port: text !== undefined && /^\d+$/.test(text) ? Number(text) : null, request: [], at: port?.at ?? pair.key.at };
      return [[router, { upstream, network }] as const];
    });
  });
}

function textOf(label: Label | undefined): string | undefined {
  return label?.value.kind === 'string' ? label.value.value : undefined;
}

/** Files that Compose takes by themselves: their project goes by its folder, any other by its file. */
const STANDARD = /^(?:docker-)?compose(?:\.override)?\.ya?ml$/;

/** The first network of a container, as what Compose says of its services calls it. */
function networkOf({ file }: YamlInProject, root: YamlNode | undefined, service: YamlNode | undefined): Network {
  const folder = folderOf(file);
  const project = STANDARD.test(file.slice(folder === '' ? 0 : folder.length + 1)) ? folder || '.' : file;
  const listed = nodeAt(service, 'networks');
  const name = textAt(itemsOf(listed)?.[0]) ?? pairsOf(listed).map(keyOf)[0] ?? 'default';
  const said = nodeAt(root, 'networks', name);
  const own = textAt(said, 'name') ?? textAt(said, 'external', 'name');
  const external = resolve(nodeAt(said, 'external'));
  if (own !== undefined) return `docker ${own}`;
  if (external?.kind === 'scalar' && external.value === true) return `docker ${name}`;
  return name === 'default' ? `compose ${project}` : `compose ${project} ${name}`;
}

/** Keys of dynamic files are found whatever their case. */
function field(node: YamlNode | undefined, name: string): YamlNode | undefined {
  return pairsOf(node).findLast((pair) => keyOf(pair)?.toLowerCase() === name)?.value;
}

function fieldText(node: YamlNode | undefined, name: string): string | undefined {
  return textAt(field(node, name));
}
