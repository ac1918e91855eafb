import type { Route, RoutePath } from '../../middleware/gateway-plugins/routes.js';
import { allKnown, textsOf } from '../../middleware/gateway-plugins/texts.js';
import { ANY } from '../../origins/origin-set.js';
import { matchesRegex } from '../../origins/regex.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** A route of a declarative file. */
export function routeOf(node: YamlNode): Route {
  const methods = pairAt(node, 'methods');
  const texts = (key: string): readonly { text: string; at: Span }[] => textsOf(nodeAt(node, key));
  const listed = itemsOf(methods?.value);
  const known = texts('methods').map(({ text }) => text.toUpperCase());
  return {
    methods: listed === undefined || listed.length === 0 || known.length < listed.length ? null : known,
    paths: texts('paths').map(({ text, at }) => pathOf(text, at)),
    hosts: allKnown(nodeAt(node, 'hosts')) ? texts('hosts') : [],
    services: [],
    at: methods?.at ?? node.at,
  };
}

/** The routes that an Ingress makes: one for each path of each host. */
export function routesOfIngress(ingress: YamlNode, methods: string | undefined): readonly Route[] {
  const rules = itemsOf(nodeAt(ingress, 'spec', 'rules')) ?? [];
  const served = methods?.split(',').map((method) => method.trim().toUpperCase()).filter((method) => method !== '') ?? [];
  return rules.map((rule) => {
    const paths = itemsOf(nodeAt(rule, 'http', 'paths')) ?? [];
    return {
      methods: served.length === 0 ? null : served,
      paths: paths.flatMap((path) => textsOf(nodeAt(path, 'path'))).map(({ text, at }) => pathOf(text.startsWith('/~') ? text.slice(1) : text, at)),
      hosts: textsOf(nodeAt(rule, 'host')),
      services: paths.flatMap((path) => textAt(path, 'backend', 'service', 'name') ?? textAt(path, 'backend', 'serviceName') ?? []),
      at: rule.at,
    };
  });
}

/** The routes that an HTTPRoute of the Gateway API makes: one for each match. */
export function routesOfHttpRoute(object: YamlNode): readonly Route[] {
  const hosts = textsOf(nodeAt(object, 'spec', 'hostnames'));
  return (itemsOf(nodeAt(object, 'spec', 'rules')) ?? []).flatMap((rule) => {
    const services = (itemsOf(nodeAt(rule, 'backendRefs')) ?? []).flatMap((backend) => textAt(backend, 'name') ?? []);
    const matches = itemsOf(nodeAt(rule, 'matches')) ?? [];
    return (matches.length === 0 ? [rule] : matches).map((match): Route => {
      const method = pairAt(match, 'method');
      const served = textAt(match, 'method');
      const path = nodeAt(match, 'path', 'value');
      const isPattern = textAt(match, 'path', 'type') === 'RegularExpression';
      return {
        methods: served === undefined ? null : [served],
        paths: textsOf(path).map(({ text, at }) => pathOf(isPattern ? `~${text}` : text, at)),
        hosts,
        services,
        at: method?.at ?? match.at,
      };
    });
  });
}

/** A path is a prefix of the text, or after `~` a pattern. A pattern without a sample stands for every path. */
function pathOf(text: string, at: Span): RoutePath {
  if (!text.startsWith('~')) return { set: { s: 'prefix', text, subject: 'origin', ignoreCase: false, at }, sample: text };
  const set = { s: 'regex', source: text.slice(1).replace(/^\^/, ''), flags: '', dialect: 'pcre', use: 'match-prefix', subject: 'origin', at } as const;
  const sample = text
    .slice(1)
    .replace(/^\^|\$$/g, '')
    .replace(/\((?:\?<\w+>|\?:)?[^()]*\)[+*?]?|\\[dw][+*]?|\[[^\]]*\][+*]?|\.[+*]/g, '1')
    .replace(/\\(.)/g, '$1');
  return matchesRegex(set, sample) === true ? { set, sample } : { set: ANY, sample: /^[\w/.-]*/.exec(text.slice(1).replace(/^\^/, ''))![0] || '/' };
}
