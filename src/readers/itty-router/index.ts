/**
 * itty-router 4, 5 and 6 (and `itty-cors`): `cors()` and `createCors()`, routers with `before`, `finally` and chains of
 * promises, and handlers that return responses.
 *
 * `preflight` answers and `corsify` decorates, and each does nothing where it is not mounted: `corsify` in a chain of
 * promises is not told the request, so lists admit nobody there. `*` with credentials lets in every origin.
 */
import { followed } from '../../middleware/followed.js';
import { editFetch } from '../../middleware/fetch-edits.js';
import { fetchRequest, FetchObjects } from '../../middleware/fetch-response.js';
import { ALWAYS, type Policy } from '../../policy/program.js';
import { packageVersion, run, type EstreeModule, type PackageVersion } from '../../syntax/estree/index.js';
import { entry, type Event, type Handle, type Value } from '../../values/value.js';
import { defineReader } from '../reader.js';
import { IttyPackages, type Generation } from './packages.js';
import { routingOf, type Routing, type Surroundings } from './router.js';

/** So many routers inside each other are followed. */
const MAX_NESTING = 6;

export default defineReader<EstreeModule>({
  title: 'itty-router',
  language: 'estree',
  mayConcern: /['"](?:npm:|https:\/\/[\w./]*|@cloudflare\/)?itty-(?:router|cors)/,

  *read(module) {
    const version = packageVersion(module.files, module.file, 'itty-router');
    const generation = generationOf(version, module);
    const objects = new FetchObjects();
    const packages = new IttyPackages(generation, objects);
    const ran = run(module, packages.packages);
    const entries = [ran.exports.get('default'), ran.exports.get('module.exports')].flatMap(entered);
    const events = [...followed(ran, ({ name, at }) => (/^(?:app|router|api)$/i.test(name) ? packages.routerFor(at) : undefined)), ...entries];
    objects.follow(events);
    const around: Surroundings = { packages, objects, events };
    const isRouter = (value: Value): value is Handle => packages.roleOf(value)?.is === 'router';
    const inner = new Set(events.flatMap((event) => (event.kind === 'call' && isRouter(event.receiver) ? event.args.filter(isRouter) : [])));
    const roots = new Set(events.flatMap((event) => ((event.kind === 'call' || event.kind === 'escape') && isRouter(event.receiver) ? [event.receiver] : [])));
    const files = new Set<string>();
    for (const root of roots) {
      if (inner.has(root)) continue;
      const routing = routingOf(root, ALWAYS, around, MAX_NESTING);
      for (const gap of routing.gaps) yield { kind: 'gap', gap };
      if (!concernsCors(routing)) continue;
      for (const { effects } of routing.steps) for (const { at } of effects) files.add(at.file);
      yield { kind: 'policy', policy: policyOf(root, routing, module, version === undefined ? `itty-router ${generation} (no version found)` : `itty-router ${version.version} (${version.from})`) };
    }
    files.delete(module.file);
    for (const file of files) yield { kind: 'covers', file };
  },

  write: editFetch,
});

/** Without a version, `createCors` says that it is version 4. */
function generationOf(version: PackageVersion | undefined, module: EstreeModule): Generation {
  const major = version === undefined ? (/\bcreateCors\b/.test(module.source.text) ? 4 : 6) : Number.parseInt(version.version, 10);
  return major <= 4 ? 4 : major === 5 ? 5 : 6;
}

/** What happens when the runtime calls the module: `export default { fetch }` or a function. */
function entered(exported: Value | undefined): readonly Event[] {
  const fetch = exported?.kind === 'record' ? entry(exported, 'fetch')?.value : exported;
  return fetch?.kind === 'function' ? fetch.run([fetchRequest(fetch.at, () => undefined)]) : [];
}

function concernsCors(routing: Routing): boolean {
  return routing.usesCors || routing.steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')));
}

function policyOf(router: Handle, routing: Routing, module: EstreeModule, version: string): Policy {
  const { text } = module.source;
  return {
    reader: 'itty-router',
    title: 'itty-router',
    layer: 'app-middleware',
    at: router.at,
    steps: routing.steps,
    behind: { options: null },
    probes: routing.probes.length > 0 ? routing.probes : [{ path: '/', methods: null, requestHeaders: [], at: router.at }],
    survivesUncaught: true,
    listens: [],
    version,
    evidence: { handWritten: routing.handWritten, canAddVary: routing.handWritten, readsCookies: /\bwithCookies\b|['"]cookie['"]/i.test(text) ? 'yes' : 'unknown', noStore: /no-store/i.test(text) },
    notes: [],
  };
}
