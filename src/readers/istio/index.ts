/**
 * Istio's VirtualService: `spec.http[].corsPolicy`, which becomes the policy of Envoy's routes.
 *
 * The origin is sent back and never `*`, without `Vary`. Matchers compare as Envoy does: `prefix` lets longer hosts
 * in, `regex` is RE2 against the whole text, and one that takes the text `*` lets everybody in. A route that is
 * matched by method sees no preflight. Documented (the API's reference), parts of
 * pilot/pkg/networking/core/route/route.go were read; Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { refusal, remark, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy, type Host, type Route } from '../../middleware/envoy/routes.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { servedLayer } from '../../middleware/kubernetes/virtual-host.js';
import { itemsOf, nodeAt, textAt, type YamlFile } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { fieldAt } from './fields.js';
import { routesOf } from './routes.js';

export default defineReader<YamlFile>({
  title: 'Istio',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*(?:cors|access-control-))(?=[\s\S]*VirtualService)[\s\S]*networking\.istio\.io/i,
  layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?VirtualService\b/, byName: /(?:)/ },

  *read(file) {
    const services = objectsIn(file).filter(({ kind, group }) => kind === 'VirtualService' && group === 'networking.istio.io');
    const served = new Map<string, number>();
    for (const { text } of services.flatMap(hostsOf)) served.set(text, (served.get(text) ?? 0) + 1);
    for (const service of services) yield* readingsOf(file, service, services, served);
  },

  write: editCors,
});

function hostsOf({ node }: KubernetesObject): readonly Host[] {
  return (itemsOf(nodeAt(node, 'spec', 'hosts')) ?? []).flatMap((item) => {
    const text = textAt(item);
    return text === undefined ? [] : [{ text, at: item.at }];
  });
}

/** Do requests come in by it from outside the mesh? What another one delegates to is read with that. */
function isGateway({ node }: KubernetesObject): boolean {
  return nodeAt(node, 'spec', 'hosts') !== undefined && (itemsOf(nodeAt(node, 'spec', 'gateways')) ?? []).some((item) => textAt(item) !== 'mesh');
}

/** `served`: how many services of the file speak for a host. */
function* readingsOf(file: YamlFile, service: KubernetesObject, all: readonly KubernetesObject[], served: ReadonlyMap<string, number>): Generator<Reading> {
  const made: Route[] = [];
  let whole = true;
  for (const http of itemsOf(nodeAt(service.node, 'spec', 'http')) ?? []) {
    for (const route of routesOf(file, http, all)) {
      if ('refused' in route) {
        yield refusal('Istio', route);
        return;
      }
      if ('remark' in route) {
        yield remark(route.at, route.remark);
        whole = false;
      } else made.push(route);
    }
  }
  const levels = [...new Set(made.flatMap((route) => route.levels))];
  for (const level of levels) yield* remarksOn(level);
  const hosts = hostsOf(service);
  const speaks = levels.length > 0 || made.some(({ headers }) => headers.length > 0);
  const layer = speaks || isGateway(service) ? servedLayer({ reader: 'istio', object: service, hosts, routes: made }) : undefined;
  if (layer !== undefined) yield { kind: 'layer', layer };
  if (!speaks) return;
  const shared = hosts.some(({ text }) => (served.get(text) ?? 0) > 1);
  // A service without hosts is one that others delegate to: they know its hosts and what else they serve.
  const complete = whole && hosts.length > 0 && !shared && !file.templates.some(({ start }) => service.node.at.start <= start && start < service.node.at.end);
  const http = fieldAt(nodeAt(service.node, 'spec'), 'http');
  yield {
    kind: 'policy',
    policy: virtualHostPolicy({
      reader: 'istio',
      title: `VirtualService ${service.name ?? 'without a name'}`,
      at: levels[0]?.at ?? http?.key.at ?? service.node.at,
      hosts,
      otherHosts: [],
      routes: made,
      complete,
      version: 'Istio ≥ 1.25 assumed (no version found)',
    }),
  };
}
