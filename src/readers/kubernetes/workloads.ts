import { launchesIn, launchesOfWords } from '../../middleware/commands/launch.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { networkOf } from '../../middleware/kubernetes/routing.js';
import { plainTexts, portAt, writtenAt } from '../../middleware/kubernetes/written.js';
import type { Published, Run, Service, Unit, UnitPort } from '../../policy/topology.js';
import { itemsOf, nodeAt, resolve, textAt, type YamlFile, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import { mountedBy } from './config-maps.js';
import { imageName } from './images.js';

/** Kinds whose pods serve, by API group: the pod's template stands in `spec.template`. */
const TEMPLATED: Readonly<Record<string, readonly string[]>> = {
  apps: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  extensions: ['Deployment', 'DaemonSet', 'ReplicaSet'],
  '': ['ReplicationController'],
  'argoproj.io': ['Rollout'],
  'apps.openshift.io': ['DeploymentConfig'],
};

/** Environment variables that tell a process its port: the custom of platforms, and Spring Boot's. */
const PORT_VARIABLES = ['PORT', 'SERVER_PORT'];

/** A Service of Knative gives its pods this label. */
const KNATIVE_LABEL = 'serving.knative.dev/service';

/** The port that Knative asks a container for which names none. */
const KNATIVE_PORT = 8080;

/** The containers of a workload's pods, each a unit; they share localhost. */
export function unitsOf(file: YamlInProject, object: KubernetesObject): readonly Unit[] {
  const pod = podOf(object);
  if (pod === undefined) return [];
  const name = object.name ?? '';
  // Objects whose names a template writes are told apart by their files.
  const networks = [`kubernetes pod ${object.namespace ?? ''}/${object.name ?? `${file.file}:${object.node.at.start}`}`, networkOf(object.namespace)];
  const labels = { ...plainTexts(file, nodeAt(pod, 'metadata', 'labels')), ...(isKnative(object) ? { [KNATIVE_LABEL]: name } : {}) };
  const containers = itemsOf(nodeAt(pod, 'spec', 'containers')) ?? [];
  const onHost = isTrue(nodeAt(pod, 'spec', 'hostNetwork'));
  return containers.map((container): Unit => {
    const ports = portsOf(file, container);
    const own = textAt(container, 'name');
    return {
      fact: 'unit',
      title: `${object.name === undefined ? `${object.kind} in ${file.file}` : titleOf(object)}${containers.length > 1 && own !== undefined ? `, container ${own}` : ''}`,
      at: container.at,
      networks,
      names: ['localhost'],
      ports: isKnative(object) && ports.length === 0 ? [{ port: KNATIVE_PORT, at: container.at }] : ports,
      published: publishedOf(file, container, onHost),
      labels,
      runs: [...runsOf(file, container), ...mountedBy(file, pod, container)],
    };
  });
}

/** The name under which Knative serves a Service of its own, in the cluster and outside. */
export function knativeService(file: YamlInProject, object: KubernetesObject): Service | undefined {
  if (!isKnative(object) || object.name === undefined) return undefined;
  const [unit] = unitsOf(file, object);
  const target = unit?.ports[0]?.port ?? KNATIVE_PORT;
  return {
    fact: 'service',
    title: titleOf(object),
    at: object.node.at,
    networks: [networkOf(object.namespace)],
    names: namesOf(object.name, object.namespace),
    selects: { [KNATIVE_LABEL]: object.name },
    ports: [{ port: 80, target, at: unit?.ports[0]?.at ?? object.node.at }],
    published: true,
  };
}

/** `api`, `api.shop`, `api.shop.svc`, `api.shop.svc.cluster.local`: the cluster's own domain is the usual one. */
export function namesOf(name: string, namespace: string | undefined): readonly string[] {
  const short = name.toLowerCase();
  return namespace === undefined ? [short] : [short, `${short}.${namespace}`, `${short}.${namespace}.svc`, `${short}.${namespace}.svc.cluster.local`];
}

/** `Deployment shop/api`. */
export function titleOf({ kind, name, namespace }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name ?? '(no name in view)'}`;
}

function podOf({ kind, group, node }: KubernetesObject): YamlNode | undefined {
  if (kind === 'Pod' && group === '') return node;
  const templated = TEMPLATED[group]?.includes(kind) === true || isKnative({ kind, group });
  return templated ? nodeAt(node, 'spec', 'template') : undefined;
}

function isKnative({ kind, group }: Pick<KubernetesObject, 'kind' | 'group'>): boolean {
  return kind === 'Service' && group === 'serving.knative.dev';
}

function portsOf(file: YamlFile, container: YamlNode): readonly UnitPort[] {
  const declared = (itemsOf(nodeAt(container, 'ports')) ?? []).flatMap((item): readonly UnitPort[] => {
    const port = portAt(file, item, 'containerPort');
    const name = writtenAt(file, item, 'name');
    return port === undefined || textAt(item, 'protocol') === 'UDP' ? [] : [{ port, ...(name === undefined || name.templated === true ? {} : { name: name.text }), at: item.at }];
  });
  const told = (itemsOf(nodeAt(container, 'env')) ?? []).flatMap((item): readonly UnitPort[] => {
    const port = PORT_VARIABLES.includes(textAt(item, 'name') ?? '') ? portAt(file, item, 'value') : undefined;
    return port === undefined || declared.some((other) => other.port === port) ? [] : [{ port, at: item.at }];
  });
  const all = [...declared, ...told];
  const commanded = commandedIn(container).filter(({ port }) => !all.some((other) => other.port === port));
  return [...all, ...commanded];
}

/** Ports that `command` and `args` tell a program; without `command` the image's own entry point takes the words. */
function commandedIn(container: YamlNode): readonly UnitPort[] {
  const command = nodeAt(container, 'command');
  const lists = [command, nodeAt(container, 'args')].map((list) => itemsOf(list) ?? []);
  const items = lists.flat();
  const words = items.flatMap((item) => textAt(item) ?? []);
  // Kubernetes fills `$(NAME)` in; a number or a template is no word that is known.
  if (command === undefined || words.length < items.length || words.some((word) => word.includes('$('))) return [];
  const launches = words.length === 1 ? launchesIn(words[0]!) : launchesOfWords(words);
  return launches.flatMap(({ ports }) => ports.map(({ port, byDefault }) => ({ port, ...(byDefault ? { byDefault } : {}), at: command.at })));
}

function publishedOf(file: YamlFile, container: YamlNode, onHost: boolean): readonly Published[] {
  return (itemsOf(nodeAt(container, 'ports')) ?? []).flatMap((item): readonly Published[] => {
    const target = portAt(file, item, 'containerPort');
    const port = portAt(file, item, 'hostPort') ?? (onHost ? target : undefined);
    return port === undefined || target === undefined ? [] : [{ port, target, at: item.at }];
  });
}

function runsOf(file: YamlFile, container: YamlNode): readonly Run[] {
  const image = nodeAt(container, 'image');
  const name = image === undefined ? undefined : imageName(file, image);
  return image === undefined || name === undefined ? [] : [{ of: 'image', name, at: image.at }];
}

function isTrue(node: YamlNode | undefined): boolean {
  const found = resolve(node);
  return found?.kind === 'scalar' && found.value === true;
}
