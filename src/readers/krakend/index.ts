/**
 * KrakenD's `security/cors` (before 2.0 `github_com/devopsfaith/krakend-cors`) in `krakend.json`, `krakend.yaml` or
 * `krakend.toml`, also as a template of its flexible configuration.
 *
 * It is rs/cors in front of the router: every path and every method, with the headers of the request repeated. Only the
 * service level counts; settings in an endpoint do nothing. Without `allow_origins`, or with one that is no list,
 * everybody is allowed, by a literal `*` with credentials as well. A response of the backend brings headers of its own
 * where an endpoint is raw (`output_encoding: no-op`): then both stand there.
 *
 * Read in krakend-cors 0.6 to 3.0 and lura; run: rs/cors in every version that a KrakenD was built with, filled as
 * krakend-cors fills it.
 */
import { krakendEdits } from '../../middleware/krakend/edits.js';
import { krakendReadings } from '../../middleware/krakend/readings.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'KrakenD',
  language: ['yaml', 'toml'],
  mayConcern: /security\/cors|krakend-cors/,
  read: krakendReadings,
  write: krakendEdits,
});
