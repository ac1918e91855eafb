import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { networkOf } from '../../middleware/kubernetes/routing.js';
import { plainTexts, portAt, writtenAt } from '../../middleware/kubernetes/written.js';
import type { Service } from '../../policy/topology.js';
import { itemsOf, nodeAt, textAt, type YamlFile } from '../../syntax/yaml/index.js';
import { namesOf, titleOf } from './workloads.js';

type Port = Service['ports'][number];

/**
 * A Service of the core group. One without a selector (its endpoints are written elsewhere, or it is another name for a
 * host outside) selects nothing here. Undefined where a template writes the name.
 */
export function serviceOf(file: YamlFile, object: KubernetesObject): Service | undefined {
  const { node, name, namespace } = object;
  if (name === undefined) return undefined;
  const type = textAt(node, 'spec', 'type') ?? 'ClusterIP';
  const ports = (itemsOf(nodeAt(node, 'spec', 'ports')) ?? []).flatMap((item): readonly Port[] => {
    const port = portAt(file, item, 'port');
    if (port === undefined || textAt(item, 'protocol') === 'UDP') return [];
    const [own, target] = [writtenAt(file, item, 'name'), writtenAt(file, item, 'targetPort')];
    const to = target === undefined ? null : (portAt(file, item, 'targetPort') ?? target.text);
    return [{ port, ...(own === undefined || own.templated === true ? {} : { name: own.text }), target: to, at: item.at }];
  });
  return {
    fact: 'service',
    title: titleOf(object),
    at: node.at,
    networks: [networkOf(namespace)],
    names: namesOf(name, namespace),
    selects: plainTexts(file, nodeAt(node, 'spec', 'selector')),
    ports: textAt(node, 'spec', 'clusterIP') === 'None' ? [...ports, ...ofPods(ports)] : ports,
    published: type === 'LoadBalancer' || type === 'NodePort',
  };
}

/** The name of a headless Service is that of its pods: their own ports are reached under it. */
function ofPods(ports: readonly Port[]): readonly Port[] {
  return ports.flatMap(({ port, target, at }) => (typeof target === 'number' && target !== port && !ports.some((other) => other.port === target) ? [{ port: target, target: null, at }] : []));
}
