/**
 * Vert.x Web: `CorsHandler`, and headers that handlers of routes write by hand; in Java and in Kotlin.
 *
 * `CorsHandler.create()` without an origin lets every origin in, with credentials too where they are allowed, and sends no
 * `Access-Control-Allow-Methods`: browsers then refuse PUT. Before 5.0 the text that `create` takes is a pattern.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { sendsCors } from '../../middleware/readings.js';
import { builtWith } from '../../middleware/build-version.js';
import { askedPaths } from '../../policy/paths.js';
import { ALWAYS, type Policy, type Probe, type Step } from '../../policy/program.js';
import { run, type JvmModule, type Run } from '../../syntax/jvm/index.js';
import type { Span } from '../../text/span.js';
import { unknown, type Event } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { corsHandler } from './cors-handler.js';
import { VertxObjects } from './objects.js';
import { Routes } from './routes.js';

const CONCERNS = /CorsHandler|access-?_?control-?_?allow/i;

export default defineReader<JvmModule>({
  title: 'Vert.x',
  language: 'jvm',
  mayConcern: /\bio\.vertx\b|\bCorsHandler\b/,

  *read(module) {
    const { text } = module.source;
    if (!CONCERNS.test(text) || !/\bio\.vertx\b|\bCorsHandler\.create\b/.test(text)) return;
    const objects = new VertxObjects();
    const ran = run(module, objects.packages, () => undefined);
    const events = followed(ran, objects);
    const { version, label } = versionOf(module, objects);
    const routes = new Routes(objects, events, ran, version);
    const mounted = routes.mounted();
    const used = new Set(objects.routers.flatMap((router) => routes.of(router).cors));
    for (const router of objects.routers) {
      if (mounted.has(router)) continue;
      const { steps, probes, cors, handWritten } = routes.of(router);
      if (cors.length > 0 || sendsCors(steps)) yield reading(module, cors.length > 0 ? 'Vert.x router with CorsHandler' : 'Vert.x router', cors[0]?.at ?? steps.find(({ effects }) => effects.length > 0)?.at ?? router.at, steps, probes, handWritten, label);
    }
    // A handler that another file puts on its routes.
    for (const handler of objects.handlers) if (!used.has(handler)) yield reading(module, 'CorsHandler', handler.at, corsHandler(handler, events, objects, ALWAYS, version), [], false, label);
  },

  write: (module, policy, change) => editJvm(module, policy, change, { ...(policy.evidence.handWritten ? { vary: { statement: ({ receiver, end }) => (/headers(?:\(\))?$/.test(receiver) ? `${receiver}.add("Vary", "Origin")${end}` : `${receiver}.headers().add("Vary", "Origin")${end}`) } } : {}), origins: { names: { addOriginWithRegex: 'addOrigin', addRelativeOrigin: 'addOrigin', addOrigin: 'addOrigin' }, single: true } }),
});

/** Runs everything that a file may be started by: methods that nobody in view calls, or before those that do. */
function followed(ran: Run, objects: VertxObjects): readonly Event[] {
  const events: Event[] = [];
  const methods = [...ran.functions, ...ran.classes.flatMap((type) => type.methods)];
  const starts = methods.filter(({ name }) => /^(?:start|main|rxStart|asyncStart)$/.test(name));
  for (const method of [...starts, ...methods.filter((one) => one.parameters.every(({ type }) => objects.given(type, one.at) === undefined)), ...methods]) {
    if (ran.ran(method) || method.parameters.some(({ type }) => /RoutingContext$/.test(type ?? ''))) continue;
    events.push(...method.callee.run(method.parameters.map((parameter) => objects.given(parameter.type, parameter.at) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at))));
  }
  return events;
}

/** Where nothing names a version: the current one, or the last that has `create` with a text. */
function versionOf(module: JvmModule, objects: VertxObjects): { readonly version: string; readonly label: string } {
  const found = builtWith(module.files, module.file, 'io.vertx', ['vertx-web', 'vertx-stack-depchain', 'vertx-dependencies', 'vertx-core'], ['vertx.version', 'vertxVersion', 'vertx_version', 'vertx-version', 'vertx']);
  if (found !== undefined) return { version: found.version, label: `Vert.x ${found.version} (${found.in})` };
  const old = objects.handlers.some((handler) => {
    const role = objects.roleOf(handler);
    return role?.is === 'cors' && role.args.length > 0;
  });
  return old ? { version: '4.5.22', label: 'Vert.x 4.5 (by its calls)' } : { version: '5.1.5', label: 'Vert.x 5.1 (no version found)' };
}

function reading(module: JvmModule, title: string, at: Span, steps: readonly Step[], probes: readonly Probe[], handWritten: boolean, version: string): Reading {
  const { text } = module.source;
  const policy: Policy = {
    reader: 'vertx',
    title,
    layer: 'app-middleware',
    at,
    steps,
    // A path that is served, but not for OPTIONS.
    behind: { options: 405 },
    probes: askedPaths(probes, steps, at),
    survivesUncaught: true,
    listens: [...text.matchAll(/\.listen\(\s*(\d{2,5})\b/g)].map(([, port]) => Number(port)),
    version,
    evidence: jvmEvidence(module, handWritten),
    notes: [],
  };
  return { kind: 'policy', policy };
}
