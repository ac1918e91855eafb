/**
 * Pyramid: headers that tweens, response callbacks and subscribers write by hand around the views.
 *
 * Pyramid has no CORS of its own. What surrounds the views reaches answers to unknown paths, too, but no exception that
 * escapes; nobody answers preflights unless a view or a tween takes OPTIONS.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { guardOf } from '../../policy/from-condition.js';
import { comparedPaths } from '../../policy/paths.js';
import type { Guard } from '../../policy/program.js';
import { pinnedVersion, portsServed, run, type PythonModule, type Run } from '../../syntax/python/index.js';
import type { Event, FunctionValue, Value } from '../../values/value.js';
import { defineReader } from '../reader.js';
import { PyramidPackages } from './packages.js';
import { pyramidProgram, type Registered } from './program.js';

/** Code that may have to do with responses. */
const CONCERNS = /pyramid|\b(?:config|response|request|headers|raise)\b|cors|origin/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver}.add(${name}, ${value})`,
  origin: 'request.headers.get("Origin")',
};

export default defineReader<PythonModule>({
  title: 'Pyramid',
  language: 'python',
  mayConcern: /\bpyramid\b/,

  *read(module) {
    if (!/access-control-/i.test(module.source.text) && !/\bimport\b.*cors/i.test(module.source.text)) return;
    const packages = new PyramidPackages();
    const ran = run(module, packages.packages, CONCERNS);
    const events = followed(ran, ({ name, type, at }) => (name === 'config' || type === 'Configurator' ? packages.configuratorFor(at) : undefined));
    const registered = registeredBy(events, packages, ran);
    const at = packages.configurators()[0]?.at ?? { file: module.file, start: 0, end: 0 };
    const program = pyramidProgram(registered, packages, at);
    const steps = mergeSteps(program.steps);
    if (!sendsCors(steps)) return;
    const version = pinnedVersion(module.files, module.file, 'pyramid');
    const policy = {
      reader: 'pyramid',
      title: 'Pyramid app',
      layer: 'app-middleware',
      at,
      steps,
      behind: { options: null },
      probes: comparedPaths(steps).map((path) => ({ path, methods: null, requestHeaders: program.reads.has('authorization') ? ['authorization'] : [], at })),
      survivesUncaught: false,
      listens: portsServed(module),
      version: version === undefined ? 'Pyramid 2 (no version found)' : `Pyramid ${version.version} (${version.from})`,
      evidence: pythonEvidence(module, true, []),
      notes: [],
    } as const;
    yield* covering(module.file, [{ kind: 'policy', policy }]);
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function registeredBy(events: readonly Event[], packages: PyramidPackages, ran: Run): Registered {
  const tweens: FunctionValue[] = [];
  const subscribers: Registered['subscribers'][number][] = [];
  const subscribe = (callee: Value | undefined, to: readonly Value[], when: Guard): void => {
    const found = calleeOf(callee, ran);
    if (found !== undefined) for (const one of to.flatMap((value) => eventOf(value, packages))) subscribers.push({ to: one, callee: found, when });
  };
  for (const event of events) {
    if (event.kind !== 'call') continue;
    const role = packages.roleOf(event.receiver);
    const when = guardOf(event.when);
    if (role?.is === 'subscribes' && event.method === '') subscribe(event.args[0], role.to, when);
    if (role?.is !== 'configurator') continue;
    if (event.method === 'add_subscriber') subscribe(event.args[0], event.args.slice(1, 2), when);
    const tween = event.method === 'add_tween' ? calleeOf(event.args[0], ran) : undefined;
    if (tween !== undefined) tweens.push(tween);
  }
  return { tweens, subscribers };
}

/** A function, or the dotted name of one of this module. */
function calleeOf(value: Value | undefined, ran: Run): FunctionValue | undefined {
  const found = value?.kind === 'string' ? ran.named(value.value.split('.').at(-1) ?? '') : value;
  return found?.kind === 'function' ? found : undefined;
}

function eventOf(value: Value, packages: PyramidPackages): readonly ('NewRequest' | 'NewResponse')[] {
  const role = packages.roleOf(value);
  const name = role?.is === 'event' ? role.name : value.kind === 'string' ? value.value.replace(/^.*\.(?:I(?=New))?/, '') : '';
  return name === 'NewRequest' || name === 'NewResponse' ? [name] : [];
}

