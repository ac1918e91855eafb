/**
 * Quart with Quart-CORS, or with headers that hooks write.
 *
 * `cors(app)` lets everybody in; with credentials it raises at every request. Patterns among the origins are matched
 * from their start only, a text with a star in it is no pattern. `send_origin_wildcard=False` as a keyword does nothing.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { portsIn, run, type PythonModule } from '../../syntax/python/index.js';
import { entry, type Event, type Handle } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { appOf, programIn, type QuartApp } from './app.js';
import { QuartPackages } from './packages.js';
import { quartVersions } from './version.js';

/** Functions and modules in whose text something of CORS, or an app that may have it, can be. */
const CONCERNS = /cors|access[-_]control|\b(?:Quart|Blueprint)\(|register_blueprint|after_(?:app_)?request|\.route\(/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver.endsWith('headers') ? receiver : `${receiver}.headers`}.add(${name}, ${value})`,
  origin: 'request.headers.get("Origin")',
  options: { origins: 'allow_origin', lists: { 'access-control-allow-methods': { option: 'allow_methods' }, 'access-control-allow-headers': { option: 'allow_headers' }, 'access-control-expose-headers': { option: 'expose_headers' } } },
};

export default defineReader<PythonModule>({
  title: 'Quart',
  language: 'python',
  mayConcern: /\bquart(?:_cors)?\b/,

  *read(module) {
    if (!/cors|access[-_]control/i.test(module.source.text)) return;
    const packages = new QuartPackages();
    const ran = run(module, packages.packages, CONCERNS);
    const events = followed(ran, ({ name, type, at }) => {
      if (type === 'Blueprint' || /^(?:bp|blueprint)$/.test(name)) return packages.blueprintFor(at);
      return type === 'Quart' || (type === undefined && /^(?:app|application|server)$/.test(name)) ? packages.appFor(at) : undefined;
    });
    yield* covering(module.file, readingsOf(module, events, packages));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(module: PythonModule, events: readonly Event[], packages: QuartPackages): Generator<Reading> {
  const program = programIn(events, packages);
  const mounted = new Set(program.mounts.map(({ blueprint }) => blueprint));
  const targets = new Set([...program.hooks.map(({ of }) => of), ...program.routes.map(({ of }) => of), ...program.mounts.map(({ on }) => on)]);
  for (const target of targets) {
    if (mounted.has(target)) continue;
    const app = appOf(target, program, packages, quartVersions(module));
    if (app.usesCors || sendsCors(app.steps)) yield { kind: 'policy', policy: policyOf(target, app, module, packages, events) };
  }
  for (const { does } of program.hooks) {
    const rest = 'keywords' in does ? does.keywords.rest : undefined;
    if (rest !== undefined) yield { kind: 'gap', gap: { at: rest.at, reason: rest.reason, message: `some options of Quart-CORS depend on ${rest.detail}` } };
  }
}

function policyOf(target: Handle, app: QuartApp, module: PythonModule, packages: QuartPackages, events: readonly Event[]): Policy {
  const isBlueprint = packages.roleOf(target)?.is === 'blueprint';
  const at = app.at ?? target.at;
  return {
    reader: 'quart',
    title: `${app.usesCors ? 'Quart-CORS on ' : ''}${isBlueprint ? 'a Quart blueprint' : app.usesCors ? 'an app' : 'Quart app'}`,
    layer: 'app-middleware',
    at,
    steps: app.steps,
    // Quart answers OPTIONS of a route by itself.
    behind: { options: 200 },
    probes: askedPaths(app.probes, app.steps, at),
    survivesUncaught: app.survivesErrors,
    listens: portsOf(target, events),
    version: quartVersions(module).text,
    evidence: pythonEvidence(module, app.handWritten, app.probes),
    notes: app.notes,
  };
}

/** `app.run(port=8000)`; 5000 by itself. */
function portsOf(target: Handle, events: readonly Event[]): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call' || event.receiver !== target || (event.method !== 'run' && event.method !== 'run_task')) return [];
    const port = event.args[1] ?? (event.keywords === undefined ? undefined : entry(event.keywords, 'port')?.value);
    return port === undefined ? [5000] : portsIn(port);
  });
}
