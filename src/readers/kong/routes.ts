import { ANY, anyOf, type OriginSet } from '../../origins/origin-set.js';
import { matchesRegex } from '../../origins/regex.js';
import { ALWAYS, unless, whenAll, whenAny, type Guard, type Probe, type Step } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** One of Kong's routes: what a request must be like to reach its plugins. */
export interface Route {
  /** Null: any. */
  readonly methods: readonly string[] | null;
  readonly paths: readonly RoutePath[];
  /** Host names, `*` for one or more labels at an end; none: any. */
  readonly hosts: readonly { readonly text: string; readonly at: Span }[];
  /** Kubernetes' services that it leads to. */
  readonly services: readonly string[];
  /** Where the methods stand, else the route. */
  readonly at: Span;
}

export interface RoutePath {
  readonly set: OriginSet;
  /** A path that is in the set. */
  readonly sample: string;
}

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

function textsOf(node: YamlNode | undefined): readonly { text: string; at: Span }[] {
  const found = resolve(node);
  if (found?.kind === 'seq') return found.items.flatMap(textsOf);
  return found?.kind === 'scalar' && typeof found.value === 'string' && !found.templated ? [{ text: found.value, at: found.at }] : [];
}

function allKnown(node: YamlNode | undefined): boolean {
  return textsOf(node).length === (itemsOf(node) ?? []).length;
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

function placeOf(route: Route): Guard {
  const paths: Guard = route.paths.length === 0 ? ALWAYS : { g: 'path', in: anyOf(route.paths.map(({ set }) => set)) };
  const hosts = route.hosts.map(({ text, at }): OriginSet =>
    text.includes('*') ? { s: 'glob', text, star: 'any-text', ignoreCase: true, ports: 'as-written', at } : { s: 'exact', text: text.replace(/:\d+$/, '').toLowerCase(), comparison: [], at },
  );
  return whenAll(paths, hosts.length === 0 ? ALWAYS : { g: 'host', in: anyOf(hosts) });
}

function reaches(route: Route): Guard {
  return whenAll(placeOf(route), route.methods === null ? ALWAYS : { g: 'method', in: route.methods });
}

/**
 * Kong looks for a route before any plugin runs: a request that matches none of the plugin's own gets 404, or goes
 * to another route of the file.
 */
export function routing(own: readonly Route[], others: readonly Route[]): readonly Step[] {
  const matched = whenAny(...own.map(reaches));
  const [first] = own;
  if (first === undefined || matched.g === 'always') return [];
  return [
    { when: whenAll(unless(matched), whenAny(...others.map(reaches))), effects: [], end: { to: 'behind' }, at: first.at },
    { when: unless(matched), effects: [], end: { to: 'answer', status: 404 }, at: first.at },
  ];
}

/** Past so many places one policy says the same again. */
const MAX_PROBES = 40;

/** `requestHeaders`: those that the handlers need, as far as the plugin's author says so. */
export function probesOf(routes: readonly Route[], requestHeaders: (methods: readonly string[] | null) => readonly string[], at: Span): readonly Probe[] {
  const probes = routes.flatMap((route) =>
    (route.paths.length === 0 ? ['/'] : route.paths.map(({ sample }) => sample)).flatMap((path) =>
      (route.hosts.length === 0 ? [undefined] : route.hosts).map((host): Probe => ({
        path: path.startsWith('/') ? path : `/${path}`,
        ...(host === undefined ? {} : { host: host.text.replace(/:\d+$/, '').replace('*', 'www').toLowerCase() }),
        methods: route.methods,
        requestHeaders: requestHeaders(route.methods),
        at: route.at,
      })),
    ),
  );
  return probes.length === 0 ? [{ path: '/', methods: null, requestHeaders: requestHeaders(null), at }] : probes.slice(0, MAX_PROBES);
}
