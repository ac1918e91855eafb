import type { Route } from '../../middleware/gateway-plugins/routes.js';
import type { Refused, Settings } from '../../middleware/gateway-plugins/settings.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, valueOf, valueOfPair, type YamlDocument, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { unknown, type Value } from '../../values/value.js';
import { routeOf } from './routes.js';

/** One `cors` plugin that is switched on, with the routes whose requests it sees. */
export interface Instance {
  readonly settings: Settings;
  readonly title: string;
  /** Where the plugin is named. */
  readonly at: Span;
  readonly routes: readonly Route[];
  /** Other routes of the file: a request that is none of the plugin's may be theirs. */
  readonly others: readonly Route[];
  readonly enabled: Value | undefined;
}

/** A route of a declarative file. */
export interface Scoped {
  readonly node: YamlNode;
  readonly name: string | undefined;
  readonly service: string | undefined;
  /** The service that it leads to. */
  readonly owner: YamlNode | undefined;
  readonly route: Route;
  readonly plugins: readonly YamlNode[];
}

/** The routes of a declarative file (`_format_version`): those of its services, and those that name one. */
export function routesIn(root: YamlNode): readonly Scoped[] {
  const services = servicesIn(root);
  return [
    ...services.flatMap(({ node, name }) => (itemsOf(nodeAt(node, 'routes')) ?? []).map((route) => scoped(route, name, node))),
    ...(itemsOf(nodeAt(root, 'routes')) ?? []).map((route) => {
      const service = reference(route, 'service');
      return scoped(route, service, service === undefined ? undefined : services.find(({ name }) => name === service)?.node);
    }),
  ];
}

function servicesIn(root: YamlNode): readonly { readonly node: YamlNode; readonly name: string | undefined }[] {
  return (itemsOf(nodeAt(root, 'services')) ?? []).map((node) => ({ node, name: textAt(node, 'name') ?? textAt(node, 'id') }));
}

/** The plugins of a declarative file: on all, on a service, on a route; the nearest one counts. */
export function declared(file: YamlFile, { root }: YamlDocument, routes: readonly Scoped[]): readonly Instance[] {
  if (root === undefined || pairAt(root, '_format_version') === undefined) return [];
  const services = servicesIn(root);
  const top = corsIn(nodeAt(root, 'plugins'));
  const scopes = ['route', 'service', 'consumer', 'consumer_group'];
  const onRoute = (route: Scoped): readonly YamlNode[] => [...route.plugins, ...top.filter((plugin) => route.name !== undefined && reference(plugin, 'route') === route.name)];
  const onService = (service: { readonly node: YamlNode; readonly name: string | undefined }): readonly YamlNode[] => [
    ...corsIn(nodeAt(service.node, 'plugins')),
    ...top.filter((plugin) => reference(plugin, 'route') === undefined && service.name !== undefined && reference(plugin, 'service') === service.name),
  ];
  const global = top.filter((plugin) => scopes.every((key) => pairAt(plugin, key) === undefined));
  const covered = new Set(routes.filter((route) => onRoute(route).some(isOn)));
  const rest = (own: readonly Scoped[]): Route[] => routes.filter((route) => !own.includes(route)).map(({ route }) => route);
  const make = (plugin: YamlNode, where: string, own: readonly Scoped[]): Instance => ({
    settings: settingsOf(file, root, plugin),
    title: `cors plugin ${where}`,
    at: pairAt(plugin, 'name')?.at ?? plugin.at,
    routes: own.map(({ route }) => route),
    others: rest(own),
    enabled: enabledOf(file, plugin),
  });
  const nearer = new Set(covered);
  const instances: Instance[] = routes.flatMap((route) => onRoute(route).filter(isOn).map((plugin) => make(plugin, `on route ${route.name ?? 'without a name'}`, [route])));
  for (const service of services) {
    const plugins = onService(service).filter(isOn);
    const own = routes.filter((route) => !covered.has(route) && serves(route, service));
    instances.push(...plugins.map((plugin) => make(plugin, `on service ${service.name ?? 'without a name'}`, own)));
    if (plugins.length > 0) for (const route of own) nearer.add(route);
  }
  return [...instances, ...global.filter(isOn).map((plugin) => make(plugin, 'on every service', routes.filter((route) => !nearer.has(route))))];
}

/** Plugins that Kong refuses where they stand: it knows the consumer only after `cors` has run. */
export function refusedIn({ root }: YamlDocument): readonly Refused[] {
  if (root === undefined || pairAt(root, '_format_version') === undefined) return [];
  const owners = ['consumers', 'consumer_groups'].flatMap((key) => itemsOf(nodeAt(root, key)) ?? []);
  const top = corsIn(nodeAt(root, 'plugins')).filter((plugin) => ['consumer', 'consumer_group'].some((key) => pairAt(plugin, key) !== undefined));
  return [...top, ...owners.flatMap((owner) => corsIn(nodeAt(owner, 'plugins')))].map((plugin) => ({ at: pairAt(plugin, 'name')?.at ?? plugin.at, refused: 'the plugin cannot belong to a consumer' }));
}

function scoped(node: YamlNode, service: string | undefined, owner: YamlNode | undefined): Scoped {
  return { node, owner, name: textAt(node, 'name') ?? textAt(node, 'id'), service, route: routeOf(node), plugins: corsIn(nodeAt(node, 'plugins')) };
}

function serves(route: Scoped, service: { readonly node: YamlNode; readonly name: string | undefined }): boolean {
  if (service.name !== undefined) return route.service === service.name;
  return (itemsOf(nodeAt(service.node, 'routes')) ?? []).includes(route.node);
}

/** `service: api`, `service: {name: api}` or `service: {id: …}`. */
function reference(node: YamlNode, key: string): string | undefined {
  return textAt(node, key) ?? textAt(node, key, 'name') ?? textAt(node, key, 'id');
}

function corsIn(plugins: YamlNode | undefined): readonly YamlNode[] {
  return (itemsOf(plugins) ?? []).filter((plugin) => textAt(plugin, 'name') === 'cors');
}

/** A plugin that is switched off leaves its place to one further out. */
function isOn(plugin: YamlNode): boolean {
  const enabled = resolve(nodeAt(plugin, 'enabled'));
  return !(enabled?.kind === 'scalar' && enabled.value === false);
}

function enabledOf(file: YamlFile, plugin: YamlNode): Value | undefined {
  const pair = pairAt(plugin, 'enabled');
  return pair === undefined ? undefined : valueOfPair(file, pair);
}

/** The plugin's own `config` over the shared one that `_config` names. */
function settingsOf(file: YamlFile, root: YamlNode, plugin: YamlNode): Settings {
  const shared = textAt(plugin, '_config');
  return fieldsOf(file, pairAt(plugin, 'name')?.at ?? plugin.at, [...(shared === undefined ? [] : [nodeAt(root, '_plugin_configs', shared)]), nodeAt(plugin, 'config')]);
}

export function fieldsOf(file: YamlFile, at: Span, configs: readonly (YamlNode | undefined)[]): Settings {
  const fields = new Map<string, { value: Value; at: Span }>();
  let rest: Settings['rest'];
  for (const config of configs) {
    if (config === undefined) continue;
    const value = valueOf(file, config);
    if (value.kind === 'record') {
      for (const entry of value.entries) fields.set(entry.key, { value: entry.value, at: entry.at });
      rest ??= value.rest;
    } else if (value.kind !== 'nothing') {
      rest ??= value.kind === 'unknown' ? value : unknown('unsupported-syntax', 'the configuration of the plugin, which is no mapping', value.at);
    }
  }
  return { file, at, fields, ...(rest === undefined ? {} : { rest }) };
}
