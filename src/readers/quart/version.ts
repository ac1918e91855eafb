import { isFrom } from '../../middleware/version.js';
import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';

/** What differs between releases (their sources compared; 0.8.0 on Werkzeug 2.2 and 3.1 measured). */
export interface QuartVersions {
  /** `send_origin_wildcard` came with Quart-CORS 0.8. */
  readonly wildcardOption: boolean;
  /** `Vary: Origin` also where the origin is refused or missing, since Quart-CORS 0.7. */
  readonly alwaysVaries: boolean;
  /** How Werkzeug writes an empty item of a header: since 2.3 as two quotation marks. */
  readonly emptyItem: '' | '""';
  readonly text: string;
}

/** Where nothing names a version. */
const CURRENT = '0.8.0';

/** The releases that lock or requirements files fix; the current ones else. */
export function quartVersions(module: PythonModule): QuartVersions {
  const [cors, werkzeug, quart] = (['quart-cors', 'werkzeug', 'quart'] as const).map((name) => pinnedVersion(module.files, module.file, name));
  const version = cors?.version ?? CURRENT;
  // Quart 0.19 asks for Werkzeug 3.
  const quotes = werkzeug === undefined ? quart === undefined || isFrom(quart.version, '0.19') : isFrom(werkzeug.version, '2.3');
  return { wildcardOption: isFrom(version, '0.8'), alwaysVaries: isFrom(version, '0.7'), emptyItem: quotes ? '""' : '', text: `Quart-CORS ${version} (${cors?.from ?? 'no version found'})` };
}
