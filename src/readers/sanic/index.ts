/**
 * Sanic: the CORS of Sanic Extensions, and headers that hooks and handlers write.
 *
 * `CORS_ORIGINS = "*"` echoes every origin, requests without one get the star. A text is split at its commas; a star in a
 * list, a tuple or a set let nobody in. Hooks behind a request see every response, and the extension answers OPTIONS of every path.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { pinnedVersion, portsIn, run, type PythonModule } from '../../syntax/python/index.js';
import { entry, type Event, type Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { appOf, type Extensions, type SanicApp } from './app.js';
import { SanicPackages } from './packages.js';
import { registrationsIn } from './registrations.js';

/** Functions and modules in whose text something of CORS, or an app that may have it, can be. */
const CONCERNS = /cors|access[-_]control|\b(?:Sanic|Blueprint|Extend)\(|\.blueprint\(|on_(?:request|response)|middleware|\.config\b/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver.endsWith('headers') ? receiver : `${receiver}.headers`}.add(${name}, ${value})`,
  origin: 'request.headers.get("Origin")',
};

export default defineReader<PythonModule>({
  title: 'Sanic',
  language: 'python',
  mayConcern: /\bsanic(?:_ext|_cors)?\b/,

  *read(module) {
    if (!/cors|access[-_]control/i.test(module.source.text)) return;
    const packages = new SanicPackages();
    const ran = run(module, packages.packages, CONCERNS);
    const events = followed(ran, ({ name, type, at }) => {
      if (type === 'Blueprint' || /^(?:bp|blueprint)$/.test(name)) return packages.blueprintFor(at);
      return type === 'Sanic' || (type === undefined && /^(?:app|application|server)$/.test(name)) ? packages.appFor(at) : undefined;
    });
    yield* covering(module.file, readingsOf(module, events, packages));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(module: PythonModule, events: readonly Event[], packages: SanicPackages): Generator<Reading> {
  const registrations = registrationsIn(events, packages);
  const mounted = new Set(registrations.flatMap((told) => (told.what !== 'mount' ? [] : told.blueprint.kind === 'list' ? told.blueprint.items : [told.blueprint])));
  const extensions = extensionsIn(module);
  for (const target of new Set(registrations.map(({ of }) => of))) {
    if (mounted.has(target)) continue;
    const theirs = registrations.find((told) => told.what === 'sanic-cors' && told.of === target);
    if (theirs !== undefined) {
      yield { kind: 'gap', gap: { at: theirs.at, reason: 'function-call', message: 'What Sanic-CORS adds could not be followed.' } };
      continue;
    }
    const app = appOf(target, { registrations, packages, extensions, written: module.written });
    if (sendsCors(app.steps) || app.steps.some(({ end }) => end?.to === 'answer' && end.fault !== undefined)) yield { kind: 'policy', policy: policyOf(target, app, module, packages, events, extensions) };
  }
}

/** Are Sanic Extensions installed? They start by themselves then. */
function extensionsIn(module: PythonModule): Extensions {
  const named = (name: string): boolean => pinnedVersion(module.files, module.file, name) !== undefined;
  if (named('sanic-ext') || /\bsanic_ext\b/.test(module.source.text)) return 'yes';
  return named('sanic') ? 'no' : 'unknown';
}

function policyOf(target: Handle, app: SanicApp, module: PythonModule, packages: SanicPackages, events: readonly Event[], extensions: Extensions): Policy {
  const at = app.at ?? target.at;
  const version = pinnedVersion(module.files, module.file, app.at === undefined ? 'sanic' : 'sanic-ext');
  const isBlueprint = packages.roleOf(target)?.is === 'blueprint';
  const answersOptions = app.at !== undefined || extensions === 'yes';
  return {
    reader: 'sanic',
    title: app.at !== undefined ? 'CORS of Sanic Extensions' : isBlueprint ? 'Sanic blueprint' : 'Sanic app',
    layer: 'app-middleware',
    at,
    steps: app.steps,
    behind: { options: answersOptions ? 204 : extensions === 'no' ? 405 : null },
    probes: askedPaths(app.probes, app.steps, at),
    // Hooks see the answers to exceptions; what a handler writes is lost there.
    survivesUncaught: true,
    listens: portsOf(target, events),
    version: `${app.at === undefined ? 'Sanic' : 'Sanic Extensions'} ${version === undefined ? '25.12 (no version found)' : `${version.version} (${version.from})`}`,
    evidence: pythonEvidence(module, app.handWritten, app.probes),
    notes: [],
  };
}

/** `app.run(port=8000)`; 8000 by itself. */
function portsOf(target: Handle, events: readonly Event[]): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call' || event.receiver !== target || !/^(?:run|create_server|prepare)$/.test(event.method)) return [];
    const port = event.args[1] ?? (event.keywords === undefined ? undefined : entry(event.keywords, 'port')?.value);
    return port === undefined ? [8000] : portsIn(port);
  });
}
