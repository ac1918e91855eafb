/**
 * kgateway's TrafficPolicy: `spec.cors`, the Gateway API's CORS filter for the routes or gateways that the policy
 * targets, given to Envoy's filter. Documented (kgateway 2); Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { refusal, remarksOn } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy } from '../../middleware/envoy/routes.js';
import { corsFilter } from '../../middleware/gateway-api/cors-filter.js';
import { objectsIn } from '../../middleware/kubernetes/objects.js';
import { ALWAYS } from '../../policy/program.js';
import { nodeAt, pairAt, type YamlFile } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlFile>({
  title: 'kgateway',
  language: 'yaml',
  mayConcern: /^(?=[\s\S]*cors)(?=[\s\S]*TrafficPolicy)[\s\S]*gateway\.kgateway\.dev/,

  *read(file) {
    for (const { kind, group, node, name } of objectsIn(file)) {
      const pair = pairAt(node, 'spec', 'cors');
      if (kind !== 'TrafficPolicy' || group !== 'gateway.kgateway.dev' || pair?.value === undefined || nodeAt(pair.value, 'disable') !== undefined) continue;
      const level = corsFilter(file, pair, undefined);
      if ('refused' in level) {
        yield refusal('kgateway', level);
        continue;
      }
      const { forwards: _standard, ...own } = level;
      yield* remarksOn(own);
      yield {
        kind: 'policy',
        policy: virtualHostPolicy({ reader: 'kgateway', title: `TrafficPolicy ${name ?? 'without a name'}`, at: own.at, hosts: [], otherHosts: [], routes: [{ at: own.at, match: ALWAYS, sample: '/', methods: null, levels: [own], headers: [] }], complete: false, version: 'kgateway ≥ 2.1 assumed (no version found)' }),
      };
    }
  },

  write: editCors,
});
