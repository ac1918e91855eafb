import { allConditions, headerGuard, open } from '../../middleware/envoy/compared.js';
import { EVERY_PATH, exactPath, patternPath, prefixPath, type PathMatch } from '../../middleware/envoy/paths.js';
import type { Route } from '../../middleware/envoy/routes.js';
import { objectsNear } from '../../middleware/kubernetes/beside.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { hostOf, toOneOf } from '../../middleware/kubernetes/routing.js';
import { segmentsBy, servedLayer, type Way } from '../../middleware/kubernetes/virtual-host.js';
import { portAt, writtenAt } from '../../middleware/kubernetes/written.js';
import { exact, PRESENT } from '../../origins/origin-set.js';
import { admits } from '../../origins/membership.js';
import { ALWAYS, type Guard, type Upstream } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';

/** Proxies that are included, those of includes among them; past so many nobody wrote them. */
const MAX_INCLUDES = 50;

interface Ranked {
  readonly route: Route;
  /** Exact paths, patterns, then prefixes, the longer first. */
  readonly rank: readonly [kind: number, length: number];
}

/**
 * The routes of an HTTPProxy with a virtual host, and of those that it includes, as a layer; undefined for one without: it
 * is a part of another.
 * Documented: https://projectcontour.io/docs/main/config/request-routing/
 */
export function proxyLayer(file: YamlInProject, object: KubernetesObject): PlainLayer | undefined {
  const host = pairAt(object.node, 'spec', 'virtualhost', 'fqdn');
  const fqdn = textAt(host?.value);
  if (nodeAt(object.node, 'spec', 'virtualhost') === undefined) return undefined;
  const ranked = routesIn(file, object);
  ranked.sort((a, b) => a.rank[0] - b.rank[0] || b.rank[1] - a.rank[1]);
  return servedLayer({ reader: 'contour', object, hosts: host === undefined || fqdn === undefined ? [] : [{ text: fqdn, at: host.at }], routes: ranked.map(({ route }) => route) });
}

interface Included {
  readonly object: KubernetesObject;
  /** Those under which it is included. */
  readonly conditions: readonly YamlNode[];
}

function routesIn(file: YamlInProject, root: KubernetesObject): Ranked[] {
  const known = nodeAt(root.node, 'spec', 'includes') === undefined ? [] : [...objectsNear(file, /^kind:[ \t]*["']?HTTPProxy\b/m)].filter(({ object }) => object.kind === 'HTTPProxy' && object.group === root.group);
  const found: Ranked[] = [];
  const pending: Included[] = [{ object: root, conditions: [] }];
  for (let seen = 0; pending.length > 0 && seen < MAX_INCLUDES; seen += 1) {
    const { object: { node, namespace }, conditions } = pending.shift()!;
    for (const route of itemsOf(nodeAt(node, 'spec', 'routes')) ?? []) found.push(routeOf(file, route, [...conditions, ...conditionsIn(route)], namespace, root.namespace));
    for (const include of itemsOf(nodeAt(node, 'spec', 'includes')) ?? []) {
      const [name, where] = [textAt(include, 'name'), textAt(include, 'namespace') ?? namespace];
      const inner = known.find(({ object }) => object.name === name && object.namespace === where);
      if (inner !== undefined) pending.push({ object: inner.object, conditions: [...conditions, ...conditionsIn(include)] });
    }
  }
  return found;
}

function conditionsIn(holder: YamlNode): readonly YamlNode[] {
  return itemsOf(nodeAt(holder, 'conditions')) ?? [];
}

function routeOf(file: YamlInProject, route: YamlNode, conditions: readonly YamlNode[], namespace: string | undefined, root: string | undefined): Ranked {
  // Prefixes of includes stand before those of the routes in them.
  const prefix = conditions.map((condition) => textAt(condition, 'prefix') ?? '').join('').replace(/\/{2,}/g, '/');
  const last = (key: string): { text: string; at: Span } | undefined => conditions.flatMap((condition) => (textAt(condition, key) === undefined ? [] : [{ text: textAt(condition, key)!, at: condition.at }])).at(-1);
  const [whole, pattern] = [last('exact'), last('regex')];
  const path: PathMatch = whole !== undefined ? exactPath(prefix + whole.text, whole.at) : pattern !== undefined ? patternPath(prefix + pattern.text, pattern.at) : prefix === '' ? EVERY_PATH : prefixPath(prefix, route.at);
  const { guard, sample, methods } = allConditions(path, conditions.flatMap(headerCondition));
  const upstreams = (itemsOf(nodeAt(route, 'services')) ?? []).flatMap((service): readonly Upstream[] => {
    const name = writtenAt(file, service, 'name');
    if (name === undefined || textAt(service, 'mirror') !== undefined || writtenAt(file, service, 'mirror')?.text === 'true' || writtenAt(file, service, 'weight')?.text === '0') return [];
    return [{ host: hostOf(name.text, namespace, root), port: portAt(file, service, 'port') ?? null, request: [], at: service.at }];
  });
  const goals = waysOf(route, prefix === '' ? '/' : prefix).flatMap(({ when, path: made }) => toOneOf(upstreams.map((upstream) => (made === undefined ? upstream : { ...upstream, path: made })), when));
  const answer = nodeAt(route, 'requestRedirectPolicy') !== undefined ? (Number(writtenAt(file, route, 'requestRedirectPolicy', 'statusCode')?.text) || 302) : Number(writtenAt(file, route, 'directResponsePolicy', 'statusCode')?.text) || undefined;
  return {
    route: { at: route.at, match: guard, sample, methods, levels: [], headers: [], ...(answer === undefined ? { goals } : { answer }) },
    rank: [whole !== undefined ? 0 : pattern !== undefined ? 1 : 2, (whole ?? pattern)?.text.length ?? prefix.length],
  };
}

/** `replacePrefix`: for the prefix that is named, or for whichever is matched. */
function waysOf(route: YamlNode, prefix: string): readonly Way[] {
  const replaced = itemsOf(nodeAt(route, 'pathRewritePolicy', 'replacePrefix')) ?? [];
  const rule = replaced.find((item) => textAt(item, 'prefix') === prefix) ?? replaced.find((item) => nodeAt(item, 'prefix') === undefined);
  const by = textAt(rule, 'replacement');
  if (rule === undefined || by === undefined) return [{ when: ALWAYS, ...(replaced.length === 0 ? {} : { path: null }) }];
  return segmentsBy(prefix, by, rule.at);
}

const HOW = ['present', 'notpresent', 'exact', 'notexact', 'contains', 'notcontains', 'regex'];

function headerCondition(condition: YamlNode): readonly { readonly guard: Guard; readonly methods: readonly string[] | null }[] {
  const query = nodeAt(condition, 'queryParameter');
  const header = nodeAt(condition, 'header');
  if (header === undefined) return query === undefined ? [] : [{ guard: open(query.at, 'the query of the request'), methods: null }];
  const how = HOW.find((key) => nodeAt(header, key) !== undefined) ?? 'present';
  const text = textAt(header, how) ?? '';
  const set = how === 'present' || how === 'notpresent' ? PRESENT : how === 'exact' || how === 'notexact' ? exact(text, header.at) : undefined;
  return [headerGuard(textAt(header, 'name') ?? '', set, (texts, one) => admits(texts, one, () => undefined) === true, header.at, how.startsWith('not'))];
}
