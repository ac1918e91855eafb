/**
 * Fastify: `@fastify/cors` (`fastify-cors` before), hand-written hooks and handlers, plugins and routes.
 *
 * An app is one policy. Hooks belong to the instance that they are registered on: CORS inside a plugin covers the routes
 * of that plugin and none outside, while its route `OPTIONS *` answers preflights of every path. `fastify-plugin` lifts
 * a plugin to the instance around it. A preflight has to carry Origin and Access-Control-Request-Method, or it gets 400.
 */
import { returnedBy } from '../../middleware/config-module.js';
import { followed } from '../../middleware/followed.js';
import { closeFallback, editScript, type ScriptWords } from '../../middleware/edit-script.js';
import { reachedThrough } from '../../middleware/listening.js';
import { cookiesAmong } from '../../middleware/request-reads.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { packageVersion, portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import { contains } from '../../text/span.js';
import { entry, unknown, type Event, type FunctionValue, type Handle, type Value } from '../../values/value.js';
import { decline, defineReader, type Reading } from '../reader.js';
import { load } from './load.js';
import { FastifyPackages } from './packages.js';
import { programOf } from './program.js';

export default defineReader<EstreeModule>({
  title: 'Fastify',
  language: 'estree',
  mayConcern: /['"](?:fastify|@fastify\/cors|fastify-cors|fastify-plugin)['"]|Fastify(?:Instance|Plugin|Request|Reply)|@typedef[^\n]*fastify|\breply(?:\.raw)?\.(?:headers?|setHeader)\(\s*\{?\s*['"`]access-control-/i,

  *read(module) {
    const packages = new FastifyPackages();
    const ran = run(module, packages.packages);
    // A plugin that other files register works on an instance made elsewhere.
    const exported = packages.apps.length > 0 ? [] : [...ran.exports.values()].flatMap((value) => (packages.roleOf(value)?.is === 'unwrapped' ? [registered(value, packages.elsewhere(value.at))] : []));
    const events = followed({ ...ran, events: [...ran.events, ...exported] }, ({ name, type, at }) => ((type === undefined ? INSTANCE.test(name) : /Fastify\w*Instance$/.test(type)) ? packages.elsewhere(at) : undefined));
    const handedOut = packages.apps.length > 0 || !isFastify(module) ? [] : [...ran.exports.values()].flatMap(hooksIn).filter((hook) => !isHandler(hook)).map((hook) => hookOf(packages.elsewhere(hook.at), hook));
    yield* covering(module.file, readingsOf(module, packages, [...events, ...handedOut]));
  },

  write(module, policy, change) {
    // The empty text is no origin to the plugin: it answers every request with 500.
    if (change.kind === 'fail-closed') return closeFallback(module, change.at, 'false');
    // `reply.header()` writes over what is there.
    if (change.kind === 'append-header') return decline('nothing adds to a header');
    if (change.kind === 'add-vary' && policy.steps.some(({ effects }) => effects.some(({ header }) => header === 'vary'))) return decline('other code sets Vary');
    return editScript(module, policy, change, WORDS);
  },
});

const WORDS: ScriptWords = {
  vary: (reply, value) => `${reply}.header('Vary', ${value})`,
  optionsAt: 1,
  passing: { parameters: ['request', 'reply', 'done'], method: (first) => `${first}.method`, pass: ([, , done]) => (done === undefined ? '' : `${done}()`) },
};

/** What functions that are given an instance call it. */
const INSTANCE = /^(?:app|server|fastify|instance|scope|api|f)$|fastify|instance$/i;

/** `reply.header()` is what others have, too. */
function isFastify(module: EstreeModule): boolean {
  return /fastify/i.test(module.source.text) || packageVersion(module.files, module.file, 'fastify') !== undefined;
}

/** `(request, reply) => …`, `(request, reply, done) => …`, functions that return one, and records of such. */
function hooksIn(value: Value): readonly FunctionValue[] {
  if (value.kind === 'record') return value.entries.flatMap((part) => hooksIn(part.value));
  if (value.kind !== 'function') return [];
  if (value.parameters > 1) return value.parameters > 3 ? [] : [value];
  const returned = returnedBy(value, Array.from({ length: value.parameters }, () => unknown('parameter', 'an option', value.at)));
  return returned.kind === 'function' && returned.parameters > 1 ? hooksIn(returned) : [];
}

/** Handlers answer every request; hooks answer preflights, and those that they turn away. */
function isHandler(hook: FunctionValue): boolean {
  const reply: Handle = { kind: 'handle', name: 'reply', at: hook.at, get: () => reply, call: () => reply };
  const request: Handle = { kind: 'handle', name: 'request', at: hook.at, get: (property) => (property === 'method' ? { kind: 'string', value: 'GET', at: hook.at } : property === 'raw' ? request : undefined), call: () => undefined };
  return hook.run([request, reply, reply]).some((event) => {
    if (event.kind === 'return') return event.value !== reply && event.value.kind !== 'nothing';
    return event.kind === 'call' && event.receiver === reply && event.when.c === 'true' && /^(?:send|sendFile|redirect|end)$/.test(event.method);
  });
}

/** A hook that this file only hands out: what it would do on every request. */
function hookOf(app: Handle, hook: FunctionValue): Event {
  return { kind: 'call', when: { c: 'true' }, receiver: app, method: 'addHook', args: [{ kind: 'string', value: 'onRequest', at: hook.at }, hook], at: hook.at };
}

function registered(plugin: Value, app: Handle): Event {
  return { kind: 'call', when: { c: 'true' }, receiver: app, method: 'register', args: [plugin], at: plugin.at };
}

function* readingsOf(module: EstreeModule, packages: FastifyPackages, events: readonly Event[]): Generator<Reading> {
  const version = corsVersion(module);
  const loads = packages.apps.map((app) => ({ app, loaded: load(app, events, packages) }));
  const plugins = loads.flatMap(({ loaded }) => loaded.plugins);
  for (const { app, loaded } of loads) {
    // A plugin that is registered here has no instance but that one.
    if (plugins.some((plugin) => contains(plugin, app.at))) continue;
    const isApp = (handle: Handle): boolean => {
      const role = packages.roleOf(handle);
      return handle === app || (role?.is === 'nest app' && role.on === app);
    };
    const { steps, probes, gaps, notes, handWritten, usesCors, asked } = programOf(loaded, packages, version);
    for (const gap of gaps) yield { kind: 'gap', gap };
    if (!usesCors && !sendsCors(steps)) continue;
    const listening = events.flatMap((event) => (event.kind === 'call' && event.method === 'listen' && isApp(event.receiver) ? [{ args: event.args, secure: false, at: event.at }] : []));
    yield {
      kind: 'policy',
      policy: {
        reader: 'fastify',
        title: 'Fastify app',
        layer: 'app-middleware',
        at: app.at,
        steps,
        behind: { options: packages.isElsewhere(app) ? null : 404 },
        probes: probes.length > 0 ? probes : [{ path: '/', methods: null, requestHeaders: [], at: app.at }],
        survivesUncaught: true,
        listens: listening.flatMap(({ args }) => portsIn(portOf(args[0]))),
        version: `${versionText(module, 'fastify', 'fastify', '5')}, ${versionText(module, corsPackage(module), corsPackage(module), '11')}`,
        evidence: { ...evidenceIn(module, handWritten, cookiesAmong(asked, !packages.isElsewhere(app))), ...reachedThrough(listening) },
        notes,
      },
    };
  }
}

/** `listen({ port })`, `listen(port)` */
function portOf(options: Value | undefined): Value | undefined {
  return options?.kind === 'record' ? entry(options, 'port')?.value : options;
}

function corsPackage(module: EstreeModule): '@fastify/cors' | 'fastify-cors' {
  return /['"]fastify-cors['"]/.test(module.source.text) ? 'fastify-cors' : '@fastify/cors';
}

/**
 * As installed, or the last that a range of a manifest is likely to bring: its major version's. Version 6 was the last
 * under the old name.
 */
function corsVersion(module: EstreeModule): string | undefined {
  const name = corsPackage(module);
  const found = packageVersion(module.files, module.file, name);
  if (found?.from === 'package.json') return `${found.version.split('.')[0]}.99`;
  return found?.version ?? (name === 'fastify-cors' ? '6.1' : undefined);
}
