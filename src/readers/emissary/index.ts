/**
 * Emissary-ingress (Ambassador): `cors` of a Mapping, or of the Module `ambassador` for all Mappings without one, as
 * objects of Kubernetes and in the annotation `getambassador.io/config` of a Service.
 *
 * Every origin is compared as it stands, so a glob matches nothing; `*` alone lets everybody in, and the origin is
 * sent back. Lists may be one text with commas. A Mapping for one method sees no preflight. Read in
 * python/ambassador/ir/ircors.py and python/ambassador/envoy/v3/v3route.py; Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { refusal, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy, type Route } from '../../middleware/envoy/routes.js';
import { ALWAYS } from '../../policy/program.js';
import { pairAt, textAt, type YamlFile, type YamlPair } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { corsLevel } from './cors.js';
import { mappingLayer } from './layer.js';
import { mappedHost, routeOf } from './mapping.js';
import { resourcesIn, type Resource } from './resources.js';

const VERSION = 'Emissary-ingress ≥ 2 assumed (no version found)';

export default defineReader<YamlFile>({
  title: 'Emissary-ingress',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)[\s\S]*getambassador\.io/i,
  layers: { paths: /\.ya?ml(?:\.(?:j2|tmpl|tpl|gotmpl|template))?$/i, text: /\bkind:[ \t]*["']?Mapping\b/, byName: /(?:)/ },

  *read(file) {
    const resources = resourcesIn(file);
    for (const resource of resources) {
      const layer = mappingLayer(resource);
      if (layer !== undefined) yield { kind: 'layer', layer };
      const pair = pairAt(resource.settings, 'cors') ?? pairAt(resource.settings, 'config', 'cors');
      if (pair !== undefined) yield* readingsOf(resource, pair, resources);
    }
  },

  write: editCors,
});

function* readingsOf({ file, kind, name, settings }: Resource, pair: YamlPair, all: readonly Resource[]): Generator<Reading> {
  const level = corsLevel(file, pair);
  if (level === undefined) return;
  if ('refused' in level) {
    yield refusal('Emissary-ingress', level);
    return;
  }
  yield* remarksOn(level);
  const host = mappedHost(settings);
  const route: Route = kind === 'Mapping' ? routeOf(settings, level) : { at: pair.key.at, match: ALWAYS, sample: '/', methods: null, levels: [level], headers: [] };
  const alone = kind === 'Mapping' && route.methods !== null && !all.some((other) => other.settings !== settings && textAt(other.settings, 'prefix') === textAt(settings, 'prefix'));
  yield {
    kind: 'policy',
    policy: virtualHostPolicy({ reader: 'emissary', title: `${kind} ${name ?? 'without a name'}`, at: level.at, hosts: host === undefined ? [] : [host], otherHosts: [], routes: [route], complete: alone, version: VERSION }),
  };
}
