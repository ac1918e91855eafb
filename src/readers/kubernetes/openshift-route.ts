import { segmentsPath } from '../../middleware/envoy/paths.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { networkOf, routingLayer, sampleHost, servedUnder, toOneOf } from '../../middleware/kubernetes/routing.js';
import { textsIn, writtenAt } from '../../middleware/kubernetes/written.js';
import { whenAll, type Upstream } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import { itemsOf, nodeAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';

export function isRoute({ kind, group }: KubernetesObject): boolean {
  return kind === 'Route' && (group === 'route.openshift.io' || group === '');
}

/**
 * OpenShift's Route as a layer: a host, a path by whole segments, one Service or several by weight. `targetPort` is a port of the
 * pods, so that the Service's only one counts here.
 * Documented: https://docs.openshift.com/container-platform/latest/networking/routes/route-configuration.html
 */
export function openshiftLayer(file: YamlFile, object: KubernetesObject): PlainLayer {
  const { node } = object;
  const written = writtenAt(file, node, 'spec', 'host');
  const host = written?.templated === true ? undefined : written;
  const path = writtenAt(file, node, 'spec', 'path');
  const { guard, sample } = segmentsPath(path?.text ?? '/', path?.at ?? node.at);
  const target = textsIn(file, nodeAt(node, 'metadata', 'annotations')).get('haproxy.router.openshift.io/rewrite-target')?.text;
  const rewrite = target === undefined ? {} : { path: path === undefined || path.text === '/' ? { prefix: '/', by: target.endsWith('/') ? target : `${target}/` } : { prefix: path.text, by: target === '/' ? '' : target } };
  const services = [nodeAt(node, 'spec', 'to'), ...(itemsOf(nodeAt(node, 'spec', 'alternateBackends')) ?? [])];
  const upstreams = services.flatMap((to): readonly Upstream[] => {
    const name = to === undefined ? undefined : writtenAt(file, to, 'name');
    return to === undefined || name === undefined || hasNoWeight(file, to) ? [] : [{ host: name.text, port: null, request: [], ...rewrite, at: to.at }];
  });
  return routingLayer({
    reader: 'kubernetes',
    title: `Route ${object.name ?? '(no name in view)'}`,
    object: node,
    network: networkOf(object.namespace),
    places: upstreams.length === 0 ? [] : [{ at: path?.at ?? node.at, match: whenAll(servedUnder(host, [], 'one-label'), guard), sample, host: sampleHost(host), goals: toOneOf(upstreams) }],
    ...(nodeAt(node, 'spec', 'tls') === undefined ? {} : { evidence: { https: 'yes' } }),
  });
}

function hasNoWeight(file: YamlFile, to: YamlNode): boolean {
  return writtenAt(file, to, 'weight')?.text === '0';
}
