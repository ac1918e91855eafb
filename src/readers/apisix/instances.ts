import type { Route } from '../../middleware/gateway-plugins/routes.js';
import type { Setting, Settings } from '../../middleware/gateway-plugins/settings.js';
import { itemsOf, keyOf, nodeAt, pairAt, pairsOf, resolve, textAt, valueOf, valueOfPair, type YamlDocument, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import type { Value } from '../../values/value.js';
import { routeOf } from './routes.js';

/** One `cors` plugin that is switched on, with the routes whose requests it sees. */
export interface Instance {
  readonly settings: Settings;
  readonly title: string;
  /** Where the plugin is named. */
  readonly at: Span;
  readonly routes: readonly Route[];
  /** Other routes in view: a request that is none of the plugin's may be theirs. */
  readonly others: readonly Route[];
}

interface Scoped {
  readonly node: YamlNode;
  readonly route: Route;
  readonly service: YamlNode | undefined;
  readonly serviceId: string | undefined;
}

/**
 * The plugins of a declarative file: `apisix.yaml` of the standalone mode, ADC's, or the JSON of one route. The
 * nearest one counts: of the route, of the plugin configuration that it names, of its service; global rules run beside.
 */
export function declared(file: YamlFile, { root }: YamlDocument): readonly Instance[] {
  if (root === undefined || pairAt(root, '_format_version') !== undefined || pairAt(root, 'kind') !== undefined) return [];
  const services = itemsOf(nodeAt(root, 'services')) ?? [];
  const alone = pairAt(root, 'uri') !== undefined || pairAt(root, 'uris') !== undefined;
  const scoped = (node: YamlNode, service: YamlNode | undefined): Scoped => ({ node, route: routeOf(node), service, serviceId: idAt(node, 'service_id') });
  const routes = [...services.flatMap((service) => (itemsOf(nodeAt(service, 'routes')) ?? []).map((node) => scoped(node, service))), ...(itemsOf(nodeAt(root, 'routes')) ?? []).map((node) => scoped(node, undefined)), ...(alone ? [scoped(root, undefined)] : [])];
  const configs = itemsOf(nodeAt(root, 'plugin_configs')) ?? [];
  const pluginOf = (node: YamlNode | undefined): YamlPair | undefined => corsIn(nodeAt(node, 'plugins'));
  const named = (node: YamlNode, key: string, among: readonly YamlNode[]): YamlNode | undefined => {
    const id = idAt(node, key);
    return id === undefined ? undefined : among.find((one) => idAt(one, 'id') === id);
  };
  const owners = new Map<YamlPair, { title: string; own: Scoped[] }>();
  for (const one of routes) {
    const config = pluginOf(named(one.node, 'plugin_config_id', configs));
    const service = pluginOf(one.service ?? named(one.node, 'service_id', services));
    const found = [{ pair: pluginOf(one.node), title: `on route ${nameOf(one.node)}` }, { pair: config, title: 'in a plugin configuration' }, { pair: service, title: 'on a service' }].find(({ pair }) => pair !== undefined && isOn(pair));
    if (found?.pair === undefined) continue;
    const known = owners.get(found.pair);
    if (known === undefined) owners.set(found.pair, { title: found.title, own: [one] });
    else known.own.push(one);
  }
  // Those that no route of the file uses are used by others.
  for (const node of [...configs, ...services]) {
    const pair = pluginOf(node);
    if (pair !== undefined && isOn(pair) && !owners.has(pair)) owners.set(pair, { title: configs.includes(node) ? 'in a plugin configuration' : 'on a service', own: [] });
  }
  const instances = [...owners].map(([pair, { title, own }]): Instance => instanceOf(file, pair, title, own.map(({ route }) => route), own.length === 0 ? [] : routes.filter((one) => !own.includes(one)).map(({ route }) => route)));
  const rules = nodeAt(root, 'global_rules');
  const global = [...(itemsOf(rules) ?? []).map(pluginOf), corsIn(rules)].filter((pair) => pair !== undefined).filter(isOn);
  return [...instances, ...global.map((pair) => instanceOf(file, pair, 'in a global rule', [], []))];
}

/** A plugin in a map of plugins by name. */
function corsIn(plugins: YamlNode | undefined): YamlPair | undefined {
  return resolve(plugins)?.kind === 'map' ? pairsOf(plugins).findLast((pair) => keyOf(pair) === 'cors') : undefined;
}

/** `_meta: {disable: true}` switches it off. */
function isOn(pair: YamlPair): boolean {
  const [disabled, old] = [resolve(nodeAt(pair.value, '_meta', 'disable')), resolve(nodeAt(pair.value, 'disable'))];
  return ![disabled, old].some((node) => node?.kind === 'scalar' && node.value === true);
}

function instanceOf(file: YamlFile, pair: YamlPair, where: string, routes: readonly Route[], others: readonly Route[]): Instance {
  return { settings: settingsOf(file, pair.key.at, valueOfPair(file, pair), pair.value), title: `cors plugin ${where}`, at: pair.key.at, routes, others };
}

/** The fields of a configuration of the plugin. */
export function settingsOf(file: YamlFile, at: Span, value: Value, node: YamlNode | undefined): Settings {
  const pairs = pairsOf(node);
  const fields = new Map<string, Setting>();
  for (const entry of value.kind === 'record' ? value.entries : []) {
    const pair = pairs.findLast((candidate) => keyOf(candidate) === entry.key);
    fields.set(entry.key, { value: entry.value, at: entry.at, ...(pair === undefined ? {} : { pair }) });
  }
  const rest = value.kind === 'record' ? value.rest : value.kind === 'unknown' ? value : undefined;
  return { file, at, fields, ...(rest === undefined ? {} : { rest }) };
}

/** A plugin in a list of `{name, enable, config}`, as objects of Kubernetes have them. */
export function listedIn(file: YamlFile, plugins: YamlNode | undefined): { readonly settings: Settings; readonly at: Span } | undefined {
  const plugin = (itemsOf(plugins) ?? []).findLast((item) => textAt(item, 'name') === 'cors');
  const enable = resolve(nodeAt(plugin, 'enable'));
  if (plugin === undefined || (enable?.kind === 'scalar' && enable.value === false)) return undefined;
  const at = pairAt(plugin, 'name')?.at ?? plugin.at;
  const config = nodeAt(plugin, 'config');
  return { settings: settingsOf(file, at, config === undefined ? { kind: 'nothing', what: 'undefined', at } : valueOf(file, config), config), at };
}

function idAt(node: YamlNode | undefined, key: string): string | undefined {
  const found = resolve(nodeAt(node, key));
  return found?.kind === 'scalar' && found.value !== null && !found.templated ? String(found.value) : undefined;
}

function nameOf(node: YamlNode): string {
  return textAt(node, 'name') ?? idAt(node, 'id') ?? textAt(node, 'uri') ?? 'without a name';
}
