import { isFrom } from '../../middleware/version.js';

/** Versions of a package that code-mods ask for: those whose behaviour the live suites hold. */
interface Release {
  readonly version: string;
  /** The first version of the framework that it works with. Absent: any. */
  readonly since?: string;
}

/** The newest of each package first. */
const RELEASES: Readonly<Record<string, readonly Release[]>> = {
  cors: [{ version: '^2.8.6' }],
  '@types/cors': [{ version: '^2.8.19' }],
  '@fastify/cors': [{ version: '^11.4.3', since: '5' }, { version: '^9.0.1', since: '4' }],
  '@koa/cors': [{ version: '^5.0.0' }],
  '@types/koa__cors': [{ version: '^5.0.0' }],
};

/**
 * The version of a package to ask for.
 * @param framework the version of what it works with; undefined: today's
 * @returns undefined where there is none for that version
 */
export function versionFor(name: string, framework: string | undefined): string | undefined {
  return RELEASES[name]?.find(({ since }) => since === undefined || isFrom(framework, since))?.version;
}

/** The oldest version of a package that code-mods ask for, and what it works with. */
export function oldestOf(name: string): Release | undefined {
  return RELEASES[name]?.at(-1);
}
