/**
 * Powertools for AWS Lambda: `APIGatewayRestResolver(cors=CORSConfig(…))` and its kin.
 *
 * It echoes the origins that it allows, without `Vary`. Releases from 2.16 to 2.40 echo any origin where `*` is allowed,
 * with credentials if these are on, which opens the service to every website; later ones send `*` and no credentials.
 */
import { editDictionaries } from '../../middleware/edit-python.js';
import { followed } from '../../middleware/followed.js';
import { covering, sendsCors } from '../../middleware/readings.js';
import type { Policy } from '../../policy/program.js';
import { run, type PythonModule } from '../../syntax/python/index.js';
import { defineReader, type Reading } from '../reader.js';
import { PowertoolsPackages } from './packages.js';
import { powertoolsProgram } from './program.js';
import { routesIn } from './routes.js';
import { powertoolsVersion, type PowertoolsVersion } from './version.js';

/** Code that may have to do with an application. */
const CONCERNS = /aws_lambda_powertools|resolver|router|cors|origin|headers/i;

export default defineReader<PythonModule>({
  title: 'Powertools for AWS Lambda',
  language: 'python',
  mayConcern: /^(?=[^]*(?:[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]))[^]*\baws_lambda_powertools\b/,

  *read(module) {
    const version = powertoolsVersion(module);
    const packages = new PowertoolsPackages(version.proxyTypeFirst);
    const events = followed(run(module, packages.packages, CONCERNS));
    yield* covering(module.file, readingsOf(module, packages, routesIn(events, packages), version));
  },

  write: (module, policy, change) => editDictionaries(module, policy, change, { options: { lists: { 'access-control-allow-headers': { option: 'allow_headers', added: true }, 'access-control-expose-headers': { option: 'expose_headers' } } } }),
});

function* readingsOf(module: PythonModule, packages: PowertoolsPackages, routes: ReturnType<typeof routesIn>, { manner, text: version }: PowertoolsVersion): Generator<Reading> {
  for (const { handle, role } of packages.made()) {
    const program = powertoolsProgram(role.cors, role.at, routes.get(handle) ?? { routes: [], open: false }, module, packages, manner);
    if (!sendsCors(program.steps)) continue;
    const policy: Policy = {
      reader: 'powertools',
      title: role.router ? 'Powertools router' : 'Powertools application',
      layer: 'app-middleware',
      at: role.at,
      steps: program.steps,
      behind: { options: null },
      probes: program.probes,
      survivesUncaught: false,
      listens: [],
      version,
      evidence: { handWritten: program.handWritten, canAddVary: program.handWritten, readsCookies: packages.reads.has('cookie') ? 'yes' : 'unknown', noStore: false },
      notes: program.notes,
    };
    yield { kind: 'policy', policy };
  }
}
