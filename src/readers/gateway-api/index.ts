/**
 * The Gateway API's HTTPRoute (and GRPCRoute) with a `CORS` filter, whatever gateway implements it.
 *
 * The standard has the origin sent back where credentials are allowed, `*` included, and its globs stand for any
 * number of labels. A `*` beside others is refused by the API. Whether `Vary: Origin` is sent is the
 * implementation's business. Documented: GEP-1767, and the API's reference (HTTPCORSFilter); Istio, Envoy Gateway and
 * kgateway give it to Envoy's filter.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { perhapsVarying } from '../../middleware/envoy/perhaps-varying.js';
import { refusal, remark } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy, type Host, type Route } from '../../middleware/envoy/routes.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { servedLayer } from '../../middleware/kubernetes/virtual-host.js';
import { itemsOf, nodeAt, pairAt, textAt, type YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { attachedTo } from './attached.js';
import { rulesOf } from './rules.js';

export default defineReader<YamlInProject>({
  title: 'Gateway API',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*(?:cors|access-control-))(?=[\s\S]*(?:HTTP|GRPC)Route)[\s\S]*gateway\.networking\.k8s\.io/i,
  layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?HTTPRoute\b/, byName: /(?:)/ },

  *read(file) {
    for (const object of objectsIn(file)) {
      if ((object.kind === 'HTTPRoute' || object.kind === 'GRPCRoute') && object.group === 'gateway.networking.k8s.io') yield* readingsOf(file, object);
    }
  },

  write: editCors,
});

function* readingsOf(file: YamlInProject, object: KubernetesObject): Generator<Reading> {
  const routes: Route[] = [];
  for (const found of rulesOf(file, object)) {
    if ('refused' in found) {
      yield refusal('The Gateway API', found);
      return;
    }
    if ('remark' in found) yield remark(found.at, found.remark);
    else routes.push(found);
  }
  const hosts = (itemsOf(nodeAt(object.node, 'spec', 'hostnames')) ?? []).flatMap((item): readonly Host[] => {
    const text = textAt(item);
    return text === undefined ? [] : [{ text, at: item.at }];
  });
  const { refusals, places } = attachedTo(file, object);
  const layer = servedLayer({ reader: 'gateway-api', object, hosts, routes, refusals, carries: places });
  if (layer !== undefined) yield { kind: 'layer', layer };
  if (routes.every(({ levels, headers }) => levels.length === 0 && headers.length === 0)) return;
  const at = routes.flatMap(({ levels }) => levels)[0]?.at ?? pairAt(object.node, 'spec', 'rules')?.key.at ?? object.node.at;
  const policy = virtualHostPolicy({ reader: 'gateway-api', title: `${object.kind} ${object.name ?? 'without a name'}`, at, hosts, otherHosts: [], routes, complete: false, version: 'Gateway API ≥ 1.5 assumed (no version found)' });
  yield { kind: 'policy', policy: perhapsVarying(policy, 'which gateway implements the route') };
}
