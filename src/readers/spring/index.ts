/**
 * Spring MVC and WebFlux: `@CrossOrigin`, `CorsRegistry`, and `CorsConfiguration` beans.
 *
 * Spring refuses `*` with credentials since 5.3, and `allowedOriginPatterns("*")` is the most copied way around it:
 * it echoes every origin with credentials.
 */
import { configurationFor, editedSetting, isApplicationFile, SPRING } from '../../middleware/application/index.js';
import { listensOf } from '../../middleware/spring-boot/server-port.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { removeArgument, removeCall, removeItem, removePart, removeStatement, respell, respellPart, springVersion, type JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { decline, defineReader, type Declined } from '../reader.js';
import { applicationOf, follow } from './application.js';
import { dispatcherPolicy } from './mvc.js';
import { sourcePolicies } from './in-front.js';
import { inWebFlux, titleIn } from './webflux.js';

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

  write: (module, _policy, change) => edited(module, change),
});

/** What all policies of a Spring application share. Spring answers OPTIONS of a mapped path by itself. */
function common({ files, file }: JvmModule, version: string): Pick<Policy, 'reader' | 'behind' | 'survivesUncaught' | 'listens' | 'version' | 'evidence' | 'notes'> {
  return { reader: 'spring', behind: { options: 200 }, survivesUncaught: true, listens: listensOf(configurationFor(files, file, SPRING)), version, evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false }, notes: [] };
}

function edited(module: JvmModule, change: Change): readonly TextEdit[] | Declined {
  if (isApplicationFile(change.at.file)) return editedSetting(module.files, change);
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, change.at);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: JvmModule, change: Change, at: Span): TextEdit | undefined {
  switch (change.kind) {
    case 'replace-text':
      return respell(module, at, change.text) ?? respellPart(module, at, change.text);
    case 'remove-entry':
      return removeItem(module, at) ?? removePart(module, at);
    case 'remove-header':
      return removeArgument(module, at) ?? removeCall(module, at) ?? removeStatement(module, at);
    case 'fail-closed':
      return respellPart(module, at, '');
    default:
      return undefined;
  }
}
