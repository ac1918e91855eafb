/**
 * Spring Boot's `application.properties`: Spring Cloud Gateway, the actuator and GraphQL, as in `application.yml`.
 *
 * All values are texts here, so that CORS in the metadata of a gateway's route cannot allow credentials: the gateway wants
 * a boolean there.
 */
import { editedSetting } from '../../middleware/application/index.js';
import { applicationFileReadings } from '../../middleware/spring-boot/application-file.js';
import type { PropertiesFile } from '../../syntax/properties/index.js';
import { defineReader } from '../reader.js';

export default defineReader<PropertiesFile>({
  title: 'Spring Boot (application.properties)',
  language: 'properties',
  mayConcern: /globalcors|^(?=[\s\S]*(?:gateway|management|graphql))(?=[\s\S]*(?:\bcors\b|access-control-))[\s\S]*(?:allowed-?_?origin|ResponseHeader)/i,

  read: ({ files, file }) => applicationFileReadings(files, file, 'spring-boot-properties'),

  write: ({ files }, policy, change) => editedSetting(files, policy, change),
});
