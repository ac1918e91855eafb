import { filesBeside } from '../../middleware/gateway-plugins/beside.js';
import type { Settings } from '../../middleware/gateway-plugins/settings.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, textAt, valueOfPair, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import { listedIn, type Instance } from './instances.js';
import { routeOfRule } from './routes.js';
import type { Route } from '../../middleware/gateway-plugins/routes.js';

const GROUP = 'apisix.apache.org';

interface Rule {
  readonly node: YamlNode;
  readonly route: Route;
  readonly object: KubernetesObject;
}

/** APISIX' objects of Kubernetes: routes with their plugins, configurations that routes name, global rules, annotations of Ingresses. */
export function installed(file: YamlInProject): readonly Instance[] {
  const own = objectsIn(file);
  const ours = own.filter(({ group, kind }) => group === GROUP || kind === 'Ingress');
  if (ours.length === 0) return [];
  const around = [...own, ...filesBeside(file, /ApisixRoute/).flatMap(objectsIn)];
  const rules = around.filter(({ group, kind }) => group === GROUP && kind === 'ApisixRoute').flatMap((object) => (itemsOf(nodeAt(object.node, 'spec', 'http')) ?? []).map((node): Rule => ({ node, route: routeOfRule(node), object })));
  const others = (used: readonly Rule[]): readonly Route[] => rules.filter((rule) => !used.includes(rule)).map(({ route }) => route);
  return ours.flatMap((object): readonly Instance[] => {
    const { node, kind, name } = object;
    if (kind === 'ApisixRoute') {
      return rules.filter((rule) => rule.object === object).flatMap((rule) => {
        const plugin = listedIn(file, nodeAt(rule.node, 'plugins'));
        return plugin === undefined ? [] : [{ ...plugin, title: `ApisixRoute ${name ?? ''}, rule ${textAt(rule.node, 'name') ?? ''}`, routes: [rule.route], others: others([rule]) }];
      });
    }
    if (kind === 'Ingress') return annotated(file, node, name);
    const plugin = kind === 'ApisixPluginConfig' || kind === 'ApisixGlobalRule' || kind === 'PluginConfig' || kind === 'GatewayProxy' ? listedIn(file, nodeAt(node, 'spec', 'plugins')) : undefined;
    if (plugin === undefined) return [];
    // A rule's own plugin stands before that of the configuration that it names.
    const users = kind === 'ApisixPluginConfig' ? rules.filter((rule) => textAt(rule.node, 'plugin_config_name') === name && listedIn(file, nodeAt(rule.node, 'plugins')) === undefined) : [];
    return [{ ...plugin, title: `${kind} ${name ?? ''}`, routes: users.map(({ route }) => route), others: users.length === 0 ? [] : others(users) }];
  });
}

const PREFIX = 'k8s.apisix.apache.org/';
const ANNOTATIONS = new Map([
  ['cors-allow-origin', 'allow_origins'],
  ['cors-allow-headers', 'allow_headers'],
  ['cors-allow-methods', 'allow_methods'],
]);

function annotated(file: YamlInProject, ingress: YamlNode, name: string | undefined): readonly Instance[] {
  const annotations = pairsOf(nodeAt(ingress, 'metadata', 'annotations'));
  const enable = annotations.findLast((pair) => keyOf(pair) === `${PREFIX}enable-cors`);
  if (enable === undefined || textAt(enable.value) !== 'true') return [];
  const fields = annotations.flatMap((pair) => {
    const field = ANNOTATIONS.get(keyOf(pair)?.replace(PREFIX, '') ?? '');
    return field === undefined || !keyOf(pair)!.startsWith(PREFIX) ? [] : [[field, { value: valueOfPair(file, pair), at: pair.at, pair }] as const];
  });
  const settings: Settings = { file, at: enable.at, fields: new Map(fields) };
  const routes = (itemsOf(nodeAt(ingress, 'spec', 'rules')) ?? []).map((rule): Route => {
    const host = textAt(rule, 'host');
    const at = pairAt(rule, 'host')?.at ?? rule.at;
    return { methods: null, paths: [], hosts: host === undefined ? [] : [{ text: host, at }], services: [], at: rule.at };
  });
  return [{ settings, title: `Ingress ${name ?? ''}`, at: enable.at, routes, others: [] }];
}
