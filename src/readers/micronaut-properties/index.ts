/**
 * Micronaut: `micronaut.server.cors.*` in application.properties.
 *
 * Switched on without more it sends every origin back with credentials; `*` among the origins is a text that nobody
 * sends, and so is what a comma leaves with a blank before it.
 */
import { editMicronaut } from '../../middleware/micronaut/edits.js';
import { MICRONAUT_KEYS, micronautReadings } from '../../middleware/micronaut/readings.js';
import type { PropertiesFile } from '../../syntax/properties/index.js';
import { defineReader } from '../reader.js';

export default defineReader<PropertiesFile>({
  title: 'Micronaut',
  language: 'properties',
  mayConcern: MICRONAUT_KEYS,
  read: ({ files, file }) => micronautReadings('micronaut-properties', files, file),
  write: ({ files }, policy, change) => editMicronaut(files, policy, change),
});
