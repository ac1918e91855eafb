import { isFrom } from '../../middleware/version.js';

/** Versions that code-mods ask for: those whose behaviour the live suites hold. */
const VERSIONS: Readonly<Record<string, string>> = {
  cors: '^2.8.6',
  '@types/cors': '^2.8.19',
  '@fastify/cors': '^11.4.3',
  '@koa/cors': '^5.0.0',
  '@types/koa__cors': '^5.0.0',
};

/** The last versions for a framework that is older than one. */
const OLDER: Readonly<Record<string, { readonly than: string; readonly version: string }>> = {
  '@fastify/cors': { than: '5', version: '^9.0.1' },
};

/**
 * The version of a package to ask for.
 * @param framework the version of what it works with; undefined: today's
 */
export function versionFor(name: string, framework: string | undefined): string | undefined {
  const older = OLDER[name];
  return older !== undefined && !isFrom(framework, older.than) ? older.version : VERSIONS[name];
}
