/**
 * Quarkus: `quarkus.http.cors.*` and `quarkus.http.header."…"` in application.properties.
 *
 * Whatever is let in is sent back as it came, with credentials for every origin that the list names unless they are
 * switched off, and without `Vary` before 3.38. In a list that is one text each backslash of a pattern counts only when
 * it is doubled once more.
 */
import { editQuarkus } from '../../middleware/quarkus/edits.js';
import { QUARKUS_KEYS, quarkusReadings } from '../../middleware/quarkus/readings.js';
import type { PropertiesFile } from '../../syntax/properties/index.js';
import { defineReader } from '../reader.js';

export default defineReader<PropertiesFile>({
  title: 'Quarkus',
  language: 'properties',
  mayConcern: QUARKUS_KEYS,
  read: ({ files, file }) => quarkusReadings('quarkus', files, file),
  write: ({ files }, policy, change) => editQuarkus(files, policy, change),
});
