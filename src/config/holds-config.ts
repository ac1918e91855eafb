import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names under which cosmiconfig finds a configuration; `.config/` may hold the same without the leading dot. */
const NAMES = /^(\.?cors-lintrc(\.(json|ya?ml|[cm]?js|ts))?|cors-lint\.config\.([cm]?js|ts))$/;

/** Is there anything for cosmiconfig to find in this very folder? Asked first, since loading it costs more than looking. */
export function holdsConfig(folder: string): boolean {
  const names = namesIn(folder);
  if (names.some((name) => NAMES.test(name) && !name.startsWith('cors-lintrc'))) return true;
  if (names.includes('.config') && namesIn(join(folder, '.config')).some((name) => NAMES.test(name))) return true;
  return names.includes('package.json') && readFileSync(join(folder, 'package.json'), 'latin1').includes('"cors-lint"');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
