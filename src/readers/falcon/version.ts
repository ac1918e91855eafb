import { isFrom } from '../../middleware/version.js';
import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';

/** What differs between releases of Falcon (falcon/middleware.py and falcon/routing/static.py read in the sources of 3.1.3 and 4.0.2; 4.4.0 measured). */
export interface FalconVersion {
  readonly text: string;
  /** Before 4.0 a preflight whose responder sets no `Allow` gets `Access-Control-Allow-Methods: None`; from then on it is refused. */
  readonly refusesWithoutAllow: boolean;
  /** `allow_private_network` came in 4.1. */
  readonly privateNetwork: boolean;
  /** Static routes answer OPTIONS with `Allow: GET` from 4.0 on. */
  readonly staticOptions: boolean;
}

/** The version that the repository fixes, else the current one. */
export function falconVersion(module: PythonModule): FalconVersion {
  const found = pinnedVersion(module.files, module.file, 'falcon');
  const version = found?.version ?? '4.4.0';
  return {
    text: found === undefined ? 'Falcon ≥ 4.1 (no version found)' : `Falcon ${version} (${found.from})`,
    refusesWithoutAllow: isFrom(version, '4.0'),
    privateNetwork: isFrom(version, '4.1'),
    staticOptions: isFrom(version, '4.0'),
  };
}
