/**
 * Python's `http.server`: headers that request handlers write by hand.
 *
 * A handler has one method for each verb, `do_GET`, `do_OPTIONS`; a verb without one is answered 501. What an overridden
 * `end_headers()` sends reaches every answer, errors and files included. Headers are only ever appended: whoever sends one
 * twice sends two lines.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { portsIn, run, type ClassInView, type PythonModule } from '../../syntax/python/index.js';
import type { Event } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { handlerProgram } from './program.js';
import { HttpServerPackages, isHandlerName } from './packages.js';

/** Code that may have to do with a handler. */
const CONCERNS = /\bself\b|handler|cors|origin|access-control/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver}.send_header(${name}, ${value})`,
  origin: 'self.headers.get("Origin")',
};

export default defineReader<PythonModule>({
  title: 'Python http.server',
  language: 'python',
  mayConcern: /HTTPRequestHandler/,

  *read(module) {
    if (!/access-control-/i.test(module.source.text) && !/\b(?:import|from)\b.*cors/i.test(module.source.text)) return;
    const packages = new HttpServerPackages();
    const ran = run(module, packages.packages, CONCERNS);
    yield* covering(module.file, readingsOf([...ran.classes()], packages, followed(ran)));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(classes: readonly ClassInView[], packages: HttpServerPackages, events: readonly Event[]): Generator<Reading> {
  const told = new Set<string>();
  // A base whose headers the classes that extend it send is what those are.
  for (const cls of classes.filter(({ bases }) => bases.some(isHandlerName)).reverse()) {
    const program = handlerProgram(cls, packages);
    const steps = mergeSteps(program.steps);
    const places = steps.flatMap(({ effects }) => effects.map(({ at }) => `${at.file}:${at.start}`));
    if (!sendsCors(steps) || places.every((place) => told.has(place))) continue;
    for (const place of places) told.add(place);
    const policy: Policy = {
      reader: 'http-server',
      title: `HTTP request handler ${cls.name}`,
      layer: 'app-middleware',
      at: cls.at,
      steps,
      behind: { options: null },
      probes: comparedPaths(steps).map((path) => ({ path, methods: program.methods.length === 0 ? null : program.methods, requestHeaders: [...(program.reads.has('body') && program.reads.has('content-type') ? ['content-type'] : []), ...(program.reads.has('authorization') ? ['authorization'] : [])], at: cls.at })),
      survivesUncaught: false,
      listens: portsOf(events, packages),
      evidence: { handWritten: true, canAddVary: true, readsCookies: program.reads.has('cookie') ? 'yes' : 'unknown', noStore: false },
      notes: [],
    };
    yield { kind: 'policy', policy };
  }
}

/** `HTTPServer(('', 8000), Handler)`, of whatever class the server is. */
function portsOf(events: readonly Event[], packages: HttpServerPackages): readonly number[] {
  return events.flatMap((event) => (event.kind === 'call' && packages.isServer(event.receiver) && event.args[0]?.kind === 'list' ? portsIn(event.args[0].items[1]) : []));
}
