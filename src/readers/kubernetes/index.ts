/**
 * Kubernetes: which pods run what (Deployments and their like, Knative), the Services in front of them, and the objects
 * that bring requests from outside: Ingress, Traefik's IngressRoute, OpenShift's Route, NGINX Inc.'s VirtualServer.
 * With them what Skaffold builds and Kustomize renames, and servers of nginx whose text stands in a ConfigMap.
 *
 * But for these servers nothing here says anything of CORS: other readers read what controllers add. It tells which layer
 * stands before which. Names that a template writes are left open.
 */
import { allObjectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import type { PlainLayer, TopologyFact } from '../../policy/topology.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';
import { configurationEdit, configuredServers } from './config-maps.js';
import { renamedImages, skaffoldImages } from './images.js';
import { ingressLayer, isIngress } from './ingress.js';
import { ingressRouteLayer, isIngressRoute } from './ingress-route.js';
import { isRoute, openshiftLayer } from './openshift-route.js';
import { serviceOf } from './services.js';
import { isVirtualServer, virtualServerLayer } from './virtual-server.js';
import { knativeService, unitsOf } from './workloads.js';

export default defineReader<YamlInProject>({
  title: 'Kubernetes',
  language: 'yaml',
  // The text of a server in a ConfigMap.
  mayConcern: /^(?=[\s\S]*\bserver\s*\{)(?=[\s\S]*access-control-)[\s\S]*\bConfigMap\b/i,
  layers: {
    paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i,
    text: /\bkind:[ \t]*["']?(?:Service|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Rollout|DeploymentConfig|Pod|ConfigMap|List|Ingress|IngressRoute|Route|VirtualServer(?:Route)?)["']?[ \t\r]*$|\bapiVersion:[ \t]*["']?skaffold\/|^images:/m,
    // What Skaffold builds, and servers of nginx in a ConfigMap, count by more than names.
    byName: /^(?![^]*(?:\bapiVersion:[ \t]*["']?skaffold\/|\bserver\s*\{))/,
  },

  *read(file) {
    for (const object of allObjectsIn(file)) {
      for (const fact of factsOf(file, object)) yield { kind: 'topology', fact };
      const layer = layerOf(file, object);
      if (layer !== undefined && layer.policy.steps.length > 0) yield { kind: 'layer', layer };
    }
    yield* configuredServers(file);
    for (const fact of [...skaffoldImages(file), ...renamedImages(file)]) yield { kind: 'topology', fact };
  },

  write: (file, _policy, change) => configurationEdit(file, change),
});

function factsOf(file: YamlInProject, object: KubernetesObject): readonly TopologyFact[] {
  const service = object.kind === 'Service' && object.group === '' ? serviceOf(file, object) : knativeService(file, object);
  return [...unitsOf(file, object), ...(service === undefined ? [] : [service])];
}

function layerOf(file: YamlInProject, object: KubernetesObject): PlainLayer | undefined {
  if (isIngress(object)) return ingressLayer(file, object);
  if (isIngressRoute(object)) return ingressRouteLayer(file, object);
  if (isRoute(object)) return openshiftLayer(file, object);
  return isVirtualServer(object) ? virtualServerLayer(file, object) : undefined;
}
