/**
 * Spring MVC and WebFlux: `@CrossOrigin`, `CorsRegistry`, and `CorsConfiguration` beans.
 *
 * Spring refuses `*` with credentials since 5.3, and `allowedOriginPatterns("*")` is the most copied way around it:
 * it echoes every origin with credentials.
 */
import { configurationFor, SPRING } from '../../middleware/application/index.js';
import { listensOf } from '../../middleware/spring-boot/server-port.js';
import type { Policy } from '../../policy/program.js';
import { springVersion, type JvmModule } from '../../syntax/jvm/index.js';
import { defineReader } from '../reader.js';
import { applicationOf, follow } from './application.js';
import { dispatcherPolicy } from './mvc.js';
import { sourcePolicies } from './in-front.js';
import { inWebFlux, titleIn } from '../../middleware/spring/webflux.js';
import { writeSpring } from './write.js';

export default defineReader<JvmModule>({
  title: 'Spring',
  language: 'jvm',
  mayConcern: /CrossOrigin|CorsRegistry|CorsConfiguration/,

  *read(module) {
    const version = springVersion(module.files, module.file);
    const file = follow(module);
    const application = applicationOf(file);
    for (const policy of [...sourcePolicies(application, version.number), ...dispatcherPolicy(file, application, version.number)]) yield { kind: 'policy', policy: { ...common(module, version.text), ...policy, title: titleIn(inWebFlux(module), policy.title) } };
  },

  write: writeSpring,
});

/** What all policies of a Spring application share. Spring answers OPTIONS of a mapped path by itself. */
function common({ files, file }: JvmModule, version: string): Pick<Policy, 'reader' | 'behind' | 'survivesUncaught' | 'listens' | 'version' | 'evidence' | 'notes'> {
  return { reader: 'spring', behind: { options: 200 }, survivesUncaught: true, listens: listensOf(configurationFor(files, file, SPRING)), version, evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false }, notes: [] };
}
