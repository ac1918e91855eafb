import { compareVersions, versionRange, type PythonModule } from '../../syntax/python/index.js';

export interface StarletteVersion {
  /** Not `inclusive`: what comes right before it. */
  readonly newest: { readonly version: string; readonly inclusive: boolean };
  readonly text: string;
}

/** Where nothing names a version. */
const CURRENT = '1.10.0';

/**
 * Which Starlette a FastAPI asks for at most, from which FastAPI on (pyproject.toml by its tags; 0.134 has no upper
 * bound, nor has any since).
 */
const ASKED_FOR = `
  0.1.0 <=0.12.9    0.50.0 <=0.13.2   0.57.0 <=0.13.4   0.60.1 <=0.13.6   0.65.0 <=0.14.2   0.69.0 <=0.15.0   0.70.0 <=0.16.0
  0.71.0 <=0.17.1   0.76.0 <=0.18.0   0.77.0 <=0.19.0   0.77.1 <=0.19.1   0.85.0 <=0.20.4   0.87.0 <=0.21.0   0.88.0 <=0.22.0
  0.90.0 <=0.23.0   0.90.1 <0.24.0    0.91.0 <0.25.0    0.92.0 <0.26.0    0.94.0 <0.27.0    0.95.2 <0.28.0    0.107.0 <0.29.0
  0.108.0 <0.33.0   0.109.0 <0.36.0   0.109.2 <0.37.0   0.110.1 <0.38.0   0.112.1 <0.39.0   0.115.2 <0.41.0   0.115.3 <0.42.0
  0.115.7 <0.46.0   0.115.10 <0.47.0  0.116.1 <0.48.0   0.116.2 <0.49.0   0.120.1 <0.50.0   0.121.3 <0.51.0   0.128.3 <1.0.0
  0.133.0 any`;

const BY_FASTAPI: readonly { readonly first: string; readonly newest: StarletteVersion['newest'] | undefined }[] = [...ASKED_FOR.matchAll(/(\S+) (?:(<=?)(\S+)|any)/g)].map(([, first = '', sign, version]) => ({
  first,
  newest: version === undefined ? undefined : { version, inclusive: sign === '<=' },
}));

/**
 * Starlette's version by lock or requirements file, the newest that a range lets in; by FastAPI's, if that decides; else
 * the current one.
 */
export function starletteVersion(module: PythonModule): StarletteVersion {
  const own = versionRange(module.files, module.file, 'starlette');
  if (own?.range.highest !== undefined) return { newest: own.range.highest, text: `Starlette ${worded(own.range.highest)} (${own.from})` };
  const fastapi = versionRange(module.files, module.file, 'fastapi');
  const highest = fastapi?.range.highest;
  const newest = highest === undefined ? undefined : BY_FASTAPI.findLast(({ first }) => reaches(highest, first))?.newest;
  if (fastapi !== undefined && highest !== undefined && newest !== undefined) return { newest, text: `Starlette ${worded(newest)} (FastAPI ${worded(highest)}, ${fastapi.from})` };
  return { newest: { version: CURRENT, inclusive: true }, text: `Starlette ${CURRENT} (no version found)` };
}

type Newest = StarletteVersion['newest'];

function worded({ version, inclusive }: Newest): string {
  return inclusive ? version : `< ${version}`;
}

/** Is the newest version this one or a later one? */
function reaches({ version, inclusive }: Newest, first: string): boolean {
  const order = compareVersions(version, first);
  return inclusive ? order >= 0 : order > 0;
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

export function behaviourOf({ newest }: StarletteVersion): Behaviour {
  return {
    wholeOrigin: reaches(newest, '0.13.1'),
    safelist: reaches(newest, '0.13.3'),
    explicitPreflight: reaches(newest, '0.15'),
    privateNetwork: reaches(newest, '0.51'),
    echoWithCredentials: reaches(newest, '1.0'),
    varies: reaches(newest, '1.7'),
  };
}
