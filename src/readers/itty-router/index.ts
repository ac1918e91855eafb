/**
 * itty-router 4, 5 and 6 (and `itty-cors`): `cors()` and `createCors()`, routers with `before`, `finally` and chains of
 * promises, and handlers that return responses.
 *
 * `preflight` answers and `corsify` decorates, and each does nothing where it is not mounted: `corsify` in a chain of
 * promises is not told the request, so lists admit nobody there. `*` with credentials lets in every origin.
 */
import { ALLOW_OPTIONS } from '../../middleware/edit-script.js';
import { editFetch } from '../../middleware/fetch-edits.js';
import { fetchRequest, FetchObjects } from '../../middleware/fetch-response.js';
import { followed } from '../../middleware/followed.js';
import { covering, evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { askedPaths } from '../../policy/paths.js';
import { ALWAYS, type Policy } from '../../policy/program.js';
import { packageVersion, portsIn, run, type EstreeModule, usesName } from '../../syntax/estree/index.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader, type Reading } from '../reader.js';
import { IttyPackages, type Generation } from './packages.js';
import { routingOf, type Routing } from './router.js';

/** So many routers inside each other are followed. */
const MAX_NESTING = 6;

export default defineReader<EstreeModule>({
  title: 'itty-router',
  language: 'estree',
  mayConcern: /['"](?:npm:|https:\/\/[\w./]*|@cloudflare\/)?itty-(?:router|cors)/,

  read: (module) => covering(module.file, readingsOf(module)),

  write: (module, policy, change) => editFetch(module, policy, change, { options: ALLOW_OPTIONS, withoutProcess: true }),
});

function* readingsOf(module: EstreeModule): Generator<Reading> {
  const generation = generationOf(module);
  const objects = new FetchObjects();
  const packages = new IttyPackages(generation, objects);
  const ran = run(module, packages.packages);
  const served = ran.events.flatMap((event) => packages.servedIn(event));
  const entries = [ran.exports.get('default'), ran.exports.get('module.exports'), ...served].flatMap(entered);
  const events = [...followed(ran, ({ name, at }) => (/^(?:app|router|api)$/i.test(name) ? packages.routerFor(at) : undefined)), ...entries];
  objects.follow(events);
  const isRouter = (value: Value): value is Handle => packages.roleOf(value)?.is === 'router';
  const inner = new Set(events.flatMap((event) => (event.kind === 'call' && isRouter(event.receiver) ? event.args.filter(isRouter) : [])));
  const roots = new Set(events.flatMap((event) => ((event.kind === 'call' || event.kind === 'escape') && isRouter(event.receiver) ? [event.receiver] : [])));
  for (const root of roots) {
    if (inner.has(root)) continue;
    const routing = routingOf(root, ALWAYS, { packages, objects, events }, MAX_NESTING);
    for (const gap of routing.gaps) yield { kind: 'gap', gap };
    if (routing.usesCors || sendsCors(routing.steps)) yield { kind: 'policy', policy: policyOf(root, routing, module, served, versionText(module, 'itty-router', 'itty-router', String(generation))) };
  }
}

/** Without a version, `createCors` says that it is version 4. */
function generationOf(module: EstreeModule): Generation {
  const version = packageVersion(module.files, module.file, 'itty-router');
  const major = version === undefined ? (/\bcreateCors\b/.test(module.source.text) ? 4 : 6) : Number.parseInt(version.version, 10);
  return major <= 4 ? 4 : major === 5 ? 5 : 6;
}

/** What happens when the runtime calls a handler: `{ fetch }` or a function. */
function entered(exported: Value | undefined): readonly Event[] {
  const fetch = exported?.kind === 'record' ? entry(exported, 'fetch')?.value : exported;
  return fetch?.kind === 'function' ? fetch.run([fetchRequest(fetch.at, () => undefined)]) : [];
}

function policyOf(router: Handle, routing: Routing, module: EstreeModule, served: readonly Value[], version: string): Policy {
  return {
    reader: 'itty-router',
    title: 'itty-router',
    layer: 'app-middleware',
    at: router.at,
    steps: routing.steps,
    behind: { options: null },
    probes: askedPaths(routing.probes, routing.steps, router.at),
    survivesUncaught: true,
    listens: served.flatMap((options) => (options.kind === 'record' ? portsIn(entry(options, 'port')?.value) : [])),
    version,
    evidence: evidenceIn(module, routing.handWritten, usesName(module, /^withCookies$/) ? 'yes' : 'unknown'),
    notes: [],
  };
}
