import { builtWith } from '../../middleware/build-version.js';
import type { JvmModule } from '../../syntax/jvm/index.js';

/** Where nothing names a version. */
const CURRENT = '3.5.1';

/** Ktor's version by the nearest build; imports of `io.ktor.features` are those of 1.x. */
export function ktorVersion(module: JvmModule): { readonly version: string; readonly text: string } {
  const found = builtWith(module.files, module.file, 'io.ktor', ['ktor-server-cors', 'ktor-server-cors-jvm', 'ktor-server-core', 'ktor-server-core-jvm', 'ktor-server-netty', 'ktor-server-netty-jvm', 'ktor-server-cio', 'ktor-server-cio-jvm', 'ktor-bom'], ['ktor_version', 'ktorVersion', 'ktor.version', 'ktor-version', 'ktor']);
  if (found !== undefined) return { version: found.version, text: `Ktor ${found.version} (${found.in})` };
  return module.unit.imports.some(({ name }) => name.startsWith('io.ktor.features')) ? { version: '1.6.8', text: 'Ktor 1.6 (by its imports)' } : { version: CURRENT, text: `Ktor ${CURRENT} (no version found)` };
}
