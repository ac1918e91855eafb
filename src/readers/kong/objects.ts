import { filesBeside } from '../../middleware/gateway-plugins/beside.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import type { Route } from '../../middleware/gateway-plugins/routes.js';
import type { Refused } from '../../middleware/gateway-plugins/settings.js';
import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import { unknown } from '../../values/value.js';
import { fieldsOf, type Instance } from './instances.js';
import { routesOfHttpRoute, routesOfIngress } from './routes.js';

const NAMES_PLUGINS = /konghq\.com|KongPlugin|HTTPRoute/;

/** Kong's objects of Kubernetes: a plugin is reached through the objects here and beside that name it. */
export function installed(file: YamlInProject): readonly (Instance | Refused)[] {
  const plugins = objectsIn(file).filter(({ node, kind }) => (kind === 'KongPlugin' || kind === 'KongClusterPlugin') && textAt(node, 'plugin') === 'cors' && !isSwitchedOff(node));
  if (plugins.length === 0) return [];
  const objects = [...objectsIn(file), ...filesBeside(file, NAMES_PLUGINS).flatMap(objectsIn)];
  const routes = objects.flatMap((object) => routesOf(object).map((route) => ({ object, route })));
  return plugins.flatMap((plugin) => {
    const own = routes.filter(({ object, route }) => isGlobal(plugin) || names(object, plugin) || isFilterOf(object, plugin) || objects.some((service) => service.kind === 'Service' && names(service, plugin) && route.services.includes(service.name ?? '')));
    const consumers = objects.filter((object) => /^KongConsumer(?:Group)?$/.test(object.kind) && names(object, plugin));
    return [
      instanceOf(file, plugin, own.map(({ route }) => route), routes.filter((one) => !own.includes(one)).map(({ route }) => route)),
      ...consumers.map(({ node }): Refused => ({ at: pairAt(node, 'metadata')?.key.at ?? node.at, refused: 'the plugin cannot belong to a consumer' })),
    ];
  });
}

function instanceOf(file: YamlInProject, { node, kind, name }: KubernetesObject, routes: readonly Route[], others: readonly Route[]): Instance {
  const at = pairAt(node, 'plugin')?.at ?? node.at;
  const settings = fieldsOf(file, at, [nodeAt(node, 'config')]);
  const elsewhere = pairsOf(node).find((pair) => ['configFrom', 'configPatches'].includes(keyOf(pair) ?? ''));
  return {
    settings: elsewhere === undefined ? settings : { ...settings, rest: unknown('database-or-io', 'the configuration in a Kubernetes secret', elsewhere.at) },
    title: `${kind} ${name ?? 'without a name'}`,
    at,
    routes,
    others: routes.length === 0 ? [] : others,
    enabled: undefined,
  };
}

function isSwitchedOff(node: YamlNode): boolean {
  const disabled = resolve(nodeAt(node, 'disabled'));
  return disabled?.kind === 'scalar' && disabled.value === true;
}

/** A cluster's plugin with the label `global: "true"` runs on every route. */
function isGlobal({ node, kind }: KubernetesObject): boolean {
  return kind === 'KongClusterPlugin' && textAt(node, 'metadata', 'labels', 'global') === 'true';
}

/** The annotation `konghq.com/plugins` names the plugin; one of a namespace only there, unless it says which. */
function names({ node, namespace }: KubernetesObject, plugin: KubernetesObject): boolean {
  const listed = textAt(node, 'metadata', 'annotations', 'konghq.com/plugins')?.split(',').map((text) => text.trim()) ?? [];
  if (plugin.name === undefined) return false;
  if (listed.includes(`${plugin.namespace ?? 'default'}:${plugin.name}`)) return true;
  return listed.includes(plugin.name) && (plugin.kind === 'KongClusterPlugin' || plugin.namespace === undefined || namespace === undefined || namespace === plugin.namespace);
}

/** A rule of an HTTPRoute names the plugin as its filter. */
function isFilterOf({ node, kind }: KubernetesObject, plugin: KubernetesObject): boolean {
  if (kind !== 'HTTPRoute' || plugin.name === undefined) return false;
  const filters = (itemsOf(nodeAt(node, 'spec', 'rules')) ?? []).flatMap((rule) => itemsOf(nodeAt(rule, 'filters')) ?? []);
  return filters.some((filter) => textAt(filter, 'extensionRef', 'kind') === 'KongPlugin' && textAt(filter, 'extensionRef', 'name') === plugin.name);
}

function routesOf({ node, kind }: KubernetesObject): readonly Route[] {
  if (kind === 'Ingress') return routesOfIngress(node, textAt(node, 'metadata', 'annotations', 'konghq.com/methods'));
  return kind === 'HTTPRoute' ? routesOfHttpRoute(node) : [];
}
