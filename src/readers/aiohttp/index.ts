/**
 * aiohttp: aiohttp-cors, and headers that handlers, middlewares and signals write by hand.
 *
 * aiohttp-cors echoes the origin even for `*` and never sends `Vary`; with credentials every website is let in. It works
 * for routes that were given to `cors.add()` alone, and without `allow_headers` refuses every preflight that names one.
 * Errors are exceptions in aiohttp: what a middleware writes on the response of its handler does not reach them.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { ResponseObjects } from '../../middleware/response-objects.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { pinnedVersion, portsIn, run, type PythonModule } from '../../syntax/python/index.js';
import type { Event } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { AiohttpPackages, type Application } from './packages.js';
import { applicationProgram, type Surroundings } from './program.js';

/** Code that may have to do with an application. */
const CONCERNS = /aiohttp|\bweb\.|add_(?:get|post|put|delete|patch|route|routes|view|resource|subapp|static)\b|\.router\b|middlewares?\b|on_response_prepare|cors|origin|RouteTableDef/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver}.add(${name}, ${value})`,
  origin: 'request.headers.get("Origin")',
  options: { lists: { 'access-control-allow-methods': { option: 'allow_methods' }, 'access-control-allow-headers': { option: 'allow_headers' }, 'access-control-expose-headers': { option: 'expose_headers' } } },
};

export default defineReader<PythonModule>({
  title: 'aiohttp',
  language: 'python',
  mayConcern: /\baiohttp/,

  *read(module) {
    const objects = new ResponseObjects();
    const packages = new AiohttpPackages(objects);
    const ran = run(module, packages.packages, CONCERNS);
    const isServer = /\baiohttp_cors\b|\baiohttp\s+import\b[^\n]*\bweb\b|\baiohttp\.web\b/.test(module.source.text);
    const events = followed(ran, ({ name, type, at }) => (isServer && (type === 'Application' || (type === undefined && /^(?:app|application)$/.test(name))) ? packages.applicationFor([], undefined, at) : undefined));
    yield* covering(module.file, readings(module, { packages, objects, ran, events, textAt: (at) => module.at(at.file)?.written(at) ?? '' }));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readings(module: PythonModule, around: Surroundings): Generator<Reading> {
  const apps = around.packages.applications();
  const children = new Set(apps.flatMap((app) => app.children.map((child) => child.app)));
  const [own, cors] = ['aiohttp', 'aiohttp-cors'].map((name) => pinnedVersion(module.files, module.file, name));
  for (const app of apps) {
    if (children.has(app)) continue;
    const program = applicationProgram(app, around);
    for (const gap of program.gaps) yield { kind: 'gap', gap };
    if (!sendsCors(program.steps) && !program.steps.some(({ end }) => end?.to === 'answer' && end.fault !== undefined)) continue;
    const uses = around.packages.cors().length > 0;
    yield {
      kind: 'policy',
      policy: {
        reader: 'aiohttp',
        title: uses ? 'aiohttp-cors' : 'aiohttp application',
        layer: 'app-middleware',
        at: app.handle.at,
        steps: program.steps,
        behind: { options: null },
        probes: program.probes,
        survivesUncaught: uses,
        listens: portsOf(app, around.events),
        version: uses ? `aiohttp-cors ${cors === undefined ? '0.8 (no version found)' : `${cors.version} (${cors.from})`}` : `aiohttp ${own === undefined ? '3 (no version found)' : `${own.version} (${own.from})`}`,
        evidence: pythonEvidence(module, program.handWritten, program.probes),
        notes: [],
      },
    };
  }
}

/** `web.run_app(app, port=8080)`; 8080 without one. */
function portsOf(app: Application, events: readonly Event[]): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call' || event.receiver.name !== 'aiohttp.web.run_app' || event.args[0] !== app.handle) return [];
    const port = event.keywords?.entries.find(({ key }) => key === 'port')?.value;
    return port === undefined ? [8080] : portsIn(port);
  });
}
