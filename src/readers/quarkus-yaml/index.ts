/** Quarkus: the same settings in application.yaml and application.yml. */
import { editQuarkus } from '../../middleware/quarkus/edits.js';
import { QUARKUS_KEYS, quarkusReadings } from '../../middleware/quarkus/readings.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Quarkus',
  language: 'yaml',
  mayConcern: QUARKUS_KEYS,
  read: ({ files, file }) => quarkusReadings('quarkus-yaml', files, file),
  write: ({ files }, policy, change) => editQuarkus(files, policy, change),
});
