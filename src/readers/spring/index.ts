/**
 * Spring MVC: `@CrossOrigin`, `CorsRegistry`, and `CorsConfiguration` beans.
 *
 * Spring refuses `*` with credentials since 5.3, and `allowedOriginPatterns("*")` is the most copied way around it:
 * it echoes every origin with credentials.
 */
import type { Change } from '../../policy/change.js';
import type { Policy, Step } from '../../policy/program.js';
import { removeArgument, removeItem, removeStatement, respell, springVersion, type JavaModule } from '../../syntax/java/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { decline, defineReader, type Declined } from '../reader.js';
import { processed, uncovered } from './processor.js';
import { pathGuard, samplePath } from './paths.js';
import { annotationsIn, beansIn, registriesIn, type Found } from './sites.js';

export default defineReader<JavaModule>({
  title: 'Spring',
  language: 'java',
  mayConcern: /CrossOrigin|CorsRegistry|CorsConfiguration/,

  *read(module) {
    const version = springVersion(module.files, module.file);
    for (const found of [...beansIn(module), ...registriesIn(module), ...annotationsIn(module)]) {
      const steps: readonly Step[] = [
        ...found.mappings.flatMap(({ path, at, config }) => processed(config, pathGuard(path, at), version.number, found.at, found.kind !== 'filter')),
        ...(found.kind === 'filter' ? uncovered(version.number, found.at) : []),
      ];
      yield { kind: 'policy', policy: policyOf(found, steps, version.text) };
    }
  },

  write: (module, _policy, change) => edited(module, change),
});

function policyOf(found: Found, steps: readonly Step[], version: string): Policy {
  return {
    reader: 'spring',
    title: found.title,
    layer: found.kind === 'annotation' ? 'route-handler' : 'app-middleware',
    at: found.at,
    steps,
    // Spring MVC answers OPTIONS of a mapped path by itself with `Allow`.
    behind: { options: 200 },
    probes: found.mappings.map(({ path, methods, at }) => ({ path: samplePath(path), methods, requestHeaders: [], at })),
    survivesUncaught: true,
    listens: [8080],
    version,
    evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false },
    notes: [],
  };
}

function edited(module: JavaModule, change: Change): readonly TextEdit[] | Declined {
  if (change.at.file !== module.file) return decline('the text stands in another file');
  const edit = editFor(module, change, change.at);
  return edit === undefined ? decline(`no literal of this file can be edited for ${change.kind}`) : [edit];
}

function editFor(module: JavaModule, change: Change, at: Span): TextEdit | undefined {
  switch (change.kind) {
    case 'replace-text':
      return respell(module, at, change.text);
    case 'remove-entry':
      return removeItem(module, at);
    case 'drop-credentials': {
      const text = module.source.text.slice(at.start, at.end);
      return /^allowCredentials\s*=/.test(text) ? removeArgument(module, at) : /\.setAllowCredentials\(/.test(text) ? removeStatement(module, at) : undefined;
    }
    default:
      return undefined;
  }
}
