/**
 * Javalin: rules of its CORS plugin (`addRule` since 6, `add` in 5), `enableCorsForAllOrigins` up to 4, and headers that
 * handlers write by hand; in Java and in Kotlin.
 *
 * Up to 4 the plugin sends every origin back with credentials. Since 5 it refuses `anyHost()` with credentials when the
 * application starts, and `reflectClientOrigin` is the way around that.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { sendsCors } from '../../middleware/readings.js';
import { builtWith } from '../../middleware/build-version.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { run, type JvmModule, type MethodInView, type Run } from '../../syntax/jvm/index.js';
import { unknown, type Event, type Handle } from '../../values/value.js';
import { defineReader } from '../reader.js';
import { applicationOf, given, isGiven } from './application.js';
import { JavalinObjects } from './objects.js';

const CONCERNS = /cors|access-?_?control-?_?allow/i;

export default defineReader<JvmModule>({
  title: 'Javalin',
  language: 'jvm',
  mayConcern: /\bio\.javalin\b|\bJavalin\b/,

  *read(module) {
    const { text } = module.source;
    if (!CONCERNS.test(text) || !/\bJavalin|io\.javalin/.test(text)) return;
    const objects = new JavalinObjects();
    const ran = run(module, objects.packages, () => undefined);
    const { events, configured } = followed(ran, objects);
    const found = builtWith(module.files, module.file, 'io.javalin', ['javalin', 'javalin-bundle'], ['javalin.version', 'javalinVersion', 'javalin_version', 'javalin']);
    const version = found === undefined ? `Javalin ${/enableCorsFor/.test(text) ? '4.6 (by its calls)' : '7.2 (no version found)'}` : `Javalin ${found.version} (${found.in})`;
    for (const one of objects.apps) {
      const { steps, probes, installed, handWritten, port } = applicationOf(one, [...(configured.get(one.app) ?? []), ...events], objects, ran);
      if (installed === undefined && !sendsCors(steps)) continue;
      const at = installed ?? steps.find(({ effects }) => effects.length > 0)?.at ?? one.at;
      const policy: Policy = {
        reader: 'javalin',
        title: installed === undefined ? 'Javalin application' : 'Javalin application with CORS',
        layer: 'app-middleware',
        at,
        steps,
        behind: { options: 404 },
        probes: askedPaths(probes, steps, at),
        survivesUncaught: true,
        listens: port?.kind === 'number' ? [port.value] : [],
        version,
        evidence: jvmEvidence(module, handWritten),
        notes: [],
      };
      yield { kind: 'policy', policy };
    }
  },

  write: (module, policy, change) => editJvm(module, policy, change, { ...(policy.evidence.handWritten ? { vary: { statement: ({ receiver, end }) => `${receiver}.${/\bres(?:\(\))?$/.test(receiver) ? 'addHeader' : 'header'}("Vary", "Origin")${end}` } } : {}), schemeless: true }),
});

/** Runs everything that a file may be started by: `main` first, then what it did not call; applications are configured before methods that configure one for others. */
function followed(ran: Run, objects: JavalinObjects): { readonly events: readonly Event[]; readonly configured: ReadonlyMap<Handle, readonly Event[]> } {
  const events: Event[] = [];
  const configured = new Map<Handle, readonly Event[]>();
  const methods = [...ran.functions, ...ran.classes.flatMap((type) => type.methods)].filter(({ parameters }) => !parameters.some(({ type }) => /(?:^|\.)Context$/.test(type ?? '')));
  const takes = ({ parameters }: MethodInView): boolean => parameters.some(({ type }) => isGiven(type));
  for (const method of [...methods.filter(({ name }) => name === 'main'), ...methods.filter((one) => !takes(one)), ...methods]) {
    if (takes(method)) for (const { app, config, block } of objects.apps) if (!configured.has(app)) configured.set(app, block?.run([config]) ?? []);
    if (!ran.ran(method)) events.push(...method.callee.run(method.parameters.map((parameter) => given(parameter.type, parameter.at, objects) ?? unknown('parameter', `the parameter ${parameter.name}`, parameter.at))));
  }
  for (const { app, config, block } of objects.apps) if (!configured.has(app)) configured.set(app, block?.run([config]) ?? []);
  return { events, configured };
}
