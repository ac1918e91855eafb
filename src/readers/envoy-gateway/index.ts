/**
 * Envoy Gateway's SecurityPolicy: `spec.cors` for the routes or gateways that it targets.
 *
 * A `*` in an origin becomes `.*` of a pattern for the whole text, so `https://*` lets every site in; `*` lets
 * everybody in, and the origin is sent back. Preflights of strangers are answered without a grant. A CORS filter of
 * the HTTPRoute itself comes before this policy. Read in the project's internal/gatewayapi/securitypolicy.go
 * (buildCORS, wildcard2regex) and internal/xds/translator/cors.go; Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { durationFrom, fieldsOf, originsFrom } from '../../middleware/envoy/fields.js';
import type { CorsLevel, Written } from '../../middleware/envoy/level.js';
import { listedLevel, refusedAmong, unknownField } from '../../middleware/envoy/listed-level.js';
import { refusal, remark, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy } from '../../middleware/envoy/routes.js';
import { glob } from '../../middleware/gateway-api/cors-filter.js';
import { objectsIn, type KubernetesObject } from '../../middleware/kubernetes/objects.js';
import { ALWAYS, NEVER } from '../../policy/program.js';
import { itemsOf, nodeAt, pairAt, resolve, textAt, type YamlFile } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';

const FIELDS = new Set(['allowOrigins', 'allowMethods', 'allowHeaders', 'exposeHeaders', 'maxAge', 'allowCredentials']);

export default defineReader<YamlFile>({
  title: 'Envoy Gateway',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)(?=[\s\S]*SecurityPolicy)[\s\S]*gateway\.envoyproxy\.io/,

  *read(file) {
    const objects = objectsIn(file);
    for (const object of objects) if (object.kind === 'SecurityPolicy' && object.group === 'gateway.envoyproxy.io') yield* readingsOf(file, object, objects);
  },

  write: editCors,
});

function* readingsOf(file: YamlFile, { node, name }: KubernetesObject, all: readonly KubernetesObject[]): Generator<Reading> {
  const pair = pairAt(node, 'spec', 'cors');
  if (pair?.value === undefined || resolve(pair.value)?.kind !== 'map') return;
  const fields = fieldsOf(file, pair.value);
  const origins = originsFrom(fields.all.get('allowOrigins'), { by: glob });
  const maxAge = durationFrom(fields.all.get('maxAge'));
  const refused = refusedAmong(unknownField(fields, FIELDS, '`cors`'), origins, maxAge);
  if (refused !== undefined) {
    yield refusal('Envoy Gateway', refused);
    return;
  }
  const target = all.find((other) => other.kind === 'HTTPRoute' && targetsOf(node).includes(other.name ?? '') && hasOwnCors(other));
  if (target !== undefined) yield remark(pair.key.at, `the HTTPRoute \`${target.name ?? ''}\` has a CORS filter of its own, which comes before this policy`);
  const joined = listedLevel({
    fields,
    at: pair.key.at,
    origins,
    methods: fields.all.get('allowMethods'),
    headers: fields.all.get('allowHeaders'),
    exposed: fields.all.get('exposeHeaders'),
    maxAge,
    credentials: fields.all.get('allowCredentials'),
    separator: ', ',
    forwards: NEVER,
  });
  const level = { ...joined, ...starsIn(joined) };
  yield* remarksOn(level);
  yield {
    kind: 'policy',
    policy: virtualHostPolicy({ reader: 'envoy-gateway', title: `SecurityPolicy ${name ?? 'without a name'}`, at: level.at, hosts: [], otherHosts: [], routes: [{ at: level.at, match: ALWAYS, sample: '/', methods: null, levels: [level], headers: [] }], complete: false, version: 'Envoy Gateway ≥ 1.3 assumed (no version found)' }),
  };
}

/** A `*` among methods or headers stands for all of them here (since 1.3). */
function starsIn({ methods, headers }: CorsLevel): Pick<CorsLevel, 'methods' | 'headers'> {
  const open = (written: Written | undefined): Written | undefined =>
    written?.value.v === 'literal' && written.value.text.split(',').some((item) => item.trim() === '*') ? { ...written, value: { ...written.value, text: '*' } } : written;
  const [allMethods, allHeaders] = [open(methods), open(headers)];
  return { ...(allMethods === undefined ? {} : { methods: allMethods }), ...(allHeaders === undefined ? {} : { headers: allHeaders }) };
}

function targetsOf(node: KubernetesObject['node']): readonly string[] {
  const targets = [nodeAt(node, 'spec', 'targetRef'), ...(itemsOf(nodeAt(node, 'spec', 'targetRefs')) ?? [])];
  return targets.flatMap((target) => textAt(target, 'name') ?? []);
}

function hasOwnCors({ node }: KubernetesObject): boolean {
  return (itemsOf(nodeAt(node, 'spec', 'rules')) ?? []).some((rule) => (itemsOf(nodeAt(rule, 'filters')) ?? []).some((filter) => textAt(filter, 'type') === 'CORS'));
}
