/** Micronaut: `micronaut.server.cors.*` in application.yml. Whatever is not written is allowed: any origin, with credentials. */
import { editMicronaut } from '../../middleware/micronaut/edits.js';
import { MICRONAUT_KEYS, micronautReadings } from '../../middleware/micronaut/readings.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Micronaut',
  language: 'yaml',
  mayConcern: MICRONAUT_KEYS,
  read: ({ files, file }) => micronautReadings('micronaut-yaml', files, file),
  write: ({ files }, policy, change) => editMicronaut(files, policy, change),
});
