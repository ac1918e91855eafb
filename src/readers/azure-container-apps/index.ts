/**
 * Azure Container Apps: `properties.configuration.ingress.corsPolicy` of a `Microsoft.App/containerApps`, in the YAML
 * of `az containerapp`, and in ARM templates.
 *
 * The ingress is Envoy's: an origin that is allowed is sent back. Documented
 * (learn.microsoft.com/azure/container-apps/cors); whether it adds `Vary`, and what it does with a `*` beside others,
 * is not said anywhere.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { fieldsOf, originsFrom, textFrom } from '../../middleware/envoy/fields.js';
import { listedLevel, refusedAmong, unknownField } from '../../middleware/envoy/listed-level.js';
import { refusal, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy } from '../../middleware/envoy/routes.js';
import { perhapsVarying } from '../../middleware/envoy/perhaps-varying.js';
import { ALWAYS } from '../../policy/program.js';
import { nodeAt, pairAt, resolve, textAt, type YamlFile, type YamlNode, type YamlPair } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';

const FIELDS = new Set(['allowedOrigins', 'allowedMethods', 'allowedHeaders', 'exposeHeaders', 'maxAge', 'allowCredentials']);
const MAX_NODES = 50_000;

export default defineReader<YamlFile>({
  title: 'Azure Container Apps',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*corsPolicy)[\s\S]*(?:containerApps|allowedOrigins)/,

  *read(file) {
    for (const app of appsIn(file)) {
      const pair = pairAt(app, 'properties', 'configuration', 'ingress', 'corsPolicy');
      if (pair !== undefined) yield* readingsOf(file, app, pair);
    }
  },

  write: editCors,
});

/** Objects with the properties of a container app, at the root or among the resources of a template. */
function appsIn(file: YamlFile): readonly YamlNode[] {
  const found: YamlNode[] = [];
  const pending: YamlNode[] = file.documents.flatMap(({ root }) => root ?? []).reverse();
  for (let visited = 0; pending.length > 0 && visited < MAX_NODES; visited += 1) {
    const node = pending.pop()!;
    if (node.kind === 'map') {
      const type = textAt(node, 'type');
      if (nodeAt(node, 'properties', 'configuration', 'ingress', 'corsPolicy') !== undefined && (type === undefined || /^Microsoft\.App\/containerApps$/i.test(type))) found.push(node);
      else pending.push(...node.pairs.flatMap(({ value }) => value ?? []).reverse());
    } else if (node.kind === 'seq') pending.push(...[...node.items].reverse());
  }
  return found;
}

function* readingsOf(file: YamlFile, app: YamlNode, pair: YamlPair): Generator<Reading> {
  if (pair.value === undefined || resolve(pair.value)?.kind !== 'map') return;
  const fields = fieldsOf(file, pair.value);
  const origins = originsFrom(fields.all.get('allowedOrigins'), { by: 'exact', ignoreCase: false });
  const refused = refusedAmong(unknownField(fields, FIELDS, 'a corsPolicy'), origins);
  if (refused !== undefined) {
    yield refusal('Azure', refused);
    return;
  }
  const maxAge = textFrom(fields.all.get('maxAge'));
  const level = listedLevel({
    fields,
    at: pair.key.at,
    origins,
    methods: fields.all.get('allowedMethods'),
    headers: fields.all.get('allowedHeaders'),
    exposed: fields.all.get('exposeHeaders'),
    maxAge,
    credentials: fields.all.get('allowCredentials'),
  });
  yield* remarksOn(level);
  const policy = virtualHostPolicy({ reader: 'azure-container-apps', title: `container app ${textAt(app, 'name') ?? 'without a name'}`, at: level.at, hosts: [], otherHosts: [], routes: [{ at: level.at, match: ALWAYS, sample: '/', methods: null, levels: [level], headers: [] }], complete: false, version: 'Azure Container Apps' });
  yield { kind: 'policy', policy: perhapsVarying(policy, 'what the ingress of Azure Container Apps sends with an origin') };
}
