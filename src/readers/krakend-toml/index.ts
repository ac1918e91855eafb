/**
 * KrakenD's `security/cors` in `krakend.toml`: the settings of `krakend.json`, in another language.
 *
 * Read in krakend-cors, as for `krakend.json`.
 */
import { krakendEdits } from '../../middleware/krakend/edits.js';
import { krakendReadings } from '../../middleware/krakend/readings.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'KrakenD (krakend.toml)',
  language: 'toml',
  mayConcern: /security\/cors|krakend-cors/,
  read: (file) => krakendReadings(file, 'krakend-toml'),
  write: krakendEdits,
});
