import { pinnedVersion, type PythonModule } from '../../syntax/python/index.js';

/** Major and minor as one number that compares: 0.46 → 46, 1.3 → 1003. */
export interface StarletteVersion {
  readonly number: number;
  readonly text: string;
}

/** FastAPI below this asked for a Starlette below 1.0. */
const FIRST_FASTAPI_WITH_STARLETTE_1 = 129;

/** Starlette's version by lock or requirements file; by FastAPI's, if that decides; else the current major. */
export function starletteVersion(module: PythonModule): StarletteVersion {
  const own = pinnedVersion(module.files, module.file, 'starlette');
  if (own !== undefined) return { number: comparable(own.version), text: `Starlette ${own.version} (${own.from})` };
  const fastapi = pinnedVersion(module.files, module.file, 'fastapi');
  if (fastapi !== undefined && comparable(fastapi.version) < FIRST_FASTAPI_WITH_STARLETTE_1) {
    return { number: comparable('0.46'), text: `Starlette < 1.0 (FastAPI ${fastapi.version}, ${fastapi.from})` };
  }
  return { number: comparable('1.0'), text: 'Starlette ≥ 1.0 (no version found)' };
}

function comparable(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major * 1000 + minor;
}
