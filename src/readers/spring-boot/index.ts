/**
 * Spring Boot's `application.yml`: Spring Cloud Gateway (`globalcors`, CORS in the metadata of routes, filters that write
 * headers), the actuator and GraphQL.
 *
 * The gateway starts from an empty configuration, unlike `@CrossOrigin`: without `allowedMethods` only GET and HEAD are
 * allowed, without `allowedHeaders` no header. `*` with credentials makes every request fail since Spring 5.3.
 */
import { editedSetting } from '../../middleware/application/index.js';
import { effectsAt } from '../../middleware/effects-at.js';
import { applicationFileReadings } from '../../middleware/spring-boot/application-file.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import { defineReader } from '../reader.js';

export default defineReader<YamlInProject>({
  title: 'Spring Boot (application.yml)',
  language: 'yaml',
  mayConcern: /globalcors|^(?=[\s\S]*(?:gateway|management|graphql))(?=[\s\S]*(?:\bcors\b|access-control-))[\s\S]*(?:allowed-?_?origin|ResponseHeader)/i,

  read: ({ files, file }) => applicationFileReadings(files, file, 'spring-boot'),

  write: ({ files }, policy, change) => (refusesEverybody(policy, change) ? { declined: 'a mapping of the gateway that lists no origins refuses all of them' } : editedSetting(files, policy, change)),
});

/** Would the change leave a mapping without its origins, which is not the same as no mapping? */
function refusesEverybody(policy: Policy, { kind, at }: Change): boolean {
  return kind === 'remove-header' && policy.layer === 'gateway' && effectsAt(policy, at).some(({ header }) => header === 'access-control-allow-origin');
}
