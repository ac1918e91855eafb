/**
 * Spring MVC: `@CrossOrigin`, `CorsRegistry`, and `CorsConfiguration` beans.
 *
 * Spring refuses `*` with credentials since 5.3, and `allowedOriginPatterns("*")` is the most copied way around it:
 * it echoes every origin with credentials.
 */
import type { Change } from '../../policy/change.js';
import type { Policy, Probe } from '../../policy/program.js';
import { removeArgument, removeCall, removeItem, removeStatement, respell, run, springVersion, type JvmModule } from '../../syntax/jvm/index.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { decline, defineReader, type Declined } from '../reader.js';
import { handlersIn } from './controllers.js';
import { dispatched, servedMethods } from './mvc.js';
import { covers, pathGuard, samplePath } from '../../middleware/spring/paths.js';
import { processed, uncovered } from '../../middleware/spring/processor.js';
import { builtBy, type Source } from './sources.js';
import { SpringObjects } from './spring-classes.js';
import { injected } from './value-annotation.js';

export default defineReader<JvmModule>({
  title: 'Spring',
  language: 'jvm',
  mayConcern: /CrossOrigin|CorsRegistry|CorsConfiguration/,

  *read(module) {
    const version = springVersion(module.files, module.file);
    const objects = new SpringObjects();
    const ran = run(module, objects.packages, injected);
    const { sources, registered: registry } = builtBy(ran, objects);
    for (const source of sources) yield { kind: 'policy', policy: { ...common(version.text), ...filterPolicy(source, version.number) } };
    const handlers = handlersIn(ran.classes);
    const annotated = [...handlers.values()].flat().flatMap(({ cors }) => cors ?? [])[0];
    const at = registry[0]?.at ?? annotated?.at;
    if (at === undefined) return;
    const served = [...handlers].map(([path, group]): Probe => ({ path: samplePath(path), methods: servedMethods(group), requestHeaders: [], at: group[0]!.at }));
    const registered = registry.filter(({ path }) => ![...handlers.keys()].some((other) => covers(path, other))).map(({ path, at: place }): Probe => ({ path: samplePath(path), methods: null, requestHeaders: [], at: place }));
    const steps = dispatched(handlers, registry, version.number, at);
    yield { kind: 'policy', policy: { ...common(version.text), title: registry.length > 0 ? 'Spring MVC (CorsRegistry)' : 'Spring MVC (@CrossOrigin)', layer: registry.length > 0 ? 'app-middleware' : 'route-handler', at, steps, probes: [...served, ...registered] } };
  },

  write: (module, _policy, change) => edited(module, change),
});

/** What all policies of a Spring application share. Spring MVC answers OPTIONS of a mapped path by itself. */
function common(version: string): Pick<Policy, 'reader' | 'behind' | 'survivesUncaught' | 'listens' | 'version' | 'evidence' | 'notes'> {
  return { reader: 'spring', behind: { options: 200 }, survivesUncaught: true, listens: [8080], version, evidence: { handWritten: false, canAddVary: false, readsCookies: 'unknown', noStore: false }, notes: [] };
}

function filterPolicy({ title, at, mappings }: Source, version: number): Pick<Policy, 'title' | 'layer' | 'at' | 'steps' | 'probes'> {
  return {
    title,
    layer: 'app-middleware',
    at,
    steps: [...mappings.flatMap(({ path, at: place, config }) => processed(config, pathGuard(path, place), version, at, 'cross-origin')), ...uncovered(version, at)],
    probes: mappings.map(({ path, at: place }) => ({ path: samplePath(path), methods: null, requestHeaders: [], at: place })),
  };
}

function edited(module: JvmModule, change: Change): readonly TextEdit[] | Declined {
  const holder = module.at(change.at.file);
  const edit = holder === undefined ? undefined : editFor(holder, change, change.at);
  return edit === undefined ? decline(`nothing there can be edited for ${change.kind}`) : [edit];
}

function editFor(module: JvmModule, change: Change, at: Span): TextEdit | undefined {
  switch (change.kind) {
    case 'replace-text':
      return respell(module, at, change.text);
    case 'remove-entry':
      return removeItem(module, at);
    case 'drop-credentials':
      return removeArgument(module, at) ?? removeCall(module, at) ?? removeStatement(module, at);
    default:
      return undefined;
  }
}
