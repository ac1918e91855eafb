/**
 * Sails: `config/security.js` (`config/cors.js` before version 1), `cors` of routes in `config/routes.js`, and what the
 * files in `config/env/` put over them.
 *
 * Since version 1 only admitted origins get headers, and `*` with credentials needs
 * `allowAnyOriginWithCredentialsUnsafe`, which answers every origin by its name. Before, `*` alone did that. A route
 * with `cors: false` keeps the headers of `allRoutes`, and its preflights are answered by the settings of all routes.
 */
import { closeFallback, editScript } from '../../middleware/edit-script.js';
import { evidenceIn, sendsCors, versionText } from '../../middleware/readings.js';
import { isFrom } from '../../middleware/version.js';
import { packageVersion, type EstreeModule } from '../../syntax/estree/index.js';
import type { Probe } from '../../policy/program.js';
import { defineReader } from '../reader.js';
import { placeOf, ROOT } from '../../middleware/express/paths.js';
import { appFolder, configOf, type Config } from './config.js';
import { oldProgramOf } from './old-program.js';
import { programOf } from './program.js';

export default defineReader<EstreeModule>({
  title: 'Sails',
  language: 'estree',
  mayConcern: /^(?=[^]*\bcors\b)[^]*(?:exports\.(?:security|cors|routes)\b|\bsecurity\s*:|\ballRoutes\b|\ballowOrigins\b)/,

  *read(module) {
    const folder = appFolder(module.file);
    if (folder === undefined) return;
    const config = configOf(module, folder);
    const at = config.cors?.at ?? config.routes[0]?.at;
    if (at === undefined || !config.files.includes(module.file)) return;
    const found = packageVersion(module.files, module.file, 'sails')?.version;
    const old = found === undefined ? config.old : !isFrom(found, '1');
    const steps = old ? oldProgramOf(config, at) : programOf(config, at);
    if (!sendsCors(steps) && !steps.some(({ end }) => end?.to === 'answer' && end.status === 0)) return;
    yield {
      kind: 'policy',
      policy: {
        reader: 'sails',
        title: 'Sails app',
        layer: 'app-middleware',
        at,
        steps,
        behind: { options: 200 },
        probes: probesOf(config),
        survivesUncaught: true,
        listens: [],
        version: versionText(module, 'sails', 'sails', old ? '0.12' : '1.5'),
        evidence: evidenceIn(module, false),
        notes: [],
      },
    };
    if (config.files[0] === module.file) for (const file of config.files.slice(1)) yield { kind: 'covers', file };
  },

  // Sails does not lift with an empty text.
  write: (module, policy, change) => (change.kind === 'fail-closed' ? closeFallback(module, change.at, '[]') : editScript(module, policy, change, {})),
});

function probesOf({ cors, routes }: Config): readonly Probe[] {
  const own = routes.map(({ verb, path, at }): Probe => ({ path: placeOf({ kind: 'string', value: path, at }, true, ROOT, undefined).sample, methods: verb === undefined ? null : verb === 'GET' ? ['GET', 'HEAD'] : [verb], requestHeaders: [], at }));
  return cors === undefined && own.length > 0 ? own : [...own, { path: '/', methods: null, requestHeaders: [], at: cors?.at ?? own[0]!.at }];
}
