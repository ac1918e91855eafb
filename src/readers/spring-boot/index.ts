/**
 * Spring Boot's `application.yml`: Spring Cloud Gateway (`globalcors`, CORS in the metadata of routes, filters that write
 * headers), the actuator and GraphQL.
 *
 * The gateway starts from an empty configuration, unlike `@CrossOrigin`: without `allowedMethods` only GET and HEAD are
 * allowed, without `allowedHeaders` no header. `*` with credentials makes every request fail since Spring 5.3.
 */
import { editedSetting } from '../../middleware/application/index.js';
import { applicationFileReadings } from '../../middleware/spring-boot/application-file.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Spring Boot (application.yml)',
  language: 'yaml',
  mayConcern: /globalcors|^(?=[\s\S]*(?:gateway|management|graphql))(?=[\s\S]*(?:\bcors\b|access-control-))[\s\S]*(?:allowed-?_?origin|ResponseHeader)/i,

  read: ({ files, file }) => applicationFileReadings(files, file, 'spring-boot'),

  write: ({ files }, policy, change) => editedSetting(files, policy, change),
});
