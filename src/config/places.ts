import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ENDINGS = ['', '.json', '.yaml', '.yml', '.js', '.ts', '.cjs', '.mjs'];
const PROGRAMS = ['.js', '.ts', '.cjs', '.mjs'];

/** Names of configuration files beside package.json, the strongest first: those that cosmiconfig gives the name `cors-lint`. */
const NAMES = [...ENDINGS.map((ending) => `.cors-lintrc${ending}`), ...PROGRAMS.map((ending) => `cors-lint.config${ending}`)];
/** In `.config/` the leading dot may be left out. */
const NAMES_IN_CONFIG = [...ENDINGS.flatMap((ending) => [`cors-lintrc${ending}`, `.cors-lintrc${ending}`]), ...PROGRAMS.map((ending) => `cors-lint.config${ending}`)];

/**
 * Where in this very folder a configuration may stand, the strongest first. A package.json that names cors-lint may
 * do so as a dependency only. Looking costs less than loading what reads a configuration.
 */
export function configFilesIn(folder: string): readonly string[] {
  const names = namesIn(folder);
  const manifest = names.has('package.json') && isAboutUs(join(folder, 'package.json')) ? ['package.json'] : [];
  const inConfig = names.has('.config') ? namesIn(join(folder, '.config')) : new Set<string>();
  return [...manifest, ...NAMES.filter((name) => names.has(name)), ...NAMES_IN_CONFIG.filter((name) => inConfig.has(name)).map((name) => join('.config', name))].map((name) => join(folder, name));
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return new Set();
  }
}

function isAboutUs(manifest: string): boolean {
  try {
    return readFileSync(manifest, 'latin1').includes('"cors-lint"');
  } catch {
    return false;
  }
}
