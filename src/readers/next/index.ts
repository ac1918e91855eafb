/**
 * Next.js: `headers()` of its configuration, route handlers of the app router, middleware (`proxy` since version 16) and
 * functions of the pages router.
 *
 * A route handler without an OPTIONS of its own answers preflights with 204 and no headers: only the configuration or a
 * middleware can let them pass. What these set stands above what the handler sets.
 */
import { editFetch } from '../../middleware/fetch-edits.js';
import { editScript } from '../../middleware/edit-script.js';
import { nextFile } from '../../middleware/next-files.js';
import { covering } from '../../middleware/readings.js';
import type { EstreeModule } from '../../syntax/estree/index.js';
import { defineReader } from '../reader.js';
import { apiPolicies } from './api.js';
import { configPolicies } from './config.js';
import { middlewarePolicies, routePolicies } from './handlers.js';

const READINGS = { config: configPolicies, route: routePolicies, middleware: middlewarePolicies, api: apiPolicies };

export default defineReader<EstreeModule>({
  title: 'Next.js',
  language: 'estree',
  mayConcern: /[Aa]ccess-[Cc]ontrol-|[Cc][Oo][Rr][Ss]/,

  *read(module) {
    const kind = nextFile(module);
    if (kind !== undefined) yield* covering(module.file, READINGS[kind](module));
  },

  write(module, policy, change) {
    switch (nextFile(module)) {
      case 'api':
        return editScript(module, policy, change, { vary: (response, value) => `${response}.appendHeader('Vary', ${value})` });
      case 'config':
        // A header is an entry of a list.
        return editScript(module, policy, change.kind === 'remove-header' ? { kind: 'remove-entry', at: change.at } : change, {});
      default:
        return editFetch(module, policy, change, {});
    }
  },
});
