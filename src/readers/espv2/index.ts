/**
 * Google's Extensible Service Proxy 2 (Cloud Endpoints): its `--cors_…` flags in the arguments of a container, or in
 * `ESPv2_ARGS`.
 *
 * `--cors_preset=basic` compares with `--cors_allow_origin` (default `*`, everybody), `cors_with_regex` with
 * `--cors_allow_origin_regex`, an RE2 pattern for the whole text; the origin is sent back. Without a preset the other
 * flags do nothing. Read in docker/generic/start_proxy.py (flags and defaults); Envoy's part was run.
 */
import { editCors } from '../../middleware/envoy/edits.js';
import { remark } from '../../middleware/envoy/readings.js';
import { virtualHostPolicy } from '../../middleware/envoy/routes.js';
import { ALWAYS } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import { defineReader, type Reading } from '../reader.js';
import { argumentsIn, type Arguments } from './arguments.js';
import { levelOf } from './level.js';

export default defineReader<YamlFile>({
  title: 'ESPv2',
  language: 'yaml',
  mayConcern: /--cors_(?:preset|allow|expose|max)/,

  *read(file) {
    for (const found of argumentsIn(file)) yield* readingsOf(found);
  },

  write: editCors,
});

function* readingsOf(found: Arguments): Generator<Reading> {
  const preset = found.flags.get('cors_preset');
  if (preset === undefined || preset.text === '') {
    const [idle] = [...found.flags].filter(([name]) => name.startsWith('cors_')).map(([, flag]) => flag);
    if (idle !== undefined) yield remark(idle.at, 'this flag does nothing: `--cors_preset` is not set');
    return;
  }
  if (preset.text !== 'basic' && preset.text !== 'cors_with_regex') {
    if (!/[${]/.test(preset.text)) yield remark(preset.at, `ESPv2 does not start: \`${preset.text}\` is no preset (\`basic\`, \`cors_with_regex\`)`);
    return;
  }
  const level = levelOf(found, preset);
  if ('refused' in level) {
    yield remark(level.at, `ESPv2 does not start: ${level.refused}`);
    return;
  }
  yield {
    kind: 'policy',
    policy: virtualHostPolicy({ reader: 'espv2', title: 'ESPv2', at: level.at, hosts: [], otherHosts: [], routes: [{ at: level.at, match: ALWAYS, sample: '/', methods: null, levels: [level], headers: [] }], complete: false, version: 'ESPv2 ≥ 2.30 assumed (no version found)' }),
  };
}
