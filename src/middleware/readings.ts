import type { Evidence, Step } from '../policy/program.js';
import type { Reading } from '../readers/reader.js';
import { importsPackage, packageVersion, readsOfRequest, type EstreeModule } from '../syntax/estree/index.js';

/** Behind the readings of a file: which other files what they say was read from. */
export function* covering(file: string, readings: Iterable<Reading>): Generator<Reading> {
  const files = new Set<string>();
  for (const reading of readings) {
    if (reading.kind === 'policy') for (const step of reading.policy.steps) for (const { at } of step.effects) files.add(at.file);
    yield reading;
  }
  files.delete(file);
  for (const covered of files) yield { kind: 'covers', file: covered };
}

/** A package with the version that the repository names, or the current one that is taken where it names none. */
export function versionText(module: EstreeModule, name: string, product: string, current: string): string {
  const found = packageVersion(module.files, module.file, name);
  return found === undefined ? `${product} ${current} (no version found)` : `${product} ${found.version} (${found.from})`;
}

/** Packages that keep somebody signed in by cookies. */
const OF_COOKIES = /^(?:cookie-parser|cookie-session|express-session|client-sessions|iron-session(?:\/\w+)?|hono\/cookie|koa-session|@fastify\/(?:cookie|session|secure-session)|fastify-cookie|@hapi\/(?:cookie|yar)|next-auth(?:\/\w+)?)$/;

/** What a file gives away beside its policies. `readsCookies`: where the code was followed that is given the requests. */
export function evidenceIn(module: EstreeModule, handWritten: boolean, readsCookies: Evidence['readsCookies'] = 'unknown'): Evidence {
  const known = readsCookies !== 'unknown' ? readsCookies : importsPackage(module, OF_COOKIES) || readsOfRequest(module, /^(?:cookies|signedCookies|session)$/) ? 'yes' : 'unknown';
  // Where code forbids caches to keep a response, the response says so.
  return { handWritten, canAddVary: handWritten, readsCookies: known, noStore: false };
}

/** Do the steps send anything of CORS? */
export function sendsCors(steps: readonly Step[]): boolean {
  return steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')));
}
