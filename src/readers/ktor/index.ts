/**
 * Ktor: `install(CORS)` in an application or a route, and headers that interceptors, own plugins, `DefaultHeaders` and
 * routes write by hand.
 *
 * The plugin refuses requests, not only preflights: a foreign origin that is not allowed gets 403, and so does JSON as long
 * as nobody allows the header `Content-Type`. Each function that extends `Application` and is called by no other of its file
 * is read as an application of its own.
 */
import { editJvm } from '../../middleware/jvm/edit.js';
import { jvmEvidence } from '../../middleware/jvm/evidence.js';
import { sendsCors } from '../../middleware/readings.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { originLeaves } from '../../policy/views.js';
import { run, type JvmModule, type MethodInView, type OriginCalls } from '../../syntax/jvm/index.js';
import { sameSpan, type Span } from '../../text/span.js';
import { unknown, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { ApplicationWalk, type Application } from './application.js';
import { KtorObjects } from './objects.js';
import { ktorVersion } from './version.js';

const CONCERNS = /\bCORS\b|access-?control-?allow/i;

/** Hosts are listed without their scheme, which stands beside them. */
const HOSTS: OriginCalls = {
  names: { anyHost: 'allowHost', allowHost: 'allowHost', host: 'host' },
  single: true,
  everybody: 'anyHost()',
  argument: (origin) => `"${origin.replace(/^[a-z+.-]+:\/\//, '')}", schemes = listOf("${/^[a-z+.-]+/.exec(origin)?.[0] ?? 'https'}")`,
};

export default defineReader<JvmModule>({
  title: 'Ktor',
  language: 'jvm',
  mayConcern: /\bio\.ktor\b|\bApplication\.\w+\(|\bembeddedServer\b|\bRoute\.\w+\(/,

  *read(module) {
    if (!module.isKotlin || !CONCERNS.test(module.source.text) || isTest(module)) return;
    const objects = new KtorObjects();
    const ran = run(module, objects.packages, () => undefined);
    const { version, text } = ktorVersion(module);
    const done: { readonly application: Application; readonly at: Span; readonly port: Value | undefined }[] = [];
    const walk = (application: Handle, at: Span, port: Value | undefined, start: (walking: ApplicationWalk) => readonly Event[]): void => {
      const walking = new ApplicationWalk(objects, application, version);
      walking.follow(start(walking));
      done.push({ application: walking.result(), at, port });
    };
    for (const entry of entries(ran.functions, ran.classes.flatMap(({ methods }) => methods), module.source.text)) {
      if (ran.ran(entry)) continue;
      const rest = entry.parameters.map((parameter) => unknown('parameter', `the parameter ${parameter.name}`, parameter.at));
      const application = objects.application(entry.at);
      if (entry.receiver === 'Application') walk(application, entry.at, undefined, () => entry.callee.run([application, ...rest]));
      else if (entry.receiver !== undefined) walk(application, entry.at, undefined, (walking) => entry.callee.run([walking.route(entry.at), ...rest]));
      else {
        const before = objects.served.length;
        entry.callee.run(rest);
        for (const one of objects.served.slice(before)) walk(one.application, one.at, one.port, () => one.module.run([one.application]));
      }
    }
    for (const { application, at, port } of done) if (application.installed !== undefined || sendsCors(application.steps)) yield reading(application, at, port, text, module);
  },

  write: (module, policy, change) => change.kind === 'remove-entry' && besideOthers(module, policy, change.at) ? { declined: 'the host stands for other origins, too' } : editJvm(module, policy, change, { ...(policy.evidence.handWritten ? { vary: { statement: ({ receiver }) => `${receiver}.${/headers$/.test(receiver) ? 'append' : 'header'}("Vary", "Origin")` } } : {}), schemeless: true, origins: HOSTS }),
});

/** Is what stands there several origins, or the host of a call that says more? Its other arguments are none without it. */
function besideOthers({ source }: JvmModule, policy: Policy, at: Span): boolean {
  const inCall = /\b(?:allowHost|host)\(\s*"?$/.test(source.text.slice(0, at.start)) && !/^"?\s*\)/.test(source.text.slice(at.end));
  return inCall || originLeaves(policy).filter((leaf) => sameSpan(leaf.at, at)).length > 1;
}

/** Tests make applications, too. */
function isTest({ source }: JvmModule): boolean {
  return /\btestApplication\s*\{|\bwithTestApplication\b/.test(source.text);
}

/** Functions that Ktor or nobody in view calls: those that no other text of the file names come first. */
function entries(functions: readonly MethodInView[], methods: readonly MethodInView[], text: string): readonly MethodInView[] {
  const named = ({ name }: MethodInView): number => [...text.matchAll(new RegExp(`(?:\\b|::)${name.replace(/\W/g, '')}\\b`, 'g'))].length;
  const concerned = [...functions, ...methods].filter(({ receiver, parameters }) => (receiver === undefined ? /\bembeddedServer\b/.test(text) || parameters.length === 0 : /^(?:Application|Routing|Route)$/.test(receiver)));
  const served = concerned.filter(({ receiver }) => receiver === undefined && /\bembeddedServer\b/.test(text));
  const extending = concerned.filter(({ receiver }) => receiver !== undefined);
  const byName = [...extending].sort((a, b) => Math.min(2, named(a)) - Math.min(2, named(b)));
  return [...served, ...byName.filter(({ receiver }) => receiver === 'Application'), ...byName.filter(({ receiver }) => receiver !== 'Application')];
}

function reading(application: Application, at: Span, port: Value | undefined, version: string, module: JvmModule): Reading {
  const { steps, probes, installed, handWritten } = application;
  const place = installed ?? steps.find(({ effects }) => effects.length > 0)?.at ?? at;
  const policy: Policy = {
    reader: 'ktor',
    title: installed === undefined ? 'Ktor application' : 'Ktor application with CORS',
    layer: 'app-middleware',
    at: place,
    steps,
    // A path without a handler for OPTIONS.
    behind: { options: 405 },
    probes: askedPaths(probes, steps, place),
    survivesUncaught: true,
    listens: port?.kind === 'number' ? [port.value] : [],
    version,
    evidence: jvmEvidence(module, handWritten),
    notes: [],
  };
  return { kind: 'policy', policy };
}
