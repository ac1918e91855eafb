import type { Evidence, Step } from '../policy/program.js';
import type { Reading } from '../readers/reader.js';
import { packageVersion, type EstreeModule } from '../syntax/estree/index.js';

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

/** What the text of a file gives away beside its policies. */
export function evidenceIn(module: EstreeModule, handWritten: boolean): Evidence {
  const { text } = module.source;
  return { handWritten, canAddVary: handWritten, readsCookies: /cookie-?parser|cookie-session|express-session|req\.(cookies|session)|get(Signed)?Cookie\(/i.test(text) ? 'yes' : 'unknown', noStore: /no-store/i.test(text) };
}

/** Do the steps send anything of CORS? */
export function sendsCors(steps: readonly Step[]): boolean {
  return steps.some(({ effects }) => effects.some(({ header }) => header.startsWith('access-control-')));
}
