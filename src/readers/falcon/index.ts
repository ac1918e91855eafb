/**
 * Falcon: `cors_enable`, `CORSMiddleware`, and headers that middleware components, responders and sinks write by hand.
 *
 * `CORSMiddleware` never sends `Vary`. With `allow_origins='*'` and `allow_credentials='*'` it echoes every origin with
 * credentials, which opens the service to every website. It answers preflights with the methods of the route, whatever
 * is asked for, and has no say in headers and ages.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { portsServed, run, type PythonModule } from '../../syntax/python/index.js';
import type { Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { FalconPackages } from './packages.js';
import { applicationProgram } from './program.js';
import { falconVersion } from './version.js';

/** Code that may have to do with an application. */
const CONCERNS = /falcon|CORSMiddleware|(?:set|append)_headers?\(|add_(?:route|sink|middleware|static_route)|process_re(?:quest|sponse)|cors|origin/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver}.append_header(${name}, ${value})`,
  origin: 'req.get_header("Origin")',
  options: { origins: 'allow_origins', lists: { 'access-control-expose-headers': { option: 'expose_headers' } } },
};

export default defineReader<PythonModule>({
  title: 'Falcon',
  language: 'python',
  mayConcern: /\bfalcon/,

  *read(module) {
    const packages = new FalconPackages();
    const ran = run(module, packages.packages, CONCERNS);
    const isFalcon = /^\s*(?:from\s+falcon|import\b[^\n]*\bfalcon)/m.test(module.source.text);
    const events = followed(ran, ({ name, type, at }) => (isFalcon && (/^(?:API|App)$/.test(type ?? '') || (type === undefined && /^(?:app|api|application)$/.test(name))) ? packages.applicationFor(at) : undefined));
    yield* covering(module.file, readings(module, packages, events));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readings(module: PythonModule, packages: FalconPackages, events: Parameters<typeof applicationProgram>[0]['events']): Generator<Reading> {
  const version = falconVersion(module);
  for (const app of packages.applications()) {
    const program = applicationProgram({ app, isAsync: isAsync(module, app), packages, events, version });
    for (const gap of program.gaps) yield { kind: 'gap', gap };
    if (!sendsCors(program.steps) && !program.steps.some(({ end }) => end?.to === 'answer' && end.fault !== undefined)) continue;
    yield {
      kind: 'policy',
      policy: {
        reader: 'falcon',
        title: 'Falcon application',
        layer: 'app-middleware',
        at: app.at,
        steps: program.steps,
        behind: { options: 200 },
        probes: program.probes,
        survivesUncaught: true,
        listens: portsServed(module),
        version: version.text,
        evidence: pythonEvidence(module, program.handWritten, program.probes),
        notes: [],
      },
    };
  }
}

/** `falcon.asgi.App()`; the headers that it hands out are in lower case. */
function isAsync(module: PythonModule, app: Handle): boolean {
  return /\basgi\b/.test(module.at(app.at.file)?.written(app.at) ?? '') || /^\s*from\s+falcon\.asgi\s+import\b.*\bApp\b/m.test(module.source.text);
}
