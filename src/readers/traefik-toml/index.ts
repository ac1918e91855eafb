/** Traefik: the same settings of its dynamic files in TOML. */
import { editTraefik } from '../../middleware/traefik/edits.js';
import { TRAEFIK_KEYS, traefikReadings } from '../../middleware/traefik/readings.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Traefik',
  language: 'toml',
  mayConcern: TRAEFIK_KEYS,
  read: (unit) => traefikReadings('traefik-toml', unit),
  write: editTraefik,
});
