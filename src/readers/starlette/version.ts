import { isFrom } from '../../middleware/version.js';
import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';

export interface StarletteVersion {
  readonly version: string;
  readonly text: string;
}

/** Where nothing names a version. */
const CURRENT = '1.10.0';

/**
 * The newest Starlette that a FastAPI lets in (`starlette` in its pyproject.toml, by its tags), where that says what
 * `CORSMiddleware` does. From 0.133 on there is no upper bound.
 */
const NEWEST_BELOW: readonly (readonly [fastapi: string, starlette: string])[] = [
  ['0.50.0', '0.12.9'],
  ['0.57.0', '0.13.2'],
  ['0.65.0', '0.13.6'],
  ['0.69.0', '0.14.2'],
  ['0.121.3', '0.49.3'],
  ['0.128.3', '0.50.0'],
  ['0.133.0', '0.52.1'],
];

/** Starlette's version by lock or requirements file; by FastAPI's, if that decides; else the current one. */
export function starletteVersion(module: PythonModule): StarletteVersion {
  const own = pinnedVersion(module.files, module.file, 'starlette');
  if (own !== undefined) return { version: own.version, text: `Starlette ${own.version} (${own.from})` };
  const fastapi = pinnedVersion(module.files, module.file, 'fastapi');
  const bound = fastapi === undefined ? undefined : NEWEST_BELOW.find(([first]) => !isFrom(fastapi.version, first));
  if (fastapi !== undefined && bound !== undefined) return { version: bound[1], text: `Starlette ${bound[1]} (FastAPI ${fastapi.version}, ${fastapi.from})` };
  return { version: CURRENT, text: `Starlette ${CURRENT} (no version found)` };
}

/** What the releases of `CORSMiddleware` do differently (starlette/middleware/cors.py by its tags; 1.7 and 1.10 measured). */
export interface Behaviour {
  /** Patterns match the whole origin; before, its beginning. */
  readonly wholeOrigin: boolean;
  /** The safelisted names are among the allowed headers. */
  readonly safelist: boolean;
  /** HEAD is among all methods, `Vary` stands beside what a cookie makes, a preflight with credentials has no `*`. */
  readonly explicitPreflight: boolean;
  /** Private network access is asked about. */
  readonly privateNetwork: boolean;
  /** `*` with credentials is the request's origin; before, a cookie makes it so, credentials or not. */
  readonly echoWithCredentials: boolean;
  /** `Vary` on every answer, the request's without an origin included; QUERY is among all methods. */
  readonly varies: boolean;
}

export function behaviourOf(version: string): Behaviour {
  return {
    wholeOrigin: isFrom(version, '0.13.1'),
    safelist: isFrom(version, '0.13.3'),
    explicitPreflight: isFrom(version, '0.15'),
    privateNetwork: isFrom(version, '0.51'),
    echoWithCredentials: isFrom(version, '1.0'),
    varies: isFrom(version, '1.7'),
  };
}
