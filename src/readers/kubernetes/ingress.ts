import { exactPath, prefixPath, segmentsPath, type PathMatch } from '../../middleware/envoy/paths.js';
import { classOf } from '../../middleware/ingress/object.js';
import { reachedThrough } from '../../middleware/ingress/evidence.js';
import type { KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { networkOf, routingLayer, sampleHost, servedUnder, type Goal, type HostName, type Place } from '../../middleware/kubernetes/routing.js';
import { portAt, textsIn, writtenAt, type Written } from '../../middleware/kubernetes/written.js';
import { ALWAYS, whenAll, type Upstream } from '../../policy/program.js';
import type { PlainLayer } from '../../policy/topology.js';
import { itemsOf, nodeAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { credentialGoals } from './ingress-auth.js';
import { rewritingOf, type Rewriting } from './ingress-rewrite.js';

/** What a controller makes of an Ingress beyond the API's own words. */
export interface Setting {
  readonly file: YamlFile;
  readonly annotations: ReadonlyMap<string, Written>;
  /** The class that picks the controller; empty where none is named. */
  readonly controller: string;
}

interface Rule {
  readonly host: HostName | undefined;
  readonly path: Written;
  readonly type: string;
  readonly backend: YamlNode;
  readonly at: Span;
}

/** The kinds that the API server keeps as `networking.k8s.io/v1`, and those before. */
export function isIngress({ kind, group }: KubernetesObject): boolean {
  return kind === 'Ingress' && (group === 'networking.k8s.io' || group === 'extensions');
}

/**
 * An Ingress as a layer. `Exact` before longer paths before shorter ones; `Prefix` by whole segments;
 * `ImplementationSpecific` as a prefix of the text, as ingress-nginx and Traefik have it.
 * Documented: https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function ingressLayer(file: YamlFile, object: KubernetesObject): PlainLayer {
  const { node, namespace } = object;
  const annotations = textsIn(file, nodeAt(node, 'metadata', 'annotations'));
  const setting: Setting = { file, annotations, controller: (classOf(node, new Map()) ?? '').toLowerCase() };
  const rewriting = rewritingOf(setting);
  const rules = rulesOf(file, node);
  const hosts = rules.flatMap(({ host }) => host ?? []);
  const ranked = [...rules].sort((a, b) => Number(b.type === 'Exact') - Number(a.type === 'Exact') || b.path.text.length - a.path.text.length);
  const credentials = credentialGoals(setting);
  const places = ranked.map((rule): Place => placeOf(rule, hosts, setting, rewriting, credentials));
  const fallback = nodeAt(node, 'spec', 'defaultBackend') ?? nodeAt(node, 'spec', 'backend');
  const last: Place[] = fallback === undefined ? [] : [{ at: fallback.at, match: ALWAYS, sample: '/', goals: [...credentials, ...goalsOf(file, fallback, { rewriting: undefined, path: '/' })] }];
  const fields = new Map([...annotations].flatMap(([name, { text, at }]) => (name.includes('/') ? [[name.slice(name.lastIndexOf('/') + 1), { value: { kind: 'string', value: text, at }, at }] as const] : [])));
  const layer = routingLayer({ reader: 'kubernetes', title: `Ingress ${object.name ?? '(no name in view)'}`, object: node, network: networkOf(namespace), places: [...places, ...last], evidence: reachedThrough({ fields, object: node }), carries: [...annotations.values()].map(({ at }) => at).filter(({ file: own }) => own !== node.at.file) });
  return layer;
}

function rulesOf(file: YamlFile, ingress: YamlNode): readonly Rule[] {
  return (itemsOf(nodeAt(ingress, 'spec', 'rules')) ?? []).flatMap((rule) => {
    const host = writtenAt(file, rule, 'host');
    return (itemsOf(nodeAt(rule, 'http', 'paths')) ?? []).flatMap((item): readonly Rule[] => {
      const backend = nodeAt(item, 'backend');
      const path = writtenAt(file, item, 'path') ?? { text: '/', at: item.at };
      return backend === undefined ? [] : [{ host: host?.templated === true || host?.text === '' ? undefined : host, path, type: writtenAt(file, item, 'pathType')?.text ?? 'ImplementationSpecific', backend, at: item.at }];
    });
  });
}

function placeOf(rule: Rule, hosts: readonly HostName[], setting: Setting, rewriting: Rewriting | undefined, credentials: readonly Goal[]): Place {
  const { host, path, at } = rule;
  const { guard, sample } = rewriting?.pattern?.(path) ?? pathOf(rule, setting);
  return {
    at,
    match: whenAll(servedUnder(host, hosts, 'one-label'), guard),
    sample,
    host: sampleHost(host),
    goals: [...credentials, ...goalsOf(setting.file, rule.backend, { rewriting, path: path.text })],
  };
}

function pathOf({ path, type }: Rule, { controller }: Setting): PathMatch {
  if (path.templated === true) return { guard: { g: 'fact', fact: { key: `path ${path.at.file}:${path.at.start}`, reason: 'template-syntax', detail: 'a path that a template writes', at: path.at } }, sample: undefined };
  if (type === 'Exact') return exactPath(path.text, path.at);
  // Load balancers of clouds write the rest of a path as an asterisk.
  const text = path.text.replace(/\*$/, '');
  return type === 'Prefix' && !controller.includes('traefik') ? segmentsPath(text, path.at) : prefixPath(text, path.at);
}

function goalsOf(file: YamlFile, backend: YamlNode, { rewriting, path }: { readonly rewriting: Rewriting | undefined; readonly path: string }): readonly Goal[] {
  const upstream = upstreamOf(file, backend);
  if (upstream === undefined) return [{ when: ALWAYS, end: { to: 'behind' }, at: backend.at }];
  const ways = rewriting?.paths(path) ?? [{ when: ALWAYS }];
  return ways.map(({ when, path: made }): Goal => ({ when, end: { to: 'upstream', upstream: made === undefined ? upstream : { ...upstream, path: made } }, at: upstream.at }));
}

/** `service: {name, port: {number}}`, before v1 `serviceName` and `servicePort`. A port's name is looked up by whoever knows the Service. */
function upstreamOf(file: YamlFile, backend: YamlNode): Upstream | undefined {
  const service = writtenAt(file, backend, 'service', 'name') ?? writtenAt(file, backend, 'serviceName');
  // An annotation of the load balancer says what becomes of these.
  if (service === undefined || writtenAt(file, backend, 'service', 'port', 'name')?.text === 'use-annotation' || writtenAt(file, backend, 'servicePort')?.text === 'use-annotation') return undefined;
  return { host: service.text, port: portAt(file, backend, 'service', 'port', 'number') ?? portAt(file, backend, 'servicePort') ?? null, request: [], at: backend.at };
}
