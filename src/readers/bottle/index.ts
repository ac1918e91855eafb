/**
 * Bottle: headers that hooks, plugins and views write by hand, and which answers they reach.
 *
 * Bottle has no CORS of its own. What is written on `bottle.response` is lost where a view raises or returns an
 * `HTTPResponse`, and where nothing serves the request: OPTIONS of a route that takes GET is such a 405, so preflights fail
 * unless a route takes them. Hooks named `after_request` reach such answers only since 0.13.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { pinnedVersion, portsIn, run, type PythonModule, type Run, type Unreached } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import type { Event, Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { BottlePackages } from './packages.js';
import { registeredAt } from './routes.js';
import { bottleProgram, pluginProgram, type BottleProgram } from './program.js';

/** Code that may have to do with an app. */
const CONCERNS = /bottle|\b(?:app|response|request|raise|abort|redirect)\b|HTTP(?:Response|Error)|cors|origin|access-control/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver.replace(/\.headers$/, '')}.add_header(${name}, ${value})`,
  origin: 'request.headers.get("Origin")',
};

export default defineReader<PythonModule>({
  title: 'Bottle',
  language: 'python',
  mayConcern: /\bbottle\b/,

  *read(module) {
    if (!/^\ufeff?[ \t]*(?:from|import)[ \t][^\n#]*\bbottle\b/m.test(module.source.text)) return;
    const packages = new BottlePackages({ file: module.file, start: 0, end: 0 });
    const ran = run(module, packages.packages, CONCERNS);
    const candidates = [...ran.unreached()];
    const events = followed(ran, ({ name, type, at }) => (/^(?:app|application)$/i.test(name) || type === 'Bottle' ? packages.appFor(at) : undefined));
    yield* covering(module.file, readingsOf(module, packages, ran, candidates, events));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(module: PythonModule, packages: BottlePackages, ran: Run, candidates: readonly Unreached[], before: readonly Event[]): Generator<Reading> {
  const events = [...before, ...extended(ran, packages, before)];
  const version = pinnedVersion(module.files, module.file, 'bottle');
  const keepsHooks = version === undefined || !/^0\.(?:\d|1[012])(?:\.|$)/.test(version.version);
  const text = version === undefined ? 'Bottle 0.13 (no version found)' : `Bottle ${version.version} (${version.from})`;
  const told = new Set<string>();
  const inner = new Set(packages.apps().flatMap((app) => registeredAt(app, packages, events).inner));
  for (const app of packages.apps()) {
    if (inner.has(app)) continue;
    const program = bottleProgram(app, packages, events, keepsHooks);
    for (const gap of program.gaps) yield { kind: 'gap', gap };
    for (const place of placesOf(program)) told.add(place);
    if (sendsCors(program.steps)) yield { kind: 'policy', policy: policyOf(module, 'Bottle app', app.at, program, text, portsOf(app, packages, events)) };
  }
  // What other files put around their routes.
  for (const { name, at, parameters } of candidates) {
    const value = ran.named(name);
    const cls = value === undefined ? undefined : ran.classOf(value);
    const plugin = cls?.methods.includes('apply') === true && cls.bases.every((base) => base === 'object') ? cls.instance(packages.appFor(at)) : value?.kind === 'function' && parameters.length === 1 ? value : undefined;
    if (plugin === undefined) continue;
    const program = pluginProgram(plugin, packages.appFor(at), packages, events, keepsHooks);
    if (sendsCors(program.steps) && placesOf(program).some((place) => !told.has(place))) yield { kind: 'policy', policy: policyOf(module, `Bottle plugin ${name}`, at, program, text, []) };
  }
}

/** Apps that are objects of the project's own classes, which only other files make. */
function extended(ran: Run, packages: BottlePackages, events: readonly Event[]): readonly Event[] {
  return [...ran.classes()].flatMap((cls) => {
    if (!cls.bases.includes('bottle.Bottle') || events.some((event) => event.at.file === cls.at.file && event.at.start >= cls.at.start && event.at.end <= cls.at.end)) return [];
    return cls.methodOf(cls.instance(packages.appFor(cls.at)), '__init__')?.run([]) ?? [];
  });
}

function placesOf({ steps }: BottleProgram): readonly string[] {
  return steps.flatMap(({ effects }) => effects.flatMap(({ header, op, at }) => (op !== 'remove' && header.startsWith('access-control-') ? [`${at.file}:${at.start}`] : [])));
}

function policyOf(module: PythonModule, title: string, at: Span, program: BottleProgram, version: string, listens: readonly number[]): Policy {
  return {
    reader: 'bottle',
    title,
    layer: 'app-middleware',
    at,
    steps: program.steps,
    behind: { options: null },
    probes: askedPaths(program.probes, program.steps, at),
    survivesUncaught: false,
    listens,
    version,
    evidence: pythonEvidence(module, program.handWritten, program.probes),
    notes: [],
  };
}

/** `run(app, port=8080)`, `app.run(port=8080)`; 8080 where none is said. */
function portsOf(app: Handle, packages: BottlePackages, events: readonly Event[]): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call') return [];
    const given = event.receiver === packages.run && event.method === '' ? (event.args[0] ?? event.keywords?.entries.find(({ key }) => key === 'app')?.value ?? 'default') : undefined;
    const runs = (event.receiver === app && event.method === 'run') || given === app || (given === 'default' && packages.isDefault(app));
    if (!runs) return [];
    const port = event.keywords?.entries.findLast(({ key }) => key === 'port')?.value;
    return port === undefined ? [8080] : portsIn(port);
  });
}
