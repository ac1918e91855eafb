import type { Route, RoutePath } from '../../middleware/gateway-plugins/routes.js';
import { allKnown, textsOf } from '../../middleware/gateway-plugins/texts.js';
import { itemsOf, nodeAt, pairAt, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** A route of a declarative file: `uri` or `uris`, `host` or `hosts`, `methods`. */
export function routeOf(node: YamlNode): Route {
  return routeFrom(node, ['uri', 'uris'], ['host', 'hosts']);
}

/** A rule of an `ApisixRoute`: `match: {paths, hosts, methods}`. */
export function routeOfRule(rule: YamlNode): Route {
  const match = nodeAt(rule, 'match');
  return match === undefined ? { methods: null, paths: [], hosts: [], services: [], at: rule.at } : routeFrom(match, ['paths'], ['hosts']);
}

function routeFrom(node: YamlNode, paths: readonly string[], hosts: readonly string[]): Route {
  const methods = pairAt(node, 'methods');
  const listed = itemsOf(methods?.value);
  const known = textsOf(methods?.value).map(({ text }) => text.toUpperCase());
  const all = (keys: readonly string[]): readonly { text: string; at: Span }[] => keys.flatMap((key) => textsOf(nodeAt(node, key)));
  return {
    methods: listed === undefined || listed.length === 0 || known.length < listed.length ? null : known,
    paths: all(paths).map(({ text, at }) => pathOf(text, at)),
    hosts: hosts.every((key) => nodeAt(node, key) === undefined || itemsOf(nodeAt(node, key)) === undefined || allKnown(nodeAt(node, key))) ? all(hosts) : [],
    services: [],
    at: methods?.at ?? node.at,
  };
}

/** `/a/*` is a prefix, `:name` one part of a path, everything else the whole path. */
function pathOf(text: string, at: Span): RoutePath {
  if (/(?:^|\/):\w/.test(text)) {
    const source = `^${text.replace(/\*$/, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}${text.endsWith('*') ? '' : '$'}`;
    return { set: { s: 'regex', source, flags: '', dialect: 'pcre', use: 'search', subject: 'origin', at }, sample: text.replace(/\*$/, '').replace(/:\w+/g, '1') };
  }
  if (!text.endsWith('*')) return { set: { s: 'exact', text, comparison: [], at }, sample: text };
  return { set: { s: 'prefix', text: text.slice(0, -1), subject: 'origin', ignoreCase: false, at }, sample: text.slice(0, -1) || '/' };
}
