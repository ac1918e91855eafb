/**
 * Tornado: headers that request handlers write by hand, and which of them reach errors, preflights and unknown paths.
 *
 * Tornado has no CORS of its own. `set_default_headers()` reaches every answer of the handler's class, errors included;
 * what `prepare()` or a verb sets is thrown away when an error is raised, and a path that no rule takes is answered by
 * another class. A handler without `options()` refuses preflights with 405, whatever headers it sends.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { mergeSteps } from '../../policy/from-actions.js';
import type { Policy, Probe, Step } from '../../policy/program.js';
import { pinnedVersion, portsIn, run, type ClassInView, type PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { applicationProgram, headersIn, type Around, type TornadoProgram } from './application.js';
import { TornadoPackages } from './packages.js';
import { handlerProgram } from './program.js';

/** Code that may have to do with handlers. */
const CONCERNS = /tornado|Handler\b|Application\b|_header\(|set_status|\braise\b|self\.|cors|origin/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver}.add_header(${name}, ${value})`,
  origin: 'self.request.headers.get("Origin")',
};

export default defineReader<PythonModule>({
  title: 'Tornado',
  language: 'python',
  mayConcern: /\btornado\b|\.(?:set|add)_header\(\s*['"]access-control-|\bset_default_headers\b/i,

  *read(module) {
    const packages = new TornadoPackages();
    const ran = run(module, packages.packages, CONCERNS);
    const events = followed(ran);
    yield* covering(module.file, readingsOf({ packages, ran, events }, module));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(around: Around, module: PythonModule): Generator<Reading> {
  const { packages, ran } = around;
  /** Places whose headers were told of, and classes that an application in view runs. */
  const told = new Set<string>();
  const used = new Set<string>();
  const tell = (policy: Policy): Reading => {
    for (const place of placesOf(policy.steps)) told.add(place);
    return { kind: 'policy', policy };
  };
  const classes = [...ran.classes()].filter(isHandler);
  for (const cls of ran.classes()) if (cls.bases.includes('tornado.web.Application')) cls.instance(packages.applicationFor([], undefined, cls.at), []);
  for (const app of packages.applications()) {
    const program = applicationProgram(app, around);
    for (const { at } of program.uses) used.add(keyOf(at));
    if (sendsCors(program.steps)) yield tell(policyOf(module, 'Tornado application', app.at, program, portsOf(app, around)));
  }
  const others = classes.filter(({ at }) => !used.has(keyOf(at))).map((cls) => ({ cls, program: handlerProgram(cls, undefined, undefined, packages) }));
  // A base without verbs is what its subclasses are, where these are in view.
  for (const { cls, program } of [...others.filter(({ program: { methods } }) => methods.length > 0), ...others.filter(({ program: { methods } }) => methods.length === 0)]) {
    if (!sendsCors(program.steps) || (program.methods.length === 0 && placesOf(program.steps).every((place) => told.has(place)))) continue;
    const probe: Probe = { path: '/', methods: program.methods.length === 0 ? null : program.methods, requestHeaders: headersIn(program.reads), at: cls.at };
    yield tell(policyOf(module, `Tornado handler ${cls.name}`, cls.at, { ...program, steps: mergeSteps(program.steps), probes: [probe], uses: [cls] }, []));
  }
}

function keyOf({ file, start }: Span): string {
  return `${file}:${start}`;
}

function placesOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ effects }) => effects.flatMap(({ header, op, at }) => (op !== 'remove' && header.startsWith('access-control-') ? [keyOf(at)] : [])));
}

function isHandler(cls: ClassInView): boolean {
  return cls.bases.some((base) => /^tornado\.(?:web|websocket)\.\w*Handler$/.test(base)) || (cls.bases.length > 0 && cls.methods.includes('set_default_headers'));
}

function policyOf(module: PythonModule, title: string, at: Span, program: TornadoProgram, listens: readonly number[]): Policy {
  const version = pinnedVersion(module.files, module.file, 'tornado');
  return {
    reader: 'tornado',
    title,
    layer: 'route-handler',
    at,
    steps: program.steps,
    behind: { options: null },
    probes: program.probes.length > 0 ? program.probes : [{ path: '/', methods: null, requestHeaders: [], at }],
    survivesUncaught: program.survivesErrors,
    listens,
    version: version === undefined ? 'Tornado 6 (no version found)' : `Tornado ${version.version} (${version.from})`,
    evidence: pythonEvidence(module, program.handWritten, program.probes),
    notes: [],
  };
}

/** `app.listen(8888)`, also of a server made of the app. */
function portsOf(app: Handle, { packages, events }: Around): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call' || !/^(?:listen|bind)$/.test(event.method)) return [];
    const role = packages.roleOf(event.receiver);
    return event.receiver === app || (role?.is === 'server' && role.app === app) ? portsIn(event.args[0]) : [];
  });
}
