import { exactPath, prefixPath, type PathMatch } from '../../middleware/envoy/paths.js';
import { objectsNear } from '../../middleware/kubernetes/beside.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { networkOf, routingLayer, sampleHost, servedUnder, toOneOf, type Goal, type Place } from '../../middleware/kubernetes/routing.js';
import { portAt, writtenAt, type Written } from '../../middleware/kubernetes/written.js';
import { ABSENT } from '../../origins/origin-set.js';
import { ALWAYS, whenAll, type Guard, type Upstream } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import { itemsOf, nodeAt, textAt, type YamlFile, type YamlInProject, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown } from '../../values/value.js';

export function isVirtualServer({ kind, group }: KubernetesObject): boolean {
  return kind === 'VirtualServer' && group === 'k8s.nginx.org';
}

/** What asks for credentials, by the field of a Policy of `k8s.nginx.org`, and what it answers without. */
const ASKING: Readonly<Record<string, { readonly header: string; readonly status: number }>> = {
  basicAuth: { header: 'authorization', status: 401 },
  jwt: { header: 'authorization', status: 401 },
  oidc: { header: 'cookie', status: 302 },
};

/**
 * The VirtualServer of NGINX Inc.'s controller as a layer: its paths are nginx's locations (`/prefix`, `=/exact`, `~ pattern`),
 * asked in nginx's order. Routes of a VirtualServerRoute are not followed.
 * Documented: https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/
 */
export function virtualServerLayer(file: YamlInProject, object: KubernetesObject): PlainLayer {
  const { node, namespace } = object;
  const written = writtenAt(file, node, 'spec', 'host');
  const host = written?.templated === true ? undefined : written;
  const upstreams = new Map(
    (itemsOf(nodeAt(node, 'spec', 'upstreams')) ?? []).flatMap((item): readonly (readonly [string, Upstream])[] => {
      const [name, service] = [textAt(item, 'name'), writtenAt(file, item, 'service')];
      const [own, other] = (service?.text ?? '').split('/', 2).reverse();
      return name === undefined || service === undefined ? [] : [[name, { host: other === undefined ? own! : `${own!}.${other}`, port: portAt(file, item, 'port') ?? null, request: [], at: item.at }]];
    }),
  );
  const common = askedBy(file, nodeAt(node, 'spec', 'policies'));
  const routes = (itemsOf(nodeAt(node, 'spec', 'routes')) ?? []).flatMap((route) => {
    const path = writtenAt(file, route, 'path');
    return path === undefined ? [] : [{ route, path, location: locationOf(path) }];
  });
  routes.sort((a, b) => a.location.order - b.location.order || (a.location.order === 2 ? 0 : b.path.text.length - a.path.text.length));
  const places = routes.map(({ route, path, location }): Place => {
    const own = askedBy(file, nodeAt(route, 'policies'));
    return {
      at: path.at,
      match: whenAll(servedUnder(host, [], 'one-label'), location.guard),
      sample: location.sample,
      host: sampleHost(host),
      goals: [...(own.length > 0 ? own : common), ...goalsOf(file, route, upstreams, location)],
    };
  });
  return routingLayer({ reader: 'kubernetes', title: `VirtualServer ${object.name ?? '(no name in view)'}`, object: node, network: networkOf(namespace), places, ...(nodeAt(node, 'spec', 'tls') === undefined ? {} : { evidence: { https: 'yes' } }) });
}

interface Location extends PathMatch {
  /** Exact ones, those that keep patterns away, patterns as they stand, prefixes. */
  readonly order: 0 | 1 | 2 | 3;
  /** What `rewritePath` takes the place of; null: a pattern. */
  readonly prefix: string | null;
}

function locationOf({ text, at }: Written): Location {
  const [, sign = '', rest = text] = /^(=|\^~|~\*|~)?\s*(.*)$/.exec(text) ?? [];
  if (sign === '=') return { ...exactPath(rest, at), order: 0, prefix: rest };
  if (sign === '~' || sign === '~*') return { guard: { g: 'path', in: { s: 'regex', source: rest.replace(/^"(.*)"$/, '$1'), flags: sign === '~*' ? 'i' : '', dialect: 'pcre', use: 'search', subject: 'origin', at } }, sample: undefined, order: 2, prefix: null };
  return { ...prefixPath(rest, at), order: sign === '^~' ? 1 : 3, prefix: rest };
}

function goalsOf(file: YamlFile, route: YamlNode, upstreams: ReadonlyMap<string, Upstream>, location: Location): readonly Goal[] {
  const matches = (itemsOf(nodeAt(route, 'matches')) ?? []).flatMap((match) => {
    const holds: Guard = { g: 'fact', fact: factOf(unknown('unsupported-syntax', 'the conditions of a route', match.at)) };
    return actionGoals(file, match, upstreams, location).map((goal) => ({ ...goal, when: whenAll(holds, goal.when) }));
  });
  return [...matches, ...actionGoals(file, route, upstreams, location)];
}

/** `action`, or `splits` with one each. */
function actionGoals(file: YamlFile, holder: YamlNode, upstreams: ReadonlyMap<string, Upstream>, { prefix }: Location): readonly Goal[] {
  const splits = itemsOf(nodeAt(holder, 'splits')) ?? [];
  const actions = splits.length > 0 ? splits.map((split) => nodeAt(split, 'action')) : [nodeAt(holder, 'action')];
  const passed = actions.flatMap((action): readonly Upstream[] => {
    const upstream = upstreams.get(textAt(action, 'pass') ?? textAt(action, 'proxy', 'upstream') ?? '');
    const rewrite = writtenAt(file, action, 'proxy', 'rewritePath');
    if (upstream === undefined) return [];
    return [rewrite === undefined ? upstream : { ...upstream, path: prefix === null || rewrite.templated === true ? null : { prefix, by: rewrite.text } }];
  });
  if (passed.length > 0) return toOneOf(passed);
  const [action] = actions;
  const answer = nodeAt(action, 'return') ?? nodeAt(action, 'redirect');
  if (answer === undefined) return [{ when: ALWAYS, end: { to: 'behind' }, at: holder.at }];
  const code = Number(writtenAt(file, answer, 'code')?.text ?? (nodeAt(action, 'return') === undefined ? '301' : '200'));
  return [{ when: ALWAYS, end: { to: 'answer', status: code }, at: answer.at }];
}

/** What the policies of a list ask for; one that is not in view may ask for credentials. */
function askedBy(file: YamlInProject, list: YamlNode | undefined): readonly Goal[] {
  const items = itemsOf(list) ?? [];
  if (items.length === 0) return [];
  const known = [...objectsNear(file, /^kind:[ \t]*["']?Policy\b/m)].filter(({ object: { kind, group } }) => kind === 'Policy' && group === 'k8s.nginx.org');
  return items.flatMap((item): readonly Goal[] => {
    const name = textAt(item, 'name');
    const policy = known.find(({ object }) => object.name === name)?.object.node;
    if (policy === undefined) return [refusal(401, whenAll({ g: 'header', name: 'authorization', in: ABSENT }, { g: 'fact', fact: factOf(unknown('import-not-resolved', `whether the policy ${name ?? ''} asks for credentials`, item.at)) }), item.at)];
    const asking = Object.entries(ASKING).find(([field]) => nodeAt(policy, 'spec', field) !== undefined)?.[1];
    return asking === undefined ? [] : [refusal(asking.status, { g: 'header', name: asking.header, in: ABSENT }, item.at)];
  });
}

function refusal(status: number, when: Guard, at: Span): Goal {
  return { when, end: { to: 'answer', status, unauthenticated: true }, at };
}
