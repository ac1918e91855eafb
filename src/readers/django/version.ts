import { isFrom } from '../../middleware/version.js';
import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';

/** What the releases of django-cors-headers do differently (its middleware.py, conf.py and defaults.py by their tags; 3.14.0, 4.2.0 and 4.9.0 measured). */
export interface Behaviour {
  /** How it was chosen. */
  readonly text: string;
  /** Entries are compared by scheme and host; before, by the host alone. */
  readonly comparesScheme: boolean;
  /** `CORS_ALLOW_ALL_ORIGINS` and its neighbours are read; before, only the old names are. */
  readonly newNames: boolean;
  /** `Vary` on every answer; before, on those that echo an origin. */
  readonly alwaysVaries: boolean;
  /** `CORS_ALLOW_PRIVATE_NETWORK` is read, and the default headers are the shorter list. */
  readonly privateNetwork: boolean;
  /** Credentials are granted to allowed origins only. */
  readonly credentialsForAllowed: boolean;
}

/** Where nothing names a version: the current release. */
const CURRENT = '4.9.0';

export function behaviourFor(module: PythonModule): Behaviour {
  const pinned = pinnedVersion(module.files, module.file, 'django-cors-headers');
  const version = pinned?.version ?? CURRENT;
  return {
    text: `django-cors-headers ${version} (${pinned?.from ?? 'no version found'})`,
    comparesScheme: isFrom(version, '3.0'),
    newNames: isFrom(version, '3.5'),
    alwaysVaries: isFrom(version, '2.4'),
    privateNetwork: isFrom(version, '4.0'),
    credentialsForAllowed: isFrom(version, '4.3'),
  };
}
