/**
 * hapi: `cors` of the server's routes and of single routes, and headers written by hand.
 *
 * CORS is off by default. `cors: true` and `origin: ['*']` answer every origin by its name, so with credentials any site
 * reads what the visitor may; only `origin: 'ignore'` sends `*`. A preflight is answered for the route that it asks for:
 * with 200 and no CORS header where the origin or a header is not allowed, with 404 where there is no such route.
 */
import { followed } from '../../middleware/followed.js';
import { editScript, type ScriptWords } from '../../middleware/edit-script.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { portsIn, run, type EstreeModule } from '../../syntax/estree/index.js';
import { contains, sameSpan } from '../../text/span.js';
import { TRUE } from '../../values/condition.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { load } from './load.js';
import { HapiPackages } from './packages.js';
import { programOf } from './program.js';

export default defineReader<EstreeModule>({
  title: 'hapi',
  language: 'estree',
  mayConcern: /['"](?:@hapi\/hapi|hapi)['"]|^(?=[^]*\bhandler\b)(?=[^]*\bpath\s*:)[^]*\bcors\s*:/,

  *read(module) {
    const packages = new HapiPackages();
    const ran = run(module, packages.packages);
    // Routes that other files put on a server made elsewhere.
    const exported = packages.servers.size === 0 ? [...ran.exports.values()].flatMap((value) => put(value, packages)) : [];
    const events = followed({ ...ran, events: [...ran.events, ...exported] }, ({ name, type, at }) => (name === 'server' || type === 'Server' ? packages.elsewhere(at) : undefined));
    yield* covering(module.file, readingsOf(module, packages, events));
  },

  write: (module, policy, change) => {
    // An error has no vary().
    const mayFail = policy.steps.some(({ effects }) => effects.some(({ at, statuses }) => statuses !== 'all' && sameSpan(at, change.at)));
    return editScript(module, policy, change, { ...WORDS, vary: (response, value) => `${mayFail ? `if (!${response}.isBoom) ` : ''}${response}.vary(${value})` });
  },
});

const WORDS: ScriptWords = {
  options: { 'access-control-allow-origin': 'origin', 'access-control-allow-headers': 'headers', 'access-control-expose-headers': 'exposedHeaders' },
  origins: (quoted) => `[${quoted.join(', ')}]`,
};

/** What a server is told that is given an exported value. */
function put(value: Value, packages: HapiPackages): readonly Event[] {
  const routes = value.kind === 'list' ? value.items : [value];
  const isRoutes = routes.some((route) => route.kind === 'record' && entry(route, 'path') !== undefined && entry(route, 'method') !== undefined);
  return isRoutes ? [{ kind: 'call', when: TRUE, receiver: packages.elsewhere(value.at), method: 'route', args: [value], at: value.at }] : [];
}

function* readingsOf(module: EstreeModule, packages: HapiPackages, events: readonly Event[]): Generator<Reading> {
  const loads = [...packages.servers].map(([server, options]) => ({ server, options, loaded: load(server, options, events, packages) }));
  const plugins = loads.flatMap(({ loaded }) => loaded.plugins);
  for (const { server, options, loaded } of loads) {
    // A plugin that is registered here has no server but that one.
    if (plugins.some((plugin) => contains(plugin, server.at))) continue;
    const { steps, probes, gaps, handWritten, usesCors } = programOf(loaded, server.at);
    for (const gap of gaps) yield { kind: 'gap', gap };
    const refused = steps.some(({ end }) => end?.to === 'answer' && end.status === 0);
    if (!usesCors && !refused && !sendsCors(steps)) continue;
    yield {
      kind: 'policy',
      policy: {
        reader: 'hapi',
        title: 'hapi server',
        layer: 'app-middleware',
        at: server.at,
        steps,
        behind: { options: loaded.elsewhere ? null : 404 },
        probes: probes.length > 0 ? probes : [{ path: '/', methods: null, requestHeaders: [], at: server.at }],
        survivesUncaught: true,
        listens: portsOf(server, options, events),
        version: versionText(module, /['"]hapi['"]/.test(module.source.text) ? 'hapi' : '@hapi/hapi', 'hapi', '21'),
        evidence: evidenceIn(module, handWritten),
        notes: [],
      },
    };
  }
}

/** `server({ port })`, `server.connection({ port })` */
function portsOf(server: Handle, options: Value | undefined, events: readonly Event[]): readonly number[] {
  const connected = events.flatMap((event) => (event.kind === 'call' && event.receiver === server && event.method === 'connection' && event.args[0] !== undefined ? [event.args[0]] : []));
  return [...(options === undefined ? [] : [options]), ...connected].flatMap((one) => (one.kind === 'record' ? portsIn(entry(one, 'port')?.value) : []));
}
