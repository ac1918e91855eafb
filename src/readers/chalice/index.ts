/**
 * AWS Chalice: `cors=True` or `cors=CORSConfig(…)` of routes, and `app.api.cors` for those that come after it.
 *
 * A route with CORS sends one fixed set of headers with each of its answers: there is no list of origins, the one text
 * of `allow_origin` goes out as it is. Preflights are answered by API Gateway, from what Chalice deploys.
 */
import { editDictionaries } from '../../middleware/edit-python.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import type { Policy } from '../../policy/program.js';
import { pinnedVersion, run, type PythonModule } from '../../syntax/python/index.js';
import { defineReader, type Reading } from '../reader.js';
import { ChalicePackages } from './packages.js';
import { chaliceProgram } from './program.js';
import { routesIn } from './routes.js';

/** Code that may have to do with an application. */
const CONCERNS = /chalice|\.route\(|cors|origin|headers/i;

export default defineReader<PythonModule>({
  title: 'AWS Chalice',
  language: 'python',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\bchalice\b/,

  *read(module) {
    const packages = new ChalicePackages();
    const ran = run(module, packages.packages, CONCERNS);
    const given = new Map<string, ReturnType<ChalicePackages['application']>>();
    const events = followed(ran, ({ name, type, at }) => {
      if (type !== 'Chalice' && !(type === undefined && name === 'app')) return undefined;
      const key = `${at.file}:${at.start}`;
      if (!given.has(key)) given.set(key, packages.application(false, at));
      return given.get(key);
    });
    yield* covering(module.file, readingsOf(module, packages, routesIn(events, packages)));
  },

  write: (module, policy, change) => editDictionaries(module, policy, change, { options: { lists: { 'access-control-allow-headers': { option: 'allow_headers', added: true }, 'access-control-expose-headers': { option: 'expose_headers' } } } }),
});

function* readingsOf(module: PythonModule, packages: ChalicePackages, routes: ReturnType<typeof routesIn>): Generator<Reading> {
  const version = pinnedVersion(module.files, module.file, 'chalice');
  for (const { handle, role } of packages.made()) {
    const program = chaliceProgram(routes.get(handle) ?? [], module, packages);
    if (!sendsCors(program.steps)) continue;
    const policy: Policy = {
      reader: 'chalice',
      title: role.blueprint ? 'Chalice blueprint' : 'Chalice app',
      layer: 'app-middleware',
      at: role.at,
      steps: program.steps,
      behind: { options: 403 },
      probes: program.probes,
      survivesUncaught: true,
      listens: [],
      version: version === undefined ? 'Chalice 1.34 (no version found)' : `Chalice ${version.version} (${version.from})`,
      evidence: { handWritten: program.handWritten, canAddVary: program.handWritten, readsCookies: packages.reads.has('cookie') ? 'yes' : 'unknown', noStore: false },
      notes: program.notes,
    };
    yield { kind: 'policy', policy };
  }
}
