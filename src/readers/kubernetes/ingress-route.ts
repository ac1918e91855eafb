import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { hostOf, networkOf, routingLayer, toOneOf, type Place } from '../../middleware/kubernetes/routing.js';
import { passedThrough, referencesIn } from '../../middleware/kubernetes/traefik-middlewares.js';
import { portAt, writtenAt } from '../../middleware/kubernetes/written.js';
import { guardOf, parseRule, placesOf } from '../../middleware/traefik/rule.js';
import { ALWAYS, type Upstream } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import { itemsOf, nodeAt, resolve, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

export function isIngressRoute({ kind, group }: KubernetesObject): boolean {
  return kind === 'IngressRoute' && (group === 'traefik.io' || group === 'traefik.containo.us');
}

/**
 * Traefik's IngressRoute as a layer: the route of the greatest `priority` first, by default that of the longest rule.
 * Documented: https://doc.traefik.io/traefik/routing/providers/kubernetes-crd/
 */
export function ingressRouteLayer(file: YamlInProject, object: KubernetesObject): PlainLayer {
  const { node, namespace } = object;
  const routes = (itemsOf(nodeAt(node, 'spec', 'routes')) ?? []).map((route) => routeOf(file, route, namespace)).sort((a, b) => b.priority - a.priority);
  return routingLayer({
    reader: 'kubernetes',
    title: `IngressRoute ${object.name ?? '(no name in view)'}`,
    object: node,
    network: networkOf(namespace),
    places: routes.flatMap(({ places }) => places),
    carries: routes.flatMap(({ carries }) => carries),
    ...(nodeAt(node, 'spec', 'tls') === undefined ? {} : { evidence: { https: 'yes' } }),
  });
}

interface Route {
  readonly priority: number;
  readonly places: readonly Place[];
  readonly carries: readonly Span[];
}

function routeOf(file: YamlInProject, route: YamlNode, namespace: string | undefined): Route {
  const text = textAt(route, 'match') ?? '';
  const rule = parseRule(text);
  const written = resolve(nodeAt(route, 'priority'));
  const priority = written?.kind === 'scalar' && typeof written.value === 'number' && written.value !== 0 ? written.value : text.length;
  const { refusals, ways, places: carries } = passedThrough(file, referencesIn(itemsOf(nodeAt(route, 'middlewares')) ?? [], namespace), route.at);
  // A rule that cannot be read takes nobody knows what.
  if (rule === undefined) return { priority, places: [], carries };
  const upstreams = (itemsOf(nodeAt(route, 'services')) ?? []).flatMap((service) => upstreamOf(file, service, namespace) ?? []);
  const goals = upstreams.length === 0 ? [{ when: ALWAYS, end: { to: 'behind' as const }, at: route.at }] : ways.flatMap(({ when, path }) => toOneOf(upstreams.map((upstream) => (path === undefined ? upstream : { ...upstream, path })), when));
  const samples = placesOf(rule);
  const match = guardOf(rule, 3, route.at);
  const place = (sample: string | undefined, host: string | undefined, methods: readonly string[] | null): Place => ({ at: route.at, match, sample, host, methods, goals: [...refusals, ...goals] });
  // The steps stand once, the places to ask about as often as the rule has ways.
  return { priority, carries, places: samples.map(({ paths, hosts, methods }, index) => ({ ...place(paths[0] ?? '/', hosts[0], methods), ...(index === 0 ? {} : { goals: [] }) })) };
}

/** A TraefikService, which shares requests out by itself, is not followed. */
function upstreamOf(file: YamlInProject, service: YamlNode, own: string | undefined): Upstream | undefined {
  const name = writtenAt(file, service, 'name');
  if (name === undefined || textAt(service, 'kind') === 'TraefikService') return undefined;
  return { host: hostOf(name.text, textAt(service, 'namespace'), own), port: portAt(file, service, 'port') ?? null, request: [], at: service.at };
}
