/**
 * Elysia: `@elysiajs/cors`, hooks, `app.headers()`, groups, guards and plugins, and what handlers write on `set.headers`.
 *
 * An app is one policy. The plugin stands before the router wherever it is used, also in a group or in an app that is
 * used; without options it lets every origin in, with credentials. Hooks reach the routes that come after them.
 */
import { followed } from '../../middleware/followed.js';
import { editScript } from '../../middleware/edit-script.js';
import { elysiaCorsNotes } from '../../middleware/elysia-cors.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { askedPaths } from '../../policy/paths.js';
import type { Policy } from '../../policy/program.js';
import { insertOption, moduleAt, packageVersion, portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import { contains } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { appOf, type App } from './app.js';
import { ElysiaPackages } from './packages.js';
import { programOf, unserved, type Program } from './program.js';

export default defineReader<EstreeModule>({
  title: 'Elysia',
  language: 'estree',
  mayConcern: /['"](?:npm:|https:\/\/esm\.sh\/)?(?:elysia|@elysia(?:js)?\/cors)['"@]|\bset\.headers(?:\.|\[['"`])access-control-/i,

  *read(module) {
    const packages = new ElysiaPackages();
    const ran = run(module, packages.packages);
    const events = followed(ran, ({ name, type, at }) => (/^(?:app|server|router|api|elysia)$/i.test(name) || type === 'Elysia' ? packages.appFor('', at) : undefined));
    packages.objects.follow(events);
    yield* covering(module.file, readingsOf(module, packages, events, [...ran.exports.values()]));
  },

  write(module, policy, change) {
    const holder = moduleAt(module, change.at.file);
    // Credentials are allowed by default: dropping them is written.
    const refused = change.kind === 'remove-header' && holder !== undefined ? insertOption(holder, change.at, 'credentials', 'credentials: false') : undefined;
    if (refused !== undefined) return [refused];
    // An object has one Vary: what is written there already would be lost.
    const setsVary = holder === undefined || /\bvary['"]?\]?\s*[=:]/i.test(holder.source.text);
    return editScript(module, policy, change, setsVary ? {} : { vary: (receiver, value) => `${receiver === 'set' ? 'set' : `${receiver}.set`}.headers['vary'] = ${value}` });
  },
});

function* readingsOf(module: EstreeModule, packages: ElysiaPackages, events: readonly Event[], exported: readonly Value[]): Generator<Reading> {
  const isApp = (value: Value): value is Handle => packages.roleOf(value)?.is === 'app';
  const used = new Set(events.flatMap((event) => (event.kind === 'call' && event.method === 'use' ? flat(event.args).filter(isApp) : [])));
  const apps = new Set([...events.flatMap((event) => (event.kind === 'call' || event.kind === 'escape' ? [event.receiver] : [])).filter(isApp), ...exported.filter(isApp)]);
  // What a function does with the app that it is given belongs to the app that is given to it.
  const given = events.flatMap((event) => (event.kind === 'call' && isApp(event.receiver) ? flat(event.args).flatMap((arg) => (arg.kind === 'function' ? [arg.at] : [])) : []));
  const version = packageVersion(module.files, module.file, '@elysiajs/cors')?.version;
  // A plugin that this file only hands out: what it would do in an app.
  const handedOut = apps.size > 0 ? [] : exported.filter((value) => packages.roleOf(value)?.is === 'cors');
  const uses = handedOut.map((plugin): Event & { kind: 'call' } => ({ kind: 'call', when: TRUE, receiver: packages.appFor('', plugin.at), method: 'use', args: [plugin], at: plugin.at }));
  for (const target of [...apps, ...uses.map(({ receiver }) => receiver)]) {
    if (used.has(target) || given.some((place) => contains(place, target.at))) continue;
    const app = appOf(target, uses.length > 0 ? uses : events, packages);
    for (const gap of app.gaps) yield { kind: 'gap', gap };
    const program = programOf(app, packages, version);
    if (program.usesCors || sendsCors(program.steps)) yield { kind: 'policy', policy: policyOf(target, app, program, module, portsOf(target, events)) };
  }
}

function policyOf(target: Handle, app: App, program: Program, module: EstreeModule, listens: readonly number[]): Policy {
  const allRoutes = app.complete && program.probes.length > 0;
  return {
    reader: 'elysia',
    title: 'Elysia app',
    layer: 'app-middleware',
    at: target.at,
    steps: allRoutes ? [...program.steps, unserved(target.at)] : program.steps,
    behind: { options: null },
    probes: askedPaths(program.probes, program.steps, target.at),
    survivesUncaught: true,
    listens,
    version: `${versionText(module, 'elysia', 'elysia', '1.4')}, ${versionText(module, '@elysiajs/cors', '@elysiajs/cors', '1.4')}`,
    evidence: evidenceIn(module, program.handWritten),
    notes: app.front.flatMap(({ of }) => (of.kind === 'cors' ? elysiaCorsNotes(of.options) : [])),
  };
}

/** Ports of `app.listen(3000)` and `app.listen({ port: 3000 })`. */
function portsOf(target: Handle, events: readonly Event[]): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== 'call' || event.receiver !== target || event.method !== 'listen') return [];
    const [first] = event.args;
    return portsIn(first?.kind === 'record' ? entry(first, 'port')?.value : first);
  });
}

function flat(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === 'list' ? flat(value.items) : [value]));
}
