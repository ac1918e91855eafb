/**
 * Litestar: `CORSConfig`, and headers that `response_headers` and `after_request` set by hand.
 *
 * The app's `CORSConfig` wraps the router, so errors carry its headers, too. By default it lets every origin in; before
 * 2.20 a dot in an entry of `allow_origins` was any character. A text where a list is expected is looked at by its characters.
 */
import { editPython } from '../../middleware/edit-python.js';
import type { PythonSpelling } from '../../middleware/python-spelling.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import { pythonEvidence } from '../../middleware/python-evidence.js';
import { mergeSteps } from '../../policy/from-actions.js';
import { casesOf } from '../../policy/from-condition.js';
import { whenAll, type Policy, type Step } from '../../policy/program.js';
import { pinnedVersion, portsServed, run, type PythonModule } from '../../syntax/python/index.js';
import type { Span } from '../../text/span.js';
import { join } from '../../values/cases.js';
import { not } from '../../values/condition.js';
import type { Handle, Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { litestarCors } from './cors.js';
import { headersByHand } from './handwritten.js';
import { argumentOf, LitestarPackages, type Given } from './packages.js';
import { probesOf, routesIn, type LitestarRoute } from './routes.js';

/** Where nothing names a version. */
const CURRENT = '2.25.0';

/** Code that may have to do with an app. */
const CONCERNS = /litestar|CORSConfig|cors_config|response_headers|after_request|access-control-|cors/i;

/** How its changes are spelled. */
const SPELLING: PythonSpelling = {
  append: ({ receiver }, name, value) => `${receiver}.setdefault(${name}, ${value})`,
  options: { origins: 'allow_origins', pattern: 'allow_origin_regex', lists: { 'access-control-allow-methods': { option: 'allow_methods' }, 'access-control-allow-headers': { option: 'allow_headers' }, 'access-control-expose-headers': { option: 'expose_headers' } } },
};

export default defineReader<PythonModule>({
  title: 'Litestar',
  language: 'python',
  mayConcern: /\blitestar\b/,

  *read(module) {
    if (!/cors|access-control-/i.test(module.source.text)) return;
    const packages = new LitestarPackages();
    const ran = run(module, packages.packages, CONCERNS);
    const events = followed(ran, ({ type, at }) => (type === 'AppConfig' ? packages.appConfigFor(at) : undefined));
    packages.responses.follow(events);
    yield* covering(module.file, readingsOf(module, packages));
  },

  write: (module, policy, change) => editPython(module, policy, change, SPELLING),
});

function* readingsOf(module: PythonModule, packages: LitestarPackages): Generator<Reading> {
  const routes = routesIn(module);
  const used = new Set<Handle>();
  let told = false;
  for (const { handle, role } of [...packages.all('app'), ...packages.all('app-config')]) {
    const { preflights, outward } = corsOf(configurationOf(role.given, packages), packages, module, used);
    // What is written by hand lies inside; `CORSConfig` overwrites it.
    const inner = headersByHand(role.given, routes, packages, module);
    const steps = mergeSteps([...preflights, ...inner, ...outward]);
    if (preflights.length === 0 && !sendsCors(steps)) continue;
    told = true;
    yield { kind: 'policy', policy: policyOf(module, 'Litestar app', handle.at, steps, routes, sendsCors(inner), preflights.length > 0) };
  }
  for (const { handle, role } of packages.all('cors')) {
    if (!used.has(handle)) {
      told = true;
      const { preflights, outward } = litestarCors(role.given.keywords, role.given.args, handle.at, versionOf(module).version);
      yield { kind: 'policy', policy: policyOf(module, 'CORSConfig', handle.at, mergeSteps([...preflights, ...outward]), [], false, true) };
    }
    const { rest } = role.given.keywords;
    if (rest !== undefined) yield { kind: 'gap', gap: { at: rest.at, reason: rest.reason, message: `some options of CORSConfig depend on ${rest.detail}` } };
  }
  const steps = told ? [] : mergeSteps(headersByHand(undefined, routes, packages, module));
  if (sendsCors(steps)) yield { kind: 'policy', policy: policyOf(module, 'Litestar handlers', steps[0]!.at, steps, routes, true, false) };
}

/** What the app is given, or what a function of `on_app_init` sets afterwards. */
function configurationOf(given: Given, packages: LitestarPackages): Value | undefined {
  const hooks = argumentOf(given, 'on_app_init');
  let value = argumentOf(given, 'cors_config');
  for (const hook of hooks?.kind === 'list' ? hooks.items : []) {
    if (hook.kind !== 'function') continue;
    const config = packages.appConfigFor(hook.at);
    for (const event of hook.run([config])) {
      if (event.kind !== 'assign' || event.receiver !== config || event.property !== 'cors_config') continue;
      value = join([{ when: event.when, value: event.value }, { when: not(event.when), value: value ?? { kind: 'nothing', what: 'null', at: event.at } }], event.at);
    }
  }
  return value;
}

/** The configurations that an app can have, each under its guard. */
function corsOf(value: Value | undefined, packages: LitestarPackages, module: PythonModule, used: Set<Handle>): { readonly preflights: readonly Step[]; readonly outward: readonly Step[] } {
  const programs = (value === undefined ? [] : casesOf(value)).flatMap(({ when, value: one }) => {
    const role = packages.roleOf(one);
    if (one.kind !== 'handle' || role?.is !== 'cors') return [];
    used.add(one);
    const { preflights, outward } = litestarCors(role.given.keywords, role.given.args, one.at, versionOf(module).version);
    const within = (steps: readonly Step[]): readonly Step[] => steps.map((step) => ({ ...step, when: whenAll(when, step.when) }));
    return [{ preflights: within(preflights), outward: within(outward) }];
  });
  return { preflights: programs.flatMap((one) => one.preflights), outward: programs.flatMap((one) => one.outward) };
}

function policyOf(module: PythonModule, title: string, at: Span, steps: readonly Step[], routes: readonly LitestarRoute[], handWritten: boolean, configured: boolean): Policy {
  return {
    reader: 'litestar',
    title,
    layer: 'app-middleware',
    at,
    steps,
    // Each path has an OPTIONS handler of Litestar's own.
    behind: { options: 204 },
    probes: probesOf(routes, at),
    survivesUncaught: configured,
    listens: portsServed(module),
    version: versionOf(module).text,
    evidence: pythonEvidence(module, handWritten, []),
    notes: [],
  };
}

function versionOf(module: PythonModule): { readonly version: string; readonly text: string } {
  const found = pinnedVersion(module.files, module.file, 'litestar');
  return found === undefined ? { version: CURRENT, text: `Litestar ${CURRENT} (no version found)` } : { version: found.version, text: `Litestar ${found.version} (${found.from})` };
}
