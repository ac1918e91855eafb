import { hostOf, toOneOf, type Goal } from '../../middleware/kubernetes/routing.js';
import { segmentsBy, type Way } from '../../middleware/kubernetes/virtual-host.js';
import { portAt, writtenAt } from '../../middleware/kubernetes/written.js';
import { ALWAYS, type Upstream } from '../../policy/program.js';
import { itemsOf, nodeAt, textAt, type YamlFile, type YamlNode } from '../../syntax/yaml/index.js';

/**
 * Where a rule passes on what one of its matches takes: `backendRefs` by weight, with what `URLRewrite` makes of the path.
 * Documented: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
export function backendsOf(file: YamlFile, rule: YamlNode, match: YamlNode | undefined, namespace: string | undefined): readonly Goal[] {
  const upstreams = (itemsOf(nodeAt(rule, 'backendRefs')) ?? []).flatMap((backend): readonly Upstream[] => {
    const name = writtenAt(file, backend, 'name');
    if (name === undefined || (textAt(backend, 'kind') ?? 'Service') !== 'Service' || writtenAt(file, backend, 'weight')?.text === '0') return [];
    return [{ host: hostOf(name.text, textAt(backend, 'namespace'), namespace), port: portAt(file, backend, 'port') ?? null, request: [], at: backend.at }];
  });
  const rewrite = (itemsOf(nodeAt(rule, 'filters')) ?? []).find((filter) => nodeAt(filter, 'urlRewrite', 'path') !== undefined);
  const ways = rewrite === undefined ? [{ when: ALWAYS }] : waysOf(nodeAt(rewrite, 'urlRewrite', 'path')!, match);
  return ways.flatMap(({ when, path }) => toOneOf(upstreams.map((upstream) => (path === undefined ? upstream : { ...upstream, path })), when));
}

function waysOf(path: YamlNode, match: YamlNode | undefined): readonly Way[] {
  const whole = textAt(path, 'replaceFullPath');
  if (whole !== undefined) return [{ when: ALWAYS, path: { whole } }];
  const by = textAt(path, 'replacePrefixMatch');
  const matched = nodeAt(match, 'path');
  const prefix = matched === undefined ? '/' : textAt(matched, 'value');
  const isPrefix = (textAt(matched, 'type') ?? 'PathPrefix') === 'PathPrefix';
  return by === undefined || prefix === undefined || !isPrefix ? [{ when: ALWAYS, path: null }] : segmentsBy(prefix, by, path.at);
}
